"""Measurement of the mean event: depth, duration, significance. The same is used everywhere."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from clara_engine.errors import FeatureError
from clara_engine.lightcurve import LightCurve
from clara_engine.periods.box import BIN_DAYS, box_at
from clara_engine.periods.cut_event import cut_event
from clara_engine.periods.ephemeris import Ephemeris
from clara_engine.periods.event_fit import Discs, EventFit, fit_event, rough_fit
from clara_engine.periods.event_points import points_around
from clara_engine.periods.events import (
    Event,
    alternation,
    differ,
    events,
    fitted_events,
    is_cut,
    mean_depth,
    odd_even,
    red_factor,
    unequal_pair,
    whole,
)
from clara_engine.periods.measurement import NAN, Transit
from clara_engine.periods.out_of_event import (
    MINIMUM_REACH,
    lowest_phase,
    maximum_light,
    minima_of_cycles,
    minimum_near,
    varies_with_the_period,
    without_the_fold,
)
from clara_engine.periods.red_noise import RedNoise, red_noise
from clara_engine.periods.secondary import Secondary, find_secondary
from clara_engine.synthetic.stars import limb_darkening
from clara_engine.timeseries import (
    Detrending,
    Samples,
    binned,
    detrend,
    flattened,
    good_samples,
)

__all__ = ["Transit", "flat_samples", "measure_event", "measure_transit", "with_duration"]

Float = NDArray[np.float64]
MOST_IN_EVENTS = 0.7  # of the samples
FILLED = 0.22  # of the period: longer events leave nothing between two of them in an orbit
DEEPEST_PLANET = 0.05
SUN_TEFF = 5772.0
#: A fit is made again where its period shifts events by that share of their duration, since its start blurred them.
MOST_FITS, LEAST_DRIFT = 3, 0.02
#: Durations by which a fit may move an event.
MOST_OFF = 1.5
#: Shares of depth and duration that eclipses with other limb darkening than the fitted law came out wrong by.
UNSURE_PROFILE = (3e-4, 1e-3)


def with_duration(light_curve: LightCurve, ephemeris: Ephemeris, detrending: Detrending | None = None) -> Ephemeris:
    """`ephemeris` itself, or with the epoch and duration of the best box when it has no duration.

    Parameters
    ----------
    light_curve : LightCurve
    ephemeris : Ephemeris
        With or without a duration.
    detrending : Detrending, optional
        By default a biweight of 1.5 days.
    """
    if np.isfinite(ephemeris.duration_days):
        return ephemeris
    samples = good_samples(light_curve)
    flat = flattened(samples, detrending or Detrending(), coarse=binned(samples, BIN_DAYS))
    return box_at(flat, ephemeris.period_days).ephemeris


def flat_samples(
    light_curve: LightCurve,
    ephemeris: Ephemeris,
    detrending: Detrending | None = None,
    *,
    also: Ephemeris | None = None,
) -> Samples:
    """Good samples, detrended by what lies outside the events, so that these keep their depth.

    Parameters
    ----------
    light_curve : LightCurve
    ephemeris : Ephemeris
        With a duration.
    detrending : Detrending, optional
        By default a biweight of 1.5 days.
    also : Ephemeris, optional
        Of another kind of event, which must not shape the trend either.

    Raises
    ------
    FeatureError
        When the events fill the period.
    """
    in_event = np.abs(ephemeris.away_days(light_curve.time)) < 0.75 * ephemeris.duration_days
    if also is not None:
        in_event |= np.abs(also.away_days(light_curve.time)) < 0.75 * also.duration_days
    if in_event.mean() > MOST_IN_EVENTS:
        raise FeatureError(
            f"{light_curve.target.name}: events of {24 * ephemeris.duration_days:.2f} h fill the period of "
            f"{ephemeris.period_days:.4g} d; there is nothing beside them to measure a depth from"
        )
    return good_samples(detrend(light_curve, detrending, keep=in_event))


def measure_transit(light_curve: LightCurve, ephemeris: Ephemeris, detrending: Detrending | None = None) -> Transit:
    """Measure the mean event of an ephemeris: shape, period, epoch and duration fitted together.

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
        Errors are those of a least-squares fit, scaled by its misfit and by the red noise of means.

    Raises
    ------
    FeatureError
        When the light curve covers no event, or too little of one to be fitted.
    """
    known = with_duration(light_curve, ephemeris, detrending)
    flat = flat_samples(light_curve, known, detrending)
    if not events(flat, known):
        start, end = float(flat.time[0]), float(flat.time[-1])
        where = (
            "they fall into gaps" if known.expected_in(start, end).size else f"none falls into {start:.1f}–{end:.1f}"
        )
        raise FeatureError(f"{light_curve.target.name}: no event of this ephemeris was observed; {where}")
    if known.duration_days < flat.cadence_days:
        raise FeatureError(
            f"{light_curve.target.name}: an event of {24 * known.duration_days:.2f} h is shorter than the time between "
            f"samples, {24 * flat.cadence_days:.2f} h"
        )
    limb = _limb_darkening(light_curve)
    if is_cut(flat, known):
        return cut_event(flat, known, find_secondary(flat, known, limb, varying=False))
    raw = good_samples(light_curve)
    rough = rough_fit(points_around(flat, known, 2.5), known)
    if not known.single and rough.ephemeris.duration_days > FILLED * known.period_days and _waves(raw, rough):
        return _never_still(raw, known)
    varies = _varies(raw, rough)
    planet = not varies and rough.depth < DEEPEST_PLANET
    begun, known = known, rough.ephemeris if rough.converged else known
    flat = flat_samples(light_curve, known, detrending)
    secondary, apart = None, None
    for _ in range(MOST_FITS):
        samples = raw if varies else flat
        reach = 1.5 if varies else 2.5
        fit = fit_event(points_around(samples, known, reach), known, limb, planet=planet, curved=varies)
        if not fit.converged or _lost(begun, fit.ephemeris, samples):  # it may be anywhere
            fit = replace(fit, ephemeris=begun, converged=False, white=dict.fromkeys(fit.white, NAN))
        secondary = find_secondary(samples, fit.ephemeris, limb, varying=varies)
        settled = apart is not None or secondary is None or varies
        moved = _drift_days(known, fit.ephemeris, samples) >= LEAST_DRIFT * known.duration_days
        if not fit.converged or (settled and not moved):
            break
        # Again with the level that the second kind of event leaves alone, and with events that are well on each other.
        known = fit.ephemeris
        if secondary is not None and not varies:
            apart = secondary.fit.ephemeris
        flat = flat_samples(light_curve, known, detrending, also=apart)
    return _reported(raw if varies else flat, fit, secondary, varies)


def measure_event(
    light_curve: LightCurve,
    ephemeris: Ephemeris,
    detrending: Detrending | None = None,
    *,
    measured: Transit | None = None,
) -> Transit:
    """As `measure_transit`, on the period of the orbit: the double where alternate events differ, the deeper one first.

    Parameters
    ----------
    light_curve : LightCurve
    ephemeris : Ephemeris
        Without a duration, the best box at its period is taken first.
    detrending : Detrending, optional
        By default a biweight of 1.5 days, blind to the events.
    measured : Transit, optional
        What `measure_transit` gave for the same, where that was asked already.

    Raises
    ------
    FeatureError
        As `measure_transit`.
    """
    found = measured or measure_transit(light_curve, ephemeris, detrending)
    if len(found.events) >= 3 and differ(found.odd_even):
        later = found.ephemeris.period_days if found.odd_even.first_ppm > found.odd_even.second_ppm else 0.0
        double = replace(
            found.ephemeris,
            period_days=2 * found.ephemeris.period_days,
            epoch_btjd=found.ephemeris.epoch_btjd + later,
        )
        found = measure_transit(light_curve, double, detrending)
    elif not found.varies and len(found.events) == 2:
        at = found.ephemeris
        pair = unequal_pair(found.events, at.duration_days, flat_samples(light_curve, at, detrending))
        found = found if pair is None else measure_transit(light_curve, pair, detrending)
    if found.secondary_depth_ppm > found.depth_ppm:
        kept = found.ephemeris
        other = replace(kept, epoch_btjd=kept.epoch_btjd + found.secondary_phase * kept.period_days)
        found = measure_transit(light_curve, other, detrending)
    return found


def _drift_days(first: Ephemeris, second: Ephemeris, samples: Samples) -> float:
    """By how much the periods of two ephemerides shift events against each other until the end [days]."""
    if first.single:
        return 0.0
    return abs(first.period_days - second.period_days) * samples.span_days / second.period_days


def _lost(begun: Ephemeris, fitted: Ephemeris, samples: Samples) -> bool:
    """Whether a fit has wandered off the events that it began with."""
    middles = fitted.expected_in(float(samples.time[0]), float(samples.time[-1]))
    return bool((np.abs(begun.away_days(middles)) > MOST_OFF * begun.duration_days).any())


def _limb_darkening(light_curve: LightCurve) -> tuple[float, float]:
    star = light_curve.target
    return limb_darkening(star.teff if np.isfinite(star.teff) else SUN_TEFF, star.logg)


def _near(samples: Samples, ephemeris: Ephemeris, durations: float) -> NDArray[np.bool_]:
    return np.asarray(np.abs(ephemeris.away_days(samples.time)) < durations * ephemeris.duration_days)


def _waves(raw: Samples, fit: EventFit) -> bool:
    """Whether the star varies at all phases, as binaries in contact do."""
    nowhere = np.zeros(raw.time.size, bool)
    return varies_with_the_period(raw, fit.ephemeris, nowhere, fit.depth)


def _never_still(raw: Samples, ephemeris: Ephemeris) -> Transit:
    """The minimum, or both, of a star that varies all the time: no contacts, so no duration.

    Raises
    ------
    FeatureError
        When its fold has no minimum.
    """
    level = maximum_light(raw, ephemeris)
    first = minimum_near(raw, ephemeris, 0.0) or minimum_near(raw, ephemeris, lowest_phase(raw, ephemeris))
    if first is None:
        raise FeatureError("the folded light curve has no minimum that can be measured")
    known = replace(ephemeris, epoch_btjd=ephemeris.epoch_btjd + first.phase * ephemeris.period_days, duration_days=NAN)
    second = minimum_near(raw, known, 0.5)
    rest = without_the_fold(raw, known)
    red = red_factor(rest, known.period_days * MINIMUM_REACH)
    seen = tuple(
        Event(event.number, event.middle_btjd, (level - event.bottom) / level * 1e6, event.error / level * 1e6 * red)
        for event in minima_of_cycles(raw, known)
    )
    odd, even = (mean_depth(group) for group in odd_even(seen))
    mean, mean_error = mean_depth(seen)
    found = Transit(
        ephemeris=known,
        depth_ppm=(level - first.bottom) / level * 1e6,
        depth_error_ppm=first.error / level * 1e6 * red,
        duration_hours=NAN,
        duration_error_hours=NAN,
        epoch_error_days=first.phase_error * known.period_days * red,
        period_error_days=NAN,
        slope_share=1.0,
        snr=mean / mean_error if seen else NAN,
        events=seen,
        odd_even=alternation(seen),
        secondary_ppm=NAN,
        secondary_error_ppm=NAN,
        odd_depth_ppm=odd[0],
        odd_depth_error_ppm=odd[1],
        even_depth_ppm=even[0],
        even_depth_error_ppm=even[1],
        varies=True,
    )
    if second is None:
        return found
    shallow, error = (level - second.bottom) / level * 1e6, second.error / level * 1e6 * red
    return replace(
        found,
        secondary_ppm=shallow,
        secondary_error_ppm=error,
        secondary_depth_ppm=shallow,
        secondary_depth_error_ppm=error,
        secondary_phase=second.phase % 1,
        secondary_phase_error=second.phase_error * red,
    )


def _varies(raw: Samples, fit: EventFit) -> bool:
    ephemeris = fit.ephemeris
    if ephemeris.single:
        return False
    half = replace(ephemeris, epoch_btjd=ephemeris.epoch_btjd + ephemeris.period_days / 2)
    events_of_both = _near(raw, ephemeris, 0.75) | _near(raw, half, 0.75)
    return varies_with_the_period(raw, ephemeris, events_of_both, fit.depth)


def _reported(samples: Samples, fit: EventFit, secondary: Secondary | None, varies: bool) -> Transit:
    known = fit.ephemeris
    level = maximum_light(samples, known) if varies else fit.bottom + fit.depth
    depth_ppm = (level - fit.bottom) / level * 1e6
    rest = without_the_fold(samples, known) if varies else samples.without(_near(samples, known, 0.6))
    if secondary is not None and not varies:
        rest = rest.without(_near(rest, secondary.fit.ephemeris, 0.6))
    noise = red_noise(rest, 2 * fit.points.reach_days)
    seen = fitted_events(samples, known, fit.profile, level=level, noise=noise)
    if varies:  # what the flux beside the events does is alike in all of them
        off = depth_ppm - mean_depth(whole(seen) or seen)[0]
        seen = tuple(replace(event, depth_ppm=event.depth_ppm + off) for event in seen)
    compared = alternation(seen)
    odd, even = (mean_depth(group) for group in odd_even(whole(seen)))
    mean, mean_error = mean_depth(seen)
    half = (NAN, NAN)
    if not known.single:
        later = replace(known, epoch_btjd=known.epoch_btjd + known.period_days / 2)
        half = mean_depth(fitted_events(samples, later, fit.profile, level=level, noise=noise))
    errors = _errors(fit, noise, varies)
    found = Transit(
        ephemeris=known,
        depth_ppm=depth_ppm,
        depth_error_ppm=errors["depth"] / level * 1e6,
        duration_hours=known.duration_days * 24,
        duration_error_hours=errors["duration_days"] * 24,
        epoch_error_days=errors["epoch_days"],
        period_error_days=errors["period_days"],
        slope_share=fit.slope_share,
        snr=mean / mean_error if seen else NAN,
        events=seen,
        odd_even=compared,
        secondary_ppm=half[0],
        secondary_error_ppm=half[1],
        odd_depth_ppm=odd[0],
        odd_depth_error_ppm=odd[1],
        even_depth_ppm=even[0],
        even_depth_error_ppm=even[1],
        varies=varies,
    )
    if secondary is None:
        return found
    second = secondary.fit
    second_level = level if varies else second.bottom + second.depth
    second_errors = _errors(second, noise, varies)
    return replace(
        found,
        secondary_depth_ppm=(second_level - second.bottom) / second_level * 1e6,
        secondary_depth_error_ppm=second_errors["depth"] / second_level * 1e6,
        secondary_phase=secondary.phase,
        secondary_phase_error=second_errors["epoch_days"] / known.period_days,
    )


def _errors(fit: EventFit, noise: RedNoise, varies: bool) -> dict[str, float]:
    """Errors of a fit with red noise, and with what the profile of real discs may be off by."""
    errors = fit.errors(noise)
    if varies:
        errors["depth"] = errors["bottom"]
    if isinstance(fit.family, Discs):
        unsure_depth, unsure_duration = UNSURE_PROFILE
        errors["depth"] = float(np.hypot(errors["depth"], unsure_depth * fit.depth))
        errors["duration_days"] = float(
            np.hypot(errors["duration_days"], unsure_duration * fit.ephemeris.duration_days)
        )
    return errors
