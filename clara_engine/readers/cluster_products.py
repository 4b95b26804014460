"""Light curves of stars in clusters, from full frames of TESS: CDIPS and PATHOS.

CDIPS: Bouma et al. 2019, ApJS 245, 13 (magnitudes from image subtraction in three apertures; flags are letters, G where
all is well). PATHOS: Nardiello et al. 2019, MNRAS 490, 3806. Columns: https://archive.stsci.edu/hlsp/cdips and /pathos.
"""

from __future__ import annotations

from clara_engine.readers.fits_file import FitsFile, word
from clara_engine.readers.fits_layout import Layout

__all__ = ["LAYOUTS"]

CDIPS = Layout(
    name="CDIPS",
    about="TFA1 (smallest aperture, trends of other stars removed), made relative flux from magnitudes; sap is IRM1",
    product=lambda file, cadence_s: "CDIPS",
    flux={"pdcsap": ("TFA1", "PCA1"), "pca": ("PCA1",), "sap": ("IRM1",)},
    time=("TMID_BJD",),
    errors={"TFA1": "IRE1", "PCA1": "IRE1", "IRM1": "IRE1"},
    magnitudes=True,
    quality=("IRQ1",),
    good_flags=("G", "0", ""),
    centroids=(("XIC", "YIC"),),
    cadence_from_steps=True,
)
PATHOS = Layout(
    name="PATHOS",
    about="PSF_FLUX_COR: fitted to the star's image with its neighbours removed, corrected for systematics; sap is "
    "PSF_FLUX_RAW",
    product=lambda file, cadence_s: "PATHOS",
    flux={"pdcsap": ("PSF_FLUX_COR",), "sap": ("PSF_FLUX_RAW",)},
    quality=("DQUALITY", "QUALITY"),
    centroids=(("XPOS", "YPOS"),),
    cadence_from_steps=True,
    name_pattern=r"tic-?(\d{8,16})(?!\d)",
)


def _is_cdips(file: FitsFile) -> bool:
    return "CDIPS" in word(file.primary, "ORIGIN").upper() or {"TMID_BJD", "IRM1"} <= file.table.columns.keys()


def _is_pathos(file: FitsFile) -> bool:
    return {"PSF_FLUX_RAW", "PSF_FLUX_COR"} <= file.table.columns.keys()


#: Layouts, and how each is recognised.
LAYOUTS = ((CDIPS, _is_cdips), (PATHOS, _is_pathos))
