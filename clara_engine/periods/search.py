"""The decision on the period of a star, from both searches and from the events themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from clara_engine.archives.intervals import BadInterval, BadIntervals
from clara_engine.errors import FeatureError
from clara_engine.lightcurve import LightCurve
from clara_engine.periods.box import BIN_DAYS, BoxPeak, BoxPeriodogram, box_search, refined
from clara_engine.periods.echo import alike, is_echo
from clara_engine.periods.ephemeris import Ephemeris
from clara_engine.periods.events import (
    DEEP_PPM,
    MUCH_DEEPER,
    DepthDifference,
    Event,
    alternation,
    bottoms,
    depth_difference,
    depth_difference_by_scatter,
    differ,
    events,
    is_cut,
    mean_depth,
    odd_even,
    others_as_deep,
    unequal_pair,
    unlike,
    whole,
)
from clara_engine.periods.glare import without_glare
from clara_engine.periods.harmonics import harmonic_name, linear_fit, wave_terms
from clara_engine.periods.known_intervals import interval_at, intervals_of, without_intervals
from clara_engine.periods.periodogram import Periodogram, periodogram
from clara_engine.periods.removal import without_known, without_wave
from clara_engine.periods.search_result import Candidate, PeriodSearch
from clara_engine.periods.searched_part import searched_part
from clara_engine.periods.wave_shape import wave_shape
from clara_engine.progress import Progress, silent
from clara_engine.text import counted
from clara_engine.timeseries import Detrending, Samples, binned, flattened, good_samples, local_cadence

__all__ = ["find_periods"]

Float = NDArray[np.float64]

LEAST_SNR = 7.1  # of Kepler's pipeline (Jenkins, Caldwell & Borucki 2002, ApJ 564, 495)
LEAST_SNR_OF_FEW = 9.0  # one or two events are more often systematics than three
SINGLE_SHARE = 0.75  # of the squared signal: that much in one event makes it the only one
LEAST_HIDDEN_EVENTS = 3
LEAST_SAMPLES, LEAST_SEEN_DAYS = 3, 0.02  # less of an event is a glitch
LEAST_POWER = 0.05  # METHOD section 6
SHORTEST_WAVE_DAYS = 0.02
SHORT_WINDOW_DAYS = 0.5
MOST_SEARCHES = 3
SHORTEST_BEHIND_DAYS = 0.6
LEAST_LEFT = 200
SAME_PERIOD = 0.03
NEARLY, HALF = 0.7, 0.5  # of the highest S/N; of the samples of another dip
MANY_CYCLES, FEW_CYCLES = 20.0, 2.0


def find_periods(
    light_curve: LightCurve,
    detrending: Detrending | None = None,
    progress: Progress = silent,
    *,
    table: BadIntervals | None = None,
    keep_bad_intervals: bool = False,
    without: Sequence[Ephemeris] = (),
) -> PeriodSearch:
    """Search for periods, and decide between them by evidence.

    Box least squares finds transits and eclipses, Lomb–Scargle smooth variation. Dips win where boxes at their period
    explain the detrended light curve better than a wave of two harmonics does. Then the events speak: where odd and
    even ones differ in depth the period is the double, where there are equal ones between them it is a fraction.
    Of a light curve of many years a part is searched, see `clara_engine.periods.searched_part`; the result names it.

    Parameters
    ----------
    light_curve : LightCurve
    detrending : Detrending, optional
        Before the search for dips; by default a biweight of 1.5 days.
    progress : callable
        Told how far the search for dips is, which is nearly all of it where the light curve spans years.
    table : BadIntervals, optional
        Known bad intervals, which are left out; by default those of the manifest.
    keep_bad_intervals : bool
        Search them too. A single event that lies in one is told to.
    without : sequence of Ephemeris
        What is known already and is left out; see `clara_engine.periods.without_known`.

    Raises
    ------
    FeatureError
        When the light curve is too short, too faint (median not positive) or constant.
    """
    light_curve = without_known(without_glare(light_curve)[0], without, detrending)
    if part := searched_part(light_curve):
        light_curve = light_curve.select((light_curve.time >= part[0]) & (light_curve.time <= part[1]))
    samples = good_samples(light_curve)
    known = intervals_of(light_curve, table)
    left_out: tuple[BadInterval, ...] = ()
    if not keep_bad_intervals:
        samples, left_out = without_intervals(samples, known)
    chosen = detrending or Detrending()
    coarse = binned(samples, BIN_DAYS)
    flat = flattened(coarse, chosen)
    if flat.time.size < 10 or flat.flux.min() == flat.flux.max():
        raise FeatureError(f"{light_curve.target.name}: detrending leaves nothing to search; choose a wider window")
    box = box_search(flat, progress=progress)
    shortest = max(SHORTEST_WAVE_DAYS, 4 * samples.cadence_days)
    waves = periodogram(light_curve.select(np.isin(light_curve.time, samples.time)), shortest_days=shortest)
    variation = _variation(coarse, waves)
    fine = flattened(samples, chosen, coarse=coarse)
    peak = _alike(fine, box)
    dips, single, another = _dips(fine, peak), None, None
    if dips and dips.kind == "single event":
        # One deep dip, which may be a jump of the telescope, must not hide what repeats.
        single, dips = dips, None
        rest, fine_rest = (kept.without(_around(single.ephemeris, kept)) for kept in (flat, fine))
        box_of_rest = box_search(rest)
        second = _alike(fine_rest, box_of_rest)
        hidden = _dips(fine_rest, second)
        if not _seen(fine, peak):  # some low samples beside a gap are no event
            flat, box, single, dips = rest, box_of_rest, None, hidden
            if dips and dips.kind == "single event":
                single, dips = (dips if _seen(fine_rest, second) else None), None
        elif hidden and hidden.kind == "dips" and len(events(fine_rest, hidden.ephemeris)) >= LEAST_HIDDEN_EVENTS:
            flat, box, dips = rest, box_of_rest, hidden
        elif hidden and hidden.kind == "single event" and _seen(fine_rest, second):
            another = hidden
    highest = [peak.period_days for peak in waves.peaks[:1]]
    if dips and not _boxes_explain_more(flat, dips.ephemeris, *highest):
        wavy = replace(dips, kind="variation", ephemeris=replace(dips.ephemeris, duration_days=np.nan))
        ranked = [single, variation, wavy]
    else:
        ranked = [dips, single, variation]
    found = [candidate for candidate in ranked if candidate]
    best = found[0] if found else None
    behind = _behind(best, samples, coarse, fine, flat, chosen)
    others = (*_half_and_double(best, samples.span_days), *found[1:], *([behind] if behind else []))
    beside = _beside(found, samples.span_days)
    if best is not None and best is single and another is not None:
        beside.insert(0, another)  # perhaps the other eclipse
    best = _told(best, known) if best else None
    return PeriodSearch(
        waves,
        box,
        best,
        tuple(_told(other, known) for other in others),
        beside=tuple(_told(other, known) for other in beside),
        behind=behind,
        without=tuple(without),
        left_out=left_out,
        part=part,
    )


def _beside(found: Sequence[Candidate], span_days: float) -> list[Candidate]:
    """What was found of other kinds than the best, without the harmonics of its period."""
    kept: list[Candidate] = []
    for one in found[1:]:
        period, best = one.period_days, found[0].period_days
        same = np.isfinite([period, best]).all() and (
            abs(period / best - 1) < SAME_PERIOD or harmonic_name(period, best, span_days)
        )
        if not same and one.kind not in {found[0].kind, *(other.kind for other in kept)}:
            kept.append(one)
    return kept


def _told(candidate: Candidate, known: Sequence[BadInterval]) -> Candidate:
    """A single event in a known bad interval says so."""
    if candidate.kind != "single event":
        return candidate
    half = np.nan_to_num(candidate.ephemeris.duration_days) / 2
    inside = interval_at(candidate.ephemeris.epoch_btjd, known, half)
    return replace(candidate, reason=f"{candidate.reason}; it lies in {inside.words}") if inside else candidate


def _behind(
    best: Candidate | None, samples: Samples, coarse: Samples, fine: Samples, flat: Samples, detrending: Detrending
) -> Candidate | None:
    """Dips that repeat behind the strongest signal: without its events, or with a variation taken off.

    A planet of a spotted star, or a second planet, is no alternative to what is stronger, so it comes last.
    """
    if best is None or best.ephemeris.single:
        return None
    if best.kind == "dips":
        rest, fine_rest = (kept.without(_around(best.ephemeris, kept)) for kept in (flat, fine))
        said = f"without the events every {best.period_days:.3g} d"
    else:
        short = detrending.model_copy(update={"window_days": min(detrending.window_days, SHORT_WINDOW_DAYS)})
        calm, calm_fine = (without_wave(kept, coarse, best.period_days) for kept in (coarse, samples))
        rest, fine_rest = flattened(calm, short), flattened(calm_fine, short, coarse=calm)
        said = f"with the variation taken off, and a window of {short.window_days:g} d"
    for _ in range(MOST_SEARCHES):
        if rest.time.size < LEAST_LEFT or rest.flux.min() == rest.flux.max():
            return None
        tried = box_search(rest, shortest_days=SHORTEST_BEHIND_DAYS).peaks
        echo = partial(is_echo, fine_rest, known=best.ephemeris, wave=best.kind != "dips")
        seen = (_dips(fine_rest, peak) for peak in tried if not echo(peak.ephemeris))
        found = next((one for one in seen if one and not echo(one.ephemeris)), None)
        if found is None:
            return None
        if found.kind == "dips":
            number = counted(len(events(fine_rest, found.ephemeris)), "event")
            told = replace(found, reason=f"{number}, {found.reason}; {said}")
            return told if _boxes_explain_more(rest, found.ephemeris) else None
        # A lone dip, which may be a jump of the telescope, must not hide what repeats.
        rest, fine_rest = (kept.without(_around(found.ephemeris, kept)) for kept in (rest, fine_rest))
    return None


def _dips(fine: Samples, peak: BoxPeak | None) -> Candidate | None:
    """A box, at the period that its events ask for."""
    if peak is None or peak.snr < LEAST_SNR:
        return None
    peak = refined(fine, peak)
    seen = events(fine, peak.ephemeris)
    signal = np.array([max(event.snr, 0.0) for event in seen]) ** 2
    if peak.snr < LEAST_SNR_OF_FEW and signal.size < 3:
        return None
    if not signal.size or signal.max() > SINGLE_SHARE * signal.sum():
        return _single(fine, seen, peak)
    duration = peak.ephemeris.duration_days
    if (pair := unequal_pair(bottoms(seen, duration, fine), duration, fine)) is not None:
        said = (
            f"box S/N {peak.snr:.1f}; two dips of unequal depth, whose period is not known: 2× their distance is taken"
        )
        return Candidate("dips", _from_start(pair, fine), said)
    ephemeris, fraction = _fraction(fine, peak.ephemeris, seen)
    ephemeris, doubled = _double(fine, ephemeris)
    said = "; ".join(part for part in (f"box S/N {peak.snr:.1f}", fraction, doubled) if part)
    return Candidate("dips", _from_start(ephemeris, fine), said)


def _alike(fine: Samples, box: BoxPeriodogram) -> BoxPeak | None:
    """The highest peak; where that joins two kinds of eclipse, the next one that has the deeper kind alone, twice."""
    likely = [peak for peak in box.peaks if peak.snr > NEARLY * box.peaks[0].snr]
    if not likely:
        return None
    joined = _bottoms(fine, likely[0])
    if not unlike(joined) or unequal_pair(joined, likely[0].ephemeris.duration_days, fine):
        return likely[0]
    least = (1 - MUCH_DEEPER) * max(event.depth_ppm for event in joined)
    others = ((peak, [event.depth_ppm for event in _bottoms(fine, peak)]) for peak in likely[1:])
    return next((peak for peak, depths in others if len(depths) > 1 and min(depths) > least), likely[0])


def _bottoms(fine: Samples, peak: BoxPeak) -> list[Event]:
    ephemeris = refined(fine, peak).ephemeris
    return bottoms(events(fine, ephemeris), ephemeris.duration_days, fine)


def _seen(fine: Samples, peak: BoxPeak | None) -> bool:
    """Whether more than some low samples of the events of a box was observed."""
    if peak is None:
        return False
    event = refined(fine, peak).ephemeris
    inside = np.abs(event.away_days(fine.time)) < event.duration_days / 2
    return bool(inside.sum() >= LEAST_SAMPLES and local_cadence(fine.time)[inside].sum() >= LEAST_SEEN_DAYS)


def _around(single: Ephemeris, samples: Samples) -> NDArray[np.bool_]:
    return np.abs(single.away_days(samples.time)) < 1.5 * single.duration_days


def _single(fine: Samples, seen: tuple[Event, ...], peak: BoxPeak) -> Candidate | None:
    if peak.snr < LEAST_SNR_OF_FEW:
        return None
    if seen:
        middle = max(seen, key=lambda event: event.snr).middle_btjd
    else:  # of none enough was observed: the lowest sample that was
        inside = np.abs(peak.ephemeris.away_days(fine.time)) < peak.ephemeris.duration_days / 2
        middle = float(fine.time[inside][np.argmin(fine.flux[inside])]) if inside.any() else peak.ephemeris.epoch_btjd
    reason = f"one dip at BTJD {middle:.1f} and no other like it, box S/N {peak.snr:.1f}"
    event = Ephemeris(np.nan, float(middle), peak.ephemeris.duration_days)
    if is_cut(fine, event):
        reason += "; a gap cuts it, so its middle is not known, and its duration is a lower limit"
    return Candidate("single event", event, reason)


def _fraction(fine: Samples, ephemeris: Ephemeris, seen: tuple[Event, ...]) -> tuple[Ephemeris, str]:
    """The third or half of the period, where equal events lie between those that were found.

    So too the half where everything in between falls into gaps: nothing speaks against the shorter period, and events
    of shorter periods are seen more often. But not where there is another eclipse, which that would repeat, too.
    """
    depth, _ = mean_depth(seen)
    for parts in (3, 2):
        if ephemeris.period_days / parts < 2.2 * ephemeris.duration_days:
            continue
        between = [event for part in range(1, parts) for event in events(fine, ephemeris, later_by=part / parts)]
        compared = depth_difference(whole(seen), whole(between))
        if alike(compared):
            return ephemeris.scaled(1 / parts), f"equal events at 1/{parts} of the highest peak's period"
        hidden = parts == 2 and not whole(between) and all(event.depth_ppm > 0.4 * depth for event in between)
        repeats = _second_kind_repeats(fine, seen, ephemeris) if hidden else False
        if repeats is None:
            return ephemeris.scaled(0.5), "events in between fall into gaps, so the double is as possible"
        if repeats:
            return ephemeris.scaled(0.5), "other dips repeat every 1/2 of the highest peak's period"
    return ephemeris, ""


def _second_kind_repeats(fine: Samples, seen: tuple[Event, ...], ephemeris: Ephemeris) -> bool | None:
    """Whether other deep dips repeat with half the period; None where there are none, or that was not observed."""
    depth, _ = mean_depth(seen)
    if depth < DEEP_PPM:
        return None
    deep = others_as_deep(seen, depth, ephemeris.duration_days, fine)
    half = ephemeris.period_days / 2
    later = (fine.time[deep][:, None] + np.array([-half, half])).ravel()
    place = np.clip(np.searchsorted(fine.time, later), 0, fine.time.size - 1)
    there = place[np.abs(fine.time[place] - later) < 2 * fine.cadence_days]
    return float(deep[there].mean()) > HALF if there.size else None


def _double(fine: Samples, ephemeris: Ephemeris) -> tuple[Ephemeris, str]:
    """Twice the period, from the deeper kind of event, where odd and even events differ."""
    seen = events(fine, ephemeris)
    compared = alternation(seen)
    if len(seen) < 3 or not differ(compared):
        return ephemeris, ""
    said = f"odd and even events differ by {compared.sigma:.1f} σ, so the period is 2×"
    return _alternating(ephemeris, compared), said


def _alternating(ephemeris: Ephemeris, odd_and_even: DepthDifference) -> Ephemeris:
    shift = ephemeris.period_days if odd_and_even.first_ppm > odd_and_even.second_ppm else 0.0
    return replace(ephemeris.scaled(2), epoch_btjd=ephemeris.epoch_btjd + shift)


def _variation(coarse: Samples, waves: Periodogram) -> Candidate | None:
    """The highest Lomb–Scargle peak, or its double where the minima alternate."""
    if not waves.peaks or waves.peaks[0].power < LEAST_POWER or waves.peaks[0].false_alarm > 0.01:
        return None
    peak = waves.peaks[0]
    period = peak.period_days
    ephemeris = Ephemeris(period, _minimum(coarse, period), 0.25 * period)
    reason = f"Lomb–Scargle power {peak.power:.2f}"
    compared = depth_difference_by_scatter(*odd_even(events(coarse, ephemeris)))
    shape = wave_shape(coarse, period, peak.power)
    if differ(compared):
        reason += f"; its minima alternate ({compared.sigma:.1f} σ), so the period is 2×"
        ephemeris = _alternating(ephemeris, compared)
    elif shape is not None and shape.alternates and shape.cycles > MANY_CYCLES:
        reason += f"; its minima or maxima alternate ({shape.alternation_sigma:.0f} σ), so the period is 2×"
        ephemeris = _alternating(ephemeris, compared)
    elif coarse.span_days < FEW_CYCLES * period:
        reason += "; fewer than two cycles were seen, and a trend looks so, too"
    return Candidate("variation", replace(_from_start(ephemeris, coarse), duration_days=np.nan), reason)


def _minimum(samples: Samples, period: float) -> float:
    """Time of the minimum of the best sinusoid, near the middle of the light curve."""
    centre = float(samples.time[samples.time.size // 2])
    turn = 2 * np.pi * (samples.time - centre) / period
    design = np.column_stack([np.cos(turn), np.sin(turn), np.ones(turn.size)])
    cosine, sine, _ = linear_fit(design, samples.flux)
    return centre + period * (float(np.arctan2(sine, cosine)) / (2 * np.pi) + 0.5)


def _from_start(ephemeris: Ephemeris, samples: Samples) -> Ephemeris:
    """The same events, counted from the first one in the light curve."""
    turns = np.floor((ephemeris.epoch_btjd - samples.time[0]) / ephemeris.period_days)
    return replace(ephemeris, epoch_btjd=float(ephemeris.epoch_btjd - turns * ephemeris.period_days))


def _boxes_explain_more(flat: Samples, dips: Ephemeris, *others: float) -> bool:
    """Whether two boxes half a period apart leave less of the detrended flux than a wave of two harmonics."""
    away = np.abs(dips.away_days(flat.time))
    boxes = [away < dips.duration_days / 2, np.abs(away - dips.period_days / 2) < dips.duration_days / 2]
    left_by_boxes = _left(flat, np.column_stack([np.ones(flat.time.size), *boxes]))
    time, tried = flat.time - flat.time[0], {dips.period_days, dips.period_days / 2, *others}
    return left_by_boxes < min(_left(flat, wave_terms(time, period, 2)) for period in tried)


def _left(flat: Samples, design: Float) -> float:
    """Sum of squares that is left after a linear fit of the columns of `design`."""
    fitted = design @ linear_fit(design, flat.flux - 1)
    return float(((flat.flux - 1 - fitted) ** 2).sum())


def _half_and_double(best: Candidate | None, span_days: float) -> list[Candidate]:
    if best is None or best.ephemeris.single:
        return []
    half = replace(best, ephemeris=best.ephemeris.scaled(0.5), reason="half of it")
    double = replace(best, ephemeris=best.ephemeris.scaled(2), reason="double of it")
    return [half, double] if double.period_days < 2 * span_days else [half]
