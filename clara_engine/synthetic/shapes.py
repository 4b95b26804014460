"""Shapes of astrophysical signals: pure functions of time that return relative flux, 1 where nothing happens.

Times, epochs, periods and durations are in days, angles in degrees unless said otherwise, depths and amplitudes as
fractions of the quiet star. Arrays in, float64 arrays of the same shape out; nothing random happens here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import erf, erfc

from clara_engine.synthetic.limb_darkened import transit_flux

__all__ = [
    "box",
    "contact_binary",
    "dip",
    "eclipse_pair",
    "flare",
    "flare_mean",
    "occulted",
    "pulsation",
    "rr_lyrae",
    "spots",
    "transit",
    "transit_duration",
]

Float = NDArray[np.float64]
Numbers = Sequence[float] | NDArray[Any]

CONTACT = 1e-9
#: Of batman's integral: a tenth of its usual error costs little time.
STEP = 0.02
MIKULASEK_EDGE = 0.01
FLARE_MAXIMUM = 4.880465919
FLARE_CENTRE = -0.251299705922117
FLARE_WIDTH = 0.22675974948468916
FLARE_DECAYS = (0.15551880775110513, 1.2150539528490194)
#: Integral of the template over time [widths], when its maximum is 1.
FLARE_AREA = 2.147937
FLARE_WEIGHTS = (0.12695865022878844, 1 - 0.12695865022878844)
RRAB_RATIOS = (1.0, 0.46, 0.35, 0.23, 0.15, 0.10, 0.065, 0.04)
RRAB_PHASES = (0.0, 2.40, 5.05, 1.50, 4.30, 0.85, 3.60, 0.10)


def _phase(time: Float, epoch: float, period: float) -> Float:
    """Orbital phase from -0.5 to 0.5, 0 at `epoch`."""
    return (time - epoch) / period - np.round((time - epoch) / period)


def box(time: Float, *, epoch: float, period: float, duration: float, depth: float) -> Float:
    """A box-shaped dip at every `epoch` + n `period`.

    Parameters
    ----------
    time : ndarray of float
        Shape (n,) [days].
    epoch : float
        Middle of a dip [days].
    period, duration : float
        [days].
    depth : float
        [relative flux].

    Returns
    -------
    ndarray of float
        Relative flux, shape (n,).
    """
    return np.where(np.abs(_phase(time, epoch, period)) * period < duration / 2, 1.0 - depth, 1.0)


def transit_duration(*, period: float, radius_ratio: float, scaled_axis: float, impact: float) -> float:
    """Duration from first to last contact [days] of a circular orbit (Winn 2010, equation 14); 0 without a transit.

    Parameters
    ----------
    period : float
        [days].
    radius_ratio : float
        Planet over star.
    scaled_axis : float
        Semi-major axis over the radius of the star.
    impact : float
        Impact parameter [stellar radii].
    """
    inclination = np.arccos(impact / scaled_axis)
    chord = (1 + radius_ratio) ** 2 - impact**2
    if chord <= 0:
        return 0.0
    return float(period / np.pi * np.arcsin(min(1.0, np.sqrt(chord) / scaled_axis / np.sin(inclination))))


def transit(
    time: Float,
    *,
    epoch: float,
    period: float,
    radius_ratio: float,
    scaled_axis: float,
    impact: float,
    limb_darkening: Numbers = (0.3, 0.25),
) -> Float:
    """Transits of a planet on a circular orbit over a quadratically limb-darkened star (Mandel & Agol 2002; batman).

    Parameters
    ----------
    time : ndarray, shape (n,)
    epoch, period : float
        Mid-transit and orbital period [days].
    radius_ratio, scaled_axis, impact : float
        Rp/R★, a/R★ and impact parameter in stellar radii.
    limb_darkening : two floats
        Quadratic coefficients.
    """
    duration = transit_duration(period=period, radius_ratio=radius_ratio, scaled_axis=scaled_axis, impact=impact)
    flux = np.ones_like(time)
    inside = np.abs(_phase(time, epoch, period)) * period < 0.55 * duration
    if not inside.any():
        return flux
    flux[inside] = transit_flux(
        time[inside],
        epoch=epoch,
        period=period,
        radius_ratio=radius_ratio,
        scaled_axis=scaled_axis,
        inclination=float(np.degrees(np.arccos(impact / scaled_axis))),
        limb_darkening=limb_darkening,
        step=STEP,
    )
    return flux


def occulted(separation: Float, radius_ratio: float, limb_darkening: Numbers) -> Float:
    """Light that is left of a limb-darkened disc behind another one (Mandel & Agol 2002; batman), 1 without overlap.

    Parameters
    ----------
    separation : ndarray, shape (n,)
        Of the centres [radii of the disc behind], below twice the sum of the radii.
    radius_ratio : float
        Radius of the disc in front [radii of the disc behind]; it may be the larger one.
    limb_darkening : Numbers
        Quadratic coefficients u1 and u2.

    Returns
    -------
    ndarray of float
        Relative flux of the disc behind, shape (n,).
    """
    scaled_axis = 2 * (1 + radius_ratio)
    touching = np.abs(separation - abs(1 - radius_ratio)) < CONTACT  # where batman's integral does not converge
    separation = np.where(touching, abs(1 - radius_ratio) + CONTACT, separation)
    time = np.arcsin(np.clip(separation / scaled_axis, 0, 1)) / (2 * np.pi)
    return transit_flux(
        time,
        epoch=0.0,
        period=1.0,
        radius_ratio=radius_ratio,
        scaled_axis=scaled_axis,
        inclination=90.0,
        limb_darkening=limb_darkening,
        step=STEP,
    )


def eclipse_pair(
    time: Float,
    *,
    epoch: float,
    period: float,
    duration: float,
    primary_depth: float,
    secondary_depth: float,
    secondary_phase: float = 0.5,
    flatness: float = 1.0,
    ellipsoidal: float = 0.0,
    reflection: float = 0.0,
) -> Float:
    """Primary and secondary eclipses of a detached binary (Mikulasek 2015, A&A 584, A8, equation 8).

    Parameters
    ----------
    time : ndarray of float
        Shape (n,) [days].
    epoch : float
        Middle of a primary eclipse [days].
    period : float
        [days].
    duration : float
        Full width of an eclipse [days] where it is 1 % of its depth.
    primary_depth, secondary_depth : float
        [relative flux].
    secondary_phase : float
        Of the secondary eclipse, 0 to 1.
    flatness : float
        Exponent Γ of the profile: 1 for a V-like eclipse, above 1 for flat-bottomed ones.
    ellipsoidal, reflection : float
        Semi-amplitudes of the tidal (twice an orbit) and the reflected light (once an orbit), Morris & Naftilan 1993.

    Returns
    -------
    ndarray of float
        Relative flux, shape (n,).
    """
    edge = -np.log(1 - (1 - MIKULASEK_EDGE) ** (1 / flatness))
    width = duration / 2 / np.arccosh(1 + edge)

    def eclipse(centre: float) -> Float:
        scaled = np.clip(_phase(time, centre, period) * period / width, -20, 20)
        return 1 - (1 - np.exp(1 - np.cosh(scaled))) ** flatness

    angle = 2 * np.pi * _phase(time, epoch, period)
    tides = 1 - ellipsoidal * np.cos(2 * angle) - reflection * np.cos(angle)
    eclipses = primary_depth * eclipse(epoch) + secondary_depth * eclipse(epoch + secondary_phase * period)
    return tides - eclipses


def contact_binary(time: Float, *, epoch: float, period: float, amplitude: float, unequal: float = 0.05) -> Float:
    """A W Ursae Majoris binary, the deeper minimum at `epoch`.

    Parameters
    ----------
    time : ndarray of float
        Shape (n,) [days].
    epoch : float
        Middle of a deeper minimum [days].
    period : float
        Of the orbit [days].
    amplitude : float
        Peak-to-peak range of the equal-minima part.
    unequal : float
        Difference in depth of the two minima over `amplitude`.
    Cosine coefficients of contact binaries obey a4 = a2 (0.125 - a2) (Rucinski 1993, PASP 105, 1433).
    """
    a2 = -amplitude / 2
    a4 = a2 * (0.125 - a2)
    angle = 2 * np.pi * _phase(time, epoch, period)
    return 1 + a2 * np.cos(2 * angle) + a4 * np.cos(4 * angle) - amplitude * unequal / 2 * np.cos(angle)


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
    """
    sides = np.where(time < centre, 1 - skew, 1 + skew) * duration / 2
    return 1 - depth * np.exp(-np.log(2) * np.abs((time - centre) / sides) ** sharpness)
