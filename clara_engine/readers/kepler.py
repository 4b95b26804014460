"""Light-curve files of Kepler and K2, long and short cadence.

Columns and keywords: Kepler Archive Manual, KDMC-10008-006, section 2.3 (times are BJD − 2454833, proper motions arcsec
a year).
"""

from __future__ import annotations

from clara_engine.readers.fits_file import FitsFile, word
from clara_engine.readers.fits_layout import ARCSEC, Layout

__all__ = ["LAYOUT", "MISSIONS", "catalogue", "recognises"]

MISSIONS = ("Kepler", "K2")


def catalogue(file: FitsFile) -> str:
    """Whose numbers a file of Kepler's telescope has."""
    return "EPIC" if word(file.primary, "MISSION").upper() == "K2" or "CAMPAIGN" in file.primary else "KIC"


LAYOUT = Layout(
    name="Kepler",
    about="PDCSAP_FLUX: systematics removed, the star's own variation kept; long and short cadence alike",
    product=lambda file, cadence_s: "K2" if catalogue(file) == "EPIC" else "Kepler",
    flux={"pdcsap": ("PDCSAP_FLUX",), "sap": ("SAP_FLUX",)},
    quality=("SAP_QUALITY", "QUALITY"),
    star=("KEPLERID",),
    catalogue=catalogue,
    observed=("QUARTER", "CAMPAIGN"),
    missions=MISSIONS,
    magnitude="",
    name_pattern=r"(?:kplr|ktwo)(\d{9})(?!\d)",
    proper_motion=ARCSEC,
)


def recognises(file: FitsFile) -> bool:
    """Whether the file says that it is Kepler's, and has the mission's own fluxes or comes from the mission."""
    own = {"PDCSAP_FLUX", "SAP_FLUX"} & file.table.columns.keys() or word(file.primary, "ORIGIN") == "NASA/Ames"
    return word(file.primary, "TELESCOP").lower() == "kepler" and bool(own)
