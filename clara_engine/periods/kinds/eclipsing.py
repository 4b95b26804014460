"""What speaks for a planet, and for two stars that eclipse each other or touch; see docs/what_is_it.md."""

from __future__ import annotations

import math

import numpy as np

from clara_engine.periods.events import differ
from clara_engine.periods.kinds.evidence import Evidence
from clara_engine.periods.kinds.possibility import Statement
from clara_engine.periods.kinds.unlasting import at_bad_times, events_words
from clara_engine.periods.measurement import Transit
from clara_engine.periods.vetting import EARTH_RADII_A_SUN, LARGEST_PLANET, TOO_LONG, V_SHAPE, longest_transit_hours
from clara_engine.periods.wave_shape import WaveShape
from clara_engine.text import counted

__all__ = ["contact_binary", "detached_binary", "planet_candidate"]

NO_DIPS, FEW = -6.0, 2
STRONG, CLEAR = 10.0, 20.0
DEEP_PPM = 30_000.0  # deeper than a hot Jupiter takes of a star like the Sun
SECONDARY_SHARE, LARGE_SECONDARY_SHARE = 0.05, 0.1  # occultations of hot Jupiters take at most 1 or 2 % of a transit
FILLED = 0.2  # of the period
CONTACT_DAYS = (0.2, 1.5)
LONG_ORBIT_DAYS, FEWEST_CYCLES = 3.0, 4.0
STEADY, UNSTEADY = 0.05, 0.15
LEAST_EXPLAINED = 0.7
SIGMA = 4.0
EXTRAPOLATED, ALIKE = 2.0, 0.5
UNEQUAL = 0.2
SEVERAL, BEATS = 3, 10.0
UNSURE_RADIUS = 1.25  # radii of the TIC have errors of 5 to 20 % (Stassun et al. 2019, AJ 158, 138)
LONG_DAYS, LONG_STEADY = 60.0, 0.1
SYMMETRIC = 0.85
GIANT_PLANET_STAR = 4.0  # solar radii: around larger stars a planet takes too little to be seen so
LARGE_WAVE_PPM = 150_000.0
SINGLE_RUWE = 1.4


def planet_candidate(e: Evidence) -> list[Statement]:
    """What speaks for a planet, and against it."""
    event = e.repeats or e.behind
    if event is None:
        return [Statement("no dips repeat", NO_DIPS)]
    found = [] if e.repeats else [Statement("the star varies more: the dips are seen when that is taken off", -1.0)]
    found += [_significance(event), *_size(e, event, planet=True), *_second(event, planet=True)]
    found += _alternate(event, planet=True)
    if math.isfinite(event.slope_share) and event.snr > STRONG:
        share = event.slope_share
        said = f"{100 * share:.0f} % of the event are slopes"
        found.append(
            Statement(f"V-shaped: {said}", -1.5) if share > V_SHAPE else Statement(f"a flat bottom: {said}", 0.5)
        )
    longest = longest_transit_hours(event.ephemeris.period_days, e.star.density)
    if math.isfinite(longest) and math.isfinite(event.duration_hours):
        said = f"lasts {event.duration_hours:.2f} h; a planet of this star takes {longest:.2f} h at most"
        fits = event.duration_hours <= TOO_LONG * longest
        if fits and event.duration_hours > longest:
            said += ", but the star's density is unsure by as much"
        found.append(Statement(said, 0.5 if fits else -2.0))
    if event.varies or not math.isfinite(event.duration_hours):
        found.append(Statement("the star varies with the same period between the events, as close pairs do", -3.0))
    if len(event.events) <= FEW:
        one = len(event.events) == 1
        found.append(
            Statement("only one event was seen" if one else "only two events were seen", -3.0 if one else -1.0)
        )
    found += [*_bad_share(e, event, -3.0), *_of_changing_depth(e, event)]
    if "eclips" in e.star.gaia_non_single:
        found.append(Statement("Gaia lists it as an eclipsing binary", -3.0))
    return found


def detached_binary(e: Evidence) -> list[Statement]:
    """What speaks for two stars that eclipse each other with room between them."""
    event = e.repeats
    if event is None:
        best = e.search.best
        if best is not None and best.kind == "single event" and e.event is not None and e.event.depth_ppm > DEEP_PPM:
            return [
                _other_dip(e),
                *_bad_share(e, e.event, -1.5),
                *_not_seen(e, e.event),
                Statement(f"{e.event.depth_ppm:,.0f} ppm deep: no planet takes so much of a star like the Sun", 3.0),
                *_size(e, e.event, planet=False),
                *_gaia(e),
            ]
        return [Statement("no dips repeat", NO_DIPS), *_gaia(e)]
    found = [_significance(event), *_size(e, event, planet=False), *_second(event, planet=False)]
    found += _alternate(event, planet=False)
    if math.isfinite(event.slope_share) and event.slope_share > V_SHAPE and event.snr > STRONG:
        found.append(Statement(f"V-shaped: {100 * event.slope_share:.0f} % of the event are slopes", 1.0))
    share = event.duration_hours / 24 / event.ephemeris.period_days
    if not math.isfinite(share):
        found.append(Statement("the flux never rests between the minima", -3.0))
    elif share > FILLED:
        found.append(Statement(f"the eclipse fills {100 * share:.0f} % of the period", -1.5))
    if event.varies and math.isfinite(share):
        found.append(Statement("the star varies with the same period between the events: tides or reflection", 1.5))
    return [*found, *_bad_share(e, event, -2.0), *_of_changing_depth(e, event), *_gaia(e)]


