"""Methods of clustering, and their settings."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from clara_engine.errors import DesignError, FeatureError
from clara_engine.setting import Range, Setting

__all__ = [
    "METHODS",
    "SHORT",
    "ClusterSettings",
    "Dbscan",
    "DirichletMixture",
    "DistanceSetting",
    "GaussianMixture",
    "Hdbscan",
    "Hierarchical",
    "KMeans",
    "cluster_settings",
]

Clusters = Annotated[int, Range(2, 500)]
Members = Annotated[int, Range(2, 10_000)]
Covariance = Literal["full", "tied", "diag", "spherical"]


class KMeans(Setting):
    """k-means; the best of ten starts."""

    kind: Literal["kmeans"] = "kmeans"
    clusters: Clusters = 8


class GaussianMixture(Setting):
    """Mixture of normal distributions; the best of five starts."""

    kind: Literal["gaussian_mixture"] = "gaussian_mixture"
    clusters: Annotated[int, Range(1, 500)] = 8
    covariance: Covariance = "full"


class DirichletMixture(Setting):
    """Dirichlet-process mixture of normal distributions, with the published values (METHOD section 6).

    Attributes
    ----------
    clusters : int
        At most so many; those that get no star vanish.
    concentration : float
        Weight of the prior: small values favour few clusters.
    """

    kind: Literal["dirichlet_mixture"] = "dirichlet_mixture"
    clusters: Annotated[int, Range(1, 500)] = 3
    covariance: Covariance = "full"
    concentration: Annotated[float, Range(1e-6, 1e6)] = 0.1


class DistanceSetting(Setting):
    """Base of the ways that need distances only.

    Attributes
    ----------
    metric : {"euclidean", "dtw"}
        Dynamic time warping compares folded curves; it does not mind that one is stretched a little.
    window : float
        How far it may warp, as a share of the curve.
    """

    metric: Literal["euclidean", "dtw"] = "euclidean"
    window: Annotated[float, Range(0, 1)] = 0.1


class Dbscan(DistanceSetting):
    """DBSCAN (Ester et al. 1996).

    Attributes
    ----------
    radius : float, optional
        How near a neighbour is, in the units of the coordinates; by default the median distance to the
        `min_samples`-th nearest star.
    min_samples : int
        Neighbours, itself included, that make a star a core.
    """

    kind: Literal["dbscan"] = "dbscan"
    radius: Annotated[float, Range(1e-9, 1e9)] | None = None
    min_samples: Members = 10


class Hdbscan(DistanceSetting):
    """HDBSCAN (Campello, Moulavi & Sander 2013).

    Attributes
    ----------
    min_cluster_size : int
        The smallest group that counts as a cluster.
    min_samples : int, optional
        Larger values call more stars noise; by default `min_cluster_size`.
    selection : {"eom", "leaf"}
        Excess of mass, or the finest clusters.
    """

    kind: Literal["hdbscan"] = "hdbscan"
    min_cluster_size: Members = 15
    min_samples: Annotated[int, Range(1, 10_000)] | None = None
    selection: Literal["eom", "leaf"] = "eom"


class Hierarchical(DistanceSetting):
    """Agglomerative clustering, cut where so many clusters are left."""

    kind: Literal["hierarchical"] = "hierarchical"
    clusters: Clusters = 8
    linkage: Literal["average", "complete", "single"] = "average"


AnyMethod = KMeans | GaussianMixture | DirichletMixture | Dbscan | Hdbscan | Hierarchical
ClusterSettings = Annotated[AnyMethod, Field(discriminator="kind")]
METHODS: dict[str, type[AnyMethod]] = {
    method.model_fields["kind"].default: method
    for method in (KMeans, Dbscan, Hdbscan, GaussianMixture, DirichletMixture, Hierarchical)
}


#: What the field also calls them.
SHORT = {
    "gmm": "gaussian_mixture",
    "dpmm": "dirichlet_mixture",
    "dpgmm": "dirichlet_mixture",
    "bayesian_gmm": "dirichlet_mixture",
    "k-means": "kmeans",
    "agglomerative": "hierarchical",
}
#: The same of settings: the names of scikit-learn and of the published program.
OTHER_NAMES = {
    "n_clusters": "clusters",
    "n_components": "clusters",
    "eps": "radius",
    "covariance_type": "covariance",
    "weight_concentration_prior": "concentration",
    "cluster_selection_method": "selection",
}


def cluster_settings(kind: str, **values: Any) -> AnyMethod:
    """Settings of a way of clustering.

    Parameters
    ----------
    kind : str
        A key of `METHODS`, or of `SHORT`.
    **values : any
        Settings by name; the others keep their defaults.

    Raises
    ------
    FeatureError
        When there is no such way.
    DesignError
        When a value is out of its range, or the way has no such setting.

    Examples
    --------
    >>> cluster_settings("kmeans", clusters=4).clusters
    4
    """
    kind = SHORT.get(kind.lower(), kind)
    if kind not in METHODS:
        short = ", ".join(f"{name} for {meant}" for name, meant in SHORT.items())
        raise FeatureError(f"no clustering called {kind!r}: choose one of {', '.join(METHODS)} ({short})")
    settings, known = METHODS[kind], [name for name in METHODS[kind].model_fields if name != "kind"]
    values = {OTHER_NAMES.get(name, name) if name not in known else name: value for name, value in values.items()}
    unknown = [name for name in values if name not in known]
    if unknown:
        raise DesignError(f"{kind} has no setting {unknown[0]!r}: it has {', '.join(known)}")
    return settings(**values)
