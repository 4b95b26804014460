"""Box least squares: periods of transits and eclipses, found on means of ten minutes and refined on every sample.

This search gives periods and depths that people read, for one star at a time. The features of a forest have a search
of their own (`clara_engine.features.steering.box_search`): coarser, for thousands of light curves.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr

from clara_engine.errors import FeatureError
from clara_engine.periods.box_kernel import best_boxes
from clara_engine.periods.ephemeris import Ephemeris
from clara_engine.periods.events import noise_of_means
from clara_engine.periods.harmonics import harmonic_name
from clara_engine.progress import Progress, silent
from clara_engine.timeseries import Samples, binned, robust_noise
from clara_engine.workers import Threads, cores

__all__ = ["BoxPeak", "BoxPeriodogram", "box_at", "box_search", "refined", "trial_bands"]

Float = NDArray[np.float64]
BIN_DAYS = 10 / 1440
SHORTEST_DAYS = 0.35
AT_ONCE = 20_000  # periods: a fraction of a second
#: Trial durations [days] for periods up to a limit [days]; a grid of periods each, as fine as its shortest needs.
BANDS = ((1.2, (0.045, 0.09, 0.17)), (5.0, (0.08, 0.15, 0.28)), (np.inf, (0.12, 0.22, 0.4)))
SMALLEST_SHARE = 0.45  # of the shortest duration of a band: how far events may slide apart over the whole span
DEEPEST_CLIP, HIGHEST_CLIP = 300.0, 4.0  # in noise: flares must not raise the level that dips are measured from


@dataclass(frozen=True, slots=True)
class BoxPeak:
    """A local maximum of the box search.

    Attributes
    ----------
    ephemeris : Ephemeris
        From the middle of the first event in the light curve.
    depth_ppm, snr : float
        Mean depth of the box, and that depth over its noise, red noise included.
    false_alarm : float
        Probability that noise alone gives as high a maximum; see `box_search`.
    harmonic : str
        How the period is related to the highest peak's: ``"½"``, ``"2×"`` …, empty when it is not.
    """

    ephemeris: Ephemeris
    depth_ppm: float
    snr: float
    false_alarm: float
    harmonic: str = ""

    @property
    def period_days(self) -> float:
        """Period [days]."""
        return self.ephemeris.period_days


@dataclass(frozen=True, slots=True, eq=False)
class BoxPeriodogram:
    """Signal-to-noise of the best box against period.

    Attributes
    ----------
    period_days, snr : ndarray, shape (n,)
        In order of rising period.
    peaks : tuple of BoxPeak
        Highest first.
    """

    period_days: Float
    snr: Float
    peaks: tuple[BoxPeak, ...]


def box_search(
    samples: Samples,
    *,
    shortest_days: float = SHORTEST_DAYS,
    longest_days: float | None = None,
    peaks: int = 5,
    progress: Progress = silent,
) -> BoxPeriodogram:
    """Search flat samples for periodic dips (Kovács, Zucker & Mazeh 2002, A&A 391, 369).

    Parameters
    ----------
    samples : Samples
        Detrended.
    shortest_days, longest_days : float
        Range of periods; the longest is by default the span, which allows two events.
    peaks : int
        How many of the highest to list, each off the others by more than its own width.
    progress : callable
        Called as ``progress(done, total)``; what it raises stops the work.

    Returns
    -------
    BoxPeriodogram

    Notes
    -----
    Trial periods are spaced evenly in log period, so that events slide apart by less than half a duration over the
    span. The noise is that of means as long as the trial durations, which holds the red part (Pont, Zucker & Queloz
    2006, MNRAS 373, 231). The false-alarm probability is an estimate: 1 − (1 − Q)^M for a Gaussian tail Q and as many
    independent trials M as there are periods times durations in a period, which takes the noise for Gaussian.
    """
    coarse = binned(samples, BIN_DAYS)
    time, flux = coarse.time - coarse.time[0], coarse.flux - 1
    white = robust_noise(flux)
    flux = np.clip(flux, -DEEPEST_CLIP * white, HIGHEST_CLIP * white)
    longest = min(longest_days or np.inf, coarse.span_days)
    grids: list[tuple[Float, Float]] = []
    for low, high, step, usable in trial_bands(coarse.span_days, coarse.cadence_days, shortest_days, longest):
        periods = np.exp(np.arange(np.log(low), np.log(high), step))
        grids += [(periods[first : first + AT_ONCE], usable) for first in range(0, periods.size, AT_ONCE)]
    if not grids:
        return BoxPeriodogram(np.zeros(0), np.zeros(0), ())

    def searched(grid: tuple[Float, Float]) -> tuple[Float, ...]:
        periods, usable = grid
        boxes = best_boxes(time, flux, white, periods, usable, bins=3)
        red = [noise_of_means(coarse, d) * np.sqrt(max(d / coarse.cadence_days, 1)) / white for d in usable]
        snr = np.nan_to_num(boxes.snr) / np.maximum(np.interp(boxes.duration_days, usable, red), 1)
        return periods, snr, boxes.duration_days, boxes.middle_days, boxes.depth

    with Threads(min(len(grids), cores())) as pool:  # the search drops the GIL
        found = []
        try:
            for part in pool.map(searched, grids):
                found.append(part)
                progress(len(found), len(grids))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    trials = float(sum((periods / usable.min()).sum() for periods, usable in grids))
    period, snr, duration, middle, depth = (np.concatenate(parts) for parts in zip(*found, strict=True))
    tops = _tops(period, snr, duration / coarse.span_days, peaks)
    listed = tuple(
        BoxPeak(
            Ephemeris(float(period[i]), float(coarse.time[0] + middle[i] % period[i]), float(duration[i])),
            float(depth[i] * 1e6),
            float(snr[i]),
            _false_alarm(float(snr[i]), trials),
            harmonic_name(period[i], period[tops[0]], coarse.span_days) if i != tops[0] else "",
        )
        for i in tops
    )
    return BoxPeriodogram(period, snr, listed)


def trial_bands(
    span_days: float, cadence_days: float, shortest_days: float, longest_days: float
) -> list[tuple[float, float, float, Float]]:
    """Bands of trial periods, spaced evenly in log period.

    Parameters
    ----------
    span_days, cadence_days : float
        Of the samples [days].
    shortest_days, longest_days : float
        Range of periods [days].

    Returns
    -------
    list of (shortest, longest, step, durations)
        Of each band: its ends [days], the step of the natural logarithm of the period, and trial durations [days].
    """
    bands = []
    low = shortest_days
    for limit, durations in BANDS:
        high = min(limit, longest_days)
        usable = np.array([d for d in durations if d > 1.5 * cadence_days and d < 0.4 * low])
        if high <= low or not usable.size:
            continue
        bands.append((low, high, float(SMALLEST_SHARE * usable.min() / span_days), usable))
        low = high
    return bands


def _tops(period: Float, snr: Float, width: Float, wanted: int) -> list[int]:
    """Places of the highest maxima; of those within three widths (a share of the period) the highest."""
    inner = np.r_[True, snr[1:] >= snr[:-1]] & np.r_[snr[:-1] >= snr[1:], True] & (snr > 0)
    tops: list[int] = []
    for i in np.flatnonzero(inner)[np.argsort(snr[inner])[::-1]]:
        if all(abs(np.log(period[i] / period[j])) > 3 * max(width[i], width[j]) for j in tops):
            tops.append(int(i))
            if len(tops) == wanted:
                break
    return tops


def _false_alarm(snr: float, trials: float) -> float:
    """1 − (1 − Q)^M without losing small numbers."""
    return float(-np.expm1(trials * np.log1p(-np.exp(log_ndtr(-snr)))))


def refined(samples: Samples, peak: BoxPeak) -> BoxPeak:
    """`peak` with period, epoch and duration from every sample instead of means.

    Parameters
    ----------
    samples : Samples
        Detrended, at full cadence.
    peak : BoxPeak
        From `box_search`.
    """
    start, noise = samples.time[0], robust_noise(samples.flux)
    found = peak.ephemeris
    width = found.duration_days / samples.span_days
    durations = found.duration_days * np.array([0.6, 0.8, 1.0, 1.25, 1.6])
    for reach in (1.0 * width, 0.08 * width):
        periods = found.period_days * np.exp(np.linspace(-reach, reach, 31))
        durations = durations[(durations > 1.5 * samples.cadence_days) & (durations < 0.45 * periods[0])]
        if not durations.size:
            return peak
        boxes = best_boxes(samples.time - start, samples.flux - 1, noise, periods, durations, bins=8, likeliest=True)
        best = int(np.argmax(np.nan_to_num(boxes.score, nan=-np.inf)))
        period, duration = float(periods[best]), float(boxes.duration_days[best])
        found = Ephemeris(period, float(start + boxes.middle_days[best] % period), duration)
        durations = np.array([duration])
    return replace(peak, ephemeris=found, depth_ppm=float(boxes.depth[best] * 1e6))


def box_at(samples: Samples, period_days: float) -> BoxPeak:
    """The best box at a given period, for an ephemeris that a person only gave the period of.

    Parameters
    ----------
    samples : Samples
        Detrended.
    period_days : float
        Period [days].

    Raises
    ------
    FeatureError
        When the period is too short for the cadence, or the fit fails.
    """
    shortest, longest = 2 * samples.cadence_days, min(0.25 * period_days, 0.6)
    if shortest > longest:
        raise FeatureError(
            f"a period of {period_days:.4g} d is too short for samples every {samples.cadence_days:.4g} d"
        )
    noise = robust_noise(samples.flux)
    durations = np.geomspace(max(shortest, 0.01 * period_days) if period_days < 6 else shortest, longest, 12)
    time, one = samples.time - samples.time[0], np.array([period_days])
    best = best_boxes(time, samples.flux - 1, noise, one, durations, bins=8, likeliest=True)
    duration = float(best.duration_days[0])
    ephemeris = Ephemeris(period_days, float(samples.time[0] + best.middle_days[0] % period_days), duration)
    red = noise_of_means(samples, duration) * np.sqrt(max(duration / samples.cadence_days, 1)) / noise
    return BoxPeak(ephemeris, float(best.depth[0]) * 1e6, float(best.snr[0]) / max(red, 1), np.nan)
