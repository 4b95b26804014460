"""Noise of every light curve, and correlations at given noise."""

import numpy as np
import pandas as pd
import pytest

from clara_engine.errors import WorkspaceError
from clara_engine.studies.noise import measure_noise
from clara_engine.studies.population import correlations, detectors


@pytest.fixture
def ws(trained):
    return trained


def test_correlations_given_magnitude_and_noise(ws):
    ids, run = ws.targets.ids(), ws.runs.get("small")
    assert measure_noise(ws) == 40
    assert measure_noise(ws) == 0
    noise = ws.parameters.table()["noise_ppm"]
    assert noise.median() == pytest.approx(300, rel=0.05)  # as the light curves were made
    rng = np.random.default_rng(0)
    ws.labels.add_parameters(pd.DataFrame({"bp_rp": rng.random(40), "tmag": rng.random(40)}, index=ids), source="test")
    found = correlations(ws, run, ("bp_rp", "ruwe"), resamples=50, given=("tmag", "noise_ppm", "crowdsap"))
    row = found.iloc[0]
    assert row["given"] == "tmag, noise_ppm"  # the headers give no crowding
    assert row["partial_low"] <= row["partial"] <= row["partial_high"]
    assert row["partial_stars"] == 40
    assert np.isnan(found.iloc[1]["partial"])
    some = correlations(ws, run, ("bp_rp",), resamples=20, targets=ids[:20])
    assert some["stars"][0] == 20
    with pytest.raises(WorkspaceError, match="nothing is known of mh"):
        correlations(ws, run, ("bp_rp",), resamples=20, given=("mh",))


def test_scores_by_detector_need_headers_that_say_it(ws):
    with pytest.raises(WorkspaceError, match="camera and ccd"):
        detectors(ws, ws.runs.get("small"))
    assert detectors(ws, ws.runs.get("small"), ("sector",))["stars"].tolist() == [40]
    with pytest.raises(WorkspaceError, match="has no luck"):
        detectors(ws, ws.runs.get("small"), score="luck")
