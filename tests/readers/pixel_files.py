"""Small target pixel files with the headers of SPOC's."""

from pathlib import Path

import numpy as np
from astropy.io import fits
from astropy.wcs import WCS

from clara_engine.lightcurve import Target

PIXEL_DEG = 21.0 / 3600


def write_target_pixels(path: Path, target: Target, *, size: int = 11, turned_deg: float = 30.0) -> Path:
    """A star in the middle of a turned image, an aperture of 3 × 3, a neighbour that is not read out."""
    rows, columns = np.indices((size, size))
    middle = (size - 1) / 2
    image = 40 + 2000 * np.exp(-((rows - middle) ** 2 + (columns - middle) ** 2) / 1.6)
    image[0, 0] = np.nan
    images = np.repeat(image[None], 30, axis=0).astype(np.float32)
    images[5] += 1e6  # flagged below
    quality = np.where(np.arange(30) == 5, 128, 0)
    shape = f"({size},{size})"
    table = fits.BinTableHDU.from_columns(
        [
            fits.Column("TIME", "D", unit="BJD - 2457000, days", array=1325 + np.arange(30) / 720),
            fits.Column("RAW_CNTS", f"{size * size}J", dim=shape, array=np.zeros((30, size, size), np.int32)),
            fits.Column("FLUX", f"{size * size}E", dim=shape, unit="e-/s", array=images),
            fits.Column("QUALITY", "J", array=quality),
        ],
        name="PIXELS",
    )
    wcs = WCS(naxis=2)
    wcs.wcs.ctype = ["RA---TAN", "DEC--TAN"]
    wcs.wcs.crval, wcs.wcs.crpix = [target.ra, target.dec], [middle + 1, middle + 1]
    turn = np.radians(turned_deg)
    wcs.wcs.cd = PIXEL_DEG * np.array([[-np.cos(turn), np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    inside = (abs(rows - middle) <= 1) & (abs(columns - middle) <= 1)
    mask = fits.ImageHDU(np.where(inside, 1 | 2, 1).astype(np.int32), wcs.to_header(), name="APERTURE")
    primary = fits.PrimaryHDU()
    primary.header.update({"TELESCOP": "TESS", "TICID": target.tic, "SECTOR": target.sector, "OBJECT": target.name})
    primary.header["CREATOR"] = "23410538 TargetPixelExporterPipelineModule"
    fits.HDUList([primary, table, mask]).writeto(path, overwrite=True)
    return path
