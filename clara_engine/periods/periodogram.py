"""Lomb–Scargle periodogram of one light curve, on a grid fine enough for its own span."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import find_peaks

from clara_engine.errors import FeatureError
from clara_engine.features.lombscargle import lomb_scargle
from clara_engine.lightcurve import LightCurve
from clara_engine.periods.harmonics import harmonic_name
from clara_engine.text import counted

__all__ = ["Peak", "Periodogram", "periodogram"]

Float = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Peak:
    """A local maximum of a periodogram.

    Attributes
    ----------
    period_days, power : float
        Standard-normalised power, 0 to 1.
    false_alarm : float
        Probability that white noise gives as high a maximum (Baluev 2008, MNRAS 385, 1279); red noise makes it larger.
    harmonic : str
        How the period is related to the highest peak's: ``"½"``, ``"2×"`` …, empty when it is not.
    """

    period_days: float
    power: float
    false_alarm: float = math.nan
    harmonic: str = ""


@dataclass(frozen=True, slots=True)
class Periodogram:
    """Power against period.

    Attributes
    ----------
    period_days, power : ndarray, shape (n,)
        In order of falling period; power is 1 − χ²(sinusoid) / χ²(constant).
    peaks : tuple of Peak
        Highest first.
    """

    period_days: Float
    power: Float
    peaks: tuple[Peak, ...]


def periodogram(
    light_curve: LightCurve,
    *,
    shortest_days: float = 0.1,
    longest_days: float | None = None,
    samples_per_peak: int = 10,
    peaks: int = 5,
) -> Periodogram:
    """Lomb–Scargle power of a light curve.

    Parameters
    ----------
    light_curve : LightCurve
    shortest_days, longest_days : float
        Range of periods; the longest is by default the span of the light curve.
    samples_per_peak : int
        Frequencies for each width of a peak, 1 / span (METHOD: 10).
    peaks : int
        How many of the highest peaks to list, each at least one peak width from the others.

    Raises
    ------
    FeatureError
        When the light curve has too few finite samples, or no variation.
    """
    clean = light_curve.finite()
    span = clean.span_days
    longest = longest_days or span
    if len(clean) < 3 or longest <= shortest_days:
        raise FeatureError(
            f"{light_curve.target.name}: {counted(len(clean), 'sample')} over {span:.2f} d allow no periodogram"
        )
    step = 1 / (span * samples_per_peak)
    frequency = np.arange(1 / longest, 1 / shortest_days + step, step)
    power = lomb_scargle(clean.time, clean.flux, frequency)
    tops, _ = find_peaks(np.r_[0, power, 0], distance=samples_per_peak)
    tops = tops[np.argsort(power[tops - 1])[::-1][:peaks]] - 1
    best = [_summit(frequency, power, i) for i in tops]
    alarm = _false_alarm(clean, np.array([height for _, height in best]), float(frequency[-1]))
    found = tuple(
        Peak(period, height, float(p), harmonic_name(period, best[0][0], span) if place else "")
        for place, ((period, height), p) in enumerate(zip(best, alarm, strict=True))
    )
    return Periodogram(1 / frequency, power, found)


def _summit(frequency: Float, power: Float, top: int) -> tuple[float, float]:
    """Period and power of the parabola through a maximum and its neighbours."""
    if not 0 < top < power.size - 1:
        return float(1 / frequency[top]), float(power[top])
    left, middle, right = power[top - 1 : top + 2]
    curvature = left - 2 * middle + right
    shift = 0.5 * (left - right) / curvature if curvature < 0 else 0.0
    height = min(middle - 0.25 * (left - right) * shift, 1.0)
    return float(1 / (frequency[top] + shift * (frequency[1] - frequency[0]))), float(height)


def _false_alarm(clean: LightCurve, power: Float, highest_frequency: float) -> Float:
    from astropy.timeseries import LombScargle

    whole = LombScargle(clean.time, clean.flux)
    with np.errstate(all="ignore"):
        alarm = whole.false_alarm_probability(power, method="baluev", maximum_frequency=highest_frequency)
    return np.clip(np.nan_to_num(np.asarray(alarm, dtype=np.float64)), 0, 1)
