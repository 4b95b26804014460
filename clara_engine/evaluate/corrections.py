"""P-values of many tests, corrected for how many there are."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["benjamini_hochberg", "holm"]

Float = NDArray[np.float64]


def holm(p_values: ArrayLike) -> Float:
    """P-values adjusted so that the chance of any false finding stays at the level (Holm 1979); NaN stays NaN.

    Examples
    --------
    >>> holm(np.array([0.01, 0.02, 0.9])).round(3)
    array([0.03, 0.04, 0.9 ])
    """
    p = np.asarray(p_values, np.float64)
    adjusted = np.full(p.shape, np.nan)
    rows = np.flatnonzero(np.isfinite(p))
    order = rows[np.argsort(p[rows], kind="stable")]
    factor = order.size - np.arange(order.size)
    adjusted[order] = np.minimum(1, np.maximum.accumulate(p[order] * factor))
    return adjusted


def benjamini_hochberg(p_values: ArrayLike) -> Float:
    """P-values adjusted so that the share of false findings stays at the level (Benjamini & Hochberg 1995).

    NaN stays NaN.

    Examples
    --------
    >>> benjamini_hochberg(np.array([0.01, 0.02, 0.9])).round(3)
    array([0.03, 0.03, 0.9 ])
    """
    from scipy.stats import false_discovery_control

    p = np.asarray(p_values, np.float64)
    adjusted = np.full(p.shape, np.nan)
    known = np.isfinite(p)
    if known.any():
        adjusted[known] = false_discovery_control(p[known], method="bh")
    return adjusted
