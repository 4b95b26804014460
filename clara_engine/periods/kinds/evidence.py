"""All that is measured of a light curve to say what the star is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from clara_engine.archives.intervals import BadInterval
from clara_engine.errors import FeatureError
from clara_engine.lightcurve import LightCurve
from clara_engine.periods.events import odd_even, whole
from clara_engine.periods.flares import FlareSearch, find_flares
from clara_engine.periods.glare import without_glare
from clara_engine.periods.kinds.dips import Dips, irregular_dips
from clara_engine.periods.kinds.oscillations import PowerSpectrum, power_spectrum
from clara_engine.periods.kinds.star_facts import StarFacts, facts_of
from clara_engine.periods.known_intervals import edges_of, intervals_of
from clara_engine.periods.measurement import Transit
from clara_engine.periods.search import find_periods
from clara_engine.periods.search_result import Candidate, PeriodSearch
from clara_engine.periods.transit import measure_event
from clara_engine.periods.wave_shape import WaveShape, wave_shape
from clara_engine.timeseries import Detrending, good_samples

BEHIND = "taken off"
SHORT_WINDOW_DAYS = 0.5
FEWEST_ALIKE, BEYOND_ERRORS = 3, 9.0
LEAST_AWAY_DAYS = 0.25

__all__ = ["Evidence", "gather_evidence"]


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What the rules weigh.

    Attributes
    ----------
    star : StarFacts
    search : PeriodSearch
    event : Transit or None
        The measured event of the best period; None where there is none, or it can't be measured.
    behind : Transit or None
        Dips that repeat when the variation is taken off, measured; None where there are none.
    wave : WaveShape or None
        None without a period of the variation, or where it was seen less than twice.
    spectrum : PowerSpectrum
    flares : FlareSearch
    dips : Dips
    bad_intervals : tuple of BadInterval
    edges_btjd : tuple of float
        Where the light curve begins, ends, and is interrupted for half a day or more.
    span_days : float
    glare_hours : int
        Hours left out because they are several times as bright or dark as the star.
    """

    star: StarFacts
    search: PeriodSearch
    event: Transit | None
    behind: Transit | None
    wave: WaveShape | None
    spectrum: PowerSpectrum
    flares: FlareSearch
    dips: Dips
    bad_intervals: tuple[BadInterval, ...]
    edges_btjd: tuple[float, ...]
    span_days: float
    glare_hours: int = 0

    @property
    def repeats(self) -> Transit | None:
        """The event, where what was found are dips that repeat."""
        best = self.search.best
        return self.event if best is not None and best.kind == "dips" else None

    @property
    def unequal_depths(self) -> float:
        """Scatter of the depths of alike events over their mean, where it is beyond their errors; else 0.

        Odd events are compared with odd ones, and even ones with even ones: those of a binary may differ.
        """
        if self.repeats is None:
            return 0.0
        scatters = []
        for group in odd_even(whole(self.repeats.events)):
            depth, error = (np.array([getattr(one, name) for one in group]) for name in ("depth_ppm", "error_ppm"))
            if depth.size >= FEWEST_ALIKE:
                chi = float((((depth - depth.mean()) / error) ** 2).sum() / (depth.size - 1))
                scatters.append(float(depth.std(ddof=1) / abs(depth.mean())) if chi > BEYOND_ERRORS else 0.0)
        return min(scatters, default=0.0)

    @property
    def stray_dips(self) -> int:
        """Dips that are neither events of the period nor its second kind, and deeper than half an event."""
        if self.repeats is None:
            return 0
        known, deep = self.repeats.ephemeris, np.array(self.dips.depths_ppm) > 0.5 * self.repeats.depth_ppm
        times = np.array(self.dips.times_btjd)[deep]
        away = np.abs(known.away_days(times))
        if math.isfinite(self.repeats.secondary_phase):
            later = known.epoch_btjd + self.repeats.secondary_phase * known.period_days
            away = np.minimum(away, np.abs(replace(known, epoch_btjd=later).away_days(times)))
        return int((away > max(np.nan_to_num(known.duration_days), LEAST_AWAY_DAYS)).sum())


def gather_evidence(
    light_curve: LightCurve,
    star: StarFacts | None = None,
    *,
    search: PeriodSearch | None = None,
    event: Transit | None = None,
    flares: FlareSearch | None = None,
    bad_intervals: Sequence[BadInterval] | None = None,
) -> Evidence:
    """Measure a light curve in every way that tells kinds of stars apart.

    Parameters
    ----------
    light_curve : LightCurve
    star : StarFacts, optional
        By default those of its header.
    search : PeriodSearch, optional
        Of the same light curve, where it has been made.
    event : Transit, optional
        `measure_event` of the best period of `search`, where it has been made.
    flares : FlareSearch, optional
        Of the same light curve, where they have been searched for.
    bad_intervals : sequence of BadInterval, optional
        When the instrument is known to be wrong; by default what the manifest knows of the times of the light curve.

    Raises
    ------
    FeatureError
        When the light curve is too short, too faint or constant.
    """
    whole, (light_curve, glare_hours) = light_curve, without_glare(light_curve)
    samples = good_samples(light_curve)
    found = search or find_periods(whole)
    if event is None and found.best is not None:
        event = _measured(light_curve, found.best, Detrending())
    hidden = next((one for one in found.alternatives if one.kind == "dips" and BEHIND in one.reason), None)
    behind = _measured(light_curve, hidden, Detrending(window_days=SHORT_WINDOW_DAYS)) if hidden else None
    peaks = found.lomb_scargle.peaks
    shape = wave_shape(samples, peaks[0].period_days, peaks[0].power) if peaks else None
    repeats = found.best is not None and found.best.kind == "dips"
    orbit = (1 / found.best.period_days,) if repeats and found.best is not None else ()
    return Evidence(
        star=star or facts_of(light_curve.target),
        search=found,
        event=event,
        behind=behind,
        wave=shape,
        spectrum=power_spectrum(samples, without=orbit),
        flares=flares or find_flares(whole, bad_intervals),
        dips=irregular_dips(samples),
        bad_intervals=intervals_of(light_curve) if bad_intervals is None else tuple(bad_intervals),
        edges_btjd=tuple(edges_of(samples).tolist()),
        span_days=samples.span_days,
        glare_hours=glare_hours,
    )


def _measured(light_curve: LightCurve, candidate: Candidate, detrending: Detrending) -> Transit | None:
    try:
        return measure_event(light_curve, candidate.ephemeris, detrending)
    except FeatureError:
        return None
