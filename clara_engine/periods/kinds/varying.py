"""What speaks for a star that varies by itself: spots, pulsation, granulation; see docs/what_is_it.md."""

from __future__ import annotations

import math

from clara_engine.periods.kinds.evidence import Evidence
from clara_engine.periods.kinds.oscillations import Oscillation, expected_granulation, expected_nu_max
from clara_engine.periods.kinds.possibility import Statement
from clara_engine.periods.kinds.star_facts import GIANT_TEFF
from clara_engine.periods.wave_shape import WaveShape

__all__ = ["delta_scuti", "red_giant", "rotator", "rr_lyrae", "slow_pulsator"]

LEAST_POWER = 0.05
ROTATION_DAYS = (0.1, 20.0)
COOL, WARM = 6500.0, 7000.0
SPOTS_PPM = 100_000.0
UNSTEADY, STEADY = 0.15, 0.03
LONG_DAYS, LONG_STEADY = 60.0, 0.1  # spots come and go within two months
FASTEST_DAYS, DWARF_TEFF = 0.4, 4000.0
DELTA_SCUTI_TEFF = (6300.0, 9500.0)
GAMMA_DORADUS_TEFF, B_STAR_TEFF = (6300.0, 7800.0), 10_000.0
SEVERAL = 3
RR_LYRAE_DAYS, LONGEST_CEPHEID_DAYS = (0.2, 1.0), 40.0
PULSE_PPM, SAWTOOTH, R21 = 50_000.0, 0.42, 0.15
RR_TEFF = (5000.0, 8000.0)
GRANULATION = (0.4, 2.5)
HUMP, HUMP_FACTOR = 1.6, 1.6
SIGMA = 4.0


def rotator(e: Evidence) -> list[Statement]:
    """What speaks for spots that a turning star carries around."""
    wave = e.wave
    if wave is None or wave.power < LEAST_POWER:
        return [_no_wave(wave)]
    found = [Statement(f"varies every {wave.period_days:.5g} d, power {wave.power:.2f}", 1.5 + min(wave.power, 1.0))]
    low, high = ROTATION_DAYS
    found.append(_within(wave.period_days, low, high, "d", "the period", 0.5, -2.0))
    turn = 2 * wave.period_days if wave.alternates else wave.period_days
    if turn < FASTEST_DAYS and not e.star.teff < DWARF_TEFF:
        found.append(Statement(f"a turn of {turn:.4g} d is near break-up for all but the smallest stars", -2.0))
    if e.repeats is not None and e.repeats.snr > 10:
        found.append(Statement(f"distinct dips repeat, S/N {e.repeats.snr:.0f}", -2.0))
    if math.isfinite(wave.unsteady):
        steady = LONG_STEADY if e.span_days > LONG_DAYS else STEADY
        said = (
            f"the wave changes by {100 * wave.unsteady:.1f} % of itself from quarter to quarter, as spots come and go"
        )
        found.append(Statement(said, 1.0 if wave.unsteady > UNSTEADY else -1.0 if wave.unsteady < steady else 0.0))
    if wave.amplitude_ppm > SPOTS_PPM:
        found.append(Statement(f"{wave.amplitude_ppm:,.0f} ppm from minimum to maximum, more than most spots", -1.5))
    if wave.sharp_minima > SIGMA * wave.sharp_error and wave.sharp_minima > 0.05:
        found.append(Statement(f"minima are sharper than maxima by {wave.sharp_minima:.3f} of the amplitude", -1.0))
    if math.isfinite(e.star.teff):
        cool, warm = e.star.teff < COOL, e.star.teff > WARM
        found.append(
            Statement(f"Teff {e.star.teff:,.0f} K; spots need below {WARM:,.0f} K", 1.0 if cool else -2.0 * warm)
        )
    if e.star.giant:
        found.append(Statement(f"a giant turns in months ({e.star.words})", -1.5))
    return found


