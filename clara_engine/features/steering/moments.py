"""Quantiles and moments at several time scales, as they are and with slow changes taken off."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clara_engine.features.steering.prepare import Prepared, robust_spread

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
    samples = prepared.flux, prepared.detrended_samples()
    quantiles = [np.percentile(values, QUANTILES) / prepared.noise for values in samples]
    raw, flat = quantiles
    low, high = np.percentile(prepared.flux, (5, 95))
    first = [
        np.log10(prepared.noise),
        np.log10(max(high - low, 1e-9)),
        np.log10(max(robust_spread(prepared.slow[0][prepared.grid.filled]), 1e-9) / prepared.noise),
    ]
    asymmetry = [_asymmetry(raw[2], raw[5]), _asymmetry(flat[0], flat[7])]
    by_scale = []
    for values in (prepared.grid.flux, prepared.detrended()):
        for hours in SCALES_HOURS:
            by_scale += _statistics(values, prepared, hours)
    return np.array([*first, *raw, *flat, *asymmetry, *by_scale])


def _asymmetry(low: float, high: float) -> float:
    return float((high + low) / max(high - low, 1e-12))


def _statistics(values: Float, prepared: Prepared, hours: float) -> list[float]:
    """`STATISTICS` of means over some hours."""
    grid = prepared.grid
    width = 24 * float(grid.time[1] - grid.time[0]) if grid.time.size > 1 else 0.25
    size = max(1, round(hours / width))
    usable = values.size // size * size
    if usable < 3 * size:
        return [0.0] * len(STATISTICS)
    weight = grid.filled[:usable].reshape(-1, size).sum(axis=1)
    sums = np.where(grid.filled[:usable], values[:usable], 0.0).reshape(-1, size).sum(axis=1)
    full = weight > size / 2
    means = sums[full] / weight[full]
    if means.size < 5:
        return [0.0] * len(STATISTICS)
    spread = max(float(means.std()), 1e-12)
    scaled = (means - np.median(means)) / spread
    white = prepared.grid_noise / np.sqrt(size)
    robust = max(robust_spread(means), 1e-12)
    return [
        float(np.log10(spread / white)),
        float((scaled**3).mean()),
        float((scaled**4).mean()),
        float((means.min() - np.median(means)) / robust),
        float((means.max() - np.median(means)) / robust),
    ]
