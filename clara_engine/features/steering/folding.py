"""Evenly spaced values folded over a period: whole turns are added to each other, many values at a time."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

__all__ = ["fold", "phase_bins"]


@njit(cache=True, nogil=True)
def phase_bins(length: float) -> int:
    """Bins of a folded turn of `length` values; the last one may miss some turns."""
    return int(np.ceil(length))


@njit(cache=True, nogil=True, error_model="numpy")
def fold(values: Any, length: float, sums: Any) -> Any:
    """Add up all turns; turn k begins with the value nearest to k times `length`.

    Parameters
    ----------
    values : ndarray of float32, shape (n, curves)
        Evenly spaced, 0 where nothing was seen.
    length : float
        The period in steps of the values, at least 1.
    sums : ndarray of float32, shape (at least phase_bins(length), curves)
        Takes the sums; every value goes to exactly one.
    """
    n, curves = values.shape
    flat, total = values.reshape(-1), sums.reshape(-1)
    total[: phase_bins(length) * curves] = 0.0
    first, turn = 0, 0
    while first < n:
        turn += 1
        stop = min(int(turn * length + 0.5), n)
        one = flat[first * curves : stop * curves]
        for i in range(one.size):
            total[i] += one[i]
        first = stop
