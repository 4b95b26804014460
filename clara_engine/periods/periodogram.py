"""Lomb–Scargle periodogram of one light curve, on a grid fine enough for its own span."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import find_peaks

from clara_engine.errors import FeatureError
from clara_engine.features.lombscargle import lomb_scargle
from clara_engine.lightcurve import LightCurve

__all__ = ["Peak", "Periodogram", "periodogram"]

Float = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Peak:
    """A local maximum of a periodogram: its period [days] and standard-normalised power (0 to 1)."""

    period_days: float
    power: float


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
    light_curve: LightCurve, *, shortest_days: float = 0.1, longest_days: float | None = None,
    samples_per_peak: int = 10, peaks: int = 5,
) -> Periodogram:  # fmt: skip
    """Lomb–Scargle power of a light curve.

    Parameters
    ----------
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
        raise FeatureError(f"{light_curve.target.name}: {len(clean)} samples over {span:.2f} d allow no periodogram")
    step = 1 / (span * samples_per_peak)
    frequency = np.arange(1 / longest, 1 / shortest_days + step, step)
    power = lomb_scargle(clean.time, clean.flux, frequency)
    tops, _ = find_peaks(np.r_[0, power, 0], distance=samples_per_peak)
    tops = tops[np.argsort(power[tops - 1])[::-1][:peaks]] - 1
    found = tuple(Peak(float(1 / frequency[i]), float(power[i])) for i in tops)
    return Periodogram(1 / frequency, power, found)
