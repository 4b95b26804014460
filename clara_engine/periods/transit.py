"""How deep, how long and how significant the events of an ephemeris are."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from clara_engine.errors import FeatureError
from clara_engine.lightcurve import LightCurve
from clara_engine.periods.box import BIN_DAYS, box_at
from clara_engine.periods.ephemeris import Ephemeris
from clara_engine.periods.events import (
    DepthDifference,
    Event,
    depth_difference,
    events,
    mean_depth,
    noise_of_means,
    odd_even,
    whole,
)
from clara_engine.timeseries import (
    Detrending,
    Samples,
    bin_means,
    binned,
    detrend,
    flattened,
    good_samples,
    robust_noise,
)

__all__ = ["Transit", "flat_samples", "measure_transit", "with_duration"]

Float = NDArray[np.float64]
FITTED_BINS = 300
MOST_IN_EVENTS = 0.7  # of the samples


@dataclass(frozen=True, slots=True)
class Transit:
    """The mean event of an ephemeris, as a trapezoid.

    Attributes
    ----------
    ephemeris : Ephemeris
        With the fitted period, middle and duration.
    depth_ppm, depth_error_ppm : float
        Of the flat part.
    duration_hours, duration_error_hours : float
        From first to last contact.
    epoch_error_days, period_error_days : float
        The period's is NaN where fewer than two events were observed.
    slope_share : float
        Share of the duration spent on both slopes: 0 a box, 1 a V.
    snr : float
        Mean depth of the events over its error, red noise and scatter between events included.
    events : tuple of Event
        Those that the light curve covers.
    odd_even : DepthDifference
        Odd against even events; NaN where one kind was not observed.
    secondary_ppm, secondary_error_ppm : float
        Depth half a period later; NaN where that was not observed.
    """

    ephemeris: Ephemeris
    depth_ppm: float
    depth_error_ppm: float
    duration_hours: float
    duration_error_hours: float
    epoch_error_days: float
    period_error_days: float
    slope_share: float
    snr: float
    events: tuple[Event, ...]
    odd_even: DepthDifference
    secondary_ppm: float
    secondary_error_ppm: float


def with_duration(light_curve: LightCurve, ephemeris: Ephemeris, detrending: Detrending | None = None) -> Ephemeris:
    """`ephemeris` itself, or with the epoch and duration of the best box when it has no duration.

    Parameters
    ----------
    light_curve : LightCurve
    ephemeris : Ephemeris
    detrending : Detrending, optional
        By default a biweight of 1.5 days.

    Raises
    ------
    FeatureError
        As `box_at`.
    """
    if np.isfinite(ephemeris.duration_days):
        return ephemeris
    samples = good_samples(light_curve)
    flat = flattened(samples, detrending or Detrending(), coarse=binned(samples, BIN_DAYS))
    return box_at(flat, ephemeris.period_days).ephemeris


def flat_samples(light_curve: LightCurve, ephemeris: Ephemeris, detrending: Detrending | None = None) -> Samples:
    """Good samples, detrended by what lies outside the events, so that these keep their depth.

    Parameters
    ----------
    light_curve : LightCurve
    ephemeris : Ephemeris
        With a duration.
    detrending : Detrending, optional
        By default a biweight of 1.5 days.

    Returns
    -------
    Samples
        Relative to 1.

    Raises
    ------
    FeatureError
        The events fill the period.
    """
    in_event = np.abs(ephemeris.away_days(light_curve.time)) < 0.75 * ephemeris.duration_days
    if in_event.mean() > MOST_IN_EVENTS:
        raise FeatureError(
            f"{light_curve.target.name}: events of {24 * ephemeris.duration_days:.2f} h fill the period of "
            f"{ephemeris.period_days:.4g} d; there is nothing beside them to measure a depth from"
        )
    return good_samples(detrend(light_curve, detrending, keep=in_event))


def measure_transit(light_curve: LightCurve, ephemeris: Ephemeris, detrending: Detrending | None = None) -> Transit:
    """Fit the mean event of an ephemeris.

    Parameters
    ----------
    light_curve : LightCurve
    ephemeris : Ephemeris
        Without a duration, the best box at its period is taken first.
    detrending : Detrending, optional
        By default a biweight of 1.5 days, blind to the events.

    Returns
    -------
    Transit
        Errors are those of a least-squares fit, scaled by the red noise of means as long as an event.

    Raises
    ------
    FeatureError
        When the light curve covers no event, or too little of one to be fitted.
    """
    known = with_duration(light_curve, ephemeris, detrending)
    flat = flat_samples(light_curve, known, detrending)
    seen = events(flat, known)
    if not seen:
        start, end = float(flat.time[0]), float(flat.time[-1])
        where = (
            "they fall into gaps" if known.expected_in(start, end).size else f"none falls into {start:.1f}–{end:.1f}"
        )
        raise FeatureError(f"{light_curve.target.name}: no event of this ephemeris was observed; {where}")
    for _ in range(2):  # the second time around the duration that the first one found
        fit, error = _trapezoid_fit(flat, known, light_curve.target.name)
        known = replace(known, epoch_btjd=known.epoch_btjd + float(fit[1]), duration_days=float(fit[2]))
    period_error = np.nan
    if len(seen) > 1:
        known, period_error = _timed(flat, known, fit)
    seen = events(flat, known) or seen
    mean, mean_error = mean_depth(seen)
    secondary = (np.nan, np.nan) if known.single else mean_depth(events(flat, known, later_by=0.5))
    return Transit(
        ephemeris=known,
        depth_ppm=float(fit[0]) * 1e6,
        depth_error_ppm=float(error[0]) * 1e6,
        duration_hours=float(fit[2]) * 24,
        duration_error_hours=float(error[2]) * 24,
        epoch_error_days=float(error[1]),
        period_error_days=period_error,
        slope_share=float(fit[3]),
        snr=mean / mean_error,
        events=seen,
        odd_even=depth_difference(*odd_even(whole(seen))),
        secondary_ppm=secondary[0],
        secondary_error_ppm=secondary[1],
    )


def _trapezoid(away: Float, depth: float, middle: float | Float, duration: float, slopes: float, level: float) -> Float:
    """A dip of `depth` below `level`; `slopes` is the share of the duration spent going down and up."""
    slope = max(slopes * duration / 2, 1e-6)
    return level - depth * np.clip((duration / 2 - np.abs(away - middle)) / slope, 0, 1)


def _trapezoid_fit(flat: Samples, ephemeris: Ephemeris, name: str) -> tuple[Float, Float]:
    """Depth, middle [days off the epoch], duration [days], slopes and level, and their errors."""
    from scipy.optimize import curve_fit

    duration = ephemeris.duration_days
    away = ephemeris.away_days(flat.time)
    reach = 2.5 * duration if ephemeris.single else min(2.5 * duration, 0.5 * ephemeris.period_days)
    near = np.abs(away) < reach
    place = np.minimum(((away[near] + reach) / (2 * reach) * FITTED_BINS).astype(int), FITTED_BINS - 1)
    filled, count, x, y = bin_means(place, away[near], flat.flux[near])
    if filled.size < 8:
        raise FeatureError(f"{name}: {filled.size} bins around the event are too few to fit it")
    inside = np.abs(x) < duration / 2
    depth = float(np.median(y[~inside]) - np.median(y[inside])) if inside.any() and (~inside).any() else 0.0
    noise = robust_noise(flat.flux)
    shortest = min(max(flat.cadence_days, 0.2 * duration), 0.9 * duration)
    longest = min(3 * duration, 1.9 * reach)
    bounds = ([-2, -duration / 2, shortest, 0.02, 0.5], [2, duration / 2, longest, 1.0, 1.5])
    start = [np.clip(depth, -1.9, 1.9), 0.0, duration, 0.4, 1.0]
    try:
        fit, covariance = curve_fit(
            _trapezoid, x, y, start, noise / np.sqrt(count), absolute_sigma=False, bounds=bounds, max_nfev=2000
        )
    except (RuntimeError, ValueError) as error:
        raise FeatureError(f"{name}: the event can't be fitted ({error})") from error
    white = noise / np.sqrt(max(duration / flat.cadence_days, 1))
    red = max(noise_of_means(flat, duration) / white, 1.0)
    return fit, np.sqrt(np.maximum(np.diag(covariance), 0)) * red


def _timed(flat: Samples, ephemeris: Ephemeris, shape: Float) -> tuple[Ephemeris, float]:
    """Period and epoch of a known shape from every sample near an event, and the error of the period."""
    from scipy.optimize import curve_fit

    turns = np.round(ephemeris.turns(flat.time))
    away = ephemeris.away_days(flat.time)
    near = np.abs(away) < ephemeris.duration_days
    centre = float(np.round(np.mean(turns[near])))  # there epoch and period do not depend on each other
    depth, _, duration, slopes, level = shape

    def model(away: Float, later: float, longer: float) -> Float:
        return _trapezoid(away, depth, later + longer * (turns[near] - centre), duration, slopes, level)

    try:
        fit, covariance = curve_fit(model, away[near], flat.flux[near], [0.0, 0.0], epsfcn=1e-7)
    except (RuntimeError, ValueError):
        return ephemeris, np.nan
    white = robust_noise(flat.flux) / np.sqrt(max(duration / flat.cadence_days, 1))
    red = max(noise_of_means(flat, duration) / white, 1.0)
    period = ephemeris.period_days + float(fit[1])
    if not (abs(fit[0]) < duration and period > duration and np.isfinite(covariance).all()):
        return ephemeris, np.nan
    epoch = ephemeris.epoch_btjd + float(fit[0]) - centre * float(fit[1])
    return replace(ephemeris, period_days=period, epoch_btjd=epoch), float(np.sqrt(covariance[1, 1])) * red
