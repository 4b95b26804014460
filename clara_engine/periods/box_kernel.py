"""The best box at each of many periods, compiled: the search of Kovács, Zucker & Mazeh (2002, A&A 391, 369)."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["Boxes", "best_boxes"]

Float = NDArray[np.float64]


class Boxes(NamedTuple):
    """The best box at each trial period, each an array of shape (n,); a depth of NaN where there is none.

    Attributes
    ----------
    depth, snr : ndarray
        In the unit of the flux, and that depth over its white noise.
    duration_days, middle_days : ndarray
        Its length, and when the first one has its middle [days].
    score : ndarray
        What the best box has most of: the squared signal-to-noise, or the logarithm of the likelihood, but for a factor
        that all periods share.
    """

    depth: Float
    snr: Float
    duration_days: Float
    middle_days: Float
    score: Float


def best_boxes(
    time: Float,
    flux: Float,
    noise: float,
    periods: Float,
    durations: Float,
    *,
    bins: int,
    likeliest: bool = False,
) -> Boxes:
    """Search for the best box at each period.

    Samples are put into bins of phase, `bins` of them as long as the shortest duration; boxes begin where bins do.

    Parameters
    ----------
    time : ndarray, shape (m,)
        [days], not negative.
    flux : ndarray, shape (m,)
        Relative; any level.
    noise : float
        White noise of each sample, in the unit of the flux.
    periods : ndarray, shape (n,)
        Trial periods [days], longer than the longest duration.
    durations : ndarray, shape (k,)
        Trial durations [days].
    bins : int
        Bins in the shortest duration.
    likeliest : bool
        Whether the best box is that of the highest likelihood, in place of signal-to-noise.

    Notes
    -----
    As `astropy.timeseries.BoxLeastSquares` with the method "fast", in 24 ms in place of 81 for 3,600 samples and 3,600
    periods: it divides once a period in place of once a sample.
    """
    width = float(durations.min()) / bins
    lengths = np.floor(durations / width + 0.5).astype(np.int64)
    found = np.full((5, periods.size), np.nan)
    _search(time, flux - flux.mean(), periods, width, lengths, bins, likeliest, *found)
    depth, snr, duration, middle, score = found
    return Boxes(depth, snr / noise, duration, middle, score)


@njit(cache=True, nogil=True, error_model="numpy")
def _search(
    time: Any,
    flux: Any,
    periods: Any,
    width: float,
    lengths: Any,
    around: int,
    likeliest: bool,
    depth: Any,
    snr: Any,
    duration: Any,
    middle: Any,
    score: Any,
) -> None:
    most = int(np.ceil(periods.max() / width)) + around + 1
    sums, counts, places = np.empty(most), np.empty(most), np.empty(time.size, np.int32)
    total, number = flux.sum(), float(time.size)
    for p in range(periods.size):
        period = periods[p]
        turn, bins_a_period = 1 / period, period / width
        count = int(np.ceil(bins_a_period)) + around
        sums[: count + 1] = 0.0
        counts[: count + 1] = 0.0
        for i in range(time.size):
            turns = time[i] * turn
            places[i] = int((turns - np.floor(turns)) * bins_a_period) + 1
        for i in range(time.size):
            sums[places[i]] += flux[i]
            counts[places[i]] += 1.0
        for i in range(around):  # the end of the period goes on with its beginning
            sums[count - around + i] = sums[i + 1]
            counts[count - around + i] = counts[i + 1]
        for i in range(1, count + 1):
            sums[i] += sums[i - 1]
            counts[i] += counts[i - 1]
        best, first, length = 0.0, -1, 0
        for k in range(lengths.size):
            for i in range(count - lengths[k] + 1):
                inside = counts[i + lengths[k]] - counts[i]
                outside = number - inside
                if inside < 0.5 or outside < 0.5:
                    continue
                missing = total * inside - (sums[i + lengths[k]] - sums[i]) * number
                if missing < 0:
                    continue
                squared = missing * missing / (inside * outside)
                if likeliest:
                    squared /= outside
                if squared > best or first < 0:
                    best, first, length = squared, i, lengths[k]
        if first < 0:
            continue
        score[p] = best
        inside = counts[first + length] - counts[first]
        outside = number - inside
        depth[p] = (total * inside - (sums[first + length] - sums[first]) * number) / (inside * outside)
        snr[p] = depth[p] * np.sqrt(inside * outside / number)
        duration[p] = length * width
        middle[p] = (first + 0.5 * length) * width % period
