"""One tree of many classes, against scikit-learn; and mean shares over trees."""

import numpy as np
import pytest
from sklearn.tree import DecisionTreeClassifier

from clara_engine.forest import FeatureBinning
from clara_engine.forest.class_kernel import grow_class_tree, mean_shares
from clara_engine.forest.kernel import ONE_ROW


def grow(values, labels, depth, classes=3):
    binned = FeatureBinning.fit(values).bin(values)
    places = 2 * len(values)
    feature, cut = np.empty(places, np.int32), np.empty(places, np.uint8)
    child, share = np.empty(places, np.int32), np.empty((places, classes))
    nodes = grow_class_tree(
        np.ascontiguousarray(binned.codes),
        labels.astype(np.uint8),
        np.arange(len(values), dtype=np.uint32),
        np.full(len(values), 1 + ONE_ROW, np.int64),
        np.ones(classes),
        values.shape[1],
        depth,
        2,
        1,
        binned.binning.edges,
        5,
        np.zeros(1, np.uint8),
        feature,
        cut,
        child,
        share,
    )
    return feature[:nodes], share[:nodes]


@pytest.mark.parametrize("depth", [1, 2])
def test_its_first_levels_have_the_shares_of_scikit_learn(depth):
    rng = np.random.default_rng(8)
    labels = rng.integers(0, 3, 150)  # as many values as bins, so that nothing is lost by binning
    values = rng.normal(labels[:, None] * [1.0, -0.7], 1.0)
    feature, share = grow(values, labels, depth)
    leaves = share[feature < 0]
    tree = DecisionTreeClassifier(max_depth=depth, random_state=0).fit(values, labels).tree_
    expected = tree.value[tree.children_left < 0, 0]
    np.testing.assert_allclose(sorted(leaves.round(9).tolist()), sorted(expected.round(9).tolist()), atol=1e-9)


def test_a_full_tree_is_pure():
    rng = np.random.default_rng(9)
    values, labels = rng.normal(size=(60, 2)), rng.integers(0, 3, 60)
    feature, share = grow(values, labels, 100)
    assert set(share[feature < 0].max(axis=1)) == {1.0}


def test_mean_shares_are_over_the_trees_that_count():
    share = np.array([[1.0, 0.0], [0.5, 0.5], [0.0, 1.0]])
    found = mean_shares(np.array([[0, 2], [1, 2], [0, 0]]), np.array([[1, 1], [1, 0], [0, 0]], bool), share)
    np.testing.assert_allclose(found, [[0.5, 0.5], [0.5, 0.5], [np.nan, np.nan]])
