"""Seeds of trees, and how many rows end in each leaf."""

import numpy as np
import pytest

from clara_engine.errors import DesignError
from clara_engine.forest import UnsupervisedForest
from clara_engine.forest.trees import leaf_population, tree_seeds


def test_the_same_state_gives_the_same_seeds():
    assert np.array_equal(tree_seeds(7, 10), tree_seeds(7, 10))
    assert np.array_equal(tree_seeds(7, 10), tree_seeds(np.random.default_rng(7), 10))
    assert len(set(tree_seeds(7, 1000))) == 1000


def test_a_published_state_gives_seeds_of_its_own_generator():
    expected = np.random.RandomState(42).randint(0, 2**63 - 1, size=5, dtype=np.int64)
    assert np.array_equal(tree_seeds(np.random.RandomState(42), 5), expected.astype(np.uint64))


def test_what_is_no_state_is_refused():
    with pytest.raises(DesignError, match="random_state = 'dice'"):
        tree_seeds("dice", 5)


def test_every_row_is_in_one_leaf_of_each_tree():
    rows = np.random.default_rng(0).normal(size=(40, 4))
    forest = UnsupervisedForest(5, random_state=0).fit(rows, rows + 1)
    leaves = forest.apply(rows)
    population = leaf_population(leaves + forest.trees_.roots[:-1].astype(np.int32), forest.trees_)
    assert population.sum() == 40 * 5
    assert (population[forest.trees_.feature >= 0] == 0).all()
