"""Box least squares over the whole light curve, and what the best box looks like."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from clara_engine.caching import remembered
from clara_engine.features.steering.box_search import best_box, box_powers
from clara_engine.features.steering.prepare import (
    Prepared,
    folded_part,
    normalised_difference,
    robust_spreads,
)
from clara_engine.timeseries import MAD, median, robust_spread

__all__ = ["LABELS", "SHORTEST_DAYS", "transit_search", "trial_periods"]

Float = NDArray[np.float64]
SHORTEST_DAYS, LONGEST_DAYS = 0.4, 14.0
# Steps of the cube root of frequency in 1 / span: the share of the period that a transit takes goes with its square
# (Ofir 2014), and from first to last event it shifts by less than half of that.
ROOT_STEP = 0.0225
COARSE = 2  # boxes are at least an hour wide: every second period is enough
LOCAL_DAYS = 1.0
MOST_PERIODS = 10_000
#: Box widths in bins of half an hour.
WIDTHS = (2, 3, 4, 6, 9, 13, 18)
FACTS = (
    "signal-to-noise",
    "signal-to-noise over the median period's",
    "depth in noise, log10",
    "period, log10 d",
    "duration, h",
    "signal-to-noise of inverted flux",
    "dips against inverted",
    "events in the light curve",
    "strongest event's share of the signal",
    "scatter of the events' depths",
    "odd against even depth",
    "half-width depth over full",
    "dip half a period later",
    "slow wave at this period",
    "second period's share",
    "weakest event, in noise",
)

LABELS = tuple(f"BLS {fact}" for fact in FACTS)


def transit_search(prepared: Prepared) -> Float:
    """Values of `LABELS` (box least squares, Kovács, Zucker & Mazeh 2002; red noise as Pont, Zucker & Queloz 2006).

    Of a light curve of more than `LONGEST_FOLDED_DAYS` the part that `folded_part` chooses.
    """
    place, flux = _half_hours(prepared)
    step = 2 * float(prepared.grid.time[1] - prepared.grid.time[0]) if prepared.grid.time.size > 1 else 0.0
    span = step * float(np.ptp(place)) if place.size else 0.0
    if span < 2 * SHORTEST_DAYS or place.size < 3 * WIDTHS[-1]:
        return np.zeros(len(LABELS))
    values = np.zeros((place[-1] + 1, 2), np.float32)
    values[place] = np.column_stack([flux, np.ones(place.size)])
    periods, widths = trial_periods(span)[::COARSE], np.array(WIDTHS)
    noise = _box_noise(flux, WIDTHS)
    powers, rises = box_powers(values, periods / step, widths, noise[None])
    dips, bottom = powers[0].astype(np.float64), float(rises[0])
    best = int(np.argmax(dips))
    period, top = float(periods[best]), float(dips[best])
    first, width, _ = best_box(values, period / step, widths, noise)
    depth, *facts = _facts(place * step, flux, period, (first + (width - 1) / 2) * step, width * step)
    return np.array(
        [
            top,
            (top - median(dips)) / max(robust_spread(dips), 1e-9),
            float(np.log10(max(depth, 1e-3))),
            float(np.log10(period)),
            24 * width * step,
            bottom,
            normalised_difference(top, bottom),
            *facts[:-1],
            _second(dips, periods, period) / max(top, 1e-9),
            facts[-1],
        ]
    )


@remembered(16)
def trial_periods(span: float) -> Float:
    """Trial periods [days], longest first, that fit into `span` [days] at least 1.7 times."""
    longest = min(LONGEST_DAYS, max(span / 1.7, SHORTEST_DAYS * 2))
    first, last = np.cbrt(1 / longest), np.cbrt(1 / SHORTEST_DAYS)
    roots = np.arange(first, last, max(ROOT_STEP / span, (last - first) / MOST_PERIODS))
    return 1 / roots**3


def _half_hours(prepared: Prepared) -> tuple[NDArray[np.intp], Float]:
    """Numbers of the filled bins of two grid bins, and the flux there without the running median.

    It is scaled to unit noise; where it is noisier, it counts less.
    """
    part = folded_part(prepared.grid)
    time, filled = prepared.grid.time[part], prepared.grid.filled[part]
    usable = time.size // 2 * 2
    count = filled[:usable].reshape(-1, 2).sum(axis=1)
    place = np.flatnonzero(count)
    day = (time[2 * place] - time[0]) / LOCAL_DAYS
    pairs = prepared.detrended()[part][:usable].reshape(-1, 2)
    flux = (pairs[place, 0] + pairs[place, 1]) / count[place]
    flux -= median(flux) if flux.size else 0.0
    spread = max(robust_spread(flux), 1e-12)
    return place, np.clip(flux / spread / _local_noise(day, flux, spread) ** 2, -80, 8)


@njit(cache=True, nogil=True)
def _local_noise(day: Any, flux: Any, spread: float) -> Any:
    """Robust spread of each day over that of all days, at least 1."""
    local = np.ones(flux.size)
    first = 0
    while first < flux.size:
        last = first
        while last < flux.size and int(day[last]) == int(day[first]):
            last += 1
        here = flux[first:last]
        if here.size > 10:
            local[first:last] = max(1.0, MAD * np.median(np.abs(here - np.median(here))) / spread)
        first = last
    return local


def _box_noise(flux: Float, widths: tuple[int, ...]) -> Float:
    """Robust spread of the mean over boxes of each width; at least that of white noise."""
    total = np.concatenate([[0.0], np.cumsum(flux)])
    last = total.size - widths[-1]
    means = np.array([(total[n : n + last] - total[:last]) / n for n in widths], np.float32)
    return np.maximum(robust_spreads(means), 1 / np.sqrt(widths))


@njit(cache=True, nogil=True)
def _second(power: Any, periods: Any, period: float) -> Any:
    """Highest power at a period that isn't in a simple ratio to `period`."""
    highest = 0.0
    for p in range(periods.size):
        ratio = periods[p] / period
        related = False
        for whole in (0.25, 1 / 3, 0.5, 2 / 3, 1.0, 1.5, 2.0, 3.0, 4.0):
            related |= abs(ratio / whole - 1) <= 0.03
        if not related and power[p] > highest:
            highest = power[p]
    return highest


