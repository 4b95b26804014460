"""Quality of a map against its plain definitions."""

import numpy as np
import pytest
from sklearn.manifold import trustworthiness

from clara_engine.maps import map_quality


def blobs(count, seed, groups=3, width=20):
    random = np.random.default_rng(99)
    centres = random.normal(0, 3, (groups, width))
    label = np.arange(count) % groups
    return (centres[label] + np.random.default_rng(seed).normal(0, 1, (count, width))).astype(np.float32), label


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
