"""The simulated stars: temperature, radius, mass, luminosity, distance, colour and motion are consistent."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clara_engine.simulate import stellar

__all__ = ["FIRST_TIC", "draw_stars"]

Float = NDArray[np.float64]
Star = tuple[float, float, float]
Rng = np.random.Generator

# far above every identifier of the TESS Input Catalog 8, and of no star
FIRST_TIC = 9_000_000_001
KM_S_PER_MAS_PC = 4.74047e-3
BRIGHTEST, FAINTEST = 5.5, 13.5
PROFILES = {"rr_lyrae": (10.0, 13.2), "flare_star": (8.5, 13.3), "dipper": (9.5, 13.0), "planet": (6.5, 12.0)}
PROFILES |= {"single_transit": (6.5, 12.0), "background_eclipse": (8.0, 12.5)}
BINARIES = {"eclipsing_binary", "contact_binary"}


def _dwarf(low: float, high: float) -> Callable[[Rng], Star]:
    def draw(rng: Rng) -> Star:
        mass = rng.uniform(low, high)
        radius, teff = stellar.main_sequence(mass)
        age = rng.uniform(0.95, 1.35) if mass > 0.8 else rng.normal(1, 0.03)
        return mass, float(radius) * age, float(teff) * rng.normal(1, 0.01)

    return draw


def _giant(rng: Rng) -> Star:
    logg, mass = rng.uniform(1.8, 3.5), rng.uniform(0.9, 2.0)
    radius = np.sqrt(mass) * 10 ** ((4.438 - logg) / 2)
    return mass, radius, 3600 + 430 * (logg - 0.5) + rng.normal(0, 70)


def _horizontal_branch(rng: Rng) -> Star:
    teff, light = rng.uniform(6100, 7300), rng.normal(48, 4)
    return rng.uniform(0.58, 0.75), np.sqrt(light) / (teff / stellar.SOLAR_TEFF) ** 2, teff


def _hot_compact(rng: Rng) -> Star:
    if rng.random() < 0.5:
        return rng.normal(0.62, 0.05), rng.normal(0.0125, 0.001), rng.uniform(9000, 25000)
    return rng.normal(0.47, 0.02), rng.normal(0.19, 0.02), rng.uniform(24000, 33000)


def _young(rng: Rng) -> Star:
    mass, radius, teff = _dwarf(0.35, 1.0)(rng)
    return mass, radius * rng.uniform(1.3, 2.0), teff * 0.97


def _any(rng: Rng) -> Star:
    chance = rng.random()
    return _giant(rng) if chance < 0.2 else _hot_compact(rng) if chance < 0.22 else _dwarf(0.3, 2.2)(rng)


KINDS: dict[str, Callable[[Rng], Star]] = {
    "quiet": _any,
    "rotator": _dwarf(0.3, 1.15),
    "delta_scuti": _dwarf(1.55, 2.1),
    "rr_lyrae": _horizontal_branch,
    "eclipsing_binary": _dwarf(0.7, 2.0),
    "contact_binary": _dwarf(0.7, 1.4),
    "planet": _dwarf(0.35, 1.35),
    "single_transit": _dwarf(0.55, 1.35),
    "flare_star": _dwarf(0.16, 0.6),
    "dipper": _young,
    "fault": _any,
    "background_eclipse": _dwarf(0.7, 1.5),
}


def draw_stars(classes: list[str], rng: Rng) -> pd.DataFrame:
    """Stars for the given classes, one row each, in the same order.

    Apparent brightness is drawn as in a 2-minute target list; the distance follows from it and the absolute magnitude,
    without reddening; the proper motion from the distance and a Galactic velocity.

    Parameters
    ----------
    classes : list of str
        Keys of `KINDS`.
    rng : numpy.random.Generator

    Returns
    -------
    DataFrame
        ``tic, class, mass_msun, radius_rsun, teff_k, logg, lum_lsun, tmag, gaia_g, abs_g, bp_rp, parallax_mas, ruwe,
        pmra, pmdec`` [mas/yr], ``ra, dec`` [deg].
    """
    size = len(classes)
    mass, radius, teff = np.array([KINDS[name](rng) for name in classes], np.float64).reshape(size, 3).T
    light = stellar.luminosity(radius, teff)
    absolute_g = 4.74 - 2.5 * np.log10(light) - stellar.bolometric_correction_g(teff)
    colour = stellar.bp_rp(teff)
    tmag = _tess_magnitudes(classes, rng)
    # so that white dwarfs are not too near, and giants not too far
    absolute_t = absolute_g + stellar.tess_minus_g(colour)
    tmag = np.clip(tmag, absolute_t - 5 + 5 * np.log10(np.where(absolute_t > 9, 15.0, 8.0)), None)
    distance_pc = 10 ** ((tmag - absolute_t + 5) / 5)
    halo = np.array([name == "rr_lyrae" for name in classes])
    velocity = rng.normal(0, 1, (2, size)) * np.where(halo, 140.0, np.where(rng.random(size) < 0.1, 60.0, 28.0))
    pmra, pmdec = velocity / (KM_S_PER_MAS_PC * distance_pc)
    return pd.DataFrame(
        {
            "tic": FIRST_TIC + np.arange(size),
            "class": classes,
            "mass_msun": mass,
            "radius_rsun": radius,
            "teff_k": teff,
            "logg": stellar.surface_gravity(mass, radius),
            "lum_lsun": light,
            "tmag": tmag,
            "gaia_g": tmag - stellar.tess_minus_g(colour),
            "abs_g": absolute_g,
            "bp_rp": colour,
            "parallax_mas": 1000 / distance_pc,
            "ruwe": _ruwe(classes, rng),
            "pmra": pmra,
            "pmdec": pmdec,
            "ra": rng.uniform(300, 360, size),
            "dec": np.degrees(np.arcsin(rng.uniform(np.sin(np.radians(-75)), np.sin(np.radians(-20)), size))),
        }
    )


def _tess_magnitudes(classes: list[str], rng: Rng) -> Float:
    bounds = np.array([PROFILES.get(name, (BRIGHTEST, FAINTEST)) for name in classes]).reshape(-1, 2)
    low, high = bounds.T
    return low + (high - low) * rng.beta(2.2, 1.4, len(classes))


def _ruwe(classes: list[str], rng: Rng) -> Float:
    """Near 1 for single stars; larger for the share of binaries whose orbit Gaia feels (Lindegren 2018)."""
    size = len(classes)
    binary = np.array([name in BINARIES for name in classes])
    wobbles = rng.random(size) < np.where(binary, 0.45, 0.10)
    return rng.lognormal(0.01, 0.06, size) * np.where(wobbles, 1 + rng.lognormal(0.0, 0.9, size), 1.0)
