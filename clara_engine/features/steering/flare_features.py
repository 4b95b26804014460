"""Flares sought by their shape: a fast rise, a slow decay."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from clara_engine.features.steering.event_features import first_highest
from clara_engine.features.steering.filter_templates import template
from clara_engine.features.steering.prepare import Prepared, normalised_difference
from clara_engine.features.steering.whitening import Single, Whitened, local_noise

__all__ = ["LABELS", "flares"]

Float = NDArray[np.float64]
HALF_WIDTH_MINUTES = (3.0, 7.0, 16.0, 40.0)
STRONGEST, INVERTED, DESCRIBED = 4, 2, 2
THRESHOLDS = (4.5, 6.0, 9.0)
APART_WIDTHS, LONGEST_WIDTHS = 3, 10
MINUTES_APART = 15
GRID_DAYS = 2 / 1440
#: Longer light curves are whitened in pieces of so many samples of the even grid, with so many observed ones.
MOST_SAMPLES, LEAST_SAMPLES = 1 << 20, 50
ALTERNATIVES = ("reversed in time", "a symmetric bump", "a step")

LABELS = (
    *(f"flare {number}, signal-to-noise, log10" for number in range(1, STRONGEST + 1)),
    *(f"flare {number} inverted, signal-to-noise, log10" for number in range(1, INVERTED + 1)),
    *(f"flare {number} against inverted" for number in (1, 2)),
    *(f"{kind} above {limit:g} noise, log" for kind in ("flares", "inverted flares") for limit in THRESHOLDS),
    *(f"flare {number}, half width, log10 min" for number in range(1, DESCRIBED + 1)),
    *(
        f"flare {number}{fact}"
        for number in range(1, DESCRIBED + 1)
        for fact in (*(f" against {other}" for other in ALTERNATIVES), ", share of its signal outside the peak")
    ),
    *(f"flare of {minutes:g} min, signal-to-noise, log10" for minutes in HALF_WIDTH_MINUTES),
    *(f"flare of {minutes:g} min against inverted" for minutes in HALF_WIDTH_MINUTES),
)


def flares(prepared: Prepared) -> Float:
    """Values of `LABELS`; light curves of more than `MOST_SAMPLES` (four years at 2 minutes) in pieces."""
    step = max(GRID_DAYS, prepared.step)
    sizes = tuple(round(max(minutes / 1440 / step, 0.5), 2) for minutes in HALF_WIDTH_MINUTES)
    widths = np.array(sizes)
    whites, found, own = [], [], []
    for flux, filled in _on_grids(prepared, step):
        white = Whitened(flux, filled, int(LONGEST_WIDTHS * widths[-1]) + 6)
        fits = white.signal_to_noise("flare", sizes)
        whites.append(white)
        found.append(_best_width(fits))
        own.append((fits.max(axis=1), -fits.min(axis=1)))
    if not whites:
        return np.zeros(len(LABELS))
    ends = np.cumsum([part[0].size for part in found])
    best, dips, which = (np.concatenate(parts) for parts in zip(*found, strict=True))
    apart = np.maximum(3, (APART_WIDTHS * widths).astype(np.intp))
    up, place = _strongest(best, apart[which], STRONGEST)
    down, _ = _strongest(dips, np.full(dips.size, apart[0]), INVERTED)
    limits, group = np.array(THRESHOLDS), max(1, int(MINUTES_APART / 1440 / step))
    row = [
        *np.log10(1 + up),
        *np.log10(1 + down),
        normalised_difference(up[0], down[0]),
        normalised_difference(up[1], down[1]),
    ]
    row += [*np.log1p(_counts(best, limits, group)), *np.log1p(_counts(dips, limits, group))]
    row += list(np.log10(np.array(HALF_WIDTH_MINUTES)[which[place[:DESCRIBED]]]))
    pieces = np.searchsorted(ends, place[:DESCRIBED], side="right")
    series = {piece: whites[piece].weighted() for piece in set(pieces.tolist())}
    for at, piece in zip(place[:DESCRIBED].tolist(), pieces.tolist(), strict=True):
        white = whites[piece]
        begin = int(ends[piece]) - white.filled.size
        row += _likenesses(white, series[piece], float(widths[which[at]]), at - begin)
    own_up, own_down = np.maximum(np.max(own, axis=0), 0)
    row += [*np.log10(1 + own_up), *((own_up - own_down) / np.maximum(own_up + own_down, 1e-9))]
    return np.array(row, dtype=np.float64)


def _likenesses(white: Whitened, series: Single, width: float, at: int) -> list[float]:
    """How much better a flare fits than each of `ALTERNATIVES`, and the share of its signal outside the peak."""
    values, before = template("flare", width)
    norm = float(white.norm("flare", (width,))[0])
    reach = max(2, int(2 * width))
    own = _best_fit(series, values, before, at, 2) / norm
    others = [_best_fit(series, values[::-1].copy(), values.size - 1 - before, at, reach) / norm]
    for shape in ("bump", "step"):
        both = (width, round(2.5 * width, 2))
        found = [_best_fit(series, *template(shape, wide), at, reach) for wide in both]
        others.append(float((found / white.norm(shape, both)).max()))
    tail = values.copy()
    tail[max(0, before - 1) : before + 2] = 0
    return [*(_against(own, other) for other in others), _best_fit(series, tail, before, at, 0) / norm / max(own, 1e-9)]


def _against(one: float, other: float) -> float:
    return float((one - other) / max(abs(one) + abs(other), 1e-9))


def _on_grids(prepared: Prepared, step: float) -> Iterator[tuple[Float, NDArray[np.bool_]]]:
    """Samples without slow changes, evened, at the nearest place of an even grid; means where several fall.

    A piece begins with the first sample after the one before it, and ends before `MOST_SAMPLES` steps are over.
    """
    time, noise = prepared.time, local_noise(prepared)
    first = 0
    while first < time.size:
        last = int(np.searchsorted(time, time[first] + MOST_SAMPLES * step))
        if last - first >= LEAST_SAMPLES:
            yield _evened(time[first:last], prepared.flat[first:last], noise, time[0], time[-1], step)
        first = last


@njit(cache=True, nogil=True, error_model="numpy")
def _evened(time: Any, flux: Any, noise: Any, begin: float, end: float, step: float) -> Any:
    # The noise is that of the whole light curve, from `begin` to `end`.
    per_noise = (noise.size - 1e-6) / (end - begin + 1e-9)
    start = time[0]
    size = int((time[-1] - start) / step + 0.5) + 1
    total, count = np.zeros(size), np.zeros(size, np.int64)
    for i in range(time.size):
        place = int((time[i] - start) / step + 0.5)
        total[place] += flux[i] / noise[int((time[i] - begin) * per_noise)]
        count[place] += 1
    for k in range(size):
        total[k] /= max(count[k], 1)
    return total, count > 0


@njit(cache=True, nogil=True)
def _best_width(fits: Any) -> Any:
    """At each sample the highest value, the highest of the inverted ones, and the number of the former."""
    kinds, size = fits.shape
    best, dips = fits[0].copy(), -fits[0]
    which = np.zeros(size, np.int64)
    for k in range(1, kinds):
        for i in range(size):
            if fits[k, i] > best[i]:
                best[i], which[i] = fits[k, i], k
            dips[i] = max(dips[i], -fits[k, i])
    return best, dips, which


@njit(cache=True, nogil=True)
def _strongest(values: Any, apart: Any, count: int) -> Any:
    """The highest values, at least 0, and where they are; none within `apart` of a higher one."""
    left = np.zeros(values.size, np.float32)
    for i in range(values.size):
        left[i] = max(values[i], np.float32(0))
    bits = left.view(np.int32)
    found = np.zeros(count)
    place = np.zeros(count, np.int64)
    for number in range(count):
        at = first_highest(bits)
        place[number] = at
        found[number] = left[at]
        left[max(0, at - apart[at]) : at + apart[at] + 1] = 0
    return found, place


@njit(cache=True, nogil=True)
def _counts(values: Any, limits: Any, apart: int) -> Any:
    """Groups of samples above each of the rising limits."""
    found = np.zeros(limits.size)
    last = np.full(limits.size, -apart - 1)
    for i in range(values.size):
        k = 0
        while k < limits.size and values[i] > limits[k]:
            if i - last[k] > apart:
                found[k] += 1
            last[k] = i
            k += 1
    return found


@njit(cache=True, nogil=True, fastmath=True)
def _best_fit(series: Any, shape: Any, before: int, place: int, reach: int) -> float:
    """Highest sum of products with a shape whose middle is within `reach` of `place`."""
    best = -1e30
    for shift in range(-reach, reach + 1):
        start = place + shift - before
        total = 0.0
        for i in range(max(0, -start), min(shape.size, series.size - start)):
            total += series[start + i] * shape[i]
        best = max(best, total)
    return best
