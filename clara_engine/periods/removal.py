"""A light curve without what is known of it: the events of ephemerides, and a variation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from clara_engine.errors import FeatureError
from clara_engine.lightcurve import LightCurve
from clara_engine.periods.ephemeris import Ephemeris
from clara_engine.periods.harmonics import linear_fit, usual_harmonics, wave_terms
from clara_engine.periods.secondary import find_secondary
from clara_engine.timeseries import Detrending, Samples, binned, flattened, good_samples, robust_noise

__all__ = ["around_events_of", "wave_of", "without_known", "without_wave"]

Float = NDArray[np.float64]
BIN_DAYS = 10 / 1440
#: Of a duration, before and after the middle of an event: a little more than the event, whose ephemeris has errors.
REACH = 0.75
LEAST_WAVE = 0.1
WINDOW_PERIODS, SHORTEST_WINDOW_DAYS, LEAST_IN_WINDOW = 6.0, 3.0, 60
EDGE = 1e-6  # weight of a fit outside its window, where nothing else is
CLIPPINGS, FAR = 4, 4.0
ANY_STAR = (0.3, 0.3)  # limb darkening, where only the place of a dip is asked for


def without_known(
    light_curve: LightCurve, known: Sequence[Ephemeris], detrending: Detrending | None = None
) -> LightCurve:
    """A light curve without the events of some ephemerides; a second dip of the same period goes with the first.

    An ephemeris without a duration is a variation: the flux is divided by a wave of four harmonics of its period.

    Parameters
    ----------
    light_curve : LightCurve
    known : sequence of Ephemeris
    detrending : Detrending, optional
        Before the search for a second dip; by default a biweight of 1.5 days.

    Returns
    -------
    LightCurve
        The samples outside the events; the light curve itself where nothing is known.

    Raises
    ------
    FeatureError
        When too few samples are left.
    """
    left = light_curve
    for ephemeris in known:
        if ephemeris.single or np.isfinite(ephemeris.duration_days):
            gone = around_events_of(ephemeris, left.time)
            if second := _second_dip(left, ephemeris, detrending or Detrending()):
                gone |= around_events_of(second, left.time)
            left = left.select(~gone)
        else:
            samples = good_samples(left)
            left = left.with_flux(left.flux / wave_of(binned(samples, BIN_DAYS), ephemeris.period_days, left.time))
    if known:
        good_samples(left)  # raises where too few are left
    return left


def around_events_of(ephemeris: Ephemeris, time: Float, reach: float = REACH) -> NDArray[np.bool_]:
    """Which samples lie near an event.

    Parameters
    ----------
    ephemeris : Ephemeris
        With a duration.
    time : ndarray, shape (n,)
        BTJD [days].
    reach : float
        How far before and after the middle, in durations.

    Returns
    -------
    ndarray of bool, shape (n,)
    """
    near: NDArray[np.bool_] = np.abs(ephemeris.away_days(time)) < reach * ephemeris.duration_days
    return near


def without_wave(samples: Samples, coarse: Samples, period_days: float) -> Samples:
    """Samples divided by the wave of a few harmonics that fits `coarse` best.

    Parameters
    ----------
    samples, coarse : Samples
        Relative to 1; the second are means of the first.
    period_days : float
        Of the wave [days].
    """
    return replace(samples, flux=samples.flux / wave_of(coarse, period_days, samples.time))


def wave_of(coarse: Samples, period_days: float, time: Float) -> Float:
    """The wave of a few harmonics of a period that fits samples best, at other times.

    Spots come and go: the wave is fitted in windows of some rotations that overlap, without the samples that lie far
    off it (flares, dips), and the fits are blended.

    Parameters
    ----------
    coarse : Samples
    period_days : float
    time : ndarray, shape (n,)
        BTJD [days].

    Returns
    -------
    ndarray, shape (n,)
        Relative to 1, never below 0.1.
    """
    start, span = float(coarse.time[0]), coarse.span_days
    width = max(WINDOW_PERIODS * period_days, SHORTEST_WINDOW_DAYS)
    count = max(int(np.ceil(2 * span / width)) - 1, 1)
    middles = start + span / 2 + (np.arange(count) - (count - 1) / 2) * width / 2
    total, weight = np.zeros(time.size), np.zeros(time.size)
    for middle in middles:
        inside = np.abs(coarse.time - middle) <= width / 2 if count > 1 else np.ones(coarse.time.size, bool)
        if inside.sum() < LEAST_IN_WINDOW:
            continue
        fitted = _fitted_wave(coarse.time[inside] - start, coarse.flux[inside], period_days)
        near = np.maximum(1 - 2 * np.abs(time - middle) / width, EDGE) if count > 1 else np.ones(time.size)
        near[~(np.abs(time - middle) <= 0.75 * width)] *= EDGE
        total += near * fitted(time - start)
        weight += near
    if not weight.any():
        return np.ones(time.size)
    return np.asarray(np.maximum(total / weight, LEAST_WAVE), dtype=np.float64)


def _fitted_wave(time: Float, flux: Float, period_days: float) -> Callable[[Float], Float]:
    harmonics = usual_harmonics(period_days)
    columns, kept = wave_terms(time, period_days, harmonics), np.ones(time.size, bool)
    weights: Float = np.zeros(columns.shape[1])
    for _ in range(CLIPPINGS):
        weights = linear_fit(columns[kept], flux[kept])
        left = flux - columns @ weights
        now = np.abs(left) < FAR * robust_noise(left)
        if now.sum() < LEAST_IN_WINDOW or (now == kept).all():
            break
        kept = now
    return lambda at: np.asarray(wave_terms(at, period_days, harmonics) @ weights, dtype=np.float64)


def _second_dip(light_curve: LightCurve, ephemeris: Ephemeris, detrending: Detrending) -> Ephemeris | None:
    """The other dip of the same period, as of an eclipsing binary."""
    if ephemeris.single:
        return None
    try:
        samples = good_samples(light_curve)
        coarse = binned(samples, BIN_DAYS)
        second = find_secondary(flattened(samples, detrending, coarse=coarse), ephemeris, ANY_STAR, varying=False)
    except FeatureError:
        return None
    if second is None:
        return None
    epoch = ephemeris.epoch_btjd + second.phase * ephemeris.period_days
    return replace(ephemeris, epoch_btjd=epoch)
