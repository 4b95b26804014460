"""Events that a person marks on a light curve: where their middle is, and which periods join two of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clara_engine.errors import FeatureError
from clara_engine.lightcurve import LightCurve
from clara_engine.periods.ephemeris import Ephemeris
from clara_engine.periods.event_fit import rough_fit
from clara_engine.periods.event_points import points_around
from clara_engine.timeseries import Samples, bin_means, good_samples

__all__ = ["MarkedEvent", "SharedPeriod", "marked_event", "observed_events", "shared_periods"]

Float = NDArray[np.float64]
FEWEST_INSIDE = 3
CELLS = 24  # means across what was marked
MOST_PARTS = 6
#: An event is there where its flux lies below this share of the depth that was marked, and gone where it does not.
THERE = 0.4
COVERED = 0.5  # of its duration, for an event to be looked at


@dataclass(frozen=True, slots=True)
class MarkedEvent:
    """One marked event.

    Attributes
    ----------
    start_btjd, end_btjd : float
        What was marked [BTJD, days].
    epoch_btjd : float
        Middle of the dip that was fitted there; the top of a brightening.
    duration_days : float
        From first to last contact of the fit; what was marked, where nothing can be fitted.
    depth_ppm : float
        Below the line through the flux on both sides; negative for a brightening.
    fitted : bool
        Whether a dip was fitted, or the middle is only that of the lowest flux.
    """

    start_btjd: float
    end_btjd: float
    epoch_btjd: float
    duration_days: float
    depth_ppm: float
    fitted: bool

    @property
    def ephemeris(self) -> Ephemeris:
        """It as a single event."""
        return Ephemeris(np.nan, self.epoch_btjd, self.duration_days)


@dataclass(frozen=True, slots=True)
class SharedPeriod:
    """A period that has both of two marked events.

    Attributes
    ----------
    parts : int
        How many periods lie between the two.
    seen, missing : int
        Other expected events that were observed: those that are there, and those that are not.
    """

    ephemeris: Ephemeris
    parts: int
    seen: int
    missing: int


def marked_event(light_curve: LightCurve, start_btjd: float, end_btjd: float) -> MarkedEvent:
    """The event between two times.

    The line through the flux on both sides, as far away as what was marked is long, is taken off; then a trapezoid is
    fitted, as `measure_transit` does first.

    Parameters
    ----------
    light_curve : LightCurve
    start_btjd, end_btjd : float
        In either order [BTJD, days].

    Raises
    ------
    FeatureError
        When fewer than 3 usable samples were marked.
    """
    start, end = sorted((float(start_btjd), float(end_btjd)))
    samples, length = good_samples(light_curve), end - start
    near = (samples.time >= start - length) & (samples.time <= end + length)
    time, inside = samples.time[near], (samples.time[near] >= start) & (samples.time[near] <= end)
    if inside.sum() < FEWEST_INSIDE:
        raise FeatureError(f"{int(inside.sum())} usable samples between BTJD {start:.3f} and {end:.3f}: mark more")
    flux = samples.flux[near] - _line(time, samples.flux[near], inside) + 1
    x, y = _means(time[inside], flux[inside] - 1, max(length / CELLS, samples.cadence_days))
    rises = y.max() > -y.min()
    top = int(np.argmax(y) if rises else np.argmin(y))
    if rises:
        return MarkedEvent(start, end, float(x[top]), length, -1e6 * float(y[top]), False)
    guess = Ephemeris(np.nan, *_lowest(x, y, top, samples.cadence_days))
    try:
        reach = max(guess.epoch_btjd - time[0], time[-1] - guess.epoch_btjd)
        fit = rough_fit(
            points_around(Samples(time, flux, samples.cadence_days), guess, reach / guess.duration_days), guess
        )
        found = fit.ephemeris
        if fit.converged and start <= found.epoch_btjd <= end and found.duration_days < 2 * length:
            return MarkedEvent(start, end, found.epoch_btjd, found.duration_days, 1e6 * fit.depth, True)
    except FeatureError:
        pass
    return MarkedEvent(start, end, guess.epoch_btjd, length, -1e6 * float(y[top]), False)


def _line(time: Float, flux: Float, inside: NDArray[np.bool_]) -> Float:
    """The straight line through the flux on both sides; the highest flux inside where one side has none."""
    first, last = time[inside][0], time[inside][-1]
    sides = [time < first, time > last]
    if all(side.sum() >= FEWEST_INSIDE for side in sides):
        (a, fa), (b, fb) = ((float(np.median(time[side])), float(np.median(flux[side]))) for side in sides)
        return fa + (time - a) * (fb - fa) / (b - a)
    beside = sides[0] | sides[1]
    level = np.median(flux[beside]) if beside.sum() >= FEWEST_INSIDE else np.percentile(flux[inside], 90)
    return np.full(time.size, float(level))


def _means(time: Float, values: Float, width: float) -> tuple[Float, Float]:
    _, _, x, y = bin_means(((time - time[0]) / width).astype(np.intp), time, values)
    return x, y


def _lowest(x: Float, y: Float, low: int, cadence_days: float) -> tuple[float, float]:
    """Middle and length of what lies below half of the lowest mean, around it [days]."""
    below = y < 0.5 * y[low]
    first = last = low
    while first > 0 and below[first - 1]:
        first -= 1
    while last < y.size - 1 and below[last + 1]:
        last += 1
    part = slice(first, last + 1)
    middle = float(np.average(x[part], weights=-y[part]))
    return middle, max(1.3 * float(x[last] - x[first]), 4 * cadence_days)


def shared_periods(light_curve: LightCurve, first: MarkedEvent, second: MarkedEvent) -> tuple[SharedPeriod, ...]:
    """Periods that have both marked events: the time between them, and its halves, thirds … that nothing contradicts.

    Parameters
    ----------
    light_curve : LightCurve
    first, second : MarkedEvent
        In either order; at different times.

    Returns
    -------
    tuple of SharedPeriod
        The whole time first, whether an event is missing at it or not; of its parts, down to a sixth, those of which
        every other event that was observed is there.

    Raises
    ------
    FeatureError
        When the two are the same event.
    """
    first, second = sorted((first, second), key=lambda event: event.epoch_btjd)
    apart = second.epoch_btjd - first.epoch_btjd
    duration = 0.5 * (first.duration_days + second.duration_days)
    if apart < 0.5 * duration:
        raise FeatureError("the same event twice: mark another one, to get a period")
    samples = good_samples(light_curve)
    found = []
    for parts in range(1, MOST_PARTS + 1):
        period = apart / parts
        if period <= 1.5 * duration and parts > 1:
            break
        ephemeris = Ephemeris(period, first.epoch_btjd, duration if duration < period else np.nan)
        others = [number for number in _numbers(samples, ephemeris) if number not in (0, parts)]
        there = [_is_there(samples, first, ephemeris.epoch_btjd + number * period, duration) for number in others]
        seen, missing = sum(one is True for one in there), sum(one is False for one in there)
        if parts == 1 or not missing:
            found.append(SharedPeriod(ephemeris, parts, seen, missing))
    return tuple(found)


def _numbers(samples: Samples, ephemeris: Ephemeris) -> Sequence[int]:
    times = ephemeris.expected_in(float(samples.time[0]), float(samples.time[-1]))
    return [round(float(turn)) for turn in ephemeris.turns(times)]


def _is_there(samples: Samples, like: MarkedEvent, middle: float, duration: float) -> bool | None:
    """Whether an event like another one happens at a time; None where too little was observed."""
    away = np.abs(samples.time - middle)
    inside, beside = away < duration / 4, (away > 0.75 * duration) & (away < 2 * duration)
    if inside.sum() * samples.cadence_days < COVERED * duration / 2 or beside.sum() < FEWEST_INSIDE:
        return None
    depth = 1e6 * float(np.median(samples.flux[beside]) - np.median(samples.flux[inside]))
    return bool(depth / like.depth_ppm > THERE)


def observed_events(light_curve: LightCurve, ephemeris: Ephemeris) -> Float:
    """Middles of the events of which something was observed [BTJD, days], in order.

    Parameters
    ----------
    light_curve : LightCurve
    ephemeris : Ephemeris
        Without a duration, what lies within a twentieth of the period counts.
    """
    time = np.sort(light_curve.finite().time)
    if not time.size:
        return np.empty(0)
    length = ephemeris.duration_days if np.isfinite(ephemeris.duration_days) else 0.1 * ephemeris.period_days
    half = 0.5 * length if np.isfinite(length) else 0.05
    middles = ephemeris.expected_in(float(time[0]) - half, float(time[-1]) + half)
    return middles[np.searchsorted(time, middles + half) > np.searchsorted(time, middles - half)]
