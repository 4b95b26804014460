"""What is said of a star in plain sentences, alike on the page, in reports and by commands."""

from __future__ import annotations

import math

from clara_engine.periods.flares import FlareSearch
from clara_engine.periods.measurement import Transit
from clara_engine.periods.search_result import Candidate, PeriodSearch
from clara_engine.text import counted

__all__ = ["event_words", "star_sentences"]


def star_sentences(search: PeriodSearch, flares: FlareSearch | None = None) -> tuple[str, ...]:
    """A sentence for each verdict of the searches, that on the best period first.

    Parameters
    ----------
    search : PeriodSearch
    flares : FlareSearch, optional
        Of the same light curve.
    """
    said = [search.verdict_alone]
    if search.best is None and (peaks := search.highest_peaks):
        said.append(f"highest peaks, as such: {peaks}")
    said += [_beside(one) for one in search.beside]
    if (behind := search.behind) is not None:
        seen = behind.reason.partition(";")[0]
        said.append(f"behind that perhaps dips repeat every {behind.period_days:.3g} d: {seen}")
    if flares is not None and flares.flares:
        said.append(_flares(flares))
    return tuple(f"{words[0].upper()}{words[1:]}." for words in said)


def _beside(candidate: Candidate) -> str:
    if candidate.kind == "single event":
        return f"beside it a single event: {candidate.reason}"
    return f"it also varies every {candidate.period_days:.3g} d: {candidate.reason}"


def _flares(search: FlareSearch) -> str:
    strongest = search.strongest
    assert strongest is not None
    number = len(search.flares)
    which = "the strongest " if number > 1 else ""
    said = (
        f"{counted(number, 'flare')} in {search.span_days:.1f} d, {which}{strongest.height_ppm:,.0f} ppm high at BTJD "
        f"{strongest.peak_btjd:.3f}, S/N {strongest.snr:.0f}"
    )
    if not search.inverted:
        return said
    chance = f"upside down the light curve has {search.inverted}"
    return f"{said}; {chance}, so {'these' if search.inverted >= number else 'as many'} may be chance"


def event_words(event: Transit) -> list[str]:
    """What is measured of an event, a phrase each: period, depth, duration, S/N, events, odd to even, the second dip.

    Parameters
    ----------
    event : Transit
        From `clara_engine.periods.measure_event`.
    """
    odd, period = event.odd_even, event.ephemeris.period_days
    said = [
        f"every {period:.6f}{_error(event.period_error_days, '.6f')} d" if math.isfinite(period) else "",
        f"depth {event.depth_ppm:,.0f}{_error(event.depth_error_ppm, ',.0f')} ppm",
        _duration(event),
        f"S/N {event.snr:.1f}" if math.isfinite(event.snr) else "",
        counted(len(event.events), "event"),
    ]
    if math.isfinite(odd.sigma):
        difference = odd.first_ppm - odd.second_ppm
        said.append(f"odd − even {difference:+,.0f} ± {odd.error_ppm:,.0f} ppm ({odd.sigma:.1f} σ)")
    if math.isfinite(event.secondary_depth_ppm):
        depth = f"{event.secondary_depth_ppm:,.0f}{_error(event.secondary_depth_error_ppm, ',.0f')} ppm"
        said.append(f"second dip {depth} at phase {event.secondary_phase:.3f}")
    return [words for words in said if words]


def _duration(event: Transit) -> str:
    if event.cut:
        return f"at least {event.duration_hours:.2f} h long: a gap cuts it"
    if not math.isfinite(event.duration_hours):
        return "it varies at all phases, so an event has no duration"
    return f"{event.duration_hours:.2f}{_error(event.duration_error_hours, '.2f')} h long"


def _error(error: float, digits: str) -> str:
    """The error of a value; nothing where the fit says nothing."""
    return f" ± {format(error, digits)}" if math.isfinite(error) else ""
