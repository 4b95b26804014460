import time

import numpy as np
import pytest

from clara_engine.errors import FeatureError
from clara_engine.forest import UnsupervisedForest, leaf_neighbours


def test_neighbours_are_those_of_the_full_matrix():
    rng = np.random.default_rng(0)
    real = rng.normal(size=(200, 10))
    leaves = UnsupervisedForest(40, random_state=0).fit(real, rng.normal(size=(50, 10)) * 2).apply(real)
    proximity = (leaves[:, None] == leaves[None]).mean(axis=2)
    np.fill_diagonal(proximity, -1)
    for row in (0, 77, 199):
        rows, near = leaf_neighbours(leaves, row, 12)
        assert np.array_equal(rows, np.argsort(-proximity[row], kind="stable")[:12])
        assert np.allclose(near, proximity[row, rows])


def test_another_star_finds_its_twin():
    leaves = np.random.default_rng(0).integers(0, 50, (100, 30)).astype(np.int32)
    rows, near = leaf_neighbours(leaves, leaves[42], 1)
    assert rows.tolist() == [42]
    assert near.tolist() == [1.0]


def test_a_star_is_not_its_own_neighbour_and_k_may_be_large():
    leaves = np.zeros((5, 3), np.int32)
    rows, _ = leaf_neighbours(leaves, 2, 99)
    assert rows.tolist() == [0, 1, 3, 4]
    assert leaf_neighbours(leaves, 2, 0)[0].size == 0


def test_sixteen_thousand_stars_take_no_time_that_is_felt():
    leaves = np.random.default_rng(0).integers(0, 300, (16_000, 166)).astype(np.int32)
    best = np.inf
    for _ in range(5):
        started = time.perf_counter()
        leaf_neighbours(leaves, 5, 20)
        best = min(best, time.perf_counter() - started)
    assert best < 0.5


@pytest.mark.parametrize("row", [5, -1, np.zeros(4, np.int32)])
def test_rows_that_are_not_there_are_refused(row):
    with pytest.raises(FeatureError):
        leaf_neighbours(np.zeros((5, 3), np.int32), row)
