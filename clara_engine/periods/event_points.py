"""The flux around the events of a star, as few means as a fit needs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clara_engine.errors import FeatureError
from clara_engine.periods.ephemeris import Ephemeris
from clara_engine.text import agreeing, counted
from clara_engine.timeseries import Samples, bin_means, local_cadence, neighbour_noise

__all__ = ["BINS_A_DURATION", "FEWEST_POINTS", "Points", "points_around"]

Float = NDArray[np.float64]
BINS_A_DURATION = 100
MOST_GROUPS = 40
FEWEST_POINTS = 8
#: Up to so many samples tell nothing of their noise; this is taken then.
FEWEST_SAMPLES, UNKNOWN_NOISE = 4, 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """Means of samples around events, those of one event, or of a few that follow each other, apart from the others.

    Attributes
    ----------
    away, flux, error, exposure : ndarray, shape (n,)
        Days off the middle of the event, relative flux, its white noise, and the length of an exposure [days].
    spread : ndarray, shape (n,)
        Variance of the times whose mean a point is [days²].
    number : ndarray, shape (n,)
        Of the event, counted from the epoch.
    group : ndarray of int, shape (n,)
        Points of one group are of the same events.
    together : ndarray, shape (groups,)
        How many events a group holds.
    reach_days : float
        How far from the middle they lie.
    ephemeris : Ephemeris
        Whose events these are.
    """

    away: Float
    flux: Float
    error: Float
    exposure: Float
    spread: Float
    number: Float
    group: NDArray[np.intp]
    together: Float
    reach_days: float
    ephemeris: Ephemeris

    @property
    def blur_days(self) -> Float:
        """Length of the box that blurs an event as much as exposures and means do [days]."""
        return np.sqrt(self.exposure**2 + 12 * self.spread)

    def stacked(self, width_days: float) -> Points:
        """All events on top of each other, means of `width_days` for each cadence."""
        place = ((self.away + self.reach_days) / width_days).astype(np.int64)
        kind = np.unique(np.round(np.log(self.exposure) * 4), return_inverse=True)[1]
        place = np.unique(place * (kind.max() + 1) + kind, return_inverse=True)[1]
        _check_enough(int(place.max(initial=-1)) + 1)
        weight = self.error**-2
        total = np.bincount(place, weight)
        away, flux, exposure, square = (
            np.bincount(place, weight * part) / total
            for part in (self.away, self.flux, self.exposure, self.away**2 + self.spread)
        )
        return Points(
            away=away,
            flux=flux,
            error=1 / np.sqrt(total),
            exposure=exposure,
            spread=np.maximum(square - away**2, 0),
            number=np.zeros(total.size),
            group=np.zeros(total.size, np.intp),
            together=self.together.sum(keepdims=True),
            reach_days=self.reach_days,
            ephemeris=self.ephemeris,
        )


def points_around(samples: Samples, ephemeris: Ephemeris, durations: float) -> Points:
    """Means of the samples within some durations of an event.

    Parameters
    ----------
    samples : Samples
    ephemeris : Ephemeris
        With a duration.
    durations : float
        On both sides of the middle; never beyond half a period.

    Returns
    -------
    Points
        Of one cadence each, `BINS_A_DURATION` a duration, or as many as there are samples.
    """
    duration = ephemeris.duration_days
    reach = durations * duration if ephemeris.single else min(durations * duration, 0.5 * ephemeris.period_days)
    away = ephemeris.away_days(samples.time)
    near = np.abs(away) < reach
    step = local_cadence(samples.time)
    cadence = np.unique(np.round(np.log(step) * 4), return_inverse=True)[1]
    noise = np.array([_scatter(samples, cadence == kind) for kind in range(cadence.max() + 1)])
    number = np.round(ephemeris.turns(samples.time[near])).astype(np.int64)
    numbers, order = np.unique(number, return_inverse=True)
    groups = min(MOST_GROUPS, numbers.size)
    group_of = np.arange(numbers.size) * groups // max(numbers.size, 1)
    width = max(duration / BINS_A_DURATION, 1e-6)
    bins = int(2 * reach / width) + 2
    place = (group_of[order] * (cadence.max() + 1) + cadence[near]) * bins + ((away[near] + reach) / width).astype(
        np.int64
    )
    places, place = np.unique(place, return_inverse=True)
    _check_enough(places.size)
    x = away[near]
    _, count, mean, square, flux, exposure, which, error, group = bin_means(
        place,
        x,
        x**2,
        samples.flux[near],
        step[near],
        number.astype(float),
        noise[cadence[near]],
        group_of[order].astype(float),
    )
    return Points(
        away=mean,
        flux=flux,
        error=error / np.sqrt(count),
        exposure=exposure,
        spread=np.maximum(square - mean**2, 0),
        number=which,
        group=group.astype(np.intp),
        together=np.bincount(group_of).astype(float),
        reach_days=reach,
        ephemeris=ephemeris,
    )


def _check_enough(points: int) -> None:
    if points < FEWEST_POINTS:
        raise FeatureError(f"{counted(points, 'point')} around the event {agreeing(points, 'are')} too few to fit it")


def _scatter(samples: Samples, chosen: NDArray[np.bool_]) -> float:
    """White noise of some samples."""
    flux = samples.flux[chosen]
    return max(neighbour_noise(flux), 1e-9) if flux.size > FEWEST_SAMPLES else UNKNOWN_NOISE
