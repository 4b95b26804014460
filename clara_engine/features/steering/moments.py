"""Quantiles and moments at several time scales, as they are and with slow changes taken off."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from clara_engine.features.steering.prepare import Prepared
from clara_engine.timeseries import MAD, robust_spread

__all__ = ["LABELS", "moments"]

Float = NDArray[np.float64]
QUANTILES = (0.1, 1, 5, 25, 75, 95, 99, 99.9)
SCALES_HOURS = (0.25, 1, 2, 4, 8, 24)
STATISTICS = ("spread against white noise", "skewness", "kurtosis", "lowest, in spreads", "highest, in spreads")

LABELS = (
    "noise of one sample, log10",
    "range of the middle 90 %, log10",
    "slow changes against noise, log10",
    *(f"{name} quantile {q:g} %, in noise" for name in ("sample", "detrended sample") for q in QUANTILES),
    "asymmetry of the 5 and 95 % quantiles",
    "asymmetry of the 0.1 and 99.9 % quantiles",
    *(
        f"{name}, {hours:g} h means, {statistic}"
        for name in ("flux", "detrended flux")
        for hours in SCALES_HOURS
        for statistic in STATISTICS
    ),
)


def moments(prepared: Prepared) -> Float:
    """Values of `LABELS`."""
    both = np.array([prepared.flux, prepared.flat], np.float32)  # sorts faster
    ordered, flat_ordered = np.sort(both, axis=1)
    raw, flat = (_quantiles(values, QUANTILES) / prepared.noise for values in (ordered, flat_ordered))
    low, high = _quantiles(ordered, (5, 95))
    first = [
        np.log10(prepared.noise),
        np.log10(max(high - low, 1e-9)),
        np.log10(max(robust_spread(prepared.slow[prepared.grid.filled]), 1e-9) / prepared.noise),
    ]
    asymmetry = [_asymmetry(raw[2], raw[5]), _asymmetry(flat[0], flat[7])]
    grid = prepared.grid
    width = 24 * float(grid.time[1] - grid.time[0]) if grid.time.size > 1 else 0.25
    sizes = np.array([max(1, round(hours / width)) for hours in SCALES_HOURS])
    by_scale = [
        _statistics(values, grid.filled, sizes, prepared.grid_noise).ravel()
        for values in (grid.flux, prepared.detrended())
    ]
    return np.concatenate([first, raw, flat, asymmetry, *by_scale])


def _quantiles(ordered: Float, percent: tuple[float, ...]) -> Float:
    """Of sorted values, straight lines between them."""
    place = np.array(percent) / 100 * (ordered.size - 1)
    below = place.astype(np.intp)
    above = np.minimum(below + 1, ordered.size - 1)
    return np.asarray(ordered[below] + (place - below) * (ordered[above] - ordered[below]))


def _asymmetry(low: float, high: float) -> float:
    return float((high + low) / max(high - low, 1e-12))


@njit(cache=True, nogil=True, error_model="numpy")
def _statistics(values: Any, filled: Any, sizes: Any, noise: float) -> Any:
    """`STATISTICS` of means over each number of bins, shape (sizes, 5); of means more than half of whose bins count."""
    found = np.zeros((sizes.size, 5))
    room = np.empty(values.size)
    for s in range(sizes.size):
        size = sizes[s]
        whole = values.size // size
        if whole < 3:
            continue
        n = 0
        for block in range(whole):
            total, count = 0.0, 0
            for i in range(block * size, (block + 1) * size):
                if filled[i]:
                    total += values[i]
                    count += 1
            if 2 * count > size:
                room[n] = total / count
                n += 1
        if n < 5:
            continue
        means = room[:n]
        middle = np.median(means)
        spread = max(means.std(), 1e-12)
        robust = max(MAD * np.median(np.abs(means - middle)), 1e-12)
        third, fourth = 0.0, 0.0
        for mean in means:
            scaled = (mean - middle) / spread
            third += scaled**3
            fourth += scaled**4
        found[s, 0] = np.log10(spread * np.sqrt(size) / noise)
        found[s, 1] = third / n
        found[s, 2] = fourth / n
        found[s, 3] = (means.min() - middle) / robust
        found[s, 4] = (means.max() - middle) / robust
    return found
