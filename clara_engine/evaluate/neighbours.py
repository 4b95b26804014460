"""Which of the stars beside a target could make its signal; docs/neighbours.md has the formulas."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clara_engine.lightcurve import BTJD_ZERO, Target
from clara_engine.simulate.stellar import tess_minus_g

__all__ = ["PIXEL_ARCSEC", "RADIUS_ARCSEC", "aperture_arcsec", "neighbours", "pixel_arcsec", "tess_magnitude"]

Float = NDArray[np.float64]

RADIUS_ARCSEC = 120.0
#: Scale of the detectors ["/pixel], by the catalogue of their stars.
PIXEL_ARCSEC = {"TIC": 21.0, "KIC": 3.98, "EPIC": 3.98}
APERTURE_PIXELS = 2.0  # radius of a usual aperture
#: T less G of a star without a colour (Stassun et al. 2019, section 2.2.1), ± 0.6 mag.
WITHOUT_COLOUR = -0.430
COLOURS = (-0.2, 3.5)  # BP − RP for which the relation was made
SAME_ARCSEC = 6.0
YEAR_DAYS, J2000_BTJD, MAS = 365.25, 2451545.0 - BTJD_ZERO, 1e-3
GAIA_YEAR, CATALOGUE_YEAR = 2016.0, 2000.0

COLUMNS = [
    "source_id",
    "east_arcsec",
    "north_arcsec",
    "separation_arcsec",
    "gaia_g",
    "bp_rp",
    "tmag",
    "is_target",
    "needed_depth",
    "could_make_it",
]


def pixel_arcsec(target: Target) -> float:
    """Scale of the detector that saw a target ["/pixel]."""
    return PIXEL_ARCSEC.get(target.catalogue, PIXEL_ARCSEC["TIC"])


def aperture_arcsec(target: Target) -> float:
    """Radius of a usual aperture, two pixels ["]."""
    return APERTURE_PIXELS * pixel_arcsec(target)


def tess_magnitude(gaia_g: Float, bp_rp: Float) -> Float:
    """Magnitude in the band of TESS from Gaia's G and BP − RP (Stassun et al. 2019, AJ 158, 138, equation 1).

    Parameters
    ----------
    gaia_g, bp_rp : ndarray, shape (n,)
        [mag]; without a colour T = G − 0.43, which is right within 0.6 mag. Colours outside of −0.2 to 3.5 count as
        the nearer end.

    Returns
    -------
    ndarray, shape (n,)
        [mag].

    Examples
    --------
    >>> tess_magnitude(np.array([10.0]), np.array([0.82])).round(3)  # like the Sun
    array([9.57])
    """
    colour = np.clip(bp_rp, *COLOURS)
    return gaia_g + np.where(np.isfinite(bp_rp), tess_minus_g(np.nan_to_num(colour)), WITHOUT_COLOUR)


def neighbours(
    sources: pd.DataFrame,
    target: Target,
    depth_ppm: float = np.nan,
    *,
    corrected: bool = True,
    at_btjd: float | None = None,
    radius_arcsec: float = RADIUS_ARCSEC,
) -> pd.DataFrame:
    """Sources of Gaia around a target, where they were then, and whether each could make a dip of this depth.

    Parameters
    ----------
    sources : DataFrame
        source_id, ra, dec [deg, epoch 2016.0], pmra, pmdec [mas/yr], gaia_g, bp_rp [mag].
    target : Target
        With ra, dec [deg, epoch 2000.0].
    depth_ppm : float
        Of the dip in its light curve.
    corrected : bool
        Whether the flux is that of the target alone, as PDCSAP is; else it is that of all sources in the aperture.
    at_btjd : float, optional
        When the light curve was observed [BTJD, days]; by default in 2016.
    radius_arcsec : float
        Sources farther away are left out.

    Returns
    -------
    DataFrame, by separation
        source_id, east_arcsec and north_arcsec of the target, separation_arcsec, gaia_g, bp_rp, tmag [mag], is_target
        (the source that is the target itself), needed_depth (share of its own light that the source would have to
        lose, if all of it fell into the aperture) and could_make_it (that is at most 1).
    """
    year = GAIA_YEAR if at_btjd is None else 2000 + (at_btjd - J2000_BTJD) / YEAR_DAYS
    ra0, dec0 = _moved(target.ra, target.dec, target.pmra, target.pmdec, year - CATALOGUE_YEAR)
    number = {name: sources[name].to_numpy(float) for name in ("ra", "dec", "pmra", "pmdec", "gaia_g", "bp_rp")}
    ra, dec = _moved(number["ra"], number["dec"], number["pmra"], number["pmdec"], year - GAIA_YEAR)
    east = ((ra - ra0 + 180) % 360 - 180) * np.cos(np.radians(dec0)) * 3600
    north = (dec - dec0) * 3600
    found = pd.DataFrame(
        {
            "source_id": sources["source_id"].astype(str).to_numpy(),
            "east_arcsec": east,
            "north_arcsec": north,
            "separation_arcsec": np.hypot(east, north),
            "gaia_g": number["gaia_g"],
            "bp_rp": number["bp_rp"],
            "tmag": tess_magnitude(number["gaia_g"], number["bp_rp"]),
        }
    )
    found = found[found["separation_arcsec"] <= radius_arcsec].sort_values("separation_arcsec", ignore_index=True)
    itself = _itself(found, target)
    found["is_target"] = found.index == itself
    own = found["tmag"][itself] if itself is not None else target.tmag
    light = 10 ** (-0.4 * (found["tmag"] - own))
    level = 1.0
    if not corrected:
        near = (found["separation_arcsec"] <= aperture_arcsec(target)) & ~found["is_target"]
        level += float(light[near].sum())
    found["needed_depth"] = 1e-6 * depth_ppm * level / light
    found["could_make_it"] = found["needed_depth"] <= 1
    return found[COLUMNS]


def _moved(ra: Float | float, dec: Float | float, pmra: Float | float, pmdec: Float | float, years: float) -> tuple:
    """Places after some years; what has no known motion stays."""
    step = MAS / 3600 * years
    return ra + np.nan_to_num(pmra) * step / np.cos(np.radians(dec)), dec + np.nan_to_num(pmdec) * step


def _itself(found: pd.DataFrame, target: Target) -> int | None:
    """The source that is the target: of those within some arcseconds the one nearest in magnitude."""
    near = found[found["separation_arcsec"] <= SAME_ARCSEC]
    if near.empty:
        return None
    unlike = (near["tmag"] - target.tmag).abs() if np.isfinite(target.tmag) else near["separation_arcsec"]
    return int(unlike.fillna(np.inf).idxmin())
