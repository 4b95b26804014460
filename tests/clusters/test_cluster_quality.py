"""Figures of a clustering against their definitions."""

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from clara_engine.clusters import NOISE, cluster, cluster_settings
from clara_engine.clusters.cluster_quality import cluster_quality

COUNTS = (60, 40, 25)


@pytest.fixture(scope="module")
def groups():
    random = np.random.default_rng(5)
    truth = np.repeat([0, 1, 2], COUNTS)
    centres = np.array([[0, 0, 0], [9, 0, 0], [0, 9, 0]], float)
    return centres[truth] + random.normal(0, 1, (truth.size, 3)), truth


def test_criteria_of_a_single_normal_distribution():
    points = np.random.default_rng(0).normal(size=(80, 2))
    quality = cluster(points, cluster_settings("gaussian_mixture", clusters=1)).quality
    fit = multivariate_normal(points.mean(0), np.cov(points.T, bias=True))
    likelihood = fit.logpdf(points).sum()
    assert quality.aic == pytest.approx(2 * 5 - 2 * likelihood, rel=1e-4)
    assert quality.bic == pytest.approx(5 * np.log(80) - 2 * likelihood, rel=1e-4)
    assert quality.silhouette is None


def test_figures_against_their_definitions(groups):
    points, truth = groups
    quality = cluster_quality(truth, coordinates=points)
    apart = np.linalg.norm(points[:, None] - points[None], axis=2)
    widths = []
    for i, own in enumerate(truth):
        within = apart[i, (truth == own) & (np.arange(truth.size) != i)].mean()
        nearest = min(apart[i, truth == other].mean() for other in {0, 1, 2} - {own})
        widths.append((nearest - within) / max(nearest, within))
    assert quality.silhouette == pytest.approx(np.mean(widths))
    centres = np.array([points[truth == c].mean(0) for c in range(3)])
    spread = np.array([np.linalg.norm(points[truth == c] - centres[c], axis=1).mean() for c in range(3)])
    ratios = [
        max((spread[a] + spread[b]) / np.linalg.norm(centres[a] - centres[b]) for b in range(3) if b != a)
        for a in range(3)
    ]
    assert quality.davies_bouldin == pytest.approx(np.mean(ratios))
    between = sum(n * ((centre - points.mean(0)) ** 2).sum() for n, centre in zip(COUNTS, centres, strict=True))
    within = sum(((points[truth == c] - centres[c]) ** 2).sum() for c in range(3))
    assert quality.calinski_harabasz == pytest.approx(between / 2 / (within / (truth.size - 3)))
    from_distances = cluster_quality(truth, distances=apart)
    assert from_distances.silhouette == pytest.approx(quality.silhouette)
    assert from_distances.davies_bouldin is None


def test_noise_alone_has_no_figures():
    points = np.random.default_rng(2).normal(size=(50, 3))
    found = cluster(points, cluster_settings("dbscan", radius=1e-6))
    assert (found.labels == NOISE).all()
    assert (found.quality.clusters, found.quality.noise_share, found.quality.silhouette) == (0, 1.0, None)
