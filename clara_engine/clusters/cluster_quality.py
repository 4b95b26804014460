"""Quality figures of a clustering: silhouette, Calinski–Harabasz, Davies–Bouldin, AIC, BIC."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score, silhouette_score

__all__ = ["ClusterQuality", "cluster_quality"]

SAMPLE = 5000


@dataclass(frozen=True, slots=True)
class ClusterQuality:
    """Quality figures; None where one is not defined.

    Attributes
    ----------
    clusters : int
        Without the noise.
    noise_share : float
        Share of the stars in no cluster; every other figure leaves them out.
    silhouette : float or None
        −1 to 1, higher is better (Rousseeuw 1987); 0 when clusters overlap. Of a sample when there are many stars.
    calinski_harabasz : float or None
        Spread between over spread within clusters, higher is better; needs coordinates.
    davies_bouldin : float or None
        Lower is better; needs coordinates.
    aic, bic : float or None
        Lower is better; Gaussian mixtures only.
    """

    clusters: int
    noise_share: float
    silhouette: float | None = None
    calinski_harabasz: float | None = None
    davies_bouldin: float | None = None
    aic: float | None = None
    bic: float | None = None


def cluster_quality(
    labels: NDArray[np.intp],
    *,
    coordinates: NDArray[Any] | None = None,
    distances: NDArray[Any] | None = None,
    aic: float | None = None,
    bic: float | None = None,
    seed: int = 0,
) -> ClusterQuality:
    """Figures of a clustering, from coordinates, shape (n, d), or else from distances, shape (n, n).

    Parameters
    ----------
    labels : ndarray of intp
        Cluster of each star, shape (n,); -1 is noise.
    coordinates : ndarray, optional
        Shape (n, d).
    distances : ndarray, optional
        Shape (n, n); read where there are no coordinates.
    aic, bic : float, optional
        Information criteria of a mixture model, passed on.
    seed : int
        Of the sample that the silhouette is measured on.
    """
    member = labels >= 0
    found = np.unique(labels[member])
    noise = 1 - float(member.mean()) if labels.size else 0.0
    inside = labels[member]
    if not 2 <= found.size < inside.size:
        return ClusterQuality(int(found.size), noise, aic=aic, bic=bic)
    sample = min(SAMPLE, inside.size)
    if coordinates is None:
        assert distances is not None
        between = distances[np.ix_(member, member)]
        silhouette = silhouette_score(between, inside, metric="precomputed")
        return ClusterQuality(int(found.size), noise, float(silhouette), aic=aic, bic=bic)
    points = coordinates[member]
    return ClusterQuality(
        clusters=int(found.size),
        noise_share=noise,
        silhouette=_silhouette(points, inside, sample, seed),
        calinski_harabasz=float(calinski_harabasz_score(points, inside)),
        davies_bouldin=float(davies_bouldin_score(points, inside)),
        aic=aic,
        bic=bic,
    )


def _silhouette(points: NDArray[Any], labels: NDArray[np.intp], sample: int, seed: int) -> float | None:
    chosen = np.random.default_rng(seed).choice(labels.size, sample, replace=False)
    if not 2 <= np.unique(labels[chosen]).size < sample:
        return None
    return float(silhouette_score(points[chosen], labels[chosen]))
