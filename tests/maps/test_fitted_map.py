"""Maps that take new stars, maps of leaves, maps that start from another, and how faithful they are."""

import numpy as np
import pytest
from scipy.spatial.distance import cdist, pdist
from sklearn.manifold import trustworthiness

from clara_engine.errors import FeatureError
from clara_engine.maps import FittedMap, LeafReduction, fit_leaf_map, fit_map, map_quality, map_settings
from clara_engine.maps.layout import aligned

KINDS = ["pca", "tsne", "umap"]


def blobs(count, seed, groups=3, width=20):
    random = np.random.default_rng(99)
    centres = random.normal(0, 3, (groups, width))
    label = np.arange(count) % groups
    return (centres[label] + np.random.default_rng(seed).normal(0, 1, (count, width))).astype(np.float32), label


def forest_leaves(label, seed, trees=40):
    """Stars of a group mostly share leaves."""
    random = np.random.default_rng(seed)
    stray = random.random((label.size, trees)) < 0.3
    return np.where(stray, random.integers(0, 8, stray.shape), label[:, None] + 8).astype(np.int32)


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
def test_points_stay_put_after_a_retrain(kind):
    stars = np.random.default_rng(8).normal(size=(200, 3)) * [4, 2, 0.3]

    def leaves(seed):
        """A forest that cuts the same stars along random directions."""
        random = np.random.default_rng(seed)
        along = stars @ random.normal(size=(3, 60))
        return np.floor(4 * along.argsort(axis=0).argsort(axis=0) / len(stars) + random.random(60)).astype(np.int32)

    before = fit_leaf_map(leaves(1), map_settings(kind))[0].plane
    scratch, good = fit_leaf_map(leaves(2), map_settings(kind))
    start = before.copy()
    start[::10] = np.nan
    warm, quality = fit_leaf_map(leaves(2), map_settings(kind), start=start)

    def moved(plane):
        return np.median(np.hypot(*(plane - before).T)) / before.std()

    assert np.isfinite(warm.plane).all()
    assert moved(warm.plane) < 0.5
    assert moved(warm.plane) < 0.6 * moved(scratch.plane) or moved(scratch.plane) < 0.1
    assert quality.neighbour_recall > 0.8 * good.neighbour_recall


def test_alignment_keeps_distances():
    random = np.random.default_rng(0)
    plane, start = random.normal(size=(2, 30, 2))
    moved = aligned(plane, start)
    np.testing.assert_allclose(pdist(moved), pdist(plane))
    assert ((moved - start) ** 2).sum() <= ((plane - plane.mean(0) + start.mean(0) - start) ** 2).sum()


def test_quality_against_plain_definitions():
    features, _ = blobs(50, 6)
    plane = np.random.default_rng(1).normal(size=(50, 2))
    quality = map_quality(features, plane, neighbours=5)
    assert quality.trustworthiness == pytest.approx(trustworthiness(features, plane, n_neighbors=5))

    def nearest(rows, i):
        order = np.argsort(np.linalg.norm(rows - rows[i], axis=1))
        return set(order[order != i][:5])

    shared = [len(nearest(features, i) & nearest(plane, i)) / 5 for i in range(50)]
    assert quality.neighbour_recall == pytest.approx(np.mean(shared))
    perfect = map_quality(plane, plane)
    assert (perfect.trustworthiness, perfect.neighbour_recall) == (1, 1)


def test_quality_of_many_stars_is_that_of_a_sample():
    features, _ = blobs(300, 6)
    quality = map_quality(features, features[:, :2].astype(float), sample=100, seed=3)
    assert quality.sample == 100
    assert quality == map_quality(features, features[:, :2].astype(float), sample=100, seed=3)


def test_rows_that_cannot_be_placed_are_refused():
    features, _ = blobs(30, 6)
    fitted, _ = fit_map(features, map_settings("pca"))
    with pytest.raises(FeatureError, match="NaN"):
        fitted.place(np.full((2, 20), np.nan))


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