def delta_scuti(e: Evidence) -> list[Statement]:
    """What speaks for pressure modes of a star in the instability strip."""
    fast = e.spectrum.fast
    if not fast:
        return [Statement("no oscillation faster than 4.5 a day has S/N 5", -5.0)]
    strongest = max(fast, key=lambda one: one.amplitude_ppm)
    several = len(fast) >= SEVERAL
    said = f"{len(fast)} independent oscillations above 4.5 a day, the strongest {_of(strongest)}"
    found = [Statement(said, 3.0 if several else 0.5)]
    found.append(_temperature(e, *DELTA_SCUTI_TEFF, "δ Scuti stars", 2.0, -4.0))
    if e.repeats is not None and e.repeats.snr > 20:
        found.append(Statement(f"distinct dips repeat, S/N {e.repeats.snr:.0f}", -2.5))
    if e.wave is not None and 1 / e.wave.period_days < 3 and e.wave.power > 0.5:
        found.append(Statement(f"most of the variance is slower: {e.wave.period_days:.4g} d", -2.0))
    return found


def slow_pulsator(e: Evidence) -> list[Statement]:
    """What speaks for gravity modes: γ Doradus stars, slowly pulsating B stars."""
    slow = e.spectrum.slow
    if len(slow) < 2:
        return [Statement(f"{len(slow)} independent oscillations of 0.3 to 4.5 a day have S/N 5", -4.0)]
    strongest = max(slow, key=lambda one: one.amplitude_ppm)
    said = f"{len(slow)} independent oscillations of 0.3 to 4.5 a day, the strongest {_of(strongest)}"
    found = [Statement(said, 2.5 if len(slow) > SEVERAL else 1.5)]
    teff = e.star.teff
    if not math.isfinite(teff):
        found.append(Statement("its temperature is not known", -0.5))
    else:
        low, high = GAMMA_DORADUS_TEFF
        right = low < teff < high or teff > B_STAR_TEFF
        said = f"Teff {teff:,.0f} K; γ Doradus stars have {low:,.0f} to {high:,.0f} K, B stars {B_STAR_TEFF:,.0f} K"
        found.append(Statement(said, 1.5 if right else -4.0))
    if e.repeats is not None and e.repeats.snr > 10:
        found.append(Statement(f"distinct dips repeat, S/N {e.repeats.snr:.0f}", -2.5))
    if e.star.giant and not teff > B_STAR_TEFF:
        found.append(Statement(f"a giant ({e.star.words})", -3.0))
    return found


def rr_lyrae(e: Evidence) -> list[Statement]:
    """What speaks for a radial pulsation of large amplitude."""
    wave = e.wave
    if wave is None or wave.power < LEAST_POWER:
        return [_no_wave(wave)]
    cepheid = wave.period_days > RR_LYRAE_DAYS[1]
    usual = 0.0 if cepheid else 0.5
    found = [_within(wave.period_days, RR_LYRAE_DAYS[0], LONGEST_CEPHEID_DAYS, "d", "the period", usual, -3.0)]
    if cepheid and e.star.giant is False:
        found.append(Statement(f"no giant, as Cepheids are: {e.star.words}", -4.0))
    large = wave.amplitude_ppm > PULSE_PPM
    found.append(Statement(f"{wave.amplitude_ppm:,.0f} ppm from minimum to maximum", 1.5 if large else -4.0))
    sawtooth = wave.rise_share < SAWTOOTH and wave.second_harmonic > R21
    said = (
        f"rises in {100 * wave.rise_share:.0f} % of the period, second harmonic {wave.second_harmonic:.2f} of the first"
    )
    found.append(Statement(f"{said}; a sawtooth rises in less than half", 3.0 if sawtooth else -2.0))
    if wave.alternates:
        found.append(Statement("every second minimum or maximum differs", -1.5))
    if math.isfinite(wave.unsteady):
        said = f"the wave changes by {100 * wave.unsteady:.1f} % of itself from quarter to quarter"
        found.append(Statement(said, 1.0 if wave.unsteady < UNSTEADY else -2.0))
    if e.repeats is not None and math.isfinite(e.repeats.secondary_depth_ppm):
        found.append(Statement("two kinds of dip", -2.0))
    outside = -4.0 if e.star.teff < DWARF_TEFF else -2.0  # catalogues have some RR Lyrae stars too hot
    found.append(_temperature(e, *RR_TEFF, "RR Lyrae stars and Cepheids", 0.5, outside))
    return found


