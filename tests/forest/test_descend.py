"""Descent of rows through grown trees, against a walk in plain Python."""

import numpy as np
import pytest

from clara_engine.forest import UnsupervisedForest
from clara_engine.forest.descend import leaf_statistics, leaves_of_values, path_contributions


@pytest.fixture(scope="module")
def grown():
    rows = np.random.default_rng(1).normal(size=(150, 5))  # more rows than are walked together
    forest = UnsupervisedForest(4, random_state=1).fit(rows, rows + 0.5)
    return forest.trees_, rows.astype(np.float32)


def path(trees, tree, row):
    """Nodes from the root to the leaf."""
    nodes = [int(trees.roots[tree])]
    while trees.feature[nodes[-1]] >= 0:
        node = nodes[-1]
        nodes.append(int(trees.child[node]) + int(row[trees.feature[node]] > trees.threshold[node]))
    return nodes


def test_leaves_are_those_of_the_walk(grown):
    trees, rows = grown
    found = leaves_of_values(rows, trees.roots, trees.feature, trees.threshold, trees.child)
    assert found.tolist() == [[path(trees, tree, row)[-1] for tree in range(4)] for row in rows]


def test_contributions_add_up_to_the_change_of_the_share_from_root_to_leaf(grown):
    trees, rows = grown
    use = np.random.default_rng(2).random((len(rows), 4)) < 0.7
    use[0] = [True, False, False, False]
    arrays = trees.roots, trees.feature, trees.threshold, trees.child, trees.share
    found = path_contributions(rows, use, *arrays)
    by_feature = np.zeros(5)
    for node, after in zip(path(trees, 0, rows[0]), path(trees, 0, rows[0])[1:], strict=False):
        by_feature[trees.feature[node]] += trees.share[after] - trees.share[node]
    np.testing.assert_allclose(found[0], by_feature, atol=1e-15)
    for row in np.flatnonzero(use.any(axis=1)):
        chosen = np.flatnonzero(use[row])
        change = [trees.share[path(trees, tree, rows[row])[-1]] - trees.share[trees.roots[tree]] for tree in chosen]
        assert found[row].sum() == pytest.approx(np.mean(change))


def test_statistics_are_over_the_trees_that_count_and_nan_without_any():
    leaves = np.array([[0, 3], [1, 2], [1, 3]], np.int32)
    use = np.array([[True, True], [True, False], [False, False]])
    share, population = np.array([0.2, 0.4, 0.9, 0.6]), np.array([5, 7, 1, 3])
    mean, spread, crowd = leaf_statistics(leaves, use, share, population)
    np.testing.assert_allclose(mean, [0.4, 0.4, np.nan])
    np.testing.assert_allclose(spread, [0.2, 0.0, np.nan], atol=1e-12)
    np.testing.assert_allclose(crowd, [4, 7, np.nan])
