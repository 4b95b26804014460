"""Agreement of two rankings, against scipy and scikit-learn, and intervals that hold what they should."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr
from sklearn.metrics import roc_auc_score

from clara_engine.errors import FeatureError
from clara_engine.evaluate.agreement import agreement, spearman
from clara_engine.evaluate.roc import roc_auc


@given(st.integers(0, 2**32 - 1), st.integers(3, 60), st.integers(2, 20))
def test_measures_are_the_usual_ones_with_ties(seed, n, levels):
    rng = np.random.default_rng(seed)
    one, two = rng.integers(levels, size=(2, n)).astype(float)
    positive = rng.random(n) < 0.4
    if np.ptp(one) and np.ptp(two):
        assert spearman(one, two) == pytest.approx(spearmanr(one, two).statistic)
    else:
        assert np.isnan(spearman(one, two))
    if 0 < positive.sum() < n:
        assert roc_auc(one, positive) == pytest.approx(roc_auc_score(positive, one))
    else:
        assert np.isnan(roc_auc(one, positive))


def test_a_ranking_agrees_with_itself():
    scores = np.random.default_rng(1).random(200)
    mask = scores > 0.9
    table = agreement(scores, scores**2, {"strange": mask}, draws=50).set_index(["measure", "ranking"])
    assert table.loc[("Spearman", ""), ["value", "low", "high"]].tolist() == pytest.approx([1, 1, 1])
    assert table.loc[("top in top", ""), "value"] == 1
    assert table.loc[("ROC-AUC", "first"), "value"] == 1
    assert (table.loc[(slice(None), "difference"), ["value", "low", "high"]] == 0).all(axis=None)


def test_intervals_hold_the_truth_and_the_better_ranking_wins():
    rng = np.random.default_rng(2)
    mask = rng.random(2000) < 0.1
    good = mask * 1.5 + rng.normal(size=2000)
    blind = rng.normal(size=2000)
    table = agreement(good, blind, {"x": mask}, draws=200).set_index(["measure", "ranking"])
    auc = table.loc["ROC-AUC"]
    assert auc.loc["first", "low"] < 0.8556 < auc.loc["first", "high"]  # Φ(1.5 / √2)
    assert auc.loc["second", "low"] < 0.5 < auc.loc["second", "high"]
    assert auc.loc["difference", "low"] > 0.2
    assert table.loc[("Spearman", ""), "low"] < 0 < table.loc[("Spearman", ""), "high"]
    top = table.loc[("top in top", "")]
    assert top["low"] < top["chance"] < top["high"]


def test_too_few_stars():
    with pytest.raises(FeatureError, match="9 stars in common"):
        agreement(np.arange(9), np.arange(9))


def test_two_light_curves_of_each_star_are_no_more_evidence_than_one():
    rng = np.random.default_rng(12)
    one = rng.normal(size=60)
    two = one + rng.normal(size=60)
    single = agreement(one, two, draws=400).iloc[0]
    doubled = np.tile(one, 2), np.tile(two, 2)
    paired = agreement(*doubled, stars=np.tile(np.arange(60), 2), draws=400).iloc[0]
    naive = agreement(*doubled, draws=400).iloc[0]
    width = single["high"] - single["low"]
    assert paired["high"] - paired["low"] == pytest.approx(width, rel=0.2)
    assert naive["high"] - naive["low"] < 0.85 * width
    assert paired["stars"] == 60
