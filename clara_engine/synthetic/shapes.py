"""Shapes of transits, eclipses and close binaries: relative flux at times, 1 where nothing happens.

Times, epochs, periods and durations are in days, angles in degrees unless said otherwise, depths and amplitudes as
fractions of the quiet star. Arrays in, float64 arrays of the same shape out; nothing random happens here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clara_engine.synthetic.limb_darkened import transit_flux

__all__ = [
    "box",
    "contact_binary",
    "eclipse_pair",
    "occulted",
    "transit",
    "transit_duration",
]

Float = NDArray[np.float64]
Numbers = Sequence[float] | NDArray[Any]

CONTACT = 1e-9
#: Of batman's integral: a tenth of its usual error costs little time.
STEP = 0.02
MIKULASEK_EDGE = 0.01


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

    Examples
    --------
    >>> box(np.array([0.9, 1.0, 1.5]), epoch=1.0, period=2.0, duration=0.3, depth=0.01)
    array([0.99, 0.99, 1.  ])
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

    Examples
    --------
    >>> hours = 24 * transit_duration(period=365.25, radius_ratio=0.009, scaled_axis=215.0, impact=0.0)
    >>> round(hours, 1)  # the Earth before the Sun
    13.1
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

    Cosine coefficients of contact binaries obey a4 = a2 (0.125 - a2) (Rucinski 1993, PASP 105, 1433).

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
        Difference in depth of the two minima over `amplitude`."""
    a2 = -amplitude / 2
    a4 = a2 * (0.125 - a2)
    angle = 2 * np.pi * _phase(time, epoch, period)
    return 1 + a2 * np.cos(2 * angle) + a4 * np.cos(4 * angle) - amplitude * unequal / 2 * np.cos(angle)
