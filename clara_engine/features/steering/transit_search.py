"""Box least squares over the whole light curve, and what the best box looks like."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from clara_engine.features.steering.prepare import Prepared, robust_spread

__all__ = ["LABELS", "transit_search"]

Float = NDArray[np.float64]
SHORTEST_DAYS, LONGEST_DAYS = 0.4, 14.0
OVERSAMPLING = 2.2
PHASE_BINS = 160
#: Box widths in bins of phase.
WIDTHS = (2, 3, 5, 8, 13)
FACTS = (
    "signal-to-noise", "signal-to-noise over the median period's", "depth in noise, log10", "period, log10 d",
    "duration over period", "signal-to-noise of inverted flux", "dips against inverted", "events in the light curve",
    "strongest event's share of the signal", "scatter of the events' depths", "odd against even depth",
    "half-width depth over full", "dip half a period later", "slow wave at this period",
)  # fmt: skip

LABELS = (
    *(f"BLS {fact}{' (fast changes taken off)' if window else ''}" for window in (0, 1) for fact in FACTS),
)  # fmt: skip


def transit_search(prepared: Prepared) -> Float:
    """Values of `LABELS` (box least squares, Kovács, Zucker & Mazeh 2002)."""
    facts: list[float] = []
    for window in (0, 1):
        facts += _facts(prepared, window)
    return np.array(facts)


def _periods(span: float) -> Float:
    """Trial periods, evenly spaced in frequency, with two or more events in the light curve."""
    longest = min(LONGEST_DAYS, max(span / 1.7, SHORTEST_DAYS * 2))
    step = 1 / (span * OVERSAMPLING * 8)
    return 1 / np.arange(1 / longest, 1 / SHORTEST_DAYS, step)


def _facts(prepared: Prepared, window: int) -> list[float]:
    grid = prepared.grid
    time = grid.time[grid.filled] - grid.time[0]
    flat = (grid.flux - prepared.slow[window])[grid.filled]
    spread = max(robust_spread(flat), 1e-12)
    flat = np.clip((flat - np.median(flat)) / spread, -60, 8)
    span = float(np.ptp(time))
    if span < 2 * SHORTEST_DAYS or time.size < PHASE_BINS // 2:
        return [0.0] * len(FACTS)
    periods = _periods(span)
    power, width, centre = _search(time, flat, periods, np.array(WIDTHS), PHASE_BINS)
    inverted, _, _ = _search(time, -np.clip(flat, -8, 8), periods, np.array(WIDTHS), PHASE_BINS)
    best = int(np.argmax(power))
    period = float(periods[best])
    phase = (time / period - centre[best] + 0.5) % 1 - 0.5
    half = width[best] / 2
    inside = np.abs(phase) <= half
    number = np.floor(time / period - centre[best] + 0.5).astype(np.intp)
    depths, counts = _per_event(flat, inside, number)
    signal = np.sqrt(counts) * np.maximum(depths, 0)
    mean = float(-flat[inside].mean()) if inside.any() else 0.0
    odd = inside & (number % 2 == 1)
    even = inside & (number % 2 == 0)
    later = np.abs((phase + 1) % 1 - 0.5) <= half
    core = np.abs(phase) <= half / 2
    odd_even = 0.0
    if odd.any() and even.any():
        error = np.sqrt(1 / odd.sum() + 1 / even.sum())
        odd_even = float(abs(flat[odd].mean() - flat[even].mean()) / error)
    outside = ~inside & ~later
    wave = 0.0
    if outside.sum() > 20:
        turn = 2 * np.pi * phase[outside]
        wave = float(np.hypot((flat[outside] * np.cos(turn)).mean(), (flat[outside] * np.sin(turn)).mean()))
    return [
        float(power[best]),
        float((power[best] - np.median(power)) / max(robust_spread(power), 1e-9)),
        float(np.log10(max(mean, 1e-3))),
        float(np.log10(period)),
        float(width[best]),
        float(inverted.max()),
        float((power[best] - inverted.max()) / max(power[best] + inverted.max(), 1e-9)),
        float(depths.size),
        float((signal**2).max() / max((signal**2).sum(), 1e-9)) if signal.size else 1.0,
        float(depths.std() / max(abs(mean), 1e-9)) if depths.size > 1 else 1.0,
        min(odd_even, 1e3),
        float(-flat[core].mean() / mean) if core.any() and mean > 0 else 0.0,
        float(-flat[later].mean() * np.sqrt(later.sum())) if later.any() else 0.0,
        wave,
    ]


def _per_event(flat: Float, inside: NDArray[np.bool_], number: NDArray[np.intp]) -> tuple[Float, Float]:
    """Mean depth, and number of bins, of each event that was seen."""
    if not inside.any():
        return np.zeros(1), np.zeros(1)
    which = number[inside] - number[inside].min()
    counts = np.bincount(which)
    seen = counts > 0
    return -np.bincount(which, flat[inside])[seen] / counts[seen], counts[seen].astype(np.float64)


@njit(cache=True, nogil=True)
def _search(time: Any, flux: Any, periods: Any, widths: Any, bins: int) -> Any:
    """Signal-to-noise of the best box at each period, its width and its middle, both in phase.

    `flux` has unit noise and median 0; a box counts when it holds three points and another event than one.
    """
    power = np.zeros(periods.size)
    width = np.zeros(periods.size)
    centre = np.zeros(periods.size)
    total = np.empty(2 * bins + 1)
    count = np.empty(2 * bins + 1)
    sums = np.empty(bins)
    numbers = np.empty(bins)
    for p in range(periods.size):
        sums[:] = 0.0
        numbers[:] = 0.0
        rate = 1 / periods[p]
        for i in range(time.size):
            turn = time[i] * rate
            place = int((turn - np.floor(turn)) * bins)
            if place == bins:
                place = 0
            sums[place] += flux[i]
            numbers[place] += 1.0
        total[0] = 0.0
        count[0] = 0.0
        for k in range(2 * bins):
            total[k + 1] = total[k] + sums[k % bins]
            count[k + 1] = count[k] + numbers[k % bins]
        for size in widths:
            for k in range(bins):
                n = count[k + size] - count[k]
                if n < 3:
                    continue
                value = -(total[k + size] - total[k]) / np.sqrt(n)
                if value > power[p]:
                    power[p] = value
                    width[p] = size / bins
                    centre[p] = (k + 0.5 * size) / bins
    return power, width, centre
