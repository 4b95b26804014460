"""Distances between folded light curves that may be stretched: dynamic time warping."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from clara_engine.errors import FeatureError
from clara_engine.progress import Progress, silent
from clara_engine.text import agreeing, counted

__all__ = ["MOST_CURVES", "dtw_distances"]

MOST_CURVES = 5000  # 12.5 million pairs, some minutes and 100 MB
PAIRS_A_BLOCK = 20_000


def dtw_distances(curves: ArrayLike, *, window: float = 0.1, progress: Progress = silent) -> NDArray[np.float64]:
    """Dynamic time warping distance (Sakoe & Chiba 1978) between every two curves, by dtaidistance.

    Parameters
    ----------
    curves : array_like, shape (n, samples)
    window : float
        How far a curve may be shifted against another, as a share of its samples; 0 gives the Euclidean distance.
    progress : callable
        Called as ``progress(done, total)``; what it raises stops the work.

    Returns
    -------
    ndarray of float64, shape (n (n − 1) / 2,)
        Condensed, in the order of `scipy.spatial.distance.squareform`.

    Raises
    ------
    FeatureError
        More curves than can be compared in pairs.
    """
    from dtaidistance import dtw  # compiled, and only this needs it

    rows = np.ascontiguousarray(curves, dtype=np.float64)
    n, samples = rows.shape
    if n > MOST_CURVES:
        raise FeatureError(
            f"{counted(n, 'curve')} {agreeing(n, 'are')} too many to compare in pairs: select at most {MOST_CURVES}"
        )
    reach = max(1, round(window * samples) + 1)  # dtaidistance counts the diagonal
    parts: list[NDArray[np.float64]] = []
    first = 0
    while first < n - 1:
        last = min(n, first + max(1, PAIRS_A_BLOCK // (n - first)))
        block = ((first, last), (0, n))
        part = dtw.distance_matrix_fast(rows, window=reach, block=block, compact=True, parallel=True)
        parts.append(np.asarray(part, np.float64))
        first = last
        progress(n * n - (n - first) ** 2, n * n)
    return np.concatenate(parts) if parts else np.empty(0)
