"""Single events: the strongest dips and rises of several durations."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from clara_engine.features.steering.prepare import Prepared, robust_spreads

__all__ = ["LABELS", "events", "first_highest", "strongest"]

Float = NDArray[np.float64]
BOX_HOURS = (1.0, 2.0, 4.0, 8.0, 16.0)
STRONGEST = 4

LABELS = (
    *(
        f"{side} {number} of {hours:g} h, signal-to-noise"
        for hours in BOX_HOURS
        for side in ("dip", "rise")
        for number in range(1, STRONGEST + 1)
    ),
    *(f"dips against rises of {hours:g} h" for hours in BOX_HOURS),
)


def events(prepared: Prepared) -> Float:
    """Values of `LABELS`."""
    width = 24 * float(prepared.grid.time[1] - prepared.grid.time[0]) if prepared.grid.time.size > 1 else 0.25
    totals = np.zeros(prepared.grid.filled.size + 1)
    counts = np.zeros(prepared.grid.filled.size + 1, np.intp)
    np.cumsum(prepared.detrended(), out=totals[1:])
    np.cumsum(prepared.grid.filled, out=counts[1:])
    boxes = np.zeros((len(BOX_HOURS), 2, STRONGEST))
    for number, hours in enumerate(BOX_HOURS):
        size = max(1, round(hours / width))
        ratio = _box_means(totals, counts, size)
        boxes[number] = strongest(-ratio, size, STRONGEST), strongest(ratio, size, STRONGEST)
    dip, rise = boxes[:, 0, 0], boxes[:, 1, 0]
    return np.array([*boxes.ravel(), *((dip - rise) / np.maximum(dip + rise, 1e-9))])


def _box_means(totals: Float, counts: NDArray[np.intp], size: int) -> NDArray[np.float32]:
    """Signal-to-noise of the mean over a box that starts at each bin; 0 where fewer than half of its bins are filled.

    The noise is the robust spread of these means, so that red noise counts.
    """
    if counts.size <= size + 1:
        return np.zeros(1, np.float32)
    means, weight, seen = _sliding_means(totals, counts, size)
    if not seen.size:
        return np.asarray(means)
    some = means[seen]
    middle = np.partition(some, seen.size // 2)[seen.size // 2]
    _scale(means, weight, middle, robust_spreads(some[None])[0])
    return np.asarray(means)


@njit(cache=True, nogil=True, error_model="numpy")
def _sliding_means(totals: Any, counts: Any, size: int) -> Any:
    """Mean over each box, the root of the share of its bins that count or 0, and which boxes have over half of them."""
    boxes = counts.size - size
    means, weight = np.zeros(boxes, np.float32), np.zeros(boxes, np.float32)
    roots = np.sqrt(np.arange(size + 1) / size).astype(np.float32)
    for k in range(boxes):
        count = counts[k + size] - counts[k]
        weight[k] = roots[count] if 2 * count > size else np.float32(0)
        means[k] = (totals[k + size] - totals[k]) / max(count, 1)
    return means, weight, np.flatnonzero(weight)


@njit(cache=True, nogil=True, error_model="numpy")
def _scale(means: Any, weight: Any, middle: Any, spread: Any) -> None:
    factor = np.float32(1) / spread if spread > 0 else np.float32(0)
    for k in range(means.size):
        means[k] = (means[k] - middle) * weight[k] * factor


@njit(cache=True, nogil=True)
def first_highest(bits: Any) -> Any:
    """Place of the first highest of float32 values from 0 on, whose bits as integers are compared many at a time."""
    top = np.int32(0)
    for i in range(bits.size):
        top = max(top, bits[i])
    place = 0
    while bits[place] != top:
        place += 1
    return place


@njit(cache=True, nogil=True)
def strongest(ratio: Any, size: int, count: int) -> Any:
    """The highest values above 0 that are at least 1.5 boxes from each other, highest first.

    Parameters
    ----------
    ratio : ndarray of float32
        Signal-to-noise at each place, shape (m,).
    size : int
        Width of the box [samples].
    count : int
        How many values are wanted.

    Returns
    -------
    ndarray of float
        Shape (count,); 0 where there are no more.
    """
    left = np.zeros(ratio.size, np.float32)
    for i in range(ratio.size):
        left[i] = max(ratio[i], np.float32(0))
    bits = left.view(np.int32)
    found = np.zeros(count)
    reach = size + size // 2
    for number in range(count):
        place = first_highest(bits)
        found[number] = left[place]
        left[max(0, place - reach) : place + reach + 1] = 0
    return found
