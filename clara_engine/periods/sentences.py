"""What is said of a star in plain sentences, alike on the page, in reports and by commands."""

from __future__ import annotations

import math

from clara_engine.periods.flares import FlareSearch
from clara_engine.periods.measurement import Transit
from clara_engine.periods.search_result import Candidate, PeriodSearch
from clara_engine.text import agreeing, counted

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
    if search.at_bad_times:
        which = f"{search.at_bad_times} of them" if number > 1 else "it"
        where = "near an edge, near a gap or in a known bad interval, where faults look so"
        said += f"; {which} {agreeing(search.at_bad_times, 'are')} {where}"
    if not search.inverted:
        return said
    chance = f"upside down the light curve has {search.inverted}"
    return f"{said}; {chance}, so {'these' if search.inverted >= number else 'as many'} may be chance"


def event_words(event: Transit, *, minima: bool = False) -> list[str]:
    """What is measured of an event, a phrase each: period, depth, duration, S/N, events, odd to even, the second dip.

    Parameters
    ----------
    event : Transit
        From `clara_engine.periods.measure_event`.
    minima : bool
        Whether it is of a variation, whose period stands elsewhere and which has no duration.
    """
    odd, period = event.odd_even, event.ephemeris.period_days
    said = [
        f"every {_number(period, event.period_error_days, 6)} d" if math.isfinite(period) and not minima else "",
        f"depth {_number(event.depth_ppm, event.depth_error_ppm)} ppm",
        "" if minima else _duration(event),
        f"S/N {event.snr:.1f}" if math.isfinite(event.snr) else "",
        counted(len(event.events), "event") if event.events else "",
    ]
    if math.isfinite(odd.sigma):
        difference = odd.first_ppm - odd.second_ppm
        said.append(f"odd − even {difference:+,.0f} ± {odd.error_ppm:,.0f} ppm ({odd.sigma:.1f} σ)")
    if math.isfinite(event.secondary_depth_ppm):
        depth = f"{_number(event.secondary_depth_ppm, event.secondary_depth_error_ppm)} ppm"
        said.append(f"second dip {depth} at phase {event.secondary_phase:.3f}")
    return [words for words in said if words]


def _duration(event: Transit) -> str:
    if event.cut:
        return f"at least {event.duration_hours:.2f} h long: a gap cuts it"
    if not math.isfinite(event.duration_hours):
        return "it varies at all phases, so an event has no duration"
    return f"{_number(event.duration_hours, event.duration_error_hours, 2)} h long"


def _number(value: float, error: float, decimals: int = 0) -> str:
    """A value with its error, and as many decimals as that needs; the value alone where the fit says nothing."""
    if not math.isfinite(error):
        return f"{value:,.{decimals}f}"
    if decimals and error > 0:
        decimals = max(decimals, -math.floor(math.log10(error)))
    return f"{value:,.{decimals}f} ± {error:,.{decimals}f}"
