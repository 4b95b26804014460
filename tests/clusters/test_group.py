"""Every way of clustering on groups that are there, and its figures against their definitions."""

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from clara_engine.clusters import METHODS, NOISE, cluster, cluster_settings, group
from clara_engine.clusters.group import why_empty
from clara_engine.errors import Cancelled, DesignError, FeatureError

COUNTS = (60, 40, 25)


@pytest.fixture(scope="module")
def groups():
    random = np.random.default_rng(5)
    truth = np.repeat([0, 1, 2], COUNTS)
    centres = np.array([[0, 0, 0], [9, 0, 0], [0, 9, 0]], float)
    return centres[truth] + random.normal(0, 1, (truth.size, 3)), truth


SETTINGS = {
    "kmeans": {"clusters": 3},
    "gaussian_mixture": {"clusters": 3},
    "dirichlet_mixture": {"clusters": 5},
    "dbscan": {"radius": 2.0, "min_samples": 5},
    "hdbscan": {"min_cluster_size": 10},
    "hierarchical": {"clusters": 3},
}


@pytest.mark.parametrize("kind", sorted(METHODS))
def test_groups_are_found_again_and_bits_stay_the_same(groups, kind):
    points, truth = groups
    settings = cluster_settings(kind, **SETTINGS[kind])
    found = cluster(points, settings, seed=3)
    member = found.labels != NOISE
    assert member.mean() > 0.85
    assert adjusted_rand_score(truth[member], found.labels[member]) > 0.9
    sizes = np.bincount(found.labels[member])
    assert sizes.tolist() == sorted(sizes, reverse=True)
    assert found.quality.clusters == sizes.size
    assert found.quality.noise_share == pytest.approx(1 - member.mean())
    assert ((found.membership >= 0) & (found.membership <= 1)).all()
    assert (found.quality.bic is not None) == (kind == "gaussian_mixture")
    again = cluster(points, settings, seed=3)
    np.testing.assert_array_equal(found.labels, again.labels)
    assert found.quality == again.quality


def test_published_dirichlet_mixture():
    published = cluster_settings("dirichlet_mixture")
    assert (published.clusters, published.covariance, published.concentration) == (3, "full", 0.1)


@pytest.mark.parametrize("kind", ["hdbscan", "hierarchical", "dbscan"])
def test_warped_curves_are_grouped_by_shape(kind):
    random = np.random.default_rng(1)
    phase = np.linspace(0, 1, 60, endpoint=False)
    truth = np.repeat([0, 1], 20)
    curves = []
    for shape in truth:
        shift = random.uniform(-0.06, 0.06)
        wave = np.sin(2 * np.pi * (phase + shift)) if shape else -np.exp(-(((phase - 0.5 + shift) / 0.05) ** 2)) * 3
        curves.append(wave + random.normal(0, 0.05, phase.size))
    settings = {"hdbscan": {"min_cluster_size": 5}, "hierarchical": {"clusters": 2}, "dbscan": {"min_samples": 5}}
    found = cluster(np.array(curves), cluster_settings(kind, metric="dtw", **settings[kind]))
    member = found.labels != NOISE
    assert member.mean() > 0.4
    assert adjusted_rand_score(truth[member], found.labels[member]) == 1
    assert found.quality.silhouette > 0.5
    assert found.quality.calinski_harabasz is None


def test_clustering_is_cancelled(groups):
    def stop(done, total):
        raise Cancelled("cancelled")

    for settings in (cluster_settings("kmeans"), cluster_settings("hdbscan", metric="dtw")):
        with pytest.raises(Cancelled):
            cluster(groups[0], settings, progress=stop)


def test_what_cannot_be_clustered_is_refused(groups):
    points = groups[0]
    with pytest.raises(FeatureError, match="no clustering called 'magic'"):
        cluster_settings("magic")
    with pytest.raises(DesignError, match="clusters = 1 is out of range"):
        cluster_settings("kmeans", clusters=1)
    with pytest.raises(DesignError, match="metric"):
        cluster_settings("hdbscan", metric="taxi")
    with pytest.raises(FeatureError, match="too few"):
        cluster(points[:4], cluster_settings("kmeans"))
    with pytest.raises(FeatureError, match="ask for fewer"):
        cluster(points[:6], cluster_settings("kmeans", clusters=7))
    with pytest.raises(FeatureError, match="NaN"):
        cluster(np.where(points > 8, np.nan, points), cluster_settings("kmeans"))


@pytest.mark.parametrize(
    ("kind", "settings", "words"),
    [
        ("hdbscan", {"min_cluster_size": 40}, "min_cluster_size 40"),
        ("dbscan", {"radius": 0.01, "min_samples": 6}, "within radius 0.01"),
    ],
)
def test_no_cluster_has_a_reason(kind, settings, words):
    points = np.random.default_rng(0).uniform(size=(60, 3))
    chosen = cluster_settings(kind, **settings)
    assert cluster(points, chosen).quality.clusters == 0
    assert words in why_empty(chosen, 60)
    assert "60 targets" in why_empty(chosen, 60)


def test_so_many_targets_are_not_compared_in_pairs(groups, monkeypatch):
    monkeypatch.setattr(group, "MOST_PAIRED", 100)
    with pytest.raises(FeatureError, match=r"125 targets are too many for hierarchical clustering.* at most 100"):
        cluster(groups[0], cluster_settings("hierarchical"))


@pytest.mark.parametrize("settings", [{}, {"min_samples": 1}, {"selection": "leaf", "min_samples": 5}])
def test_many_targets_get_the_clusters_that_all_pairs_would_give(groups, monkeypatch, settings):
    method = cluster_settings("hdbscan", min_cluster_size=10, **settings)
    exact = cluster(groups[0], method)
    monkeypatch.setattr(group, "MOST_EXACT", 100)
    found = cluster(groups[0], method)
    assert adjusted_rand_score(exact.labels, found.labels) > 0.95
    np.testing.assert_allclose(found.membership, exact.membership, atol=0.05)
