"""Transits that come back: a limb-darkened matched filter for each duration, folded over all periods."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from clara_engine.features.steering.prepare import (
    Prepared,
    folded_part,
    medians,
    normalised_difference,
    robust_spreads,
)
from clara_engine.features.steering.transit_search import SHORTEST_DAYS, trial_periods
from clara_engine.features.steering.whitening import whitened_grid, whitened_hours

__all__ = ["LABELS", "repeated"]

Float = NDArray[np.float64]
#: Durations, and how many bins of the grid and trial periods are stepped over for them.
DURATIONS_HOURS = (1.0, 1.7, 2.8, 4.6, 7.4, 12.0, 28.0)
COARSE = (1, 1, 2, 2, 2, 4, 4)
LONG = 5  # from here on the flux keeps slower changes, in hourly bins
TOLD = (0, 2, 4, 5, 6)  # those whose own maxima are features
LEAST_BINS = 80
DEEPEST, HIGHEST = 15.0, 6.0  # a period needs more than one event
LEAST_PERIODS = 0.35  # a duration over a period at most
LANES = 16  # numbers that a processor adds at a time
BY_DURATION = ("dips", "rises", "dips against rises", "dips over the median period's")
OF_SEARCH = ("signal-to-noise", "signal-to-noise of inverted flux", "against inverted")
OF_MANY = (
    *OF_SEARCH,
    "period, log10 d",
    "duration, h",
    "events",
    "weakest event",
    "second weakest event",
    "strongest event's share",
    "scatter between events",
    "odd against even",
    "first half against second",
    "dip half a period later",
    "with the next shorter duration",
    "with the next longer duration",
    "share seen around the events",
)
OF_TWO = (*OF_SEARCH, "weaker event", "scatter between events")

LABELS = (
    *(f"repeated {fact}, {DURATIONS_HOURS[k]:g} h" for k in TOLD for fact in BY_DURATION),
    *(f"repeated {fact}, any duration" for fact in BY_DURATION[:3]),
    *(f"alike dips of {DURATIONS_HOURS[LONG]:g} h or longer, {fact}" for fact in OF_SEARCH),
    *(f"three alike dips, {fact}" for fact in OF_MANY),
    *(f"two alike dips, {fact}" for fact in OF_TWO),
)


def repeated(prepared: Prepared) -> Float:
    """Values of `LABELS` (signal-to-noise of many events from that of single ones: Jenkins 2002).

    Of a light curve of more than `LONGEST_FOLDED_DAYS` the part that `folded_part` chooses.
    """
    grid = prepared.grid
    part = folded_part(grid)
    filled = grid.filled[part]
    span = float(np.ptp(grid.time[part]))
    if filled.size < LEAST_BINS or span < 2 * SHORTEST_DAYS:
        return np.zeros(len(LABELS))
    width = float(grid.time[1] - grid.time[0])
    sizes = np.array(DURATIONS_HOURS) / 24 / width
    single = np.clip(_single(prepared, sizes)[:, part], -HIGHEST, DEEPEST)
    all_periods = trial_periods(span) / width
    tops, bottoms, over = np.zeros((3, len(sizes)))
    best: dict[tuple[int, int], tuple[float, int, float, int]] = {}
    lasting = np.zeros(2)
    for coarse in sorted(set(COARSE)):
        some = [k for k, step in enumerate(COARSE) if step == coarse]
        periods = all_periods[::coarse] / coarse
        rows, size = _rows(single[some, ::coarse], filled[::coarse], periods)
        power, rises, found = _fold(rows, size, periods, sizes[some] / coarse)
        tops[some], bottoms[some] = power.max(axis=1), rises
        over[some] = (tops[some] - medians(power)) / np.maximum(robust_spreads(power), 1e-3)
        for d, k in enumerate(some):
            if k >= LONG:
                lasting = np.maximum(lasting, found[:, 0, d, 0])
                continue
            for sign in (0, 1):
                for few in (0, 1):
                    value, p, phase = found[sign, few, d]
                    if value > best.get((sign, few), (0.0,))[0]:
                        best[sign, few] = (value, k, coarse * periods[int(p)], coarse * int(phase))
    row: list[float] = []
    for k in TOLD:
        row += [tops[k], bottoms[k], normalised_difference(tops[k], bottoms[k]), over[k]]
    for one, other in ((tops.max(), bottoms.max()), lasting):
        row += [one, other, normalised_difference(one, other)]
    nothing = (0.0, 0, 0.0, 0)
    row += _many(single, filled, width, best.get((0, 0), nothing), best.get((1, 0), nothing)[0])
    pair, chance = best.get((0, 1), nothing), best.get((1, 1), nothing)[0]
    seen = _events(single[pair[1]], filled, pair[2], pair[3])[0]
    row += [pair[0], chance, normalised_difference(pair[0], chance), float(seen.min()), float(np.ptp(seen) ** 2 / 2)]
    return np.array(row)


def _single(prepared: Prepared, sizes: Float) -> Any:
    """Signal-to-noise of a dip of each duration with its middle in each bin of the grid, shape (durations, n)."""
    white = whitened_grid(prepared)
    hourly, spacing = whitened_hours(prepared)
    single = np.zeros((sizes.size, white.filled.size), np.float32)
    np.negative(white.signal_to_noise("transit", _widths(sizes[:LONG])), out=single[:LONG])
    found = -hourly.signal_to_noise("transit", _widths(sizes[LONG:] / spacing)).repeat(spacing, axis=1)
    single[LONG:, : found.shape[1]] = found
    return single


def _widths(sizes: Float) -> tuple[float, ...]:
    return tuple(round(max(float(size), 1.0), 2) for size in sizes)


def _rows(single: Any, filled: NDArray[np.bool_], periods: Float) -> tuple[Any, int]:
    """The first two parameters of `_fold`."""
    size = filled.size
    rows = np.zeros((len(single) + 1, size + int(periods[0]) + 2 * LANES), np.float32)
    rows[:-1, :size], rows[-1, :size] = single, filled
    return rows, size


def _many(
    single: Any, filled: NDArray[np.bool_], width: float, best: tuple[float, int, float, int], chance: float
) -> list[float]:
    """`OF_MANY`."""
    top, k, period, phase = best
    if not top:
        return [0.0] * len(OF_MANY)
    seen, number, at = _events(single[k], filled, period, phase)
    share, order = np.maximum(seen, 0) ** 2, np.sort(seen)
    middle = seen.size // 2

    def others(k: int, shift: float = 0.0) -> float:
        if not 0 <= k < LONG:
            return 0.0
        found = _events(single[k], filled, period, int(phase + shift) % int(period))[0]
        return float(found.sum() / np.sqrt(found.size)) / top

    reach = max(2, round(2 * DURATIONS_HOURS[k] / 24 / width))
    total = np.concatenate([[0], np.cumsum(filled)])
    around = total[np.minimum(at + reach + 1, filled.size)] - total[np.maximum(at - reach, 0)]
    return [
        top,
        chance,
        normalised_difference(top, chance),
        float(np.log10(period * width)),
        DURATIONS_HOURS[k],
        float(seen.size),
        float(order[0]),
        float(order[min(1, seen.size - 1)]),
        float(share.max() / max(share.sum(), 1e-9)),
        float(seen.var(ddof=1)) if seen.size > 1 else 0.0,
        _apart(seen[number % 2 == 1], seen[number % 2 == 0]),
        _apart(seen[:middle], seen[middle:]),
        others(k, period / 2),
        others(k - 1),
        others(k + 1),
        float(around.mean() / (2 * reach + 1)),
    ]


def _apart(one: Float, other: Float) -> float:
    """Difference of two means in standard errors."""
    if not one.size or not other.size:
        return 0.0
    return float(abs(one.mean() - other.mean()) / np.sqrt(1 / one.size + 1 / other.size))


def _events(
    single: Any, filled: NDArray[np.bool_], period: float, phase: int
) -> tuple[Float, NDArray[np.intp], NDArray[np.intp]]:
    """Signal-to-noise, number and place of each event of an ephemeris that was seen; one of 0 where none was."""
    if period:
        number = np.arange(int(single.size / period) + 1)
        at = (number * period + 0.5).astype(np.intp) + phase
        number, at = number[at < single.size], at[at < single.size]
        seen = filled[at]
        if seen.any():
            return single[at[seen]].astype(np.float64), number[seen], at[seen]
    return np.zeros(1), np.zeros(1, np.intp), np.zeros(1, np.intp)


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _fold(rows: Any, size: int, periods: Any, durations: Any) -> Any:
    """Sums of single events over the root of their number.

    Parameters
    ----------
    rows : ndarray of float32, shape (durations + 1, at least size + longest period + 2 * LANES)
        Signal-to-noise of single dips for each duration; in the last row 1 where there is a sample. 0 from `size` on.
    size : int
    periods, durations : ndarray
        In samples.

    Returns
    -------
    power : ndarray, shape (durations, periods)
        At the best phase of each period; from two events on.
    rises : ndarray, shape (durations,)
        The highest for inverted flux.
    best : ndarray, shape (2, 2, durations, 3)
        For dips and for rises, of three or more events and of two: signal-to-noise weighed by how well the events
        agree, number of the period, phase [samples].
    """
    count = rows.shape[0] - 1
    power = np.zeros((count, periods.size), np.float32)
    rises = np.zeros(count)
    best = np.zeros((2, 2, count, 3))
    sums = np.empty((count + 1, int(periods.max()) + 2 * LANES), np.float32)
    values = np.zeros(sums.shape[1], np.float32)
    # Bits of numbers from 0 on sort as integers, whose highest is found many at a time; the first bit is the sign.
    bits = values.view(np.int32)
    flipped = (np.int32(0), np.int32(-(2**31)))
    top = np.zeros(2, np.int32)
    highest = top.view(np.float32)
    for p in range(periods.size):
        period = periods[p]
        bins = int(period)
        fitting = count
        while fitting and durations[fitting - 1] > LEAST_PERIODS * period:
            fitting -= 1
        if fitting == 0:
            continue
        _add_turns(rows, size, period, fitting, sums)
        scale = sums[count]
        for k in range(bins):
            root = np.float32(1) / np.sqrt(scale[k])
            scale[k] = root if scale[k] > np.float32(1.5) else np.float32(0)
        for d in range(fitting):
            part = sums[d]
            for k in range(bins):
                values[k] = part[k] * scale[k]
            dip, rise = np.int32(0), np.int32(0)
            for k in range(bins):
                dip = max(dip, bits[k])
                rise = max(rise, np.int32(bits[k] ^ flipped[1]))
            top[0], top[1] = dip, rise
            power[d, p] = highest[0]
            rises[d] = max(rises[d], highest[1])
            for sign in range(2):
                least = best[sign, 0, d, 0]
                if 4 * period > size:
                    least = min(least, best[sign, 1, d, 0])
                if highest[sign] <= least:
                    continue
                phase = 0
                while np.int32(bits[phase] ^ flipped[sign]) != top[sign]:
                    phase += 1
                seen, agreement = _agreement(rows[d], rows[count], size, period, phase)
                few = 0 if seen > 2 else 1
                if highest[sign] * agreement > best[sign, few, d, 0]:
                    best[sign, few, d, 0] = highest[sign] * agreement
                    best[sign, few, d, 1] = p
                    best[sign, few, d, 2] = phase
    return power, rises, best


@njit(cache=True, nogil=True, error_model="numpy")
def _add_turns(rows: Any, size: int, period: float, fitting: int, sums: Any) -> None:
    """Stretches that begin a period apart, one upon the other, of the first rows and the last one."""
    width = (int(period) + LANES - 1) // LANES * LANES
    last = rows.shape[0] - 1
    for d in range(fitting + 1):
        row = rows[d if d < fitting else last]
        total = sums[d if d < fitting else last, :width]
        total[:] = 0
        turns = int((size - 1) / period) + 1
        for n in range(0, turns - 3, 4):  # four at a time: sums are read and written less often
            one, two = row[int(n * period + 0.5) :], row[int((n + 1) * period + 0.5) :]
            three, four = row[int((n + 2) * period + 0.5) :], row[int((n + 3) * period + 0.5) :]
            for k in range(width):
                total[k] = total[k] + one[k] + two[k] + three[k] + four[k]
        for n in range(turns // 4 * 4, turns):
            one = row[int(n * period + 0.5) :]
            for k in range(width):
                total[k] += one[k]


@njit(cache=True, nogil=True)
def _agreement(row: Any, filled: Any, size: int, period: float, phase: int) -> Any:
    """Number of events seen, and from 0 to 1 how well they agree (the weight of Babak et al. 2013, PRD 87, 024033)."""
    total = 0.0
    square = 0.0
    seen = 0
    place = phase
    n = 0
    while place < size:
        if filled[place] > 0:
            total += row[place]
            square += row[place] ** 2
            seen += 1
        n += 1
        place = int(n * period + 0.5) + phase
    if seen < 2:
        return seen, 0.0
    # What a finite depth may differ by from event to event is allowed for.
    scatter = (square - total * total / seen) / (seen - 1) / (1 + (0.15 * total / seen) ** 2)
    return seen, 1.0 if scatter <= 1 else (0.5 * (1 + scatter**3)) ** (-1 / 6)
