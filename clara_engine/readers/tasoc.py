"""Light curves of the TESS Asteroseismic Science Operations Center (Handberg et al. 2021, AJ 162, 170).

Columns: https://archive.stsci.edu/hlsp/tasoc. The corrected flux is in ppm off the star's, the raw one in e-/s.
"""

from __future__ import annotations

from clara_engine.readers.fits_file import FitsFile, word
from clara_engine.readers.layout import Layout

__all__ = ["LAYOUT", "recognises"]

LAYOUT = Layout(
    name="TASOC",
    about="FLUX_CORR, ppm off the star's own flux: systematics removed",
    product=lambda file, cadence_s: "TASOC",
    flux={"pdcsap": ("FLUX_CORR",), "sap": ("FLUX_RAW",)},
    name_pattern=r"tic(\d{11})(?!\d)",
)


def recognises(file: FitsFile) -> bool:
    """Whether the file says that it is TASOC's, or has its flux columns."""
    columns = file.table.columns
    return word(file.primary, "ORIGIN").upper().startswith("TASOC") or ("FLUX_CORR" in columns and "TIME" in columns)
