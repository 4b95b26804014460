"""Single events: the strongest dips and rises of several durations, runs of outliers, and their shapes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from clara_engine.features.steering.prepare import Prepared, contrast, median, robust_spread

__all__ = ["LABELS", "events", "strongest"]

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
    boxes: list[float] = []
    contrasts: list[float] = []
    width = 24 * float(prepared.grid.time[1] - prepared.grid.time[0]) if prepared.grid.time.size > 1 else 0.25
    for window in (0, 1):
        flat = prepared.detrended(window)
        for hours in BOX_HOURS:
            size = max(1, round(hours / width))
            ratio = _box_means(flat, prepared.grid.filled, size)
            dips, rises = strongest(-ratio, size, STRONGEST), strongest(ratio, size, STRONGEST)
            boxes += [*dips, *rises]
            contrasts.append(contrast(dips[0], rises[0]))
    sigma = prepared.detrended_samples(1) / prepared.noise
    up, down = _runs(sigma, prepared.time), _runs(-sigma, prepared.time)
    both = contrast(up[2], down[2])
    return np.array([*boxes, *contrasts, *up, *down, both])


def _box_means(flat: Float, filled: NDArray[np.bool_], size: int) -> Float:
    """Signal-to-noise of the mean over a box that starts at each bin; 0 where fewer than half of its bins are filled.

    The noise is the robust spread of these means, so that red noise counts.
    """
    if flat.size <= size:
        return np.zeros(1)
    mean, weight = _sliding_means(flat, filled, size)
    seen = mean[weight > 0]
    spread = robust_spread(seen)
    if spread == 0:
        return np.zeros(mean.size)
    return np.asarray((mean - median(seen)) * (weight / spread))


@njit(cache=True, nogil=True, error_model="numpy")
def _sliding_means(flat: Any, filled: Any, size: int) -> Any:
    """Mean over the filled bins of each box, and the root of their share; both 0 where they are not over half of it."""
    means = np.zeros(flat.size - size + 1)
    weights = np.zeros(means.size)
    root = np.sqrt(np.arange(size + 1) / size)
    total, count = 0.0, 0
    for i in range(flat.size):
        if filled[i]:
            total += flat[i]
            count += 1
        first = i - size + 1
        if first < 0:
            continue
        if 2 * count > size:
            means[first] = total / count
            weights[first] = root[count]
        if filled[first]:
            total -= flat[first]
            count -= 1
    return means, weights


@njit(cache=True, nogil=True)
def strongest(ratio: Any, size: int, count: int) -> Any:
    """The highest values that are at least 1.5 boxes from each other, highest first."""
    left = ratio.copy()
    found = np.zeros(count)
    reach = size + size // 2
    for number in range(count):
        place = int(np.argmax(left))
        if left[place] <= 0:
            break
        found[number] = left[place]
        left[max(0, place - reach) : place + reach + 1] = -1e300
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
