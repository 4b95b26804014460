"""What speaks for flares, dippers, single events, faults, and for nothing; see docs/what_is_it.md."""

from __future__ import annotations

import math
from collections.abc import Sequence

from clara_engine.periods.kinds.evidence import Evidence
from clara_engine.periods.kinds.possibility import Statement
from clara_engine.periods.known_intervals import BEND_DAYS
from clara_engine.text import agreeing, counted

__all__ = [
    "at_bad_times",
    "dipper",
    "events_words",
    "flare_star",
    "flares_at_good_times",
    "instrument",
    "nothing",
    "single_event",
]

WAVY, SMALL_SHARE = 0.3, 0.3
FLARING_TEFF, HOT = 5500.0, 7000.0
ASYMMETRY, LEAST_DIPS, DIPPER_PPM = 0.25, 3, 30_000.0
REGULAR, ALIKE, UNEQUAL = 0.6, 0.5, 0.2
SLOW_SHARE = 0.4


def at_bad_times(e: Evidence, times: Sequence[float]) -> tuple[int, str]:
    """How many of some times are near an edge of the light curve or in a known bad interval, and which.

    Parameters
    ----------
    e : Evidence
    times : sequence of float
        [BTJD, days]

    Returns
    -------
    count, words
    """
    inside = {time: [bad for bad in e.bad_intervals if bad.begin_btjd <= time <= bad.end_btjd] for time in times}
    known = [time for time in times if inside[time]]
    near = [time for time in times if min(abs(time - edge) for edge in e.edges_btjd) < BEND_DAYS]
    if len(known) >= len(near) and known:
        kinds = {bad.kind for time in known for bad in inside[time]}
        return len(known), f"{agreeing(len(known), 'fall')} into known bad times ({', '.join(sorted(kinds))})"
    return len(near), f"{agreeing(len(near), 'lie')} within {BEND_DAYS:.2g} d of an edge or gap"


def events_words(bad: int, number: int, why: str) -> str:
    """How many of the events it is, in words.

    Parameters
    ----------
    bad, number : int
        At bad times, and in all.
    why : str
        From `at_bad_times`.
    """
    return f"the event {why}" if bad == number == 1 else f"{bad} of {counted(number, 'event')} {why}"


def _more_flares(number: int) -> float:
    """Points of flares beyond the first."""
    return 0.75 * min(number - 1, 3)


def flare_star(e: Evidence) -> list[Statement]:
    """What speaks for flares."""
    flares = e.flares.flares
    strongest = e.flares.strongest
    if strongest is None:
        return [Statement(f"no flare in {e.flares.span_days:.1f} d", -5.0)]
    energy = f"{strongest.equivalent_duration_s:.0f} s"
    said = f"{counted(len(flares), 'flare')} in {e.flares.span_days:.1f} d, the strongest "
    said += f"{strongest.height_ppm:,.0f} ppm for {strongest.duration_minutes:.0f} min, equivalent duration {energy}"
    found = [Statement(f"{said}, S/N {strongest.snr:.0f}", 2.5 + _more_flares(len(flares)))]
    upside = e.flares.inverted
    if upside:
        chance = upside >= len(flares)
        said = f"upside down the light curve has {upside} by the same rule"
        found.append(Statement(said, -3.0 if chance else -1.0 if 2 * upside > len(flares) else -0.25))
    bad = e.flares.at_bad_times
    uncounted = 1.5 if bad == len(flares) else _more_flares(len(flares)) - _more_flares(len(flares) - bad)
    if uncounted:
        said = (
            f"{bad} of {counted(len(flares), 'flare')} {agreeing(bad, 'lie')} near an edge, a gap or at known bad times"
        )
        found.append(Statement(said, -uncounted))
    if e.wave is not None and e.wave.power > WAVY and strongest.height_ppm < SMALL_SHARE * e.wave.amplitude_ppm:
        found.append(Statement(f"none is above {100 * SMALL_SHARE:.0f} % of the variation's amplitude", -2.0))
    if math.isfinite(e.star.teff):
        points = 1.5 if e.star.teff < FLARING_TEFF else -2.5 if e.star.teff > HOT else -0.5
        found.append(
            Statement(f"Teff {e.star.teff:,.0f} K; most flaring stars are below {FLARING_TEFF:,.0f} K", points)
        )
    if e.star.giant:
        found.append(Statement(f"a giant ({e.star.words})", -2.0))
    if e.repeats is not None and e.repeats.snr > 15:
        found.append(Statement(f"distinct dips repeat, S/N {e.repeats.snr:.0f}", -3.0))
    return found


