"""Reductions: rows and leaves as coordinates."""

import numpy as np
import pytest
from scipy.spatial.distance import pdist

from clara_engine.errors import FeatureError
from clara_engine.maps import LeafReduction, fit_map, map_settings, reduction
from clara_engine.maps.reduction import StandardReduction
from tests.maps.groups import blobs, forest_leaves


def test_pca_places_a_known_star_where_it_lies():
    features, _ = blobs(60, 1)
    fitted, _ = fit_map(features, map_settings("pca"))
    np.testing.assert_allclose(fitted.place(features[:7]), fitted.plane[:7], atol=1e-3)
    start = fitted.plane @ np.array([[0.0, 1.0], [-1.0, 0.0]]) + 5
    turned, _ = fit_map(features, map_settings("pca"), start=start)
    np.testing.assert_allclose(turned.plane, start, atol=1e-6)
    np.testing.assert_allclose(turned.place(features[:7]), start[:7], atol=1e-3)


def test_leaf_coordinates_keep_the_distances_of_the_forest():
    _, label = blobs(40, 1)
    leaves = forest_leaves(label, 3, trees=12)
    coordinates = LeafReduction.fit(leaves, 39, seed=0).transform(leaves)
    apart = pdist(leaves, "hamming") * leaves.shape[1]
    np.testing.assert_allclose(pdist(coordinates) ** 2, 2 * apart, atol=2e-3)


def test_leaves_of_different_trees_are_different_leaves():
    leaves = np.array([[0, 1], [1, 0], [0, 1], [1, 0], [0, 0], [1, 1]], np.int32)
    coordinates = LeafReduction.fit(leaves, 2, seed=0).transform(leaves)
    np.testing.assert_allclose(coordinates[0], coordinates[2], atol=1e-6)
    assert np.linalg.norm(coordinates[0] - coordinates[1]) == pytest.approx(2, abs=1e-5)
    unseen = LeafReduction.fit(leaves, 2, seed=0).transform(np.array([[9, 9]], np.int32))
    assert np.isfinite(unseen).all()


def test_rows_that_cannot_be_placed_are_refused():
    features, _ = blobs(30, 6)
    fitted, _ = fit_map(features, map_settings("pca"))
    with pytest.raises(FeatureError, match="NaN"):
        fitted.place(np.full((2, 20), np.nan))


def test_many_rows_are_reduced_alike_without_a_copy_of_them(monkeypatch):
    random = np.random.default_rng(3)
    features = random.normal(0, 1, (700, 6)) * [9, 7, 5, 3, 2, 1] @ random.normal(0, 1, (6, 40))
    features = (features + random.normal(0, 0.1, features.shape)).astype(np.float32)
    usual = StandardReduction.fit(features, 3, seed=0)
    monkeypatch.setattr(reduction, "MOST_COPIED_ROWS", 100)
    monkeypatch.setattr(reduction, "ROW_BLOCK", 64)
    blocks = StandardReduction.fit(features, 3, seed=0)
    np.testing.assert_allclose(blocks.components, usual.components, atol=1e-4)
    np.testing.assert_allclose(blocks.transform(features), usual.transform(features), atol=1e-3)
