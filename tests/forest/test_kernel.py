"""Random numbers of the compiled kernel, bags, and the partition of the rows of a node."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.tree import DecisionTreeClassifier

from clara_engine.forest import FeatureBinning, ForestSettings
from clara_engine.forest.kernel import below, draw_bag, partition, random_bits
from clara_engine.forest.trees import grow_trees


def test_random_bits_are_those_of_splitmix64():
    """The upper halves of the published outputs for the seed 1234567 (Vigna's splitmix64.c)."""
    state = np.array([1234567], np.uint64)
    published = [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431]
    assert [int(random_bits(state)) for _ in published] == [value >> 32 for value in published]


@given(st.integers(0, 2**32), st.integers(1, 10_000))
def test_whole_numbers_stay_below_their_limit(seed, limit):
    state = np.array([seed], np.uint64)
    assert all(0 <= below(state, limit) < limit for _ in range(20))


def test_a_bag_has_as_many_draws_as_rows_and_a_class_its_share():
    counts = draw_bag(7, 3000, 1000, -1.0)
    assert counts.sum() == 4000
    assert (counts == 0).mean() == pytest.approx(np.exp(-1), abs=0.03)
    even = draw_bag(7, 3000, 1000, 0.5)
    assert even.sum() == 4000
    assert even[3000:].sum() == pytest.approx(2000, abs=5 * np.sqrt(1000))


@given(st.lists(st.tuples(st.integers(0, 255), st.integers(1, 9)), min_size=1, max_size=40), st.integers(0, 255))
def test_a_partition_is_stable_and_takes_the_weights_along(pairs, cut):
    codes = np.array([code for code, _ in pairs], np.uint8)
    rows, weights = np.arange(codes.size, dtype=np.uint32), np.array([weight for _, weight in pairs], np.int64)
    middle = partition(codes, cut, rows, weights, 0, rows.size, np.empty_like(rows), np.empty_like(weights))
    expected = [i for i, (code, _) in enumerate(pairs) if code <= cut] + [
        i for i, (code, _) in enumerate(pairs) if code > cut
    ]
    assert rows.tolist() == expected
    assert weights.tolist() == [pairs[i][1] for i in expected]
    assert middle == sum(code <= cut for code, _ in pairs)


def test_the_first_cut_of_a_tree_is_that_of_scikit_learn():
    rng = np.random.default_rng(4)
    real, contrast = rng.normal(size=(120, 1)), rng.normal(0.8, 1, size=(80, 1))
    settings = ForestSettings(n_estimators=1, bootstrap=False, max_depth=1, class_weight=None)
    binning = FeatureBinning.fit(np.concatenate([real, contrast]))
    trees, _ = grow_trees(binning.bin(real), binning.bin(contrast), settings, np.array([3], np.uint64))
    rows, classes = np.concatenate([real, contrast]), np.repeat([0, 1], [120, 80])
    stump = DecisionTreeClassifier(max_depth=1).fit(rows, classes).tree_
    assert np.sort(trees.share[1:3]) == pytest.approx(np.sort(stump.value[1:, 0, 1]), abs=1e-12)
