"""TESS-Gaia light curves of full frames, versions 1 and 2 (Han & Brandt 2023, AJ 165, 71).

Columns: https://archive.stsci.edu/hlsp/tglc. TIMEDEL is the span over the number of samples, gaps included, so the
cadence is the median step. Positions are Gaia's, of 2016. TGLC's own flag stands in bit 16.
"""

from __future__ import annotations

from clara_engine.readers.fits_file import FitsFile, word
from clara_engine.readers.fits_layout import Layout

__all__ = ["LAYOUT", "recognises"]

LAYOUT = Layout(
    name="TGLC",
    about="cal_aper_flux, relative, flattened with a biweight of 1 d: the least noise at most stars; psf is "
    "cal_psf_flux, for crowded fields; sap is aperture_flux, e-/s, with the star's own slow variation",
    product=lambda file, cadence_s: "TGLC",
    flux={
        "pdcsap": ("CAL_APER_FLUX", "CAL_PSF_FLUX"),
        "sap": ("APERTURE_FLUX", "PSF_FLUX"),
        "psf": ("CAL_PSF_FLUX",),
    },
    errors={"CAL_APER_FLUX": "CAPE_ERR", "CAL_PSF_FLUX": "CPSF_ERR"},
    default_unit={
        "CAL_APER_FLUX": "relative",
        "CAL_PSF_FLUX": "relative",
        "APERTURE_FLUX": "e-/s",
        "PSF_FLUX": "e-/s",
    },
    quality=("TESS_FLAGS",),
    more_flags="TGLC_FLAGS",
    version="TGLCVER",
    cadence_from_steps=True,
)


def recognises(file: FitsFile) -> bool:
    """Whether the file says that it is TGLC's, or has its calibrated flux."""
    columns = file.table.columns
    return "TGLC" in word(file.primary, "ORIGIN").upper() or "CAL_APER_FLUX" in columns or "CAL_PSF_FLUX" in columns
