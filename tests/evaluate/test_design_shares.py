"""Shares of the variance: by hand where the design is balanced, and by other programs."""

import itertools

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from clara_engine.evaluate.design_shares import (
    anova,
    bootstrapped,
    encoded,
    few_tree_shares,
    forest_shares,
    marginal_curve,
    spearman,
)

GRID = np.array(list(itertools.product((100, 200, 300), (13.5, 27), (2, 10), (50, 100, 200))), float)


def measured(noise=0.0, seed=0):
    """A measure that the first parameter moves most, then the second, then none."""
    jitter = np.random.default_rng(seed).normal(size=len(GRID)) * noise
    return 0.002 * GRID[:, 0] + 0.01 * GRID[:, 1] + jitter


def test_anova_of_a_balanced_grid_is_the_one_in_books():
    values = measured(0.1)
    found = anova(GRID, values)
    total = ((values - values.mean()) ** 2).sum()
    for place, column in enumerate(GRID.T):
        groups = [values[column == level] for level in np.unique(column)]
        between = sum(group.size * (group.mean() - values.mean()) ** 2 for group in groups)
        assert found.shares[place] == pytest.approx(between / total)
    assert found.shares.sum() + found.rest == pytest.approx(1)
    assert found.shares[0] > found.shares[1] > 0.1 > found.shares[2]
    assert found.p_values[0] < 1e-6 < 0.05 < found.p_values[2]
    alone = anova(GRID[:, :1], values)
    levels = [values[GRID[:, 0] == level] for level in (100, 200, 300)]
    assert alone.p_values[0] == pytest.approx(stats.f_oneway(*levels).pvalue)


def test_what_the_runs_do_not_tell_has_no_share():
    twice = np.column_stack([GRID[:, 0], GRID[:, 0], GRID[:, 1]])
    assert np.isnan(anova(twice, measured(0.1)).shares[:2]).all()
    assert np.isnan(anova(GRID, np.ones(len(GRID))).shares).all()
    assert np.isnan(forest_shares(GRID, np.ones(len(GRID)))).all()
    assert np.isnan(few_tree_shares(GRID, np.ones(len(GRID)))).all()
    many = np.arange(32.0)[:, None]  # as many values as runs: in groups
    assert anova(many, np.repeat([0.0, 1.0], 16)).shares[0] == pytest.approx(1)


def test_forest_shares_are_shares_and_the_small_forest_gives_the_same():
    values = measured(0.05)
    whole = forest_shares(GRID, values)
    few = np.mean([few_tree_shares(GRID, values, seed=seed) for seed in range(20)], axis=0)
    assert (whole.sum(), few.sum()) == pytest.approx((1, 1))
    np.testing.assert_allclose(few, whole, atol=0.02)
    assert whole[0] > whole[1] > whole[2]


def test_intervals_hold_the_truth_as_often_as_they_say():
    held = 0
    for seed in range(60):
        column = np.random.default_rng(seed).normal(size=(80, 1))
        values = 0.5 * column[:, 0] + np.random.default_rng(1000 + seed).normal(size=80)
        low, high = bootstrapped(
            lambda some, its: np.array([np.polyfit(some[:, 0], its, 1)[0]]), column, values, 200, 1
        )
        held += low[0] <= 0.5 <= high[0]
    assert held >= 51
    assert np.isnan(bootstrapped(lambda *_: np.array([np.nan]), column, values, 20, 1)).all()


def test_marginal_means_and_their_bands():
    column, values = pd.Series([1, 1, 1, 2, 2, 3]), np.array([1.0, 2, 3, 5, 7, 9])
    found = marginal_curve(column, values).set_index("value")
    assert found["mean"].tolist() == [2, 6, 9]
    assert found["runs"].tolist() == [3, 2, 1]
    assert (found.loc[1, "low"], found.loc[1, "high"]) == (1, 3)
    assert found.loc[2, ["low", "high"]].tolist() == [5, 7]
    assert found.loc[3, ["low", "high"]].isna().all()


def test_correlation_and_words():
    assert spearman([1, 2, 3, 4], [1, 8, 27, 64]) == 1
    assert np.isnan(spearman([1, 1, 1], [1, 2, 3]))
    assert encoded(pd.Series([2.0, 1.0])).tolist() == [2, 1]
