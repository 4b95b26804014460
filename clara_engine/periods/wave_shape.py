"""The shape of a variation that repeats: how steady it is, and whether it is that of a binary or of a pulsation."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from clara_engine.periods.harmonics import linear_fit, wave_terms
from clara_engine.timeseries import Samples, binned

__all__ = ["WaveShape", "wave_shape"]

Float = NDArray[np.float64]
Complex = NDArray[np.complex128]
HARMONICS = 8
PARTS = 4
LEAST_CYCLES = 1.5  # of a part
BINS_A_CYCLE, COARSEST_DAYS = 40, 1 / 96
SIGNIFICANT = 4.0
#: Share of the first harmonic from which the second one makes a minimum of its own; above that of a sawtooth, .5.
TWO_MINIMA = 0.7


@dataclass(frozen=True, slots=True)
class WaveShape:
    """A folded variation, on twice the period of the highest peak: the orbit of a binary whose minima are alike.

    Attributes
    ----------
    period_days : float
        Of the highest Lomb–Scargle peak.
    power : float
        Of that peak, 0 to 1.
    amplitude_ppm : float
        From minimum to maximum.
    explained : float
        Share of the variance that the wave explains, 0 to 1.
    unsteady : float
        Scatter of the wave between four parts of the light curve over the wave itself: 0 a clock, 1 chaos. NaN where
        there are too few cycles.
    second_harmonic : float
        Amplitude at half the period over that at the period: 0 a sinusoid.
    rise_share : float
        Share of the period from minimum to maximum: .5 a symmetric wave, .2 a sawtooth.
    alternation_sigma, alternation : float
        How surely minima or maxima alternate, and by which share of the amplitude.
    sharp_minima : float
        Above 0 minima are narrower than maxima, as in eclipses; below 0 maxima are.
    sharp_error : float
    symmetric : float
        Share of what is not sinusoidal that is symmetric about the minimum: near 1 for a binary.
    cycles : float
        Observed ones.
    """

    period_days: float
    power: float
    amplitude_ppm: float
    explained: float
    unsteady: float
    second_harmonic: float
    rise_share: float
    alternation_sigma: float
    alternation: float
    sharp_minima: float
    sharp_error: float
    symmetric: float
    cycles: float

    @property
    def alternates(self) -> bool:
        """Whether every second minimum or maximum is another: then twice the period is the right one."""
        return self.alternation_sigma > SIGNIFICANT and self.alternation > 0.02

    @property
    def orbit_days(self) -> float:
        """Of a binary whose wave it is: twice the period, or the period itself where that holds two minima."""
        return self.period_days * (1 if self.second_harmonic > TWO_MINIMA and not self.alternates else 2)


def wave_shape(samples: Samples, period_days: float, power: float) -> WaveShape | None:
    """Fit harmonics of twice a period to the light curve and to parts of it.

    Parameters
    ----------
    samples : Samples
        Not detrended.
    period_days, power : float
        Of the highest peak of the periodogram [days].

    Returns
    -------
    WaveShape or None
        None where fewer than two cycles were observed.
    """
    orbit = 2 * period_days
    coarse = binned(samples, min(COARSEST_DAYS, period_days / BINS_A_CYCLE))
    cycles = coarse.span_days / period_days
    harmonics = min(HARMONICS, int(orbit / (2.5 * coarse.cadence_days)))
    if cycles < 2 or harmonics < 2 or coarse.time.size < 8 * harmonics:
        return None
    whole, left = _fitted(coarse, orbit, harmonics)
    least = LEAST_CYCLES * period_days
    parts = _parts(coarse, orbit, harmonics, least)
    turns = _parts(coarse, period_days, harmonics // 2, least)  # a part may be shorter than an orbit
    error = parts.std(axis=0, ddof=1) / np.sqrt(PARTS) if parts is not None else None
    noise = float(np.std(left)) * np.sqrt(2 / coarse.time.size)
    errors = np.maximum(noise, np.zeros(harmonics) if error is None else error)
    curve = _curve(whole, 400)
    one = _curve(np.where(np.arange(1, harmonics + 1) % 2 == 0, whole, 0), 400)[:200]  # a single period
    low, high = int(np.argmin(one)), int(np.argmax(one))
    turned = whole * np.exp(-1j * np.arange(1, harmonics + 1) * (np.angle(whole[1]) - np.pi) / 2)
    odd = np.abs(whole[0::2])
    which = int(np.argmax(odd / errors[0::2]))
    beside = np.delete(turned, 1)
    sure = np.abs(beside) > 3 * np.delete(errors, 1)
    fourth = float(-turned[3].real / abs(turned[1])) if harmonics > 3 else np.nan
    span = float(np.ptp(curve))
    flat = coarse.flux - _curve_trend(coarse, whole, left, orbit)
    return WaveShape(
        period_days=period_days,
        power=power,
        amplitude_ppm=float(np.ptp(one)) * 1e6,
        explained=1 - float(np.var(left) / np.var(flat)),
        unsteady=_unsteady(turns) if turns is not None else np.nan,
        second_harmonic=float(abs(whole[3]) / abs(whole[1])) if harmonics > 3 else 0.0,
        rise_share=((high - low) % 200) / 200,
        alternation_sigma=float(odd[which] / errors[0::2][which]),
        alternation=float(2 * odd.max() / span),
        sharp_minima=fourth,
        sharp_error=float(errors[3] / abs(whole[1])) if harmonics > 3 else np.nan,
        symmetric=float((beside[sure].real ** 2).sum() / (np.abs(beside[sure]) ** 2).sum()) if sure.any() else np.nan,
        cycles=cycles,
    )


def _fitted(samples: Samples, orbit: float, harmonics: int) -> tuple[Complex, Float]:
    """Amplitudes c of cos and sin as c = a − ib, harmonic by harmonic, beside a straight line; and what is left."""
    time = samples.time - samples.time[0]
    centred = (time - time.mean()) / max(float(np.ptp(time)), 1e-9)
    design = np.column_stack([wave_terms(samples.time, orbit, harmonics), centred, centred**2])
    found = linear_fit(design, samples.flux)
    pairs = found[1 : 1 + 2 * harmonics].reshape(-1, 2)
    return pairs[:, 0] - 1j * pairs[:, 1], samples.flux - design @ found


def _parts(samples: Samples, orbit: float, harmonics: int, least_days: float) -> Complex | None:
    """The same for each quarter of the samples; None where a quarter is too short."""
    edges = np.linspace(0, samples.time.size, PARTS + 1).astype(int)
    found = []
    for first, last in pairwise(edges):
        part = Samples(samples.time[first:last], samples.flux[first:last], samples.cadence_days)
        if part.span_days < least_days or part.time.size < 6 * harmonics:
            return None
        found.append(_fitted(part, orbit, harmonics)[0])
    return np.array(found)


def _unsteady(parts: Complex) -> float:
    """Root mean square of the differences between the parts' waves and their mean, over that of the mean."""
    mean = parts.mean(axis=0)
    return float(np.sqrt((np.abs(parts - mean) ** 2).sum(axis=1).mean() / (np.abs(mean) ** 2).sum()))


def _curve(amplitudes: Complex, points: int) -> Float:
    turn = 2 * np.pi * np.arange(points) / points
    number = np.arange(1, amplitudes.size + 1)
    return np.asarray((amplitudes[:, None] * np.exp(1j * number[:, None] * turn)).real.sum(axis=0))


def _curve_trend(samples: Samples, amplitudes: Complex, left: Float, orbit: float) -> Float:
    """What of the fit is not wave: level and slow trend."""
    number = np.arange(1, amplitudes.size + 1)
    turn = 2 * np.pi * samples.time / orbit
    drawn = (amplitudes[:, None] * np.exp(1j * number[:, None] * turn)).real.sum(axis=0)
    return np.asarray(samples.flux - left - drawn)
