"""Relations between stellar quantities. Solar units, kelvin, magnitudes; arrays or scalars."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "bolometric_correction_g",
    "bp_rp",
    "granulation",
    "limb_darkening",
    "luminosity",
    "main_sequence",
    "scaled_axis",
    "surface_gravity",
    "tess_minus_g",
]

Float = NDArray[np.float64]

SOLAR_TEFF = 5772.0
# Mass, radius, Teff and BP-RP of dwarfs, rounded from Pecaut & Mamajek (2013, ApJS 208, 9) and its online table
DWARFS = np.array(
    [
        (0.16, 0.196, 3030, 3.35), (0.23, 0.274, 3200, 2.80), (0.37, 0.361, 3410, 2.40), (0.44, 0.446, 3550, 2.16),
        (0.57, 0.588, 3850, 1.84), (0.63, 0.630, 4100, 1.64), (0.70, 0.701, 4440, 1.41), (0.78, 0.755, 4830, 1.14),
        (0.88, 0.817, 5270, 0.98), (0.98, 0.982, 5660, 0.85), (1.00, 1.012, 5770, 0.82), (1.06, 1.100, 5930, 0.78),
        (1.18, 1.221, 6180, 0.69), (1.33, 1.473, 6550, 0.59), (1.61, 1.728, 7220, 0.38), (1.88, 1.785, 8080, 0.21),
        (2.30, 2.190, 9700, -0.04), (2.75, 2.500, 10700, -0.10), (4.70, 3.200, 15700, -0.22),
    ]
)  # fmt: skip
# Quadratic coefficients in the TESS band, rounded from Claret (2017, A&A 600, A30), log g 4.5, solar metallicity
LIMB_TEFF = (3000, 4000, 5000, 6000, 7000, 9000)
LIMB_U1 = (0.20, 0.38, 0.38, 0.28, 0.21, 0.16)
LIMB_U2 = (0.38, 0.23, 0.21, 0.27, 0.30, 0.26)


def main_sequence(mass: ArrayLike) -> tuple[Float, Float]:
    """Radius and effective temperature of dwarfs of a given mass, 0.16 to 4.7 solar masses."""
    masses = np.log(DWARFS[:, 0])
    radius = np.exp(np.interp(np.log(mass), masses, np.log(DWARFS[:, 1])))
    teff = np.exp(np.interp(np.log(mass), masses, np.log(DWARFS[:, 2])))
    return radius, teff


def bp_rp(teff: ArrayLike) -> Float:
    """Gaia colour BP-RP of an unreddened star."""
    return np.interp(np.log(teff), np.log(DWARFS[:, 2]), DWARFS[:, 3])


def luminosity(radius: ArrayLike, teff: ArrayLike) -> Float:
    """Stefan-Boltzmann law.

    Parameters
    ----------
    radius : array_like
        [solar radii].
    teff : array_like
        [K].

    Returns
    -------
    ndarray of float
        [solar luminosities].

    Examples
    --------
    >>> round(float(luminosity(2.0, 5772.0)), 2)
    4.0
    """
    return np.asarray(radius) ** 2 * (np.asarray(teff) / SOLAR_TEFF) ** 4


def surface_gravity(mass: ArrayLike, radius: ArrayLike) -> Float:
    """log10 of g [cm/s²]; 4.438 for the Sun.

    Parameters
    ----------
    mass : array_like
        [solar masses].
    radius : array_like
        [solar radii].

    Examples
    --------
    >>> float(surface_gravity(1.0, 1.0))
    4.438
    """
    return 4.438 + np.log10(mass) - 2 * np.log10(radius)


def bolometric_correction_g(teff: ArrayLike) -> Float:
    """M_bol - M_G (Andrae et al. 2018, A&A 616, A8, table 4); linear above 8000 K, where that has no fit."""
    t = np.asarray(teff, np.float64)
    x = np.clip(t, 2800, 8000) - SOLAR_TEFF
    cool = np.polynomial.polynomial.polyval(x, (1.749, 1.977e-3, 3.737e-7, -8.966e-11, -4.183e-14))
    warm = np.polynomial.polynomial.polyval(x, (6.000e-2, 6.731e-5, -6.647e-8, 2.859e-11, -7.197e-15))
    return np.where(t < 4000, cool, warm) - 1.3e-4 * np.maximum(t - 8000, 0)


def tess_minus_g(colour: ArrayLike) -> Float:
    """TESS magnitude less Gaia G from BP-RP (Stassun et al. 2019, AJ 158, 138, equation 1)."""
    return np.polynomial.polynomial.polyval(np.asarray(colour), (0.0324473, -0.633923, 0.0891337, -0.00522555))


def limb_darkening(teff: float) -> tuple[float, float]:
    """Quadratic limb-darkening coefficients of a dwarf in the TESS band."""
    return float(np.interp(teff, LIMB_TEFF, LIMB_U1)), float(np.interp(teff, LIMB_TEFF, LIMB_U2))


def scaled_axis(period_days: ArrayLike, total_mass: ArrayLike, radius: ArrayLike) -> Float:
    """a / R from Kepler's third law; 4.2083 solar radii is the orbit of one day about one solar mass.

    Parameters
    ----------
    period_days : array_like
        [days].
    total_mass : array_like
        Of both bodies [solar masses].
    radius : array_like
        Of the star [solar radii].

    Examples
    --------
    >>> round(float(scaled_axis(365.25, 1.0, 1.0)), 1)
    215.0
    """
    return 4.2083 * np.asarray(period_days) ** (2 / 3) * np.asarray(total_mass) ** (1 / 3) / np.asarray(radius)


def granulation(teff: float, logg: float) -> tuple[float, float]:
    """Amplitude [relative flux] and time scale [days] of granulation (Kallinger et al. 2014, A&A 570, A41).

    From the frequency of maximum oscillation power ν, 3090 μHz in the Sun: a = 3382 ppm · ν^-0.609,
    ν_gran = 0.317 ν^0.970.

    Parameters
    ----------
    teff : float
        [K].
    logg : float
        [dex, cm/s²].
    """
    nu_max = 3090 * 10 ** (logg - 4.438) / np.sqrt(teff / SOLAR_TEFF)
    return float(3382e-6 * nu_max**-0.609), float(1e6 / (2 * np.pi * 0.317 * nu_max**0.970) / 86400)
