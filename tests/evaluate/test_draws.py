"""Measures over several draws of stars, against those of one draw."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from clara_engine.evaluate.draws import mean_auc, mean_auc_difference


def draw(seed, shift=1.0):
    rng = np.random.default_rng(seed)
    hit = np.arange(80) % 2 == 0
    return rng.normal(size=80) + shift * hit, hit, np.array([f"TIC {star}" for star in range(80)])


def test_the_mean_is_over_draws_and_lies_in_its_interval():
    draws = [draw(seed) for seed in range(3)]
    value, low, high = mean_auc(draws)
    assert value == pytest.approx(np.mean([roc_auc_score(hit, scores) for scores, hit, _ in draws]))
    assert 0 < low < value < high < 1


def test_a_measure_does_not_differ_from_itself():
    draws = [draw(seed) for seed in range(3)]
    assert mean_auc_difference(draws, draws) == pytest.approx((0, 0, 0))


def test_a_better_measure_is_better_on_the_same_stars():
    difference, low, high = mean_auc_difference([draw(1, shift=3.0)], [draw(1, shift=0.0)])
    assert 0 < low < difference < high