def contact_binary(e: Evidence) -> list[Statement]:
    """What speaks for two stars so close that the flux never rests: in contact, or ellipsoidal."""
    wave, event = e.wave, e.event
    if wave is None:
        return [Statement("no variation was seen twice", NO_DIPS)]
    orbit, found = wave.orbit_days, _steadiness(wave, e.span_days)
    best = e.search.best
    if best is None or wave.power < 0.05:
        found.append(Statement(f"no variation stands out: power {wave.power:.2f}", -4.0))
    resting = e.repeats is not None and math.isfinite(e.repeats.duration_hours)
    if resting and e.repeats is not None:
        share = e.repeats.duration_hours / 24 / e.repeats.ephemeris.period_days
        if share < FILLED:
            found.append(Statement(f"the dips take {100 * share:.0f} % of the period, the flux rests in between", -4.0))
    elif event is not None and event.varies and not math.isfinite(event.duration_hours):
        found.append(Statement("the flux changes all the time, with the period", 1.5))
    inside = CONTACT_DAYS[0] <= orbit <= CONTACT_DAYS[1]
    said = f"an orbit of {orbit:.4g} d; most binaries in contact have {CONTACT_DAYS[0]} to {CONTACT_DAYS[1]} d"
    found.append(Statement(said, 1.0 if inside else -4.0 if orbit > LONG_ORBIT_DAYS else -1.5))
    if wave.cycles < FEWEST_CYCLES:
        found.append(Statement(f"only {wave.cycles:.1f} waves were seen", -2.0))
    if wave.sharp_minima > SIGMA * wave.sharp_error and wave.sharp_minima > 0.02:
        found.append(Statement(_sharp(wave, "minima are narrower than maxima"), 2.5))
    elif wave.sharp_minima < -SIGMA * wave.sharp_error and wave.sharp_minima < -0.02:
        found.append(Statement(_sharp(wave, "maxima are narrower than minima"), -2.5))
    if wave.alternates:
        said = f"every second minimum or maximum differs, by {100 * wave.alternation:.0f} % of the amplitude"
        found.append(Statement(f"{said} ({min(wave.alternation_sigma, 999):.0f} σ)", 1.5))
    if np.isfinite(wave.symmetric):
        said = f"{100 * wave.symmetric:.0f} % of what is not sinusoidal is symmetric about the minimum"
        found.append(Statement(said, 1.0 if wave.symmetric > SYMMETRIC else -1.5))
    if wave.amplitude_ppm > LARGE_WAVE_PPM:
        found.append(Statement(f"{wave.amplitude_ppm:,.0f} ppm from minimum to maximum, more than spots make", 1.5))
    if e.star.giant:
        found.append(Statement(f"a giant ({e.star.words}) has no room for so short an orbit", -4.0))
    return found + _gaia(e)


def _other_dip(e: Evidence) -> Statement:
    """What stands beside one dip of a star."""
    other = next((one for one in e.search.beside if one.kind == "single event"), None)
    if other is None:
        return Statement("one dip only", -1.0)
    return Statement(f"another dip at BTJD {other.ephemeris.epoch_btjd:.1f}, perhaps the other eclipse", 1.0)


def _significance(event: Transit) -> Statement:
    said = (
        f"{counted(len(event.events), 'event')} of {event.depth_ppm:,.0f} ppm every {event.ephemeris.period_days:.6g} d"
    )
    snr = event.snr
    return Statement(f"{said}, S/N {snr:.1f}", 3.0 if snr > CLEAR else 2.5 if snr > STRONG else 2.0)


def _size(e: Evidence, event: Transit, *, planet: bool) -> list[Statement]:
    """How large what is in front of the star is: a planet's radius is at most 25 of the Earth's."""
    depth = event.depth_ppm
    if not depth > 0:
        return [Statement(f"depth {depth:.0f} ppm is not above 0", -3.0)]
    if not e.star.radius > 0:
        deep = depth > DEEP_PPM
        said = f"{depth:,.0f} ppm deep; the star's radius is not known"
        return [Statement(said, (-2.0 if deep else 1.0) if planet else (2.0 if deep else -1.0))]
    size = e.star.radius * math.sqrt(depth / 1e6) * EARTH_RADII_A_SUN
    said = f"{size:.1f} earth radii, from {depth:,.0f} ppm of a star of {e.star.radius:.2f} R☉ (TIC)"
    said += f"; planets have {LARGEST_PLANET:.0f} at most"
    if LARGEST_PLANET < size <= UNSURE_RADIUS * LARGEST_PLANET:
        return [Statement(f"{said}, and the radius of the star is unsure by as much", -0.5 if planet else 0.5)]
    small = size <= LARGEST_PLANET
    return [Statement(said, (2.0 if small else -4.0) if planet else (-2.0 if small else 3.0))]


