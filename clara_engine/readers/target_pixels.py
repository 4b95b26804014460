"""Target pixel files: the images that a light curve was summed from, which lie beside it under a name of their own."""

from __future__ import annotations

import os
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clara_engine.errors import UnreadableLightCurve, first_line
from clara_engine.lightcurve import Target

__all__ = ["TargetPixels", "pixels_beside", "read_target_pixels"]

Float = NDArray[np.float64]
#: Names of the archives: TESS, and Kepler and K2.
PATTERNS = {
    "TIC": "*{tic:016d}*_tp.fits*",
    "KIC": "kplr{tic:09d}*targ.fits*",
    "EPIC": "ktwo{tic:09d}*targ.fits*",
}
IN_APERTURE = 2  # bit of the image of the aperture
MOST_IMAGES = 400  # of which the median is taken


@dataclass(frozen=True, slots=True, eq=False)
class TargetPixels:
    """The mean image of a target.

    Attributes
    ----------
    flux : ndarray, shape (rows, columns)
        Median [e-/s]; NaN where nothing was read out.
    aperture : ndarray of bool, shape (rows, columns)
        The pixels that the pipeline summed.
    corner_ra, corner_dec : ndarray, shape (rows, columns, 4)
        Of every pixel, in order around it [deg].
    name : str
        Of the file.
    """

    flux: Float
    aperture: NDArray[np.bool_]
    corner_ra: Float
    corner_dec: Float
    name: str


def pixels_beside(light_curve_file: str | os.PathLike[str], target: Target) -> Path | None:
    """The target pixel file of the same star and sector in the folder of a light curve; None where there is none.

    Parameters
    ----------
    light_curve_file : path-like
    target : Target
    """
    from astropy.io import fits

    pattern = PATTERNS.get(target.catalogue, "").format(tic=max(target.tic, 0))
    for path in sorted(Path(light_curve_file).parent.glob(pattern)) if pattern else ():
        try:
            with warnings.catch_warnings(action="ignore"):
                header = fits.getheader(path, 0)
        except (OSError, ValueError):
            continue
        numbers = {header.get(name) for name in ("TICID", "KEPLERID")}
        sectors = {header.get(name) for name in ("SECTOR", "QUARTER", "CAMPAIGN")} - {None}
        if target.tic in numbers and (not target.sector or not sectors or target.sector in sectors):
            return path
    return None


def read_target_pixels(path: str | os.PathLike[str]) -> TargetPixels:
    """Read the median image of the good cadences, the aperture, and where the pixels are on the sky.

    Parameters
    ----------
    path : path-like
        A FITS file of SPOC or Kepler: images in the column FLUX of its first table, the aperture after it.

    Raises
    ------
    UnreadableLightCurve
        When it is none, or says not where its pixels are.
    """
    from astropy.io import fits
    from astropy.wcs import WCS

    path = Path(path)
    try:
        with warnings.catch_warnings(action="ignore"), fits.open(path, memmap=False) as file:
            # headers say much about time that astropy mends
            table, mask = file[1].data, file["APERTURE"]
            chosen = np.flatnonzero(table["QUALITY"] == 0) if "QUALITY" in table.names else np.arange(len(table))
            chosen = chosen[:: max(1, chosen.size // MOST_IMAGES)]
            images = np.asarray(table["FLUX"][chosen], np.float64)
            flux = np.nanmedian(images, axis=0) if len(images) else np.full(mask.data.shape, np.nan)
            aperture = (np.asarray(mask.data) & IN_APERTURE) > 0
            wcs = WCS(mask.header)
            if not wcs.has_celestial:
                raise UnreadableLightCurve(f"{path.name}: it does not say where its pixels are on the sky")
            rows, columns = np.indices(flux.shape)
            around = [(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)]
            corners = [wcs.all_pix2world(columns + x, rows + y, 0) for x, y in around]
    except (OSError, KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        raise UnreadableLightCurve(f"{path.name}: no target pixels ({first_line(error):.150})") from error
    ra, dec = (np.stack([np.asarray(corner[k], np.float64) for corner in corners], axis=-1) for k in (0, 1))
    return TargetPixels(flux, aperture, ra, dec, path.name)
