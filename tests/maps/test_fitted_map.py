"""Maps that take new stars, maps of leaves, maps that start from another, and how faithful they are."""

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from clara_engine.errors import FeatureError
from clara_engine.maps import FittedMap, fit_leaf_map, fit_map, map_settings
from tests.maps.groups import blobs, forest_leaves

#: UMAP is compiled for ten seconds; `test_embed.py` has it among the quick tests.
KINDS = ["pca", "tsne", pytest.param("umap", marks=pytest.mark.heavy)]


@pytest.mark.parametrize("kind", KINDS)
def test_new_stars_fall_among_their_like(kind, tmp_path):
    features, label = blobs(150, 1)
    new, new_label = blobs(30, 2)
    fitted, _ = fit_map(features, map_settings(kind), seed=4)
    fitted.save(tmp_path / "map.npz")
    read = FittedMap.load(tmp_path / "map.npz", fitted.settings)
    placed = read.place(new)
    np.testing.assert_allclose(placed, fitted.place(new), atol=0.1 * fitted.plane.std())
    nearest = cdist(placed, read.plane).argmin(axis=1)
    assert (label[nearest] == new_label).mean() > 0.95
    np.testing.assert_array_equal(read.plane, fitted.plane)
    assert read.place(new[:0]).shape == (0, 2)


@pytest.mark.parametrize("kind", KINDS)
def test_leaf_map_keeps_groups_together(kind, tmp_path):
    _, label = blobs(120, 1)
    fitted, quality = fit_leaf_map(forest_leaves(label, 3), map_settings(kind), seed=1)
    nearest = np.argsort(cdist(fitted.plane, fitted.plane), axis=1)[:, 1]
    assert (label[nearest] == label).mean() > 0.95
    assert quality.trustworthiness > 0.6
    fitted.save(tmp_path / "map.npz")
    new = forest_leaves(label[:20], 5)
    placed = FittedMap.load(tmp_path / "map.npz", fitted.settings).place(new)
    assert (label[cdist(placed, fitted.plane).argmin(axis=1)] == label[:20]).mean() > 0.9


@pytest.mark.parametrize("kind", KINDS)
def test_a_single_parameter_can_be_mapped(kind):
    value = np.random.default_rng(4).normal(size=(60, 1))
    fitted, quality = fit_map(value, map_settings(kind))
    assert np.isfinite(fitted.plane).all()
    assert quality.trustworthiness > 0.9
    assert np.isfinite(fitted.place(value[:3])).all()


def test_stars_that_are_all_the_same_are_refused():
    with pytest.raises(FeatureError, match="nothing tells them apart"):
        fit_map(np.ones((20, 3)), map_settings("tsne"))
    with pytest.raises(FeatureError, match="nothing tells them apart"):
        fit_leaf_map(np.ones((20, 3), np.int32), map_settings("pca"))
