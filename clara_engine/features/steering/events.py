"""Single events: the strongest dips and rises of several durations, runs of outliers, and their shapes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from clara_engine.features.steering.prepare import Prepared, contrast, robust_spreads

__all__ = ["LABELS", "events", "first_highest", "strongest"]

Float = NDArray[np.float64]
BOX_HOURS = (1.0, 2.0, 4.0, 8.0, 16.0)
STRONGEST = 4
RUN_SIGMA = 3.0
RUN_FACTS = (
    "runs of three or more", "longest run, samples", "strongest run, summed, log10", "second run, summed, log10",
    "rise against decay of the strongest run", "highest sample of the strongest run, in noise, log10",
)  # fmt: skip

LABELS = (
    *(
        f"{side} {number} of {hours:g} h, signal-to-noise{', fast changes taken off' if window else ''}"
        for window in (0, 1)
        for hours in BOX_HOURS
        for side in ("dip", "rise")
        for number in range(1, STRONGEST + 1)
    ),
    *(f"dips against rises of {hours:g} h{', fast changes taken off' if window else ''}"
      for window in (0, 1) for hours in BOX_HOURS),
    *(f"outliers {way}, {fact}" for way in ("up", "down") for fact in RUN_FACTS),
    "runs up against runs down",
)  # fmt: skip


def events(prepared: Prepared) -> Float:
    """Values of `LABELS`."""
    width = 24 * float(prepared.grid.time[1] - prepared.grid.time[0]) if prepared.grid.time.size > 1 else 0.25
    totals = np.zeros((2, prepared.grid.filled.size + 1))
    counts = np.zeros(prepared.grid.filled.size + 1, np.intp)
    np.cumsum([prepared.detrended(window) for window in (0, 1)], axis=1, out=totals[:, 1:])
    np.cumsum(prepared.grid.filled, out=counts[1:])
    boxes = np.zeros((2, len(BOX_HOURS), 2, STRONGEST))
    for number, hours in enumerate(BOX_HOURS):
        size = max(1, round(hours / width))
        for window, ratio in enumerate(_box_means(totals, counts, size)):
            boxes[window, number] = strongest(-ratio, size, STRONGEST), strongest(ratio, size, STRONGEST)
    dip, rise = boxes[:, :, 0, 0], boxes[:, :, 1, 0]
    contrasts = (dip - rise) / np.maximum(dip + rise, 1e-9)
    sigma = prepared.detrended_samples(1) / prepared.noise
    up, down = _runs(sigma, prepared.time), _runs(-sigma, prepared.time)
    return np.array([*boxes.ravel(), *contrasts.ravel(), *up, *down, contrast(up[2], down[2])])


def _box_means(totals: Float, counts: NDArray[np.intp], size: int) -> NDArray[np.float32]:
    """Signal-to-noise of the mean over a box that starts at each bin; 0 where fewer than half of its bins are filled.

    The noise is the robust spread of these means, so that red noise counts.
    """
    if counts.size <= size + 1:
        return np.zeros((len(totals), 1), np.float32)
    means, weight, seen = _sliding_means(totals, counts, size)
    if not seen.size:
        return means
    some = means.take(seen, axis=1)
    middle = np.partition(some, seen.size // 2, axis=1)[:, seen.size // 2]
    _scale(means, weight, middle, robust_spreads(some))
    return np.asarray(means)


@njit(cache=True, nogil=True, error_model="numpy")
def _sliding_means(totals: Any, counts: Any, size: int) -> Any:
    """Mean over each box, the root of the share of its bins that count or 0, and which boxes have over half of them."""
    rows, boxes = totals.shape[0], counts.size - size
    means, weight = np.zeros((rows, boxes), np.float32), np.zeros(boxes, np.float32)
    roots = np.sqrt(np.arange(size + 1) / size).astype(np.float32)
    for k in range(boxes):
        count = counts[k + size] - counts[k]
        weight[k] = roots[count] if 2 * count > size else np.float32(0)
    for row in range(rows):
        total, mean = totals[row], means[row]
        for k in range(boxes):
            mean[k] = (total[k + size] - total[k]) / max(counts[k + size] - counts[k], 1)
    return means, weight, np.flatnonzero(weight)


@njit(cache=True, nogil=True, error_model="numpy")
def _scale(means: Any, weight: Any, middle: Any, spread: Any) -> None:
    for row in range(means.shape[0]):
        mean = means[row]
        factor = np.float32(1) / spread[row] if spread[row] > 0 else np.float32(0)
        for k in range(mean.size):
            mean[k] = (mean[k] - middle[row]) * weight[k] * factor


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
    """The highest values above 0 that are at least 1.5 boxes from each other, highest first."""
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


@njit(cache=True, nogil=True)
def _runs(sigma: Any, time: Any) -> Any:
    """`RUN_FACTS` of neighbouring samples above `RUN_SIGMA`; gaps of over an hour end a run."""
    facts = np.zeros(6)
    best, second, best_first, best_last = 0.0, 0.0, -1, -1
    i = 0
    n = sigma.size
    while i < n:
        if sigma[i] <= 3.0:
            i += 1
            continue
        first = i
        total = 0.0
        while i < n and sigma[i] > 3.0 and (i == first or time[i] - time[i - 1] < 1 / 24):
            total += sigma[i]
            i += 1
        length = i - first
        if length < 3:
            continue
        facts[0] += 1
        facts[1] = max(facts[1], length)
        if total > best:
            second = best
            best, best_first, best_last = total, first, i
        elif total > second:
            second = total
    facts[2] = np.log10(1 + best)
    facts[3] = np.log10(1 + second)
    if best_first >= 0:
        peak = best_first + int(np.argmax(sigma[best_first:best_last]))
        rise, decay = time[peak] - time[best_first], time[best_last - 1] - time[peak]
        facts[4] = (decay - rise) / max(decay + rise, 1e-9)
        facts[5] = np.log10(1 + sigma[peak])
    return facts
