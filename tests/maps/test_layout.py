"""Layouts: points stay put after a retrain, and alignment keeps distances."""

import numpy as np
import pytest
from scipy.spatial.distance import pdist

from clara_engine.maps import fit_leaf_map, map_settings
from clara_engine.maps.layout import aligned

#: UMAP is compiled for ten seconds; `test_embed.py` has it among the quick tests.
KINDS = ["pca", "tsne", pytest.param("umap", marks=pytest.mark.heavy)]


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
