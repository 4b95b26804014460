"""The power spectrum of a star: separate oscillations, and the granulation of a giant."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from clara_engine.features.lombscargle import lomb_scargle
from clara_engine.periods.harmonics import wave
from clara_engine.timeseries import MAD, Samples, binned, neighbour_noise

__all__ = ["Oscillation", "PowerSpectrum", "expected_granulation", "expected_nu_max", "power_spectrum"]

Float = NDArray[np.float64]

FINEST_DAYS, HIGHEST = 1 / 360, 80.0  # d, cycles per day
LOWEST, FAST = 0.3, 4.5  # cycles per day: δ Scuti stars oscillate faster than the latter
MOST_PEAKS = 14
LEAST_SNR = 5.0  # of an amplitude over the mean one around it: Baran & Koen 2021 (AcA 71, 113) ask 5.1 of TESS
NEIGHBOURS = 2.5  # cycles per day
RESOLUTIONS = 1.5  # two frequencies nearer than so many 1/span are one
MULTIPLES = 12
DAY_TO_MICROHERTZ = 1e6 / 86400
SUN_NU_MAX, SUN_TEFF, SUN_LOG_G = 3090.0, 5777.0, 4.438
GRANULATION_DAYS = 2.0
COARSE_DAYS = 1 / 48
NU_RANGE = (4.0, 240.0)  # µHz


@dataclass(frozen=True, slots=True)
class Oscillation:
    """One frequency: cycles per day, amplitude [ppm], and that over the amplitudes around it."""

    frequency: float
    amplitude_ppm: float
    snr: float


@dataclass(frozen=True, slots=True)
class PowerSpectrum:
    """What stands out of the spectrum, and its slow noise.

    Attributes
    ----------
    fast, slow : tuple of Oscillation
        Independent ones above and below `FAST`: no multiples, sums or differences of stronger ones.
    scatter_ppm : float
        Of means of 30 minutes about a running mean of two days, white noise taken off; also of single waves.
    nu_max_microhertz, nu_max_excess : float
        Where the spectrum has a hump, as oscillations of a giant make it, and how many times the background it is.
    """

    fast: tuple[Oscillation, ...]
    slow: tuple[Oscillation, ...]
    scatter_ppm: float
    nu_max_microhertz: float
    nu_max_excess: float


def expected_nu_max(logg: float, teff: float) -> float:
    """Frequency of most oscillation power of a star [µHz]: 3090 g/g☉ (Teff/5777 K)^-½ (Kjeldsen & Bedding 1995).

    Parameters
    ----------
    logg : float
        [log10 cm/s²]
    teff : float
        [K]; where it is not known, 4800 K.
    """
    return float(SUN_NU_MAX * 10 ** (logg - SUN_LOG_G) * ((teff if teff > 0 else 4800.0) / SUN_TEFF) ** -0.5)


def expected_granulation(nu_max_microhertz: float) -> float:
    """Scatter that granulation gives [ppm]: 3382 ν_max^-.609 (Kallinger et al. 2014, A&A 570, A41, table 2)."""
    return float(3382.0 * nu_max_microhertz**-0.609)


def power_spectrum(samples: Samples, *, without: tuple[float, ...] = ()) -> PowerSpectrum:
    """Look for separate oscillations one after the other, each taken off, and for the hump of a giant.

    Parameters
    ----------
    samples : Samples
        Not detrended.
    without : tuple of float
        Frequencies whose multiples are no oscillations: those of an orbit [cycles per day].
    """
    fine = binned(samples, FINEST_DAYS)
    steady = replace(fine, flux=fine.flux - _running_mean(fine, GRANULATION_DAYS) + 1)
    found = _independent(steady, without)
    fast = tuple(one for one in found if one.frequency > FAST)
    slow = tuple(one for one in found if one.frequency <= FAST)
    coarse = binned(steady, COARSE_DAYS)
    inside = max(COARSE_DAYS / samples.cadence_days, 1.0)
    white = neighbour_noise(samples.flux) / np.sqrt(inside)
    scatter = np.sqrt(max((MAD * np.median(np.abs(coarse.flux - np.median(coarse.flux)))) ** 2 - white**2, 0.0))
    return PowerSpectrum(fast, slow, float(scatter) * 1e6, *_hump(fine))


def _running_mean(samples: Samples, days: float) -> Float:
    """Mean of the samples within half of `days` around each."""
    sums = np.r_[0.0, np.cumsum(samples.flux)]
    first = np.searchsorted(samples.time, samples.time - days / 2)
    last = np.searchsorted(samples.time, samples.time + days / 2, side="right")
    return np.asarray((sums[last] - sums[first]) / (last - first))


def _independent(samples: Samples, without: tuple[float, ...]) -> list[Oscillation]:
    highest = min(HIGHEST, 0.45 / samples.cadence_days)
    span = samples.span_days
    if highest < 2 * LOWEST or span < 2:
        return []
    frequency = np.arange(LOWEST, highest, 0.1 / span)
    width = max(int(2 * NEIGHBOURS / (frequency[1] - frequency[0])), 20)
    rest, found, known = samples, [], list(without)
    for _ in range(MOST_PEAKS):
        spread = float(np.std(rest.flux))
        if not spread > 0:
            break
        amplitude = np.sqrt(2 * np.maximum(lomb_scargle(rest.time, rest.flux, frequency), 0)) * spread
        top = int(np.argmax(amplitude / _around(amplitude, width)))
        at, snr = float(frequency[top]), float(amplitude[top] / _around(amplitude, width)[top])
        if snr < LEAST_SNR:
            break
        if not _combined(at, known, RESOLUTIONS / span):
            found.append(Oscillation(at, float(amplitude[top]) * 1e6, snr))
        known.append(at)
        rest = replace(rest, flux=rest.flux - wave(rest, 1 / at, rest.time, 1) + 1)
    return found


def _around(amplitude: Float, width: int) -> Float:
    """Mean amplitude of the frequencies around each."""
    reach = width // 2
    sums = np.r_[0.0, np.cumsum(amplitude)]
    place = np.arange(amplitude.size)
    first, last = np.maximum(place - reach, 0), np.minimum(place + reach + 1, amplitude.size)
    return np.asarray((sums[last] - sums[first]) / (last - first))


def _combined(frequency: float, known: list[float], width: float) -> bool:
    """Whether it is a multiple of a stronger frequency or of its half, or a sum or difference of two."""
    for one in known:
        times = frequency / (one / 2)
        if abs(times - round(times)) * one / 2 < width and 1 <= round(times) <= 2 * MULTIPLES:
            return True
    pairs = ((one, other) for place, one in enumerate(known) for other in known[:place])
    return any(abs(frequency - combined) < width for a, b in pairs for combined in (a + b, abs(a - b)))


def _hump(samples: Samples) -> tuple[float, float]:
    """Where the spectrum stands out most of the power law through both sides, and how many times it does."""
    highest = min(NU_RANGE[1] * 1.8 / DAY_TO_MICROHERTZ, 0.45 / samples.cadence_days)
    frequency = np.arange(1 / samples.span_days, highest, 0.25 / samples.span_days)
    if frequency.size < 50:
        return np.nan, np.nan
    power = lomb_scargle(samples.time, samples.flux, frequency)
    micro = frequency * DAY_TO_MICROHERTZ
    best = (np.nan, 0.0)
    for centre in np.geomspace(*NU_RANGE, 60):
        inside = (micro > 0.75 * centre) & (micro < 1.3 * centre)
        below = (micro > 0.4 * centre) & (micro < 0.65 * centre)
        above = (micro > 1.5 * centre) & (micro < 2.6 * centre)
        if min(part.sum() for part in (inside, below, above)) < 6 or micro[-1] < 2 * centre:
            continue
        background = np.sqrt(power[below].mean() * power[above].mean())
        excess = float(power[inside].mean() / background)
        if excess > best[1]:
            best = (float(centre), excess)
    return best
