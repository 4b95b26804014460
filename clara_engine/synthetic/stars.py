"""Stellar quantities that signals depend on: density, limb darkening, brightness in the TESS band."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from clara_engine.lightcurve import Target

__all__ = [
    "EARTH_RADII_IN_SUN",
    "band_brightness",
    "density_solar",
    "flare_erg_a_second",
    "limb_darkening",
    "teff_of_brightness",
]

Float = NDArray[np.float64]

SOLAR_LOGG = 4.438
EARTH_RADII_IN_SUN = 109.1
SOLAR_RADIUS_CM = 6.957e10
STEFAN_BOLTZMANN = 5.670374e-5  # erg / s / cm² / K⁴
HC_OVER_K_NM = 1.438777e7  # nm K

# Response of the TESS instrument to photons, nm and share (Ricker et al. 2015, JATIS 1, 014003, figure 1).
RESPONSE = np.array(
    [
        (580, 0.005), (588, 0.357), (600, 0.889), (650, 0.937), (700, 0.956), (750, 0.977), (800, 0.990), (850, 1.000),
        (875, 0.993), (900, 0.960), (925, 0.886), (950, 0.770), (975, 0.635), (1000, 0.440), (1025, 0.250),
        (1050, 0.121), (1075, 0.057), (1100, 0.028), (1125, 0.000),
    ]
)  # fmt: skip
# Quadratic limb-darkening coefficients in the TESS band by Teff [K] and, within a row, log g 3.5, 4.0, 4.5, 5.0; solar
# metallicity, microturbulence 2 km/s, ATLAS, least squares (Claret 2017, A&A 600, A30, table 25).
LIMB_LOGG = (3.5, 4.0, 4.5, 5.0)
LIMB_DARKENING = {
    3500: ((0.5206, 0.1676), (0.3934, 0.2770), (0.3109, 0.3446), (0.2594, 0.3847)),
    4000: ((0.6037, 0.0945), (0.5586, 0.1295), (0.4090, 0.2526), (0.2604, 0.3657)),
    4500: ((0.5100, 0.1558), (0.5126, 0.1521), (0.5126, 0.1514), (0.4801, 0.1795)),
    5000: ((0.4219, 0.2119), (0.4282, 0.2060), (0.4338, 0.2008), (0.4357, 0.1993)),
    5500: ((0.3312, 0.2652), (0.3413, 0.2569), (0.3464, 0.2538), (0.3490, 0.2535)),
    6000: ((0.2526, 0.3049), (0.2630, 0.2978), (0.2708, 0.2925), (0.2726, 0.2929)),
    6500: ((0.2028, 0.3226), (0.2121, 0.3149), (0.2179, 0.3109), (0.2200, 0.3097)),
    7000: ((0.1689, 0.3330), (0.1757, 0.3271), (0.1812, 0.3220), (0.1865, 0.3177)),
    7500: ((0.1851, 0.3033), (0.1442, 0.3341), (0.1515, 0.3313), (0.1568, 0.3265)),
    8000: ((0.2127, 0.2713), (0.1830, 0.2945), (0.1391, 0.3270), (0.1330, 0.3313)),
    8500: ((0.1854, 0.2691), (0.1870, 0.2672), (0.1789, 0.2779), (0.1409, 0.3116)),
    9000: ((0.1708, 0.2620), (0.1696, 0.2591), (0.1698, 0.2574), (0.1707, 0.2570)),
    9500: ((0.1613, 0.2598), (0.1596, 0.2546), (0.1572, 0.2522), (0.1563, 0.2501)),
    10000: ((0.1533, 0.2588), (0.1518, 0.2525), (0.1493, 0.2491), (0.1468, 0.2469)),
}
LIMB_TEFF = np.array(list(LIMB_DARKENING), np.float64)
LIMB_TABLE = np.array(list(LIMB_DARKENING.values()))
LEAST_DENSITY, MOST_DENSITY = 1e-5, 200.0
COOLEST, HOTTEST = 1000.0, 60_000.0


def density_solar(star: Target) -> float | None:
    """Mean density [solar densities] from surface gravity and radius.

    None where the catalogue lacks one of them, and where what it has is no giant and no star of the main sequence.
    """
    if not (np.isfinite(star.logg) and np.isfinite(star.radius) and star.radius > 0):
        return None
    density = float(10 ** (star.logg - SOLAR_LOGG) / star.radius)
    return density if LEAST_DENSITY <= density <= MOST_DENSITY else None


def limb_darkening(teff: float, logg: float) -> tuple[float, float]:
    """Quadratic limb-darkening coefficients in the TESS band (Claret 2017), between its temperatures and gravities.

    Outside the table its nearest edge is taken; a gravity that is not known is that of the Sun.

    Parameters
    ----------
    teff : float
        Effective temperature [K].
    logg : float
        Surface gravity [dex, cm/s²]; NaN where unknown.

    Returns
    -------
    u1, u2
    """
    gravity = float(np.clip(logg if np.isfinite(logg) else SOLAR_LOGG, LIMB_LOGG[0], LIMB_LOGG[-1]))
    first, second = (
        float(np.interp(teff, LIMB_TEFF, [np.interp(gravity, LIMB_LOGG, row) for row in LIMB_TABLE[:, :, number]]))
        for number in (0, 1)
    )
    return first, second


@lru_cache(maxsize=4096)
def band_brightness(teff: float) -> float:
    """Photons that a square of a black body sends out in the TESS band, in units that only ratios are used of."""
    nm = np.linspace(RESPONSE[0, 0], RESPONSE[-1, 0], 200)
    photons = np.interp(nm, *RESPONSE.T) / nm**4 / np.expm1(HC_OVER_K_NM / (nm * np.clip(teff, COOLEST, HOTTEST)))
    return float(np.trapezoid(photons, nm))


def teff_of_brightness(brightness: float) -> float:
    """The temperature [K] of a given `band_brightness`."""
    low, high = np.log(COOLEST), np.log(HOTTEST)
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if band_brightness(float(np.exp(middle))) < brightness else (low, middle)
    return float(np.exp((low + high) / 2))


def flare_erg_a_second(teff: float, radius: float, flare_teff: float) -> float:
    """Bolometric power [erg/s] of a flare as bright as its star in the TESS band (Shibayama et al. 2013, ApJS 209, 5).

    Parameters
    ----------
    teff, radius : float
        Of the star [K], [solar radii].
    flare_teff : float
        The flare is a black body of this temperature [K].
    """
    disc = np.pi * (radius * SOLAR_RADIUS_CM) ** 2
    area = disc * band_brightness(teff) / band_brightness(flare_teff)
    return float(STEFAN_BOLTZMANN * flare_teff**4 * area)
