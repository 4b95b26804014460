"""Flares are told from dips, from flares upside down, and from flares that run backwards in time."""

import numpy as np
import pytest

from clara_engine.features.steering import flare_features
from clara_engine.features.steering.flare_features import LABELS, flares
from clara_engine.features.steering.prepare import prepare
from clara_engine.lightcurve import LightCurve, Target
from clara_engine.synthetic.star_shapes import flare


def row_of(sign=1.0, backwards=False):
    time = np.arange(0, 10, 2 / 1440)
    shape = flare(time, peak=5.0, width=20 / 1440, amplitude=1.0)
    flux = 1 + np.random.default_rng(3).normal(0, 5e-4, time.size) + sign * 0.02 * (shape[::-1] if backwards else shape)
    return dict(zip(LABELS, flares(prepare(LightCurve(time=time, flux=flux, target=Target(tic=1)))), strict=True))


def test_a_flare_counts_upwards_alone():
    row = row_of()
    assert row["flare 1, signal-to-noise, log10"] > 1.2
    assert row["flare 2, signal-to-noise, log10"] < row["flare 1, signal-to-noise, log10"] - 0.3
    assert row["flares above 9 noise, log"] >= np.log1p(1)
    assert row["flare 1 against inverted"] > 0.2
    assert row_of(sign=-1.0)["flare 1 against inverted"] < -0.2


def test_a_flare_runs_forwards():
    assert row_of()["flare 1 against reversed in time"] > 0.1
    assert row_of(backwards=True)["flare 1 against reversed in time"] < 0


def test_pieces_of_a_long_light_curve_find_the_same_flares(monkeypatch):
    whole = row_of()
    monkeypatch.setattr(flare_features, "MOST_SAMPLES", 3000)
    pieces = row_of()
    assert pieces != whole
    for name in ("flare 1, signal-to-noise, log10", "flare 1 against inverted", "flare 1 against reversed in time"):
        assert pieces[name] == pytest.approx(whole[name], abs=0.06)
    monkeypatch.setattr(flare_features, "MOST_SAMPLES", 40)
    assert not any(row_of().values())
