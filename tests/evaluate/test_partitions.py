"""The adjusted Rand index against scikit-learn's, and its interval."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score

from clara_engine.errors import FeatureError
from clara_engine.evaluate.partitions import adjusted_rand, likeness

GROUPS = st.lists(st.tuples(st.integers(-1, 4), st.integers(0, 3)), min_size=2, max_size=40)


@given(GROUPS)
def test_it_is_the_index_of_scikit_learn(pairs):
    first, second = np.array(pairs).T
    assert adjusted_rand(first, second)[0] == pytest.approx(adjusted_rand_score(first, second))


@given(GROUPS, st.integers(0, 99))
def test_a_row_that_counts_nothing_is_left_out_and_copies_are_no_pairs(pairs, seed):
    first, second = np.array(pairs).T
    kept = np.random.default_rng(seed).random(first.size) < 0.7
    kept[:2] = True
    found = adjusted_rand(first, second, kept.astype(float))[0]
    assert found == pytest.approx(adjusted_rand_score(first[kept], second[kept]))
    assert adjusted_rand(np.arange(9), np.arange(9) // 8, np.full(9, 3))[0] == pytest.approx(0)


def test_intervals_hold_the_index_and_copies_of_stars_widen_them():
    random = np.random.default_rng(3)
    first = random.integers(0, 4, 400)
    second = np.where(random.random(400) < 0.8, first, random.integers(0, 4, 400))
    found = likeness(first, second, draws=400)
    assert found.low < found.index < found.high
    assert found.chance_high < 0.03 < found.low
    assert (found.stars, found.groups) == (400, (4, 4))
    four_each = likeness(np.repeat(first, 4), np.repeat(second, 4), np.repeat(np.arange(400), 4), draws=400)
    assert four_each.high - four_each.low == pytest.approx(found.high - found.low, rel=0.25)
    apart = likeness(first, random.permutation(second), draws=400)
    assert apart.low < 0.01 < found.low
    with pytest.raises(FeatureError, match="9 stars in common are too few"):
        likeness(first[:9], second[:9])


@pytest.mark.heavy
def test_the_interval_holds_the_true_index_in_most_draws():
    random = np.random.default_rng(5)
    big = random.integers(0, 3, 60_000)
    other = np.where(random.random(60_000) < 0.7, big, random.integers(0, 3, 60_000))
    truth = adjusted_rand_score(big, other)
    held = 0
    for _ in range(60):
        rows = random.choice(60_000, 150, replace=False)
        found = likeness(big[rows], other[rows], draws=200)
        held += found.low <= truth <= found.high
    assert held >= 51