def red_giant(e: Evidence) -> list[Statement]:
    """What speaks for a giant whose granulation and oscillations are all that is seen."""
    star, spectrum = e.star, e.spectrum
    if star.giant is None:
        found = [Statement("neither gravity, radius nor colour are known, or they contradict each other", -2.0)]
    elif not star.giant:
        return [Statement(f"no giant: {star.words}", -6.0)]
    else:
        found = [Statement(f"a giant: {star.words}", 3.0)]
    if star.teff > GIANT_TEFF:
        found.append(Statement(f"Teff {star.teff:,.0f} K; red giants are below {GIANT_TEFF:,.0f} K", -3.0))
    logg = star.logg
    if math.isfinite(logg) and spectrum.scatter_ppm > 0:
        expected = expected_nu_max(logg, star.teff)
        grain = expected_granulation(expected)
        ratio = spectrum.scatter_ppm / grain
        said = f"varies by {spectrum.scatter_ppm:,.0f} ppm within two days"
        said += f"; granulation at log g {logg:.2f} makes {grain:,.0f} ppm"
        found.append(Statement(said, 1.5 if GRANULATION[0] < ratio < GRANULATION[1] else -1.0))
        near = 1 / HUMP_FACTOR < spectrum.nu_max_microhertz / expected < HUMP_FACTOR
        if spectrum.nu_max_excess > HUMP and near:
            said = f"a hump of power at {spectrum.nu_max_microhertz:.0f} µHz, "
            said += f"{spectrum.nu_max_excess:.1f} × its background"
            found.append(Statement(f"{said}; ν_max of this gravity is {expected:.0f} µHz", 2.0))
    if e.repeats is not None and e.repeats.snr > 15 and e.repeats.depth_ppm > 5 * spectrum.scatter_ppm:
        found.append(Statement(f"dips repeat, S/N {e.repeats.snr:.0f}, far above the granulation", -3.5))
    if e.wave is not None and e.wave.explained > 0.8 and e.wave.cycles > 4:
        found.append(Statement(f"one wave explains {100 * e.wave.explained:.0f} % of the variance", -2.0))
    return found


def _no_wave(wave: WaveShape | None) -> Statement:
    if wave is None:
        return Statement("no variation was seen twice", -5.0)
    return Statement(f"no variation stands out: Lomb–Scargle power {wave.power:.3f}, {LEAST_POWER} is needed", -5.0)


def _of(one: Oscillation) -> str:
    return f"{one.amplitude_ppm:,.0f} ppm at {one.frequency:.3f} a day, S/N {one.snr:.0f}"


def _within(value: float, low: float, high: float, unit: str, what: str, pro: float, contra: float) -> Statement:
    inside = low <= value <= high
    return Statement(
        f"{what}, {value:.4g} {unit}, is {'' if inside else 'not '}in {low:g} to {high:g}", pro if inside else contra
    )


def _temperature(e: Evidence, low: float, high: float, whose: str, pro: float, contra: float) -> Statement:
    if not math.isfinite(e.star.teff):
        return Statement("its temperature is not known", -0.5)
    said = f"Teff {e.star.teff:,.0f} K; {whose} have {low:,.0f} to {high:,.0f} K"
    return Statement(said, pro if low <= e.star.teff <= high else contra)