def dipper(e: Evidence) -> list[Statement]:
    """What speaks for dust that passes at no period."""
    dips = e.dips
    if dips.count < LEAST_DIPS:
        return [Statement(f"{counted(dips.count, 'dip')} deeper than 1 %, {LEAST_DIPS} make a dipper", -5.0)]
    found = [Statement(f"{dips.count} separate dips, the deepest {dips.deepest_ppm:,.0f} ppm", 1.5)]
    said = f"asymmetry M {dips.asymmetry:+.2f}; a star that fades has above {ASYMMETRY}"
    found.append(Statement(said, 1.5 if dips.asymmetry > ASYMMETRY else -3.0))
    if dips.deepest_ppm < DIPPER_PPM:
        found.append(Statement(f"dippers fade by more than {DIPPER_PPM:,.0f} ppm", -1.0))
    if e.unequal_depths > UNEQUAL:
        said = f"dips that recur scatter by {100 * e.unequal_depths:.0f} % of their depth, beyond their errors"
        found.append(Statement(said, 2.0))
    elif e.stray_dips >= max(LEAST_DIPS, len(e.repeats.events) if e.repeats is not None else 0):
        found.append(Statement(f"{e.stray_dips} of them fit no period", 3.0))
    elif e.repeats is not None:
        found.append(Statement(f"the dips repeat every {e.repeats.ephemeris.period_days:.4g} d", -4.0))
    elif e.wave is not None:
        said = f"a period of {e.wave.period_days:.4g} d explains {100 * e.wave.explained:.0f} % of the variance"
        found.append(Statement(said, -3.0 if e.wave.explained > REGULAR else 1.0))
    return found


def single_event(e: Evidence) -> list[Statement]:
    """What speaks for one dip of a star."""
    best = e.search.best
    single = next(
        (one for one in (best, *e.search.alternatives) if one is not None and one.kind == "single event"), None
    )
    if single is None:
        return [Statement("no single dip stands out", -5.0)]
    found = [Statement(single.reason, 3.0 if single is best else 0.5)]
    bad, why = at_bad_times(e, [single.ephemeris.epoch_btjd])
    if bad:
        found.append(Statement(f"its time {why}", -2.5))
    if "a gap cuts it" in single.reason:
        found.append(Statement("a gap cuts it", -1.0))
    if e.wave is not None and e.wave.power > 0.3:
        found.append(Statement(f"the star varies, Lomb–Scargle power {e.wave.power:.2f}", -1.0))
    return found


def flares_at_good_times(e: Evidence) -> int:
    """Flares that neither chance nor what is wrong at edges and in bad intervals explains."""
    return max(len(e.flares.flares) - e.flares.at_bad_times - e.flares.inverted, 0)


def instrument(e: Evidence) -> list[Statement]:
    """What speaks for a fault of the telescope or of the pipeline, which has to explain all that is seen."""
    found = _fault(e)
    if number := flares_at_good_times(e):
        said = f"{counted(number, 'flare')} at good times, which no fault explains"
        found.append(Statement(said, -0.5 - min(number, 3)))
    return found


def _fault(e: Evidence) -> list[Statement]:
    best = e.search.best
    if best is None:
        return [Statement("nothing stands out that would need a fault", -4.0), *_glare(e)]
    if best.kind == "variation":
        slow = best.period_days > SLOW_SHARE * e.span_days
        said = (
            f"the period, {best.period_days:.4g} d, is {100 * best.period_days / e.span_days:.0f} % of the light curve"
        )
        points = 1.5 + 2 * e.wave.power if e.wave is not None else 1.5
        return [Statement(f"{said}: a trend looks so", points) if slow else Statement(said, -3.0), *_glare(e)]
    times = [best.ephemeris.epoch_btjd]
    if e.event is not None:
        times = [one.middle_btjd for one in e.event.events] or times
    bad, why = at_bad_times(e, times)
    said = events_words(bad, len(times), why)
    share = bad / len(times)
    found = [Statement(said, 4.0 * share - 1.0 if share >= 0.5 else -2.0)]
    if e.event is not None and e.event.cut:
        found.append(Statement("a gap cuts every event", 1.0))
    if e.event is not None and e.event.snr > 30 and share < 1:
        found.append(Statement(f"S/N {e.event.snr:.0f}", -1.5))
    bright, deep = e.dips.highest_ppm, e.dips.deepest_ppm
    if best.kind == "single event" and deep > DIPPER_PPM and bright > ALIKE * deep:
        found.append(Statement(f"hours are up to {bright:,.0f} ppm brighter, too: scattered light", 3.0))
    return found + _glare(e)


def _glare(e: Evidence) -> list[Statement]:
    hours = e.glare_hours
    if not hours:
        return []
    said = f"{counted(hours, 'hour')} {agreeing(hours, 'are')} left out: scattered light of several times the star"
    return [Statement(said, 1.5)]


def nothing(e: Evidence) -> list[Statement]:
    """What speaks for a star that is quiet within its noise."""
    best = e.search.best
    if best is None:
        found = [Statement("neither dips nor a variation stand out of the noise", 2.5)]
    elif best.kind == "variation":
        power = e.wave.power if e.wave is not None else 0.0
        found = [Statement(f"a variation stands out: {best.reason}", -1.0 - 2 * power)]
    else:
        found = [Statement(f"{best.kind}: {best.reason}", -2.0)]
    strongest = e.flares.strongest
    if strongest is not None:
        found.append(
            Statement(f"{counted(len(e.flares.flares), 'flare')}, the strongest S/N {strongest.snr:.0f}", -1.5)
        )
    if len(e.spectrum.fast) > 2:
        found.append(Statement(f"{len(e.spectrum.fast)} fast oscillations", -2.0))
    return found
