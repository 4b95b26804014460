"""Dips that come back: a matched filter for each duration, folded over all periods."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from clara_engine.features.steering.prepare import Prepared, contrast, robust_spread
from clara_engine.features.steering.transit_search import SHORTEST_DAYS, trial_periods
from clara_engine.features.steering.whitening import Whitened

__all__ = ["LABELS", "repeated"]

Float = NDArray[np.float64]
BOX_HOURS = (1.5, 3.0, 6.0)
STEP_HOURS = 0.5
LEAST_BINS = 80
DEEPEST, HIGHEST = 40.0, 8.0  # one event can't carry a period alone
BY_DURATION = ("dips", "rises", "dips against rises", "dips over the median period's")
OF_BEST = (
    "dips", "rises", "dips against rises", "period, log10 d", "duration, h", "weakest event", "strongest event's share",
)  # fmt: skip

LABELS = (
    *(f"repeated {fact}, {hours:g} h" for hours in BOX_HOURS for fact in BY_DURATION),
    *(f"repeated {fact}, best duration" for fact in OF_BEST),
)


def repeated(prepared: Prepared) -> Float:
    """Values of `LABELS` (signal-to-noise of many events from that of single ones: Jenkins 2002)."""
    grid = prepared.grid
    span = float(np.ptp(grid.time))
    if grid.time.size < LEAST_BINS or span < 2 * SHORTEST_DAYS:
        return np.zeros(len(LABELS))
    width = 24 * float(grid.time[1] - grid.time[0])
    sizes = [max(1, round(hours / width)) for hours in BOX_HOURS]
    white = Whitened(prepared.detrended(), grid.filled, sizes[-1])
    step = max(1, round(STEP_HOURS / width))
    picked = np.flatnonzero(grid.filled[::step]) * step
    time = picked * width / 24
    dips = np.array([np.clip(-white.signal_to_noise(np.ones(size))[picked], -HIGHEST, DEEPEST) for size in sizes])
    periods = trial_periods(span)
    power, inverted, phase = _fold(time, np.ascontiguousarray(dips.T), periods, width * step / 24)
    tops, bottoms = power.max(axis=0), inverted.max(axis=0)
    row: list[float] = []
    for one, top, bottom in zip(power.T, tops, bottoms, strict=True):
        row += [top, bottom, contrast(top, bottom), (top - np.median(one)) / max(robust_spread(one), 1e-9)]
    best = int(np.argmax(tops))
    place = int(np.argmax(power[:, best]))
    period, top, bottom = float(periods[place]), float(tops[best]), float(bottoms.max())
    seen = _events(time, dips[best], period, float(phase[place, best]), width * step / 24)
    share = np.maximum(seen, 0) ** 2
    row += [
        top, bottom, contrast(top, bottom), float(np.log10(period)), BOX_HOURS[best], float(seen.min()),
        float(share.max() / max(share.sum(), 1e-9)),
    ]  # fmt: skip
    return np.array(row)


def _events(time: Float, dips: Float, period: float, phase: float, width: float) -> Float:
    """Signal-to-noise of each event of an ephemeris."""
    turn = time / period - phase + 0.5
    inside = np.abs(turn % 1 - 0.5) * period <= width
    if not inside.any():
        return np.zeros(1)
    number = np.floor(turn[inside]).astype(np.intp)
    number -= number.min()
    count = np.bincount(number)
    return np.bincount(number, dips[inside])[count > 0] / count[count > 0]


@njit(cache=True, nogil=True)
def _fold(time: Any, dips: Any, periods: Any, width: float) -> Any:
    """Sum of single events over the root of their number, at the best phase of each period.

    Parameters
    ----------
    time : ndarray, shape (n,)
    dips : ndarray, shape (n, durations)
    periods : ndarray, shape (p,)
    width : float
        Of a phase bin [days].

    Returns
    -------
    power, inverted, phase : ndarray, shape (p, durations)
        Signal-to-noise of dips and of rises; phase of the dips. From two events on.
    """
    durations = dips.shape[1]
    power = np.zeros((periods.size, durations))
    inverted = np.zeros((periods.size, durations))
    phase = np.zeros((periods.size, durations))
    most = max(8, int(periods.max() / width) + 2)
    sums = np.empty((most, durations))
    numbers = np.empty(most, np.int64)
    root = 1 / np.sqrt(np.maximum(np.arange(time.size + 1), 1))
    for p in range(periods.size):
        bins = max(8, int(periods[p] / width))
        sums[:bins] = 0.0
        numbers[:bins] = 0
        rate = 1 / periods[p]
        for i in range(time.size):
            turn = time[i] * rate
            place = int((turn - int(turn)) * bins)
            numbers[place] += 1
            for d in range(durations):
                sums[place, d] += dips[i, d]
        for k in range(bins):
            if numbers[k] < 2:
                continue
            for d in range(durations):
                value = sums[k, d] * root[numbers[k]]
                if value > power[p, d]:
                    power[p, d] = value
                    phase[p, d] = (k + 0.5) / bins
                if -value > inverted[p, d]:
                    inverted[p, d] = -value
    return power, inverted, phase
