"""Scores by camera and detector."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from clara_engine.evaluate.by_part import scores_by_part
from clara_engine.evaluate.by_star import wilson_interval


def test_a_part_that_scores_higher_is_found():
    rng = np.random.default_rng(0)
    parts = pd.DataFrame({"camera": np.repeat([1, 2, 3, 4], 200), "ccd": np.tile([1, 2], 400)})
    scores = pd.Series(rng.random(800)) + 0.4 * ((parts["camera"] == 3) & (parts["ccd"] == 2))
    found = scores_by_part(scores, parts, ["camera", "ccd"])
    assert found["stars"].tolist() == [100] * 8
    best = found.loc[found["p_corrected"].idxmin()]
    assert (best["camera"], best["ccd"]) == (3, 2)
    assert best["p_corrected"] < 1e-10
    inside = (parts["camera"] == 3) & (parts["ccd"] == 2)
    assert best["auc"] == pytest.approx(roc_auc_score(inside, scores))
    assert best["top"] == (scores[inside] >= np.sort(scores)[-40]).sum()
    assert (best["top_low"], best["top_high"]) == wilson_interval(best["top"], 100)
    assert found["top"].sum() == 40


def test_by_chance_no_part_stands_out():
    rng = np.random.default_rng(1)
    found = []
    for _ in range(100):
        parts = pd.DataFrame({"camera": rng.integers(1, 5, 200)})
        found.append(scores_by_part(pd.Series(rng.random(200)), parts, ["camera"])["p_corrected"].min())
    assert np.mean(np.array(found) < 0.05) < 0.13


def test_what_is_not_known_is_left_out():
    parts = pd.DataFrame({"camera": [1, None, 1]}, index=list("abc"))
    found = scores_by_part(pd.Series([1.0, 2.0, 3.0], list("abc")), parts, ["camera"])
    assert found["stars"].tolist() == [2]
    assert np.isnan(found["p_value"].iloc[0])
    assert scores_by_part(pd.Series([1.0], ["a"]), parts * np.nan, ["camera"]).empty
