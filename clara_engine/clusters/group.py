"""Grouping stars by their coordinates, or by the distances between their folded curves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial.distance import squareform

from clara_engine.clusters.cluster_quality import ClusterQuality, cluster_quality
from clara_engine.clusters.distances import dtw_distances
from clara_engine.clusters.neighbour_graph import neighbour_graph
from clara_engine.clusters.settings import (
    AnyMethod,
    Dbscan,
    DirichletMixture,
    DistanceSetting,
    GaussianMixture,
    Hdbscan,
    Hierarchical,
    KMeans,
)
from clara_engine.errors import FeatureError
from clara_engine.progress import Progress, silent
from clara_engine.text import agreeing, counted

__all__ = ["NOISE", "Clustering", "cluster", "why_empty"]

NOISE = -1
LEAST = 5
#: Above this, densities are taken from near neighbours alone: all pairs would take minutes, and four times as long for
#: twice as many.
MOST_EXACT = 20_000
NEIGHBOURS = 30
#: Distances between all pairs of more than these take over 4 GB.
MOST_PAIRED = 20_000
Float = NDArray[np.float64]
Labels = NDArray[np.intp]


def why_empty(settings: AnyMethod, targets: int) -> str:
    """Why a way of clustering may find no cluster among so many targets, and what to change.

    Parameters
    ----------
    settings : KMeans, Dbscan, Hdbscan, GaussianMixture, DirichletMixture or Hierarchical
    targets : int
        Those that were grouped.
    """
    stars = counted(targets, "target")
    match settings:
        case Hdbscan():
            least = settings.min_samples or settings.min_cluster_size
            return (
                f"no cluster: no group of at least {settings.min_cluster_size} of {stars} is denser than what "
                f"surrounds it (min_cluster_size {settings.min_cluster_size}, min_samples {least}); lower them, set "
                "selection leaf, or take fewer components"
            )
        case Dbscan():
            radius = "the usual radius" if settings.radius is None else f"radius {settings.radius:g}"
            return (
                f"no cluster: none of {stars} has {settings.min_samples} neighbours, itself among them, within "
                f"{radius}; enlarge radius or lower min_samples"
            )
        case _:
            return f"no cluster of {stars}"


@dataclass(frozen=True, slots=True, eq=False)
class Clustering:
    """Stars in clusters.

    Attributes
    ----------
    labels : ndarray of int, shape (n,)
        0 is the largest cluster; −1 a star in none.
    membership : ndarray of float64, shape (n,)
        How surely a star belongs there, 0 to 1, by methods that say so; else 1, and 0 for noise.
    quality : ClusterQuality
    """

    labels: Labels
    membership: Float
    quality: ClusterQuality


def cluster(rows: ArrayLike, settings: AnyMethod, *, seed: int = 0, progress: Progress = silent) -> Clustering:
    """Group rows.

    Parameters
    ----------
    rows : array_like, shape (n, d)
        Coordinates on comparable scales; with ``metric="dtw"`` folded light curves.
    settings : KMeans, Dbscan, Hdbscan, GaussianMixture, DirichletMixture or Hierarchical
    seed : int
        Of the random starts, and of the sample that the silhouette is measured on.
    progress : callable
        Called as ``progress(done, total)``; what it raises stops the work.

    Raises
    ------
    FeatureError
        Fewer than five rows, fewer rows than clusters, or rows that are not finite.
    """
    points = np.asarray(rows, np.float64)
    if len(points) < LEAST:
        raise FeatureError(
            f"{counted(len(points), 'target')} {agreeing(len(points), 'are')} too few to cluster: at least {LEAST} "
            "are needed"
        )
    if not np.isfinite(points).all():
        raise FeatureError("features contain NaN or infinity: extract them again")
    wanted = getattr(settings, "clusters", 1)
    if wanted > len(points):
        raise FeatureError(f"{counted(wanted, 'cluster')} of {counted(len(points), 'target')}: ask for fewer clusters")
    if isinstance(settings, Hierarchical) and len(points) > MOST_PAIRED:
        raise FeatureError(
            f"{counted(len(points), 'target')} are too many for hierarchical clustering, which compares all pairs: "
            f"take at most {MOST_PAIRED:,} (--where, or a selection), or kmeans, gaussian_mixture or hdbscan"
        )
    if isinstance(settings, DistanceSetting):
        return _by_distance(points, settings, seed, progress)
    progress(0, 1)
    labels, membership, criteria = _by_coordinates(points, settings, seed)
    progress(1, 1)
    labels = _by_size(labels)
    quality = cluster_quality(labels, coordinates=points, aic=criteria.get("aic"), bic=criteria.get("bic"), seed=seed)
    return Clustering(labels, membership, quality)


def _by_coordinates(points: Float, settings: AnyMethod, seed: int) -> tuple[Labels, Float, dict[str, float]]:
    from sklearn import cluster as sk
    from sklearn import mixture

    match settings:
        case KMeans():
            labels = sk.KMeans(settings.clusters, n_init=10, random_state=seed).fit_predict(points)
            return labels, np.ones(len(points)), {}
        case GaussianMixture():
            model = mixture.GaussianMixture(
                settings.clusters, covariance_type=settings.covariance, n_init=5, max_iter=500, random_state=seed
            ).fit(points)
            criteria = {"aic": float(model.aic(points)), "bic": float(model.bic(points))}
        case DirichletMixture():
            criteria = {}
            model = mixture.BayesianGaussianMixture(
                n_components=settings.clusters,
                covariance_type=settings.covariance,
                max_iter=1000,
                weight_concentration_prior_type="dirichlet_process",
                weight_concentration_prior=settings.concentration,
                random_state=seed,
            ).fit(points)
        case _:
            raise TypeError(f"{type(settings).__name__} needs distances")
    shares = model.predict_proba(points)
    return shares.argmax(axis=1), shares.max(axis=1), criteria


def _by_distance(points: Float, settings: DistanceSetting, seed: int, progress: Progress) -> Clustering:
    if settings.metric == "dtw":
        given = squareform(dtw_distances(points, window=settings.window, progress=progress))
        labels, membership = _density_or_tree(given, settings, "precomputed")
        labels = _by_size(labels)
        return Clustering(labels, membership, cluster_quality(labels, distances=given, seed=seed))
    progress(0, 1)
    labels, membership = _density_or_tree(points, settings, "euclidean")
    progress(1, 1)
    labels = _by_size(labels)
    return Clustering(labels, membership, cluster_quality(labels, coordinates=points, seed=seed))


def _density_or_tree(given: Any, settings: Any, metric: str) -> tuple[Labels, Float]:
    from sklearn import cluster as sk

    match settings:
        case Hdbscan():
            size = min(settings.min_cluster_size, len(given))
            samples = None if settings.min_samples is None else min(settings.min_samples, len(given))
            if metric == "euclidean" and len(given) > MOST_EXACT:
                least = samples or size  # the point itself is among them
                given, metric, samples = (
                    neighbour_graph(given, max(NEIGHBOURS, least)),
                    "precomputed",
                    max(1, least - 1),
                )
            model = sk.HDBSCAN(
                min_cluster_size=size,
                min_samples=samples,
                metric=metric,
                cluster_selection_method=settings.selection,
                copy=True,
            ).fit(given)
            return model.labels_, model.probabilities_
        case Dbscan():
            radius = settings.radius or _usual_radius(given, settings.min_samples, metric)
            labels = sk.DBSCAN(eps=radius, min_samples=settings.min_samples, metric=metric).fit_predict(given)
        case Hierarchical():
            labels = sk.AgglomerativeClustering(settings.clusters, metric=metric, linkage=settings.linkage).fit_predict(
                given
            )
        case _:
            raise TypeError(f"{type(settings).__name__} needs coordinates")
    return labels, (labels >= 0).astype(np.float64)


def _usual_radius(given: Float, min_samples: int, metric: str) -> float:
    from sklearn.neighbors import NearestNeighbors

    k = min(min_samples, len(given))
    model = NearestNeighbors(n_neighbors=k, metric=metric).fit(given)
    radius = float(np.median(model.kneighbors(given)[0][:, -1]))
    return radius if radius > 0 else 1e-9


def _by_size(labels: NDArray[Any]) -> Labels:
    """Number clusters from the largest; equal ones by their first member."""
    found, first, count = np.unique(labels, return_index=True, return_counts=True)
    real = found >= 0
    order = found[real][np.lexsort((first[real], -count[real]))]
    new = {int(old): i for i, old in enumerate(order)}
    return np.array([new.get(int(label), NOISE) for label in labels], np.intp)
