"""How faithful a map is: whether neighbours on the plane are neighbours among the features, and the reverse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.manifold import trustworthiness
from sklearn.metrics import pairwise_distances

__all__ = ["MapQuality", "map_quality"]

SAMPLE = 2000
NEIGHBOURS = 15


@dataclass(frozen=True, slots=True)
class MapQuality:
    """Quality figures of a map, measured among a sample of its stars.

    Attributes
    ----------
    trustworthiness : float
        1 when no star on the plane has a neighbour that is far from it among the features (Venna & Kaski 2001).
    neighbour_recall : float
        Share of a star's nearest neighbours among the features that are nearest on the plane too.
    chance_recall : float
        What a random plane would reach.
    neighbours, sample : int
        How many neighbours count, and how many stars were looked at.
    """

    trustworthiness: float
    neighbour_recall: float
    chance_recall: float
    neighbours: int
    sample: int


def map_quality(
    rows: NDArray[Any],
    plane: NDArray[np.float64],
    *,
    metric: str = "euclidean",
    neighbours: int = NEIGHBOURS,
    sample: int = SAMPLE,
    seed: int = 0,
    prepare: Callable[[NDArray[Any]], NDArray[Any]] = np.asarray,
) -> MapQuality:
    """Measure a map against the rows that it shows.

    Parameters
    ----------
    rows : ndarray, shape (n, d)
        Features, or leaf numbers with ``metric="hamming"``.
    plane : ndarray, shape (n, 2)
    metric : str
        Distance between rows, by the name of scikit-learn.
    neighbours : int
        How many neighbours of a star are compared.
    sample : int
        At most this many stars, drawn at random, are compared with each other.
    seed : int
        Of the sample.
    prepare : callable
        What the rows of the sample go through before they are compared, such as standardising.
    """
    n = len(rows)
    chosen = np.sort(np.random.default_rng(seed).choice(n, sample, replace=False)) if n > sample else np.arange(n)
    size = chosen.size
    neighbours = max(1, min(neighbours, (size - 1) // 2))
    there = pairwise_distances(prepare(rows[chosen]), metric=metric)
    here = pairwise_distances(plane[chosen])
    shared = _nearest(there, neighbours) & _nearest(here, neighbours)
    return MapQuality(
        trustworthiness=float(trustworthiness(there, plane[chosen], n_neighbors=neighbours, metric="precomputed")),
        neighbour_recall=float(shared.sum() / (size * neighbours)),
        chance_recall=neighbours / (size - 1),
        neighbours=neighbours,
        sample=size,
    )


def _nearest(distances: NDArray[Any], k: int) -> NDArray[np.bool_]:
    """Which columns are among the k nearest of each row, itself left out."""
    distances = distances.copy()
    np.fill_diagonal(distances, np.inf)
    nearest = np.argpartition(distances, k - 1, axis=1)[:, :k]
    mask = np.zeros(distances.shape, bool)
    np.put_along_axis(mask, nearest, True, axis=1)
    return mask
