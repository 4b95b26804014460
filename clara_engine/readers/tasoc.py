"""Light curves of the TESS Asteroseismic Science Operations Center (Handberg et al. 2021, AJ 162, 170).

Columns: https://archive.stsci.edu/hlsp/tasoc. Of one star there may be files of several ways to correct (CORRMET):
ensemble is called TASOC, others TASOC-CBV and TASOC-KASOC, so that none takes the place of another. The corrected flux
is in ppm off the star's, the raw one in e-/s.
"""

from __future__ import annotations

from clara_engine.readers.fits_file import FitsFile, word
from clara_engine.readers.fits_layout import Layout

__all__ = ["LAYOUT", "recognises"]

ENSEMBLE = "ENSEMBLE"


def _product(file: FitsFile) -> str:
    method = word(file.table.header, "CORRMET").upper().partition(" ")[0] or ENSEMBLE
    return "TASOC" if method == ENSEMBLE else f"TASOC-{method}"


LAYOUT = Layout(
    name="TASOC",
    about="FLUX_CORR, ppm off the star's own flux: systematics removed; each way to correct (CORRMET) is a product",
    product=lambda file, cadence_s: _product(file),
    flux={"pdcsap": ("FLUX_CORR",), "sap": ("FLUX_RAW",)},
    name_pattern=r"tic(\d{11})(?!\d)",
)


def recognises(file: FitsFile) -> bool:
    """Whether the file says that it is TASOC's, or has its flux columns."""
    columns = file.table.columns
    return word(file.primary, "ORIGIN").upper().startswith("TASOC") or ("FLUX_CORR" in columns and "TIME" in columns)
