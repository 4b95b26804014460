"""FITS files that lightkurve's ``to_fits`` writes, versions 1 and 2 (https://lightkurve.github.io/lightkurve).

TIME has the unit ``btjd`` or ``bkjd``. Version 1 writes ``counts`` for every flux, so the level tells relative flux
from e-/s. Folded light curves are refused elsewhere: they have phases.
"""

from __future__ import annotations

from clara_engine.readers.fits_file import FitsFile, word
from clara_engine.readers.fits_layout import Layout

__all__ = ["LAYOUT", "catalogue", "recognises"]


def catalogue(file: FitsFile) -> str:
    """Whose number a star has, by its mission, its name or its keywords."""
    mission = (word(file.primary, "MISSION") or word(file.primary, "TELESCOP")).upper()
    named = word(file.primary, "OBJECT").upper().split()[:1]
    if named and named[0] in ("TIC", "KIC", "EPIC"):
        return named[0]
    if mission == "K2" or "CAMPAIGN" in file.primary:
        return "EPIC"
    return "KIC" if mission == "KEPLER" or isinstance(file.primary.get("KEPLERID"), float) else "TIC"


LAYOUT = Layout(
    name="lightkurve",
    about="FLUX, what was made flux in lightkurve; its level tells relative flux from e-/s where the unit does not",
    product=lambda file, cadence_s: word(file.primary, "AUTHOR") or "lightkurve",
    flux={"pdcsap": ("FLUX", "PDCSAP_FLUX"), "sap": ("SAP_FLUX", "FLUX")},
    quality=("QUALITY", "SAP_QUALITY"),
    centroids=(("MOM_CENTR1", "MOM_CENTR2"), ("CENTROID_COL", "CENTROID_ROW")),
    star=("TICID", "KEPLERID", "TARGETID", "OBJECT"),
    observed=("SECTOR", "QUARTER", "CAMPAIGN"),
    catalogue=catalogue,
    missions=(),
    cadence_from_steps=True,
    name_pattern=r"(?<!\d)(\d{16}|(?<=TIC)\d+|(?<=TIC[ _-])\d+)(?!\d)",
)


def recognises(file: FitsFile) -> bool:
    """Whether the file says that lightkurve wrote it, or looks like that."""
    columns = file.table.columns
    plain = {"TIME", "FLUX", "FLUX_ERR"} <= columns.keys() and not {"PDCSAP_FLUX", "SAP_FLUX"} & columns.keys()
    return word(file.primary, "CREATOR").startswith("lightkurve") or plain
