"""The single events of an ephemeris: how deep each is, and whether odd ones differ from even ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm, ttest_ind

from clara_engine.periods.ephemeris import Ephemeris
from clara_engine.periods.profile import Profile, seen
from clara_engine.periods.red_noise import RedNoise
from clara_engine.timeseries import Samples, local_cadence, robust_noise

__all__ = [
    "DEEP_PPM",
    "MUCH_DEEPER",
    "DepthDifference",
    "Event",
    "alternation",
    "bottoms",
    "depth_difference",
    "depth_difference_by_scatter",
    "differ",
    "events",
    "fitted_events",
    "is_cut",
    "mean_depth",
    "noise_of_means",
    "odd_even",
    "others_as_deep",
    "red_factor",
    "unequal_pair",
    "unlike",
    "whole",
]

Float = NDArray[np.float64]
LEAST_COVERED = 0.4  # of an event's expected samples, for its depth to count
WHOLE = 0.8  # and for its depth to be compared with others'
DEEP_PPM, MUCH_DEEPER = 50_000.0, 0.08  # below the one no planet's depth lies; as unequal are no two of one kind
AS_DEEP, AS_LONG = 0.5, 0.25  # of depth and duration: beside a pair of eclipses there is no dip like that
PARTS = 16  # of an event, whose lowest one is its bottom
DIFFERENT_SIGMA, DIFFERENT_SHARE = 4.0, 0.04  # depths that far apart come from two kinds of event


@dataclass(frozen=True, slots=True)
class Event:
    """One event that the light curve covers.

    Attributes
    ----------
    number : int
        Counted from the epoch of the ephemeris.
    middle_btjd, depth_ppm, error_ppm : float
        Depth below the samples on both sides, and its error with red noise.
    covered : float
        Share of its duration that was observed; what a gap cuts has another mean depth.
    """

    number: int
    middle_btjd: float
    depth_ppm: float
    error_ppm: float
    covered: float = 1.0

    @property
    def snr(self) -> float:
        """Depth over error."""
        return self.depth_ppm / self.error_ppm


@dataclass(frozen=True, slots=True)
class DepthDifference:
    """Two depths compared [ppm]; `sigma` is their difference in errors."""

    first_ppm: float
    second_ppm: float
    error_ppm: float

    @property
    def sigma(self) -> float:
        """How many errors the depths are apart; NaN when one is not known."""
        return abs(self.first_ppm - self.second_ppm) / self.error_ppm

    @property
    def relative(self) -> float:
        """Difference over the deeper of the two."""
        return abs(self.first_ppm - self.second_ppm) / max(abs(self.first_ppm), abs(self.second_ppm))


def noise_of_means(flat: Samples, duration_days: float) -> float:
    """Noise of a mean over `duration_days` of fully covered samples, red noise included [relative flux].

    Parameters
    ----------
    flat : Samples
        Detrended, relative to 1.
    duration_days : float
        Length of the mean [days].
    """
    inside = max(round(duration_days / flat.cadence_days), 1)
    white = robust_noise(flat.flux) / np.sqrt(inside)
    if inside < 2 or flat.time.size < 4 * inside:
        return white
    sums = np.r_[0.0, np.cumsum(flat.flux - 1)]
    means = (sums[inside:] - sums[:-inside]) / inside
    means = means[flat.time[inside - 1 :] - flat.time[: means.size] < 1.5 * duration_days]
    return max(white, robust_noise(means)) if means.size >= 4 else white


def red_factor(rest: Samples, days: float) -> float:
    """How much noisier means over some days are than white noise would make them; at least 1.

    Parameters
    ----------
    rest : Samples
        Without events.
    days : float
        Length of the means [days].
    """
    white = robust_noise(rest.flux) / np.sqrt(max(days / rest.cadence_days, 1))
    return max(noise_of_means(rest, days) / white, 1.0)


def events(flat: Samples, ephemeris: Ephemeris, *, later_by: float = 0.0) -> tuple[Event, ...]:
    """Depth of each event that `flat` covers.

    Parameters
    ----------
    flat : Samples
        Detrended.
    ephemeris : Ephemeris
        With a duration.
    later_by : float
        Look that share of a period after the events instead: 0.5 is where a secondary eclipse is usual.
    """
    period, duration = ephemeris.period_days, ephemeris.duration_days
    epoch = ephemeris.epoch_btjd + (0.0 if ephemeris.single else later_by * period)
    shifted = Ephemeris(period, epoch, duration)
    away = np.abs(shifted.away_days(flat.time))
    inside = away < duration / 2
    reach = 2.5 * duration if ephemeris.single else min(2.5 * duration, 0.5 * period)
    beside = (away > 0.75 * duration) & (away < reach)
    if not inside.any():
        return ()
    expected = max(duration / flat.cadence_days, 1)
    step = local_cadence(flat.time)
    noise = noise_of_means(flat, duration)
    found = []
    for which, turn in shifted.each_turn(flat.time, inside):
        mine = inside[turn]
        covered = step[turn][mine].sum() / max(duration, float(step[turn][mine].min()))
        if covered < LEAST_COVERED:
            continue
        around = flat.flux[turn][beside[turn]]
        level = float(np.median(around)) if around.size > 3 else 1.0
        depth = level - float(flat.flux[turn][mine].mean())
        error = noise * np.sqrt(max(1 / covered, 1.0) + (expected / around.size if around.size > 3 else 0.0))
        middle = epoch + (0.0 if ephemeris.single else which * period)
        found.append(Event(which, middle, depth * 1e6, float(error) * 1e6, float(covered)))
    return tuple(found)


def fitted_events(
    samples: Samples, ephemeris: Ephemeris, profile: Profile, *, level: float, noise: RedNoise
) -> tuple[Event, ...]:
    """Depth of the bottom of each event: how often the profile must be taken off the flux beside it.

    Parameters
    ----------
    samples : Samples
    ephemeris : Ephemeris
        With a duration.
    profile : callable
        Of the mean event.
    level : float
        Flux beside an event where too little was observed there.
    noise : RedNoise
        Of the star between the events.

    Returns
    -------
    tuple of Event
        Those of which enough was observed; depths are of `level`, errors hold the red noise.
    """
    period, duration = ephemeris.period_days, ephemeris.duration_days
    away = ephemeris.away_days(samples.time)
    reach = 1.5 * duration if ephemeris.single else min(1.5 * duration, 0.5 * period)
    near = np.abs(away) < reach
    step = local_cadence(samples.time)
    found = []
    for which, turn in ephemeris.each_turn(samples.time, near & (np.abs(away) < duration / 2)):
        mine = near[turn]
        off_middle, weight, flux = away[turn][mine], step[turn][mine], samples.flux[turn][mine]
        inside = np.abs(off_middle) < duration / 2
        covered = float(weight[inside].sum()) / max(duration, float(weight.min()))
        if covered < LEAST_COVERED:
            continue
        share = seen(profile, off_middle / duration * 2, weight / duration * 2)[0]
        beside = weight[share < 0.05].sum() / duration
        if beside > 0.2:
            mean_share, mean_flux = np.average(share, weights=weight), np.average(flux, weights=weight)
            off, lost = share - mean_share, mean_flux - flux
        else:
            off, lost = share, level - flux
        power = float((weight * off * off).sum())
        if not power > 0:  # no sample lies where the profile changes
            continue
        share_of_flux = weight * off / power
        depth = float((share_of_flux * lost).sum())
        error = np.sqrt(noise.white_variance(weight, share_of_flux) + noise.variance(off_middle, share_of_flux))
        middle = ephemeris.epoch_btjd + (0.0 if ephemeris.single else which * period)
        found.append(Event(which, middle, depth / level * 1e6, float(error) / level * 1e6, min(covered, 1.0)))
    return tuple(found)


def is_cut(flat: Samples, ephemeris: Ephemeris) -> bool:
    """Whether a gap or an end takes one side of every event that was observed.

    Parameters
    ----------
    flat : Samples
    ephemeris : Ephemeris
        With a duration.
    """
    away, duration = ephemeris.away_days(flat.time), ephemeris.duration_days
    step = local_cadence(flat.time)
    inside = np.abs(away) < duration / 2
    for _, turn in ephemeris.each_turn(flat.time, inside):
        sides = [(side * away[turn] > 0.5 * duration) & (side * away[turn] < 0.8 * duration) for side in (-1, 1)]
        if all(step[turn][side].sum() > 0.1 * duration for side in sides):
            return False
    return True


def whole(chosen: Sequence[Event]) -> list[Event]:
    """The events that no gap cuts."""
    return [event for event in chosen if event.covered > WHOLE]


def odd_even(chosen: Sequence[Event]) -> tuple[list[Event], list[Event]]:
    """The events with odd numbers, and those with even ones."""
    return [event for event in chosen if event.number % 2], [event for event in chosen if not event.number % 2]


def mean_depth(chosen: Sequence[Event]) -> tuple[float, float]:
    """Mean depth of events and its error [ppm], weighted; the error grows with their scatter. NaN without events."""
    if not chosen:
        return np.nan, np.nan
    depth = np.array([event.depth_ppm for event in chosen])
    weight = 1 / np.array([event.error_ppm for event in chosen]) ** 2
    mean = float((depth * weight).sum() / weight.sum())
    excess = float(((depth - mean) ** 2 * weight).sum() / (depth.size - 1)) if depth.size > 1 else 1.0
    return mean, float(np.sqrt(max(excess, 1.0) / weight.sum()))


def depth_difference(first: Sequence[Event], second: Sequence[Event]) -> DepthDifference:
    """Compare the mean depths of two groups of events.

    Parameters
    ----------
    first, second : sequence of Event
        Measured events, e.g. the odd and the even ones.

    Returns
    -------
    DepthDifference
        Depths and the error of their difference [ppm].
    """
    (a, a_error), (b, b_error) = mean_depth(first), mean_depth(second)
    return DepthDifference(a, b, float(np.hypot(a_error, b_error)))


def depth_difference_by_scatter(first: Sequence[Event], second: Sequence[Event]) -> DepthDifference:
    """As `depth_difference`, with the error from the scatter within the groups alone (Welch's test).

    For smooth variation, where the noise of means is the variation itself. NaN with fewer than 3 events in a group.

    Parameters
    ----------
    first, second : sequence of Event
        Measured events, at least 3 in each group.

    Returns
    -------
    DepthDifference
        Depths and the error of their difference [ppm].
    """
    a, b = (np.array([event.depth_ppm for event in group]) for group in (first, second))
    if min(a.size, b.size) < 3:
        return DepthDifference(np.nan, np.nan, np.nan)
    p_value = float(ttest_ind(a, b, equal_var=False).pvalue)
    sigma = float(norm.isf(max(p_value, 1e-300) / 2))
    difference = abs(float(a.mean() - b.mean()))
    return DepthDifference(float(a.mean()), float(b.mean()), difference / sigma if sigma > 0 else np.inf)


def alternation(seen: Sequence[Event]) -> DepthDifference:
    """Odd events against even ones, by noise and by scatter; the more significant of the two."""
    odd, even = odd_even(whole(seen))
    return max(
        (depth_difference(odd, even), depth_difference_by_scatter(odd, even)),
        key=lambda c: float(np.nan_to_num(c.sigma)),
    )


def bottoms(chosen: Sequence[Event], duration_days: float, flat: Samples) -> list[Event]:
    """The same events with the depth of their lowest sixteenth: a mean tells a V from a box, but not how deep they are.

    Parameters
    ----------
    chosen : sequence of Event
    duration_days : float
        [days]
    flat : Samples
        In which they were seen.
    """
    found = []
    for event in chosen:
        inside = np.abs(flat.time - event.middle_btjd) < duration_days / 2
        part = ((flat.time[inside] - event.middle_btjd) / duration_days * PARTS + PARTS / 2).astype(np.intp)
        count = np.bincount(part)
        lowest = (np.bincount(part, flat.flux[inside])[count > 0] / count[count > 0]).min()
        error = event.error_ppm * float(np.sqrt(PARTS))
        found.append(replace(event, depth_ppm=(1 - float(lowest)) * 1e6, error_ppm=error))
    return found


def unlike(chosen: Sequence[Event]) -> bool:
    """Whether two deep events are of two kinds, as both eclipses of a binary are."""
    if len(chosen) != 2:
        return False
    shallower, deeper = sorted(chosen, key=lambda event: event.depth_ppm)
    error = float(np.hypot(deeper.error_ppm, shallower.error_ppm))
    least = max(MUCH_DEEPER * deeper.depth_ppm, DIFFERENT_SIGMA * error)
    return shallower.depth_ppm >= DEEP_PPM and deeper.depth_ppm - shallower.depth_ppm >= least


def others_as_deep(chosen: Sequence[Event], depth_ppm: float, duration_days: float, flat: Samples) -> NDArray[np.bool_]:
    """Samples of dips of half a depth or more beside some deep events; none where they last too short to be a dip.

    Parameters
    ----------
    chosen : sequence of Event
    depth_ppm, duration_days : float
        Of these.
    flat : Samples
        In which they were seen.
    """
    found = flat.flux < 1 - AS_DEEP * depth_ppm / 1e6
    for event in chosen:
        found &= np.abs(flat.time - event.middle_btjd) > 1.5 * duration_days
    return found & (float(found.sum()) * flat.cadence_days > AS_LONG * duration_days)


def unequal_pair(chosen: Sequence[Event], duration_days: float, flat: Samples) -> Ephemeris | None:
    """Two deep events of which one is much deeper: both eclipses of a binary, whose period they do not tell.

    Twice the time between them stands for it, so that the deeper one is the event and the other its second kind.

    Parameters
    ----------
    chosen : sequence of Event
    duration_days : float
        [days]
    flat : Samples
        In which they were seen.

    Returns
    -------
    Ephemeris or None
        None where there are not two, or they may be alike, or others are about as deep.
    """
    if not unlike(chosen):
        return None
    shallower, deeper = sorted(chosen, key=lambda event: event.depth_ppm)
    if others_as_deep(chosen, shallower.depth_ppm, duration_days, flat).any():
        return None
    return Ephemeris(2 * abs(deeper.middle_btjd - shallower.middle_btjd), deeper.middle_btjd, duration_days)


def differ(compared: DepthDifference) -> bool:
    """Whether two depths belong to two kinds of event."""
    return bool(compared.sigma >= DIFFERENT_SIGMA and compared.relative >= DIFFERENT_SHARE)