@njit(cache=True, nogil=True, error_model="numpy")
def _facts(time: Any, flat: Any, period: float, centre: float, duration: float) -> Any:
    """Depth of a box, and the `FACTS` from events to slow wave with the weakest event's at the end."""
    half = max(duration / period / 2, 1e-3)
    depths, counts = np.zeros(time.size), np.zeros(time.size)
    events, current = 0, -1.0
    parity_sum, parity_count = np.zeros(2), np.zeros(2)
    later_sum, later_count, core_sum, core_count = 0.0, 0, 0.0, 0
    cosine, sine, outside = 0.0, 0.0, 0
    for i in range(time.size):
        turn = (time[i] - centre) / period + 0.5
        number = np.floor(turn)
        phase = turn - number - 0.5
        later = 0.5 - abs(phase) <= half
        if later:
            later_sum += flat[i]
            later_count += 1
        if abs(phase) <= half:
            if number != current or events == 0:
                events += 1
                current = number
            depths[events - 1] -= flat[i]
            counts[events - 1] += 1
            odd = int(number) % 2
            parity_sum[odd] += flat[i]
            parity_count[odd] += 1
            if abs(phase) <= half / 2:
                core_sum += flat[i]
                core_count += 1
        elif not later:
            cosine += flat[i] * np.cos(2 * np.pi * phase)
            sine += flat[i] * np.sin(2 * np.pi * phase)
            outside += 1
    if events == 0:
        events = 1
        counts[0] = 1.0
    total = counts[:events].sum()
    mean = depths[:events].sum() / total
    depths, counts = depths[:events] / counts[:events], counts[:events]
    signal = np.sqrt(counts) * depths
    squares = np.maximum(signal, 0.0) ** 2
    odd_even = 0.0
    if parity_count.min() > 0:
        means = parity_sum / parity_count
        odd_even = min(abs(means[1] - means[0]) / np.sqrt((1 / parity_count).sum()), 1e3)
    return (
        mean,
        float(events),
        squares.max() / max(squares.sum(), 1e-9),
        depths.std() / max(abs(mean), 1e-9) if events > 1 else 1.0,
        odd_even,
        -core_sum / core_count / mean if core_count and mean > 0 else 0.0,
        -later_sum / np.sqrt(later_count) if later_count else 0.0,
        np.hypot(cosine, sine) / outside if outside > 20 else 0.0,
        signal.min(),
    )
