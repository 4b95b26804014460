"""Light-curve files of Kepler and K2, long and short cadence.

Columns and keywords: Kepler Archive Manual, KDMC-10008-006, section 2.3 (times are BJD − 2454833, proper motions arcsec
a year).
"""

from __future__ import annotations

from clara_engine.readers.fits_file import FitsFile, word
from clara_engine.readers.layout import ARCSEC, Layout

__all__ = ["LAYOUT", "recognises"]

LAUNCH_BTJD = -3000.0

LAYOUT = Layout(
    name="Kepler",
    product=lambda file, cadence_s: "K2" if _is_k2(file) else "Kepler",
    flux={"pdcsap": ("PDCSAP_FLUX",), "sap": ("SAP_FLUX",)},
    quality=("SAP_QUALITY", "QUALITY"),
    star=("KEPLERID",),
    catalogue=lambda file: "EPIC" if _is_k2(file) else "KIC",
    observed=("QUARTER", "CAMPAIGN"),
    magnitude="",
    name_pattern=r"(?:kplr|ktwo)(\d{9})(?!\d)",
    proper_motion=ARCSEC,
    earliest_btjd=LAUNCH_BTJD,
)


def recognises(file: FitsFile) -> bool:
    """Whether the file says that it is Kepler's."""
    return word(file.primary, "TELESCOP").lower() == "kepler"


def _is_k2(file: FitsFile) -> bool:
    return word(file.primary, "MISSION").upper() == "K2" or "CAMPAIGN" in file.primary
