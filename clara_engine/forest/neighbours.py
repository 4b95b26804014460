"""Neighbours of a star by forest proximity: stars that end in the same leaves."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from clara_engine.errors import FeatureError

__all__ = ["leaf_neighbours"]

ROW_BLOCK = 8192


def leaf_neighbours(
    leaves: NDArray[np.int32], row: int | ArrayLike, k: int = 10
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Rows that share the most leaves with one row (random-forest proximity, Breiman 2003), without an N×N matrix.

    Parameters
    ----------
    leaves : ndarray of int32, shape (n, trees)
        `UnsupervisedForest.apply` of all rows; may be mapped.
    row : int or array_like of int32, shape (trees,)
        A row number, which is then left out of its own neighbours, or the leaves of another light curve.
    k : int
        How many at most.

    Returns
    -------
    rows : ndarray of int
        Nearest first; equal ones in row order.
    proximity : ndarray of float64
        Fraction of the trees in which both share a leaf, 0 to 1.

    Raises
    ------
    FeatureError
        When there is no such row, or its leaves are of another forest.
    """
    n, trees = leaves.shape
    own = np.ndim(row) == 0
    if own and not 0 <= int(row) < n:  # type: ignore[arg-type]
        raise FeatureError(f"row {row!r} is asked for, but rows go from 0 to {n - 1}")
    wanted = leaves[int(row)] if own else np.asarray(row)  # type: ignore[arg-type]
    if wanted.shape != (trees,):
        raise FeatureError(f"the leaves have shape {wanted.shape}, ({trees},) belong to this forest")
    shared = np.empty(n, np.int64)
    for first in range(0, n, ROW_BLOCK):
        shared[first : first + ROW_BLOCK] = np.count_nonzero(leaves[first : first + ROW_BLOCK] == wanted, axis=1)
    if own:
        shared[int(row)] = -1  # type: ignore[arg-type]
    k = max(0, min(k, n - own))
    candidates = np.flatnonzero(shared >= np.partition(shared, n - k)[n - k]) if k else np.empty(0, np.intp)
    nearest = candidates[np.argsort(-shared[candidates], kind="stable")][:k]
    return nearest, shared[nearest] / trees