def _second(event: Transit, *, planet: bool) -> list[Statement]:
    depth = event.secondary_depth_ppm
    if not math.isfinite(depth):
        return [Statement("no second dip at any phase with S/N 7.1", 1.0 if planet else -1.0)]
    share = depth / event.depth_ppm
    said = f"a second dip of {depth:,.0f} ppm at phase {event.secondary_phase:.3f}, {100 * share:.0f} % of the first"
    large, some = share > LARGE_SECONDARY_SHARE, share > SECONDARY_SHARE
    points = (-4.0 if large else -2.0 if some else 0.5) if planet else (3.0 if large else 1.5 if some else 0.0)
    return [Statement(said, points)]


def _alternate(event: Transit, *, planet: bool) -> list[Statement]:
    compared = event.odd_even
    if not math.isfinite(compared.sigma):
        return []
    said = f"odd events {compared.first_ppm:,.0f} ppm, even ones {compared.second_ppm:,.0f} ppm, {compared.sigma:.1f} σ"
    if differ(compared):
        return [Statement(f"{said} apart", -4.0 if planet else 3.0)]
    return [Statement(f"{said} apart", 0.5)] if planet else []


def _bad_share(e: Evidence, event: Transit, points: float) -> list[Statement]:
    bad, why = at_bad_times(e, [one.middle_btjd for one in event.events])
    if not bad or bad < 0.5 * len(event.events):
        return []
    return [Statement(events_words(bad, len(event.events), why), points)]


def _not_seen(e: Evidence, event: Transit) -> list[Statement]:
    """What speaks against the depth of one dip: nothing so deep was seen, or something as bright beside it."""
    found = []
    if event.depth_ppm > EXTRAPOLATED * e.dips.deepest_ppm:
        said = f"the fit says {event.depth_ppm:,.0f} ppm, but the deepest hour has {e.dips.deepest_ppm:,.0f}"
        found.append(Statement(said, -4.0))
    if e.dips.highest_ppm > ALIKE * e.dips.deepest_ppm:
        said = f"hours as much as {e.dips.highest_ppm:,.0f} ppm brighter than the star: scattered light"
        found.append(Statement(said, -3.0))
    return found


def _of_changing_depth(e: Evidence, event: Transit) -> list[Statement]:
    """Beats of oscillations look like dips, and so does dust that comes back, but in other depths."""
    unequal, fast = e.unequal_depths, e.spectrum.fast
    if unequal > UNEQUAL:
        said = f"depths of alike events scatter by {100 * unequal:.0f} % of themselves, beyond their errors"
        return [Statement(said, -7.0)]
    if e.stray_dips >= max(SEVERAL, len(event.events)):
        return [Statement(f"{e.stray_dips} other dips of half the depth or more do not fit the period", -7.0)]
    strongest = max((one.amplitude_ppm for one in fast), default=0.0)
    if len(fast) < SEVERAL or event.depth_ppm > BEATS * strongest:
        return []
    said = f"{len(fast)} oscillations of up to {strongest:,.0f} ppm beat, and the dips are no deeper than beats"
    return [Statement(said, -5.0)]


def _steadiness(wave: WaveShape, span_days: float) -> list[Statement]:
    said = f"the wave of {wave.period_days:.5g} d explains {100 * wave.explained:.0f} % of the variance"
    found = [Statement(said, 1.0 if wave.explained > LEAST_EXPLAINED else -2.0)]
    if math.isfinite(wave.unsteady):
        said = f"and changes by {100 * wave.unsteady:.1f} % of itself from quarter to quarter of the light curve"
        steady, unsteady = wave.unsteady < (LONG_STEADY if span_days > LONG_DAYS else STEADY), wave.unsteady > UNSTEADY
        found.append(Statement(said, 1.5 if steady else -2.0 if unsteady else 0.0))
    return found


def _sharp(wave: WaveShape, said: str) -> str:
    return f"{said}: {wave.sharp_minima:+.3f} ± {wave.sharp_error:.3f} of the amplitude"


def _gaia(e: Evidence) -> list[Statement]:
    found = []
    if e.star.ruwe > SINGLE_RUWE:
        found.append(Statement(f"Gaia's RUWE {e.star.ruwe:.2f} is above {SINGLE_RUWE}: perhaps not single", 0.5))
    if e.star.gaia_non_single:
        found.append(Statement(f"Gaia: not a single star ({e.star.gaia_non_single})", 2.0))
    return found
