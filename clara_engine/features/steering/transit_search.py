"""Box least squares over the whole light curve, and what the best box looks like."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from clara_engine.features.steering.prepare import Prepared, robust_spread

__all__ = ["LABELS", "SHORTEST_DAYS", "transit_search", "trial_periods"]

Float = NDArray[np.float64]
SHORTEST_DAYS, LONGEST_DAYS = 0.4, 14.0
# Steps of the cube root of frequency in 1 / span: the share of the period that a transit takes goes with its square
# (Ofir 2014), and from first to last event it shifts by at most a third of that.
ROOT_STEP = 0.0167
LOCAL_DAYS = 1.0
MOST_PERIODS = 10_000
#: Box widths in bins of half an hour.
WIDTHS = (2, 3, 4, 6, 9, 13, 18)
FACTS = (
    "signal-to-noise", "signal-to-noise over the median period's", "depth in noise, log10", "period, log10 d",
    "duration, h", "signal-to-noise of inverted flux", "dips against inverted", "events in the light curve",
    "strongest event's share of the signal", "scatter of the events' depths", "odd against even depth",
    "half-width depth over full", "dip half a period later", "slow wave at this period", "second period's share",
    "weakest event, in noise",
)  # fmt: skip

LABELS = tuple(
    f"BLS {fact}{', fast changes taken off' if window else ''}" for window in (0, 1) for fact in FACTS
)  # fmt: skip


def transit_search(prepared: Prepared) -> Float:
    """Values of `LABELS` (box least squares, Kovács, Zucker & Mazeh 2002; red noise as Pont, Zucker & Queloz 2006)."""
    return np.array([fact for window in (0, 1) for fact in _facts(prepared, window)])


def trial_periods(span: float) -> Float:
    """Trial periods [days], longest first, that fit into `span` [days] at least 1.7 times."""
    longest = min(LONGEST_DAYS, max(span / 1.7, SHORTEST_DAYS * 2))
    first, last = np.cbrt(1 / longest), np.cbrt(1 / SHORTEST_DAYS)
    roots = np.arange(first, last, max(ROOT_STEP / span, (last - first) / MOST_PERIODS))
    return 1 / roots**3


def _half_hours(prepared: Prepared, window: int) -> tuple[Float, Float]:
    """Time and detrended flux in bins of two grid bins, scaled to unit noise; where it is noisier, it counts less."""
    grid = prepared.grid
    usable = grid.time.size // 2 * 2
    filled = grid.filled[:usable].reshape(-1, 2)
    flat = np.where(grid.filled, grid.flux - prepared.slow[window], 0.0)[:usable].reshape(-1, 2)
    count = filled.sum(axis=1)
    seen = count > 0
    time = grid.time[:usable].reshape(-1, 2).mean(axis=1)[seen] - grid.time[0]
    flux = flat.sum(axis=1)[seen] / count[seen]
    flux = flux - np.median(flux)
    spread = max(robust_spread(flux), 1e-12)
    place = (time / LOCAL_DAYS).astype(np.intp)
    local = np.ones(flux.size)
    for day in range(place[-1] + 1):
        here = place == day
        if here.sum() > 10:
            local[here] = max(1.0, robust_spread(flux[here]) / spread)
    return time, np.clip(flux / spread / local**2, -80, 8)


def _box_noise(flux: Float, widths: Float) -> Float:
    """Robust spread of the mean over boxes of each width; at least that of white noise."""
    total = np.concatenate([[0.0], np.cumsum(flux)])
    noise = []
    for size in widths:
        means = (total[size:] - total[:-size]) / size
        noise.append(max(robust_spread(means), 1 / np.sqrt(size)))
    return np.array(noise)


def _facts(prepared: Prepared, window: int) -> list[float]:
    time, flat = _half_hours(prepared, window)
    span = float(np.ptp(time)) if time.size else 0.0
    if span < 2 * SHORTEST_DAYS or time.size < 3 * WIDTHS[-1]:
        return [0.0] * len(FACTS)
    periods, widths = trial_periods(span), np.array(WIDTHS)
    bin_days = 2 * float(prepared.grid.time[1] - prepared.grid.time[0])
    power, inverted, width, centre = _search(time, flat, periods, widths, _box_noise(flat, widths), bin_days)
    best = int(np.argmax(power))
    period, duration = float(periods[best]), float(width[best])
    phase = (time / period - centre[best] + 0.5) % 1 - 0.5
    half = max(duration / period / 2, 1e-3)
    inside = np.abs(phase) <= half
    number = np.floor(time / period - centre[best] + 0.5).astype(np.intp)
    depths, counts = _per_event(flat, inside, number)
    signal = np.sqrt(counts) * depths
    mean = float(-flat[inside].mean()) if inside.any() else 0.0
    odd, even = inside & (number % 2 == 1), inside & (number % 2 == 0)
    later = np.abs((phase + 1) % 1 - 0.5) <= half
    core = np.abs(phase) <= half / 2
    odd_even = 0.0
    if odd.any() and even.any():
        odd_even = float(abs(flat[odd].mean() - flat[even].mean()) / np.sqrt(1 / odd.sum() + 1 / even.sum()))
    outside = ~inside & ~later
    wave = 0.0
    if outside.sum() > 20:
        turn = 2 * np.pi * phase[outside]
        wave = float(np.hypot((flat[outside] * np.cos(turn)).mean(), (flat[outside] * np.sin(turn)).mean()))
    ratio = periods / period
    harmonic = np.min([np.abs(ratio / whole - 1) for whole in (0.25, 1 / 3, 0.5, 2 / 3, 1, 1.5, 2, 3, 4)], axis=0)
    unrelated = power[harmonic > 0.03]
    positive = np.maximum(signal, 0) ** 2
    top, bottom = float(power[best]), float(inverted.max())
    return [
        top,
        float((top - np.median(power)) / max(robust_spread(power), 1e-9)),
        float(np.log10(max(mean, 1e-3))),
        float(np.log10(period)),
        24 * duration,
        bottom,
        (top - bottom) / max(top + bottom, 1e-9),
        float(depths.size),
        float(positive.max() / max(positive.sum(), 1e-9)),
        float(depths.std() / max(abs(mean), 1e-9)) if depths.size > 1 else 1.0,
        min(odd_even, 1e3),
        float(-flat[core].mean() / mean) if core.any() and mean > 0 else 0.0,
        float(-flat[later].mean() * np.sqrt(later.sum())) if later.any() else 0.0,
        wave,
        float(unrelated.max() / max(top, 1e-9)) if unrelated.size else 0.0,
        float(signal.min()),
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
def _search(time: Any, flux: Any, periods: Any, widths: Any, noise: Any, bin_days: float) -> Any:
    """The best box at each period.

    `flux` has median 0, `noise` is that of the mean over a box of each width. A box counts from two events on.

    Returns
    -------
    power, inverted : ndarray
        Signal-to-noise of the best dip and of the best rise.
    width, centre : ndarray
        Of the best dip [days; phase].
    """
    power = np.zeros(periods.size)
    inverted = np.zeros(periods.size)
    width = np.zeros(periods.size)
    centre = np.zeros(periods.size)
    most = max(12, int(periods.max() / bin_days) + 2)
    sums = np.empty(most)
    numbers = np.empty(most, np.int64)
    total = np.empty(most + widths[-1] + 2)
    count = np.empty(most + widths[-1] + 2, np.int64)
    root = 1 / np.sqrt(np.maximum(np.arange(time.size + 1), 1))
    for p in range(periods.size):
        bins = max(12, int(periods[p] / bin_days + 0.5))
        sums[:bins] = 0.0
        numbers[:bins] = 0
        rate = 1 / periods[p]
        for i in range(time.size):
            turn = time[i] * rate
            place = int((turn - int(turn)) * bins)
            sums[place] += flux[i]
            numbers[place] += 1
        total[0] = 0.0
        count[0] = 0
        for k in range(bins + widths[-1]):
            at = k if k < bins else k - bins
            if at >= bins:
                break
            total[k + 1] = total[k] + sums[at]
            count[k + 1] = count[k] + numbers[at]
        for w in range(widths.size):
            size = widths[w]
            scale = 1 / (np.sqrt(size) * noise[w])
            if 4 * size > bins:
                break
            for k in range(bins):
                n = count[k + size] - count[k]
                if n <= 1.2 * size:
                    continue
                value = (total[k] - total[k + size]) * root[n] * scale
                if value > power[p]:
                    power[p] = value
                    width[p] = size * periods[p] / bins
                    centre[p] = (k + 0.5 * size) / bins
                if -value > inverted[p]:
                    inverted[p] = -value
    return power, inverted, width, centre
