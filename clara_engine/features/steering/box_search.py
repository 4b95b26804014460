"""The best box at each trial period, for several light curves that share their samples."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from clara_engine.features.steering.folding import fold, phase_bins

__all__ = ["box_powers", "place_of_box"]

Float = NDArray[np.float64]
LEAST_FILLED = 1.2  # a box holds more than this many values a bin, so it counts from two events on
SHORTEST_TURN = 4  # boxes


@njit(cache=True, nogil=True, fastmath=True)
def box_powers(values: Any, lengths: Any, widths: Any, noise: Any) -> Any:
    """Signal-to-noise of the best dip and of the best rise at each period.

    Parameters
    ----------
    values : ndarray of float32, shape (curves + 1, n)
        Evenly spaced light curves with median 0, 0 where nothing was seen; the last row is 1 where something was.
    lengths : ndarray, shape (p,)
        Trial periods in steps of the values.
    widths : ndarray of int, shape (w,)
        Of the boxes, in steps, rising.
    noise : ndarray, shape (curves, w)
        Of the mean over a box of each width.

    Returns
    -------
    dips, rises : ndarray, shape (curves, p)
    """
    curves = values.shape[0] - 1
    dips = np.zeros((curves, lengths.size))
    rises = np.zeros((curves, lengths.size))
    most = phase_bins(lengths.max()) + widths[-1]
    sums = np.empty((curves + 1, most), np.float32)
    boxes = np.empty((curves + 1, most), np.float32)
    for p in range(lengths.size):
        bins = phase_bins(lengths[p])
        fold(values, lengths[p], sums)
        _wrap(sums, bins, widths[-1])
        boxes[:, :bins] = 0.0
        done = 0
        for w in range(widths.size):
            size = widths[w]
            if SHORTEST_TURN * size > bins:
                break
            _widen(sums, boxes, bins, done, size)
            done = size
            weight = boxes[curves, :bins]
            least = np.float32(LEAST_FILLED * size)
            scratch = sums[curves, :0]
            for c in range(curves):
                box = boxes[c, :bins]
                low = np.float32(0)
                high = np.float32(0)
                for k in range(bins):
                    count = weight[k]
                    value = box[k] / np.sqrt(count) if count > least else np.float32(0)
                    low = min(low, value)
                    high = max(high, value)
                scale = 1 / (np.sqrt(size) * noise[c, w])
                dips[c, p] = max(dips[c, p], -low * scale)
                rises[c, p] = max(rises[c, p], high * scale)
    return dips, rises
