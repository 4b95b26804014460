"""Intervals over stars: against a bootstrap, and their coverage by simulation."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm
from sklearn.metrics import average_precision_score, roc_auc_score

from clara_engine.evaluate.by_star import codes_of, draws_of, effective_interval, star_variance, wilson_interval
from clara_engine.evaluate.rates import measure
from clara_engine.evaluate.roc import auc_by_star, auc_influence, matched_auc, precision_influence, roc_auc


def injected_and_untouched(rng, stars, copies, shift, spread=1.5, noise=1.0):
    """Scores of `copies` injected light curves a star and of the star as it is; stars differ from each other."""
    host = rng.normal(0, noise, stars)
    plain = rng.normal(0, 1, stars) + host
    signal = rng.normal(0, 1, (stars, copies)) + host[:, None] + (shift + rng.normal(0, spread, stars))[:, None]
    scores = np.r_[plain, signal.ravel()]
    positive = np.repeat([False, True], [stars, stars * copies])
    return scores, positive, np.r_[np.arange(stars), np.repeat(np.arange(stars), copies)]


@pytest.mark.parametrize(("stars", "copies", "shift", "noise"), [(25, 8, 1, 1), (46, 5, 3, 1), (46, 5, 5, 0.5)])
def test_the_interval_of_the_auc_covers_the_truth(stars, copies, shift, noise):
    rng = np.random.default_rng(1)
    pooled_truth = norm.cdf(shift / np.sqrt(2 + 2 * noise**2 + 1.5**2))
    matched_truth = norm.cdf(shift / np.sqrt(2 + 1.5**2))
    pooled = matched = 0
    for _ in range(400):
        scores, positive, owner = injected_and_untouched(rng, stars, copies, shift, noise=noise)
        _, low, high = auc_by_star(scores, positive, owner)
        pooled += low <= pooled_truth <= high
        _, low, high = matched_auc(scores[positive], owner[positive], pd.Series(scores[:stars]))
        matched += low <= matched_truth <= high
    assert 0.91 <= pooled / 400 <= 0.99
    assert 0.91 <= matched / 400 <= 0.99


@pytest.mark.heavy
def test_the_variance_over_stars_is_that_of_a_bootstrap():
    rng = np.random.default_rng(2)
    scores, positive, owner = injected_and_untouched(rng, 40, 4, 1.5)
    rows = [np.flatnonzero(owner == star) for star in range(40)]
    areas, precisions = [], []
    for times in draws_of(40, 1500):
        taken = np.concatenate([np.tile(rows[star], count) for star, count in enumerate(times) if count])
        areas.append(roc_auc_score(positive[taken], scores[taken]))
        precisions.append(average_precision_score(positive[taken], scores[taken]))
    assert np.sqrt(star_variance(auc_influence(scores, positive), owner)) == pytest.approx(np.std(areas), rel=0.12)
    found = np.sqrt(star_variance(precision_influence(scores, positive), owner))
    assert found == pytest.approx(np.std(precisions), rel=0.12)


@given(st.integers(0, 10_000))
def test_influences_are_derivatives(seed):
    rng = np.random.default_rng(seed)
    scores, positive = rng.integers(0, 6, 25).astype(float), np.r_[True, False, rng.random(23) < 0.4]
    for influence, value in (
        (auc_influence, roc_auc_score),
        (precision_influence, average_precision_score),
    ):
        row, step = int(rng.integers(25)), 1e-6
        weight = np.ones(25)
        weight[row] += step
        moved = value(positive, scores, sample_weight=weight) - value(positive, scores)
        assert influence(scores, positive)[row] == pytest.approx(moved / step, abs=1e-4)
        assert influence(scores, positive).sum() == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(("carriers", "shift"), [(20, 2.5), (60, 1.5)])
def test_the_interval_of_the_average_precision_covers_the_truth(carriers, shift):
    rng = np.random.default_rng(3)

    def sample(positives, negatives):
        return np.r_[rng.normal(shift, 1, positives), rng.normal(0, 1, negatives)]

    many = 100 * carriers
    truth = average_precision_score(np.arange(100 * 1000) < many, sample(many, 100_000 - many))
    inside = 0
    for _ in range(200):
        found = measure(sample(carriers, 1000 - carriers), np.arange(1000) < carriers).average_precision
        inside += found.low <= truth <= found.high
    assert inside / 200 >= 0.91


def test_two_light_curves_of_each_star_are_no_more_evidence_than_one():
    rng = np.random.default_rng(4)
    scores, positive = rng.normal(0, 1, 300), np.arange(300) < 40
    scores[:40] += 1
    once = measure(scores, positive)
    twice = measure(np.tile(scores, 2), np.tile(positive, 2), stars=np.tile(np.arange(300), 2))
    as_if = measure(np.tile(scores, 2), np.tile(positive, 2))
    for name in ("recall", "roc_auc", "average_precision"):
        one, two, naive = (getattr(found, name) for found in (once, twice, as_if))
        assert two.value == pytest.approx(one.value, abs=0.01)
        assert two.high - two.low == pytest.approx(one.high - one.low, rel=0.15)
        assert naive.high - naive.low < 0.85 * (two.high - two.low)


def test_edges():
    for trials in (3, 7, 10, 100, 1234):  # without a rest of rounding
        assert (wilson_interval(0, trials)[0], wilson_interval(trials, trials)[1]) == (0, 1)
    assert effective_interval(1.0, 0.0, 20, 400) == wilson_interval(20, 20)
    assert np.isnan(effective_interval(np.nan, 0.1, 20, 400)).all()
    assert effective_interval(0.5, 0.0, 8, 100) == wilson_interval(4, 8)
    assert np.isnan(roc_auc(np.arange(3.0), np.zeros(3, bool)))
    assert auc_by_star(np.arange(3.0), np.zeros(3, bool), np.arange(3))[1:] == (0.0, 1.0)
    assert np.isnan(matched_auc([1.0], ["a"], pd.Series({"b": 1.0}))).all()
    codes, count = codes_of(["b", "a", "b"])
    assert (codes.tolist(), count) == ([1, 0, 1], 2)
    assert (draws_of(7, 5).sum(axis=1) == 7).all()


def test_matched_against_the_same_star_only():
    untouched = pd.Series({"loud": 0.9, "still": 0.1})
    value, low, high = matched_auc([0.95, 0.9, 0.5, 0.5], ["loud", "loud", "still", "still"], untouched)
    assert value == pytest.approx((0.75 + 1) / 2)
    assert low < value < high <= 1
