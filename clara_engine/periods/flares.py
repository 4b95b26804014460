"""The flares of a light curve: when, how high, how long, and their energy as an equivalent duration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import minimum_filter1d, percentile_filter

from clara_engine.archives.intervals import BadInterval
from clara_engine.features.lombscargle import lomb_scargle, lomb_scargle_even
from clara_engine.lightcurve import LightCurve
from clara_engine.periods.glare import without_glare
from clara_engine.periods.harmonics import usual_harmonics, wave
from clara_engine.periods.known_intervals import BEND_DAYS, edges_of, interval_at, intervals_of
from clara_engine.timeseries import Samples, binned, good_samples, local_cadence, robust_noise, robust_spread

__all__ = ["Flare", "FlareSearch", "find_flares"]

Float = NDArray[np.float64]
Mask = NDArray[np.bool_]

#: Of Chang et al. 2015 (ApJ 814, 35), as AltaiPony has it for TESS: so many samples in a row above so many σ, …
SIGMA, LEAST_SAMPLES = 3.0, 3
#: … of which the flare reaches to where the flux falls below so many σ.
END_SIGMA = 1.0
LONG_CADENCE_DAYS = 0.006  # above it two samples in a row are longer than most flares
PEAK_SIGMA, LEAST_SNR = 5.0, 9.0
LATEST_PEAK = 0.5  # share of its time before the peak: flares rise faster than they fall
TREND_DAYS, COARSE_DAYS = 0.25, 1 / 96
ROUNDS = 3
EDGE_DAYS, GAP_DAYS = 0.02, 0.1
#: What lasts longer, or rises more slowly, is scattered light.
LONGEST_DAYS, LONGEST_RISE_DAYS = 0.2, 1 / 32
#: What has a dip of so much of its height within six hours is what the trend leaves of an eclipse or a pulsation.
AS_DEEP = 0.5
LEAST_POWER, LONGEST_WAVE_DAYS, SHORTEST_WAVE_DAYS = 0.05, 2.0, 0.08
#: Flares at one phase of the variation are a part of it: so many, that much alike, and how near to that phase.
FEWEST_ALIKE, ALIKE, NEAR_PHASE, FEWEST_CYCLES = 6, 0.9, 0.15, 3
#: The periodogram of what is longer, as no light curve of TESS or Kepler is, is quicker and right to 1e-5.
EXACT_DAYS = 4000.0
NOISE_DAYS = 1.0
DAY_SECONDS = 86400.0


@dataclass(frozen=True, slots=True)
class Flare:
    """One flare.

    Attributes
    ----------
    peak_btjd, start_btjd, end_btjd : float
        Of its highest, first and last sample [BTJD, days].
    height_ppm : float
        Of the highest sample above the quiet star.
    duration_minutes : float
        From the first to the last sample, one cadence included.
    equivalent_duration_s, equivalent_duration_error_s : float
        Time in which the quiet star radiates as much as the flare, in the band of the light curve [s], and its error
        from the noise of samples.
    snr : float
        Sum of the samples over the noise of that sum.
    """

    peak_btjd: float
    start_btjd: float
    end_btjd: float
    height_ppm: float
    duration_minutes: float
    equivalent_duration_s: float
    equivalent_duration_error_s: float
    snr: float


@dataclass(frozen=True, slots=True)
class FlareSearch:
    """What was found, and what the same search finds in the light curve upside down, which has no flares.

    Attributes
    ----------
    flares : tuple of Flare
        In order of time.
    inverted : int
        How many "flares" the light curve has upside down: about so many of `flares` are chance.
    span_days : float
        Observed time, gaps left out [days].
    at_bad_times : int
        How many of `flares` lie within a quarter of a day of an edge or a gap, or in a known bad interval.
    """

    flares: tuple[Flare, ...]
    inverted: int
    span_days: float
    at_bad_times: int = 0

    @property
    def strongest(self) -> Flare | None:
        """The flare of the highest signal-to-noise."""
        return max(self.flares, key=lambda flare: flare.snr, default=None)


def find_flares(light_curve: LightCurve, bad_intervals: Sequence[BadInterval] | None = None) -> FlareSearch:
    """Search for flares: several samples in a row that stand out, rise fast and fall slowly.

    Slow changes are taken off by a running median of six hours that does not see the flares, after the wave of a star
    that varies faster than that. Kept is what has three samples or more above 3 σ (Chang et al. 2015, ApJ 814, 35), one
    above 5 σ, signal-to-noise 9, and its peak in the first half of its time; nothing beside a gap, where light curves
    bend, nor in hours that scattered light fills, nor beside a dip of half the height: there a running median bends.

    Parameters
    ----------
    light_curve : LightCurve
    bad_intervals : sequence of BadInterval, optional
        When the instrument is known to be wrong; by default what the manifest knows of the times of the light curve.

    Raises
    ------
    FeatureError
        When the light curve is too short, too faint or constant.
    """
    samples = good_samples(without_glare(light_curve)[0])
    upright = _search(samples)
    inverted = _search(replace(samples, flux=2 - samples.flux))
    known = intervals_of(light_curve) if bad_intervals is None else bad_intervals
    edges = edges_of(samples)
    bad = sum(
        bool(interval_at(flare.peak_btjd, known, flare.end_btjd - flare.start_btjd))
        or bool(np.abs(edges - flare.peak_btjd).min() < BEND_DAYS)
        for flare in upright
    )
    span = float(np.minimum(local_cadence(samples.time), GAP_DAYS).sum())
    return FlareSearch(upright, len(inverted), span, bad)


def _search(samples: Samples) -> tuple[Flare, ...]:
    fast, period = _periods(samples)
    calm = _without_wave(samples, fast) if np.isfinite(fast) else samples
    hidden = np.zeros(samples.time.size, bool)
    for _ in range(ROUNDS):
        trend = _trend(calm, hidden)
        excess = calm.flux - trend
        noise = _noise(samples, excess, hidden)
        runs = _runs(samples, excess / noise)
        before, hidden = hidden, np.zeros(samples.time.size, bool)
        for first, last in runs:
            hidden[first:last] = True
        if (hidden == before).all():
            break
    level = samples.flux - excess
    lowest = _lowest_near(replace(samples, flux=excess / level))
    gaps = np.flatnonzero(np.diff(samples.time) > GAP_DAYS)
    edges = np.r_[samples.time[0], samples.time[gaps], samples.time[gaps + 1], samples.time[-1]]
    excess, noise = excess / level, noise / level
    found = [_flare(samples, excess, noise, lowest, edges, first, last) for first, last in runs]
    return _of_no_phase([flare for flare in found if flare is not None], period)


def _coarse(samples: Samples) -> Samples:
    """Means of 15 minutes at most, in which flares do not stand out."""
    coarse = binned(samples, min(COARSE_DAYS, 10 * samples.cadence_days))
    return replace(coarse, flux=np.minimum(coarse.flux, np.median(coarse.flux) + 3 * robust_noise(coarse.flux)))


def _periods(samples: Samples) -> tuple[float, float]:
    """Of the highest Lomb–Scargle peak within two days, and of the highest of all [days]; NaN where none stands out."""
    coarse = _coarse(samples)
    longest = coarse.span_days / FEWEST_CYCLES
    shortest = max(SHORTEST_WAVE_DAYS, 3 * coarse.cadence_days)
    if longest < LONGEST_WAVE_DAYS or coarse.flux.min() == coarse.flux.max():
        return np.nan, np.nan
    step = 0.1 / coarse.span_days
    frequency = np.arange(1 / longest, 1 / shortest, step)
    if coarse.span_days > EXACT_DAYS:
        first = 10 * FEWEST_CYCLES
        power = lomb_scargle_even(coarse.time, coarse.flux, step, first, first + frequency.size - 1)
    else:
        power = lomb_scargle(coarse.time, coarse.flux, frequency)
    within_two_days = np.where(frequency > 1 / LONGEST_WAVE_DAYS, power, 0)
    fast, highest = (
        float(1 / frequency[np.argmax(each)]) if each.max() >= LEAST_POWER else np.nan
        for each in (within_two_days, power)
    )
    return fast, highest


def _without_wave(samples: Samples, period_days: float) -> Samples:
    """Without the wave of a star that turns or pulsates within two days, which a running median would cut.

    Of a star that rests between eclipses it is not taken off: it would ring there.
    """
    coarse = _coarse(samples)
    count = min(usual_harmonics(period_days), max(int(period_days / (2.5 * coarse.cadence_days)), 1))
    fitted = wave(coarse, period_days, samples.time, count)
    if robust_noise(samples.flux - fitted) > robust_noise(samples.flux):
        return samples
    return replace(samples, flux=samples.flux - fitted + 1)


def _of_no_phase(flares: Sequence[Flare], period_days: float) -> tuple[Flare, ...]:
    """Those that do not come at one phase of the variation, or of half its period, as a binary has its shoulders."""
    kept = list(flares)
    for period in (period_days, period_days / 2):
        if len(kept) < FEWEST_ALIKE or not np.isfinite(period):
            break
        turn = np.exp(2j * np.pi * np.array([flare.peak_btjd for flare in kept]) / period)
        middle = turn.mean()
        if abs(middle) > ALIKE:
            off = np.abs(np.angle(turn / middle)) / (2 * np.pi)
            kept = [flare for flare, away in zip(kept, off, strict=True) if away > NEAR_PHASE]
    return tuple(kept)


def _trend(samples: Samples, hidden: Mask) -> Float:
    """Running median of means of 15 minutes over six hours, blind to `hidden`, between gaps."""
    shown = samples.without(hidden)
    coarse = binned(shown, COARSE_DAYS) if samples.cadence_days < COARSE_DAYS else shown
    width = max(round(TREND_DAYS / coarse.cadence_days), 3)
    trend = np.empty(coarse.time.size)
    for part in np.split(np.arange(coarse.time.size), np.flatnonzero(np.diff(coarse.time) > TREND_DAYS) + 1):
        trend[part] = percentile_filter(coarse.flux[part], 50, min(width, max(part.size, 1)), mode="nearest")
    return np.interp(samples.time, coarse.time, trend)


def _noise(samples: Samples, excess: Float, hidden: Mask) -> Float:
    """Scatter of the samples of a day around each, which jitter and scattered light raise."""
    place = ((samples.time - samples.time[0]) / NOISE_DAYS).astype(np.intp)
    shown, days = excess[~hidden], place[~hidden]
    everywhere = robust_noise(shown)
    local = np.full(place[-1] + 1, everywhere)
    begins = np.flatnonzero(np.diff(days, prepend=-1))
    for day, mine in zip(days[begins], np.split(shown, begins)[1:], strict=True):
        if mine.size > 20:
            local[day] = robust_spread(mine)
    return np.maximum(local[place], 0.5 * everywhere)


def _runs(samples: Samples, sigma: Float) -> list[tuple[int, int]]:
    """First and last index (exclusive) of runs of samples above `SIGMA`, out to where they fall below `END_SIGMA`."""
    least = 2 if samples.cadence_days > LONG_CADENCE_DAYS else LEAST_SAMPLES
    gap = np.r_[True, np.diff(samples.time) > 5 * samples.cadence_days]
    starts, stops = _stretches(sigma > SIGMA, gap)
    firsts, lasts = _stretches(sigma > END_SIGMA, gap)
    around = np.searchsorted(firsts, starts[stops - starts >= least], side="right") - 1
    found: list[tuple[int, int]] = []
    for first, last in zip(firsts[around].tolist(), lasts[around].tolist(), strict=True):
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return found


def _stretches(marked: Mask, gap: Mask) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """First and last index (exclusive) of marked samples in a row; `gap` marks samples that come after a gap."""
    first = marked & (np.r_[True, ~marked[:-1]] | gap)
    last = marked & np.r_[~marked[1:] | gap[1:], True]
    return np.flatnonzero(first), np.flatnonzero(last) + 1


def _lowest_near(excess: Samples) -> Float:
    """Lowest mean of 15 minutes within six hours of each sample."""
    coarse = binned(excess, COARSE_DAYS) if excess.cadence_days < COARSE_DAYS else excess
    near = minimum_filter1d(coarse.flux, max(round(2 * TREND_DAYS / coarse.cadence_days), 3))
    return near[np.clip(np.searchsorted(coarse.time, excess.time), 0, near.size - 1)]


def _flare(
    samples: Samples, excess: Float, noise: Float, lowest: Float, edges: Float, first: int, last: int
) -> Flare | None:
    """The flare of a run of samples; None where it is weak, long, at a gap or a dip, or rises as slowly as it falls."""
    time = samples.time[first:last]
    peak = first + int(np.argmax(excess[first:last]))
    step = local_cadence(time)
    total = float((excess[first:last] * step).sum())
    error = float(np.sqrt(((noise[first:last] * step) ** 2).sum()))
    before, after = peak - first, last - 1 - peak
    if (
        excess[peak] < PEAK_SIGMA * noise[peak]
        or total < LEAST_SNR * error
        or -lowest[peak] > max(AS_DEEP * excess[peak], PEAK_SIGMA * noise[peak])
        or before > LATEST_PEAK * (before + after)
        or time[-1] - time[0] > LONGEST_DAYS
        or samples.time[peak] - time[0] > max(LONGEST_RISE_DAYS, 2 * samples.cadence_days)
        or np.abs(edges - samples.time[peak]).min() < EDGE_DAYS
    ):
        return None
    return Flare(
        peak_btjd=float(samples.time[peak]),
        start_btjd=float(time[0]),
        end_btjd=float(time[-1]),
        height_ppm=float(excess[peak]) * 1e6,
        duration_minutes=float(time[-1] - time[0] + samples.cadence_days) * 1440,
        equivalent_duration_s=total * DAY_SECONDS,
        equivalent_duration_error_s=error * DAY_SECONDS,
        snr=total / error,
    )
