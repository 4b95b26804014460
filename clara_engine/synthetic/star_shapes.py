"""Shapes of what single stars do: relative flux at times, 1 where nothing happens.

Times, periods and durations are in days, depths and amplitudes fractions of the quiet star. Arrays in, float64 arrays
of the same shape out; nothing random happens here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["dip", "flare", "flare_mean", "pulsation", "rr_lyrae", "spots"]

Float = NDArray[np.float64]
Numbers = Sequence[float] | NDArray[Any]

FLARE_MAXIMUM = 4.880465919
FLARE_CENTRE = -0.251299705922117
FLARE_WIDTH = 0.22675974948468916
FLARE_DECAYS = (0.15551880775110513, 1.2150539528490194)
#: Integral of the template over time [widths], when its maximum is 1.
FLARE_AREA = 2.147937
FLARE_WEIGHTS = (0.12695865022878844, 1 - 0.12695865022878844)
RRAB_RATIOS = (1.0, 0.46, 0.35, 0.23, 0.15, 0.10, 0.065, 0.04)
RRAB_PHASES = (0.0, 2.40, 5.05, 1.50, 4.30, 0.85, 3.60, 0.10)


def pulsation(time: Float, *, frequencies: Numbers, amplitudes: Numbers, phases: Numbers) -> Float:
    """A sum of sinusoids: frequencies [1/day], semi-amplitudes [relative flux], phases [radian].

    Parameters
    ----------
    time : ndarray of float
        Shape (n,) [days].
    frequencies : Numbers
        [1/day].
    amplitudes : Numbers
        Semi-amplitudes [relative flux].
    phases : Numbers
        At time 0 [radian].

    Examples
    --------
    >>> pulsation(np.array([0.0, 0.025]), frequencies=[10.0], amplitudes=[0.01], phases=[0.0])
    array([1.  , 1.01])
    """
    flux = np.ones_like(time)
    for frequency, amplitude, phase in zip(frequencies, amplitudes, phases, strict=True):
        flux += amplitude * np.sin(2 * np.pi * frequency * time + phase)
    return flux


def rr_lyrae(time: Float, *, epoch: float, period: float, amplitude: float) -> Float:
    """The sawtooth of a fundamental-mode RR Lyrae star, mean magnitude 0.

    Fourier ratios and phase differences typical of RRab stars (Simon & Teays 1982; Kovacs & Zsoldos 1995).

    Parameters
    ----------
    time : ndarray of float
        Shape (n,) [days].
    epoch : float
        [days].
    period : float
        [days].
    amplitude : float
        Peak-to-peak range [magnitude].

    Returns
    -------
    ndarray of float
        Magnitudes, shape (n,).
    """
    angle = 2 * np.pi * (time - epoch) / period
    grid = np.linspace(0, 2 * np.pi, 400)

    def magnitude(argument: Float) -> Float:
        terms = enumerate(zip(RRAB_RATIOS, RRAB_PHASES, strict=True), start=1)
        return np.sum([ratio * np.sin(k * argument + phase) for k, (ratio, phase) in terms], axis=0)

    return np.asarray(10 ** (-0.4 * amplitude * magnitude(angle) / np.ptp(magnitude(grid))))


def spots(
    time: Float,
    *,
    period: float,
    inclination: float,
    sizes: Numbers,
    latitudes: Numbers,
    longitudes: Numbers,
    shear: float = 0.0,
    births: Numbers | None = None,
    lifetime: float = np.inf,
) -> Float:
    """A differentially rotating star with dark spots (Aigrain, Pont & Zucker 2012, equations 2, 3 and 7).

    Parameters
    ----------
    time : ndarray of float
        Shape (n,) [days].
    period : float
        Rotation period of the equator [days].
    inclination : float
        Of the rotation axis to the line of sight [deg].
    sizes : sequence
        Fraction of light that each spot takes at the centre of the disc.
    latitudes, longitudes : sequence
        Of each spot [deg].
    shear : float
        Relative drop of the rotation rate from the equator to the pole.
    births, lifetime : sequence, float
        Time of the largest size of each spot and the Gaussian width of its life [days].

    Returns
    -------
    ndarray of float
        Relative flux, shape (n,).
    """
    flux = np.ones_like(time)
    births = [0.0] * len(sizes) if births is None else births
    tilt = np.radians(inclination)
    for size, latitude, longitude, birth in zip(
        sizes, np.radians(latitudes), np.radians(longitudes), births, strict=True
    ):
        rate = 2 * np.pi / period * (1 - shear * np.sin(latitude) ** 2)
        cosine = np.cos(tilt) * np.sin(latitude) + np.sin(tilt) * np.cos(latitude) * np.cos(rate * time + longitude)
        life = 1.0 if np.isinf(lifetime) else np.exp(-0.5 * ((time - birth) / lifetime) ** 2)
        flux -= size * life * np.maximum(cosine, 0.0)
    return flux


def flare(time: Float, *, peak: float, width: float, amplitude: float) -> Float:
    """One classical flare (Tovar Mendoza et al. 2022, AJ 164, 17), scaled to a maximum of 1.

    Parameters
    ----------
    time : ndarray of float
        Shape (n,) [days].
    peak : float
        Time of the maximum [days].
    width : float
        Time scale of the template [days]; its full width at half maximum is 1.087 of it.
    amplitude : float
        Height of the maximum [relative flux].

    Returns
    -------
    ndarray of float
        Relative flux, shape (n,).
    """
    from scipy.special import erfc  # takes a third of a second, which designs alone need not wait for

    flux = np.ones_like(time)
    near = (time > peak - 3 * width) & (time < peak + 60 * width)
    x = (time[near] - peak) / width
    b, c = FLARE_CENTRE, FLARE_WIDTH
    shape = np.zeros_like(x)
    for weight, decay in zip(FLARE_WEIGHTS, FLARE_DECAYS, strict=True):
        z = (b - x) / c + c * decay / 2
        shape += weight * np.exp(-decay * x + (b / c + c * decay / 2) ** 2) * erfc(z)
    flux[near] += amplitude * shape / FLARE_MAXIMUM
    return flux


def flare_mean(time: Float, exposure: float, *, peak: float, width: float, amplitude: float) -> Float:
    """As `flare`, averaged over exposures around `time` by the closed integral of the template [days].

    Parameters
    ----------
    time : ndarray of float
        Middles of the exposures, shape (n,) [days].
    exposure : float
        Length of an exposure [days].
    peak, width : float
        Time of the maximum, and time scale of the template [days].
    amplitude : float
        Height of the maximum [relative flux].
    """
    from scipy.special import erf, erfc  # as above

    flux = np.ones_like(time)
    near = (time > peak - 3 * width - exposure) & (time < peak + 60 * width + exposure)
    x, half = (time[near] - peak) / width, exposure / 2 / width
    risen = np.exp((FLARE_CENTRE / FLARE_WIDTH) ** 2)

    def integral(at: Float) -> Float:
        at = np.maximum(at, -10.0)  # nothing rises before
        z = (at - FLARE_CENTRE) / FLARE_WIDTH
        past, total = risen * erf(z), np.zeros_like(at)
        for weight, decay in zip(FLARE_WEIGHTS, FLARE_DECAYS, strict=True):
            lift = FLARE_WIDTH * decay / 2
            tail = np.exp(-decay * at + (FLARE_CENTRE / FLARE_WIDTH + lift) ** 2) * erfc(lift - z)
            total += weight / decay * (past - tail)
        return total

    flux[near] += amplitude / FLARE_MAXIMUM * (integral(x + half) - integral(x - half)) / (2 * half)
    return flux


def dip(
    time: Float, *, centre: float, duration: float, depth: float, skew: float = 0.0, sharpness: float = 2.0
) -> Float:
    """One dip of a dipper: a generalised Gaussian with two different sides.

    Parameters
    ----------
    time : ndarray of float
        Shape (n,) [days].
    centre : float
        Time of the deepest point [days].
    duration : float
        Full width at half depth [days].
    depth : float
        [relative flux].
    skew : float
        From -1 to 1; above 0 the recovery takes longer than the fall.
    sharpness : float
        Exponent: 2 is a Gaussian, below it is cuspy, above it flat.

    Returns
    -------
    ndarray of float
        Relative flux, shape (n,).

    Examples
    --------
    >>> dip(np.array([1.0, 1.25]), centre=1.0, duration=0.5, depth=0.2)
    array([0.8, 0.9])
    """
    sides = np.where(time < centre, 1 - skew, 1 + skew) * duration / 2
    return 1 - depth * np.exp(-np.log(2) * np.abs((time - centre) / sides) ** sharpness)
