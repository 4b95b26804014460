"""The best box at each trial period, for light curves that share their samples.

Compiled for features, where only the strength counts; periods that people read come from `clara_engine.periods.box`.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit

from clara_engine.features.steering.folding import fold, phase_bins

__all__ = ["best_box", "box_powers"]

LEAST_FILLED = 1.2  # a box holds more than this many values a bin, so it counts from two events on
SHORTEST_TURN = 4  # boxes


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def box_powers(values: Any, lengths: Any, widths: Any, noise: Any) -> Any:
    """Signal-to-noise of the best dip at each period and of the best rise (Kovács, Zucker & Mazeh 2002).

    Parameters
    ----------
    values : ndarray of float32, shape (n, curves + 1)
        Evenly spaced light curves with median 0, 0 where nothing was seen; the last column is 1 where something was.
    lengths : ndarray, shape (p,)
        Trial periods in steps of the values.
    widths : ndarray of int, shape (w,)
        Of the boxes, in steps, rising.
    noise : ndarray, shape (curves, w)
        Of the mean over a box of each width.

    Returns
    -------
    dips : ndarray of float32, shape (curves, p)
    rise : ndarray of float32, shape (curves,)
        The highest of all periods.
    """
    curves = values.shape[1] - 1
    powers = np.zeros((curves, lengths.size), np.float32)
    most = phase_bins(lengths.max()) + widths[-1] + 1
    sums = np.empty((most, curves + 1), np.float32)
    totals = np.zeros((curves + 1, most), np.float32)
    dips = np.empty(most, np.float32)
    rises = np.zeros((curves, most), np.float32)
    weights = np.empty((widths.size, most), np.float32)
    scale = np.empty((curves, widths.size), np.float32)
    for c in range(curves):
        for w in range(widths.size):
            scale[c, w] = 1 / (np.sqrt(widths[w]) * noise[c, w])
    # Bits of numbers from 0 on sort as integers, whose highest is found many at a time.
    power_bits, dip_bits = powers.view(np.int32), dips.view(np.int32)
    for p in range(lengths.size):
        bins = phase_bins(lengths[p])
        fold(values, lengths[p], sums)
        fitting = 0
        while fitting < widths.size and SHORTEST_TURN * widths[fitting] <= bins:
            fitting += 1
        if fitting == 0:
            continue
        _totals(sums, bins, widths[fitting - 1], totals)
        seen = totals[curves]
        for w in range(fitting):
            size = widths[w]
            least = np.float32(LEAST_FILLED * size)
            after = seen[size:]
            weight = weights[w]
            for k in range(bins):
                count = after[k] - seen[k]
                weight[k] = np.float32(1) / math.sqrt(max(count, np.float32(1))) if count > least else np.float32(0)
        for c in range(curves):
            total = totals[c]
            rise = rises[c]
            for k in range(bins):
                dips[k] = np.float32(0)
            for w in range(fitting):
                after = total[widths[w] :]
                weight = weights[w]
                factor = scale[c, w]
                for k in range(bins):
                    value = (after[k] - total[k]) * weight[k] * factor
                    dips[k] = max(dips[k], -value)
                    rise[k] = max(rise[k], value)
            power_bits[c, p] = _highest(dip_bits, bins)
    return powers, np.array([rises[c].max() for c in range(curves)])


@njit(cache=True, nogil=True, error_model="numpy")
def best_box(curve: Any, length: float, widths: Any, noise: Any) -> Any:
    """First step after the start of a turn, width in steps and signal-to-noise of the best dip at one period.

    Parameters
    ----------
    curve : ndarray of float32, shape (n, 2)
        One light curve as of `box_powers`, and 1 where something was seen.
    length : float
    widths, noise : ndarray, shape (w,)
    """
    bins = phase_bins(length)
    sums = np.empty((bins, 2), np.float32)
    totals = np.zeros((2, bins + widths[-1] + 1), np.float32)
    fold(curve, length, sums)
    place, width, power = 0, widths[0], 0.0
    for w in range(widths.size):
        size = widths[w]
        if SHORTEST_TURN * size > bins:
            break
        _totals(sums, bins, size, totals)
        for k in range(bins):
            count = totals[1, k + size] - totals[1, k]
            if count <= LEAST_FILLED * size:
                continue
            value = (totals[0, k] - totals[0, k + size]) / np.sqrt(count * size) / noise[w]
            if value > power:
                place, width, power = k, size, value
    return place, width, power


@njit(cache=True, nogil=True)
def _totals(sums: Any, bins: int, beyond: int, totals: Any) -> None:
    """Running totals of each curve over a turn, and on into the next one; the first column stays 0."""
    for c in range(sums.shape[1]):
        total = np.float32(0)
        for k in range(bins):
            total += sums[k, c]
            totals[c, k + 1] = total
        for k in range(1, beyond + 1):
            totals[c, bins + k] = total + totals[c, k]


@njit(cache=True, nogil=True)
def _highest(values: Any, count: int) -> Any:
    top = np.int32(0)
    for i in range(count):
        top = max(top, values[i])
    return top
