"""The few catalogue parameters that separate groups of stars best."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from math import comb

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from sklearn.cluster import KMeans

from clara_engine.errors import FeatureError
from clara_engine.progress import Progress, silent
from clara_engine.text import counted

__all__ = ["silhouette_search"]

Float = NDArray[np.float64]
MOST_SUBSETS = 2000


def silhouette_search(
    parameters: pd.DataFrame,
    groups: ArrayLike | None = None,
    *,
    clusters: int = 3,
    sizes: Sequence[int] = (2, 3),
    sample: int = 400,
    shuffles: int = 19,
    seed: int = 0,
    progress: Progress = silent,
) -> pd.DataFrame:
    """Silhouette of groups of stars in every small subset of standardised parameters.

    Parameters
    ----------
    parameters : DataFrame, shape (n, p)
        Stars with a gap are left out.
    groups : array_like of int, shape (n,), optional
        Groups to set apart, −1 for none; without them k-means makes `clusters` groups in each subset.
    clusters : int
        Of k-means, without `groups`.
    sizes : sequence of int
        How many parameters a subset has.
    sample : int
        At most this many stars, drawn at random.
    shuffles : int
        Repeats of the whole search on shuffled groups, or without groups on parameters shuffled one by one.
    seed : int
        Fixes all that is drawn.
    progress : callable
        Called as ``progress(done, total)``; what it raises stops the work.

    Returns
    -------
    DataFrame
        Best first: parameters (joined by commas), size, silhouette (−1 to 1), chance (mean over the shuffles of the
        best silhouette of the whole search) and p_value (share of the shuffles whose best is at least as high), both
        of which allow for how many subsets were tried; and stars, how many were looked at.

    Raises
    ------
    FeatureError
        Fewer than two groups, too few stars, or too many subsets.
    """
    subsets = [subset for size in sizes for subset in combinations(range(parameters.shape[1]), size)]
    tried = sum(comb(parameters.shape[1], size) for size in sizes)
    if not 0 < tried <= MOST_SUBSETS:
        raise FeatureError(f"{tried} subsets of {parameters.shape[1]} parameters; allowed: 1 to {MOST_SUBSETS}")
    random = np.random.default_rng(seed)
    points, labels = _sampled(parameters, groups, sample, random)
    if len(points) < max(10, 2 * clusters) or (labels is not None and np.unique(labels).size < 2):
        raise FeatureError(
            f"{counted(len(points), 'complete star')} in groups: a silhouette needs ten, in two groups or more"
        )
    total = shuffles + 1

    def search(points: Float, labels: NDArray[np.intp] | None, number: int) -> Float:
        found = np.empty(len(subsets))
        for i, subset in enumerate(subsets):
            progress(number * len(subsets) + i, total * len(subsets))
            chosen = points[:, subset]
            inside = _grouped(chosen, clusters, seed) if labels is None else labels
            found[i] = _silhouette(chosen, inside)
        return found

    real = search(points, labels, 0)
    best = np.empty(shuffles)
    for number in range(shuffles):
        if labels is None:
            best[number] = search(random.permuted(points, axis=0), None, number + 1).max()
        else:
            best[number] = search(points, random.permutation(labels), number + 1).max()
    progress(total, total)
    names = list(parameters.columns)
    table = pd.DataFrame(
        {
            "parameters": [",".join(names[i] for i in subset) for subset in subsets],
            "size": [len(subset) for subset in subsets],
            "silhouette": real,
            "chance": best.mean() if shuffles else np.nan,
            "p_value": (1 + (best[None, :] >= real[:, None]).sum(axis=1)) / (1 + shuffles),
            "stars": len(points),
        }
    )
    return table.sort_values("silhouette", ascending=False, ignore_index=True)


def _sampled(
    parameters: pd.DataFrame, groups: ArrayLike | None, sample: int, random: np.random.Generator
) -> tuple[Float, NDArray[np.intp] | None]:
    values = parameters.to_numpy(np.float64)
    keep = np.isfinite(values).all(axis=1)
    labels = None if groups is None else np.unique(np.asarray(groups), return_inverse=True)[1]
    if groups is not None:
        keep &= np.asarray(groups) >= 0
    rows = np.flatnonzero(keep)
    if rows.size > sample:
        rows = np.sort(random.choice(rows, sample, replace=False))
    chosen = values[rows]
    spread = chosen.std(axis=0) if len(chosen) else np.ones(values.shape[1])
    standard = (chosen - chosen.mean(axis=0)) / np.where(spread > 0, spread, 1) if len(chosen) else chosen
    return standard, None if labels is None else labels[rows]


def _grouped(points: Float, clusters: int, seed: int) -> NDArray[np.intp]:
    return np.asarray(KMeans(clusters, n_init=3, random_state=seed).fit_predict(points))


def _silhouette(points: Float, labels: NDArray[np.intp]) -> float:
    from sklearn.metrics import silhouette_score

    found = np.unique(labels).size
    return float(silhouette_score(points, labels)) if 2 <= found < len(labels) else -1.0
