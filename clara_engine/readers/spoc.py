"""Light-curve files of NASA's Science Processing Operations Center: SPOC at 2 min and 20 s, TESS-SPOC from full frames.

Columns and keywords: TESS Science Data Products Description Document, EXP-TESS-ARC-ICD-0014, section 5.
"""

from __future__ import annotations

from clara_engine.readers.fits_file import FitsFile, word
from clara_engine.readers.fits_layout import Layout

__all__ = ["LAYOUT", "recognises"]

SHORTEST_FFI_CADENCE_S = 158.0

LAYOUT = Layout(
    name="SPOC",
    about="PDCSAP_FLUX: systematics removed, the star's own variation kept",
    product=lambda file, cadence_s: "SPOC" if cadence_s < SHORTEST_FFI_CADENCE_S else "TESS-SPOC",
    flux={"pdcsap": ("PDCSAP_FLUX",), "sap": ("SAP_FLUX",)},
)


def recognises(file: FitsFile) -> bool:
    """Whether the file has SPOC's time and flux columns, or says that it is SPOC's although they are missing."""
    columns = file.table.columns
    named = word(file.primary, "TELESCOP") == "TESS" and word(file.primary, "ORIGIN") == "NASA/Ames"
    return named or ("TIME" in columns and ("PDCSAP_FLUX" in columns or "SAP_FLUX" in columns))
