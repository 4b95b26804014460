"""Light curves of K2 whose systematics others removed: K2SFF, EVEREST, K2SC and halo photometry.

K2SFF: Vanderburg & Johnson 2014, PASP 126, 948. EVEREST: Luger et al. 2016, AJ 152, 100. K2SC: Aigrain et al. 2016,
MNRAS 459, 2408. Halo: White et al. 2017, MNRAS 471, 2882. Columns: https://archive.stsci.edu/k2/hlsps.html.
"""

from __future__ import annotations

from dataclasses import replace

from clara_engine.readers.fits_file import FitsFile, word
from clara_engine.readers.kepler import LAYOUT as KEPLER

__all__ = ["LAYOUTS"]

_K2 = replace(
    KEPLER,
    star=("KEPLERID", "EPIC"),
    catalogue=lambda file: "EPIC",
    observed=("CAMPAIGN",),
    missions=("K2",),
    name_pattern=r"(?<!\d)(2\d{8}|60\d{6})(?!\d)",
)

K2SFF = replace(
    _K2,
    name="K2SFF",
    about="FCOR of the extension BESTAPER, relative: the pointing's drift removed; MOVING marks thruster firings",
    product=lambda file, cadence_s: "K2SFF",
    flux={"pdcsap": ("FCOR",), "sap": ("FRAW",)},
    time=("T", "TIME"),
    extension={"pdcsap": "BESTAPER", "sap": "BESTAPER"},
    default_unit={"FCOR": "relative", "FRAW": "relative"},
    quality=("MOVING",),
    cadence_from_steps=True,
)
EVEREST = replace(
    _K2,
    name="EVEREST",
    about="FLUX: systematics removed pixel by pixel; FCOR is fitted once more with trends of other stars",
    product=lambda file, cadence_s: "EVEREST",
    flux={"pdcsap": ("FLUX",), "sap": ("FRAW",)},
    errors={"FLUX": "FRAW_ERR"},
    default_unit={"FLUX": "e-/s", "FRAW": "e-/s"},
    quality=("QUALITY",),
    cadence_from_steps=True,
)
K2SC = replace(
    _K2,
    name="K2SC",
    about="FLUX of the extension PDC: systematics of position removed, the star's own variation kept",
    product=lambda file, cadence_s: "K2SC",
    flux={"pdcsap": ("FLUX",), "sap": ("FLUX",)},
    extension={"pdcsap": "PDC", "sap": "SAP"},
    errors={"FLUX": "ERROR"},
    default_unit={"FLUX": "e-/s"},
    quality=("QUALITY",),
    centroids=(),
)
HALO = replace(
    K2SC,
    name="halo",
    about="FLUX, less the course of TRPOSI, which is what the pointing does to it; sap is FLUX as it is",
    product=lambda file, cadence_s: "halo",
    flux={"pdcsap": ("CORR_FLUX", "FLUX"), "sap": ("FLUX",)},
    extension={},
    systematics={"pdcsap": ("FLUX", "TRPOSI")},
)


def _is_k2sff(file: FitsFile) -> bool:
    return {"FCOR", "ARCLENGTH"} <= file.table.columns.keys()


def _is_everest(file: FitsFile) -> bool:
    return {"FRAW", "CADN"} <= file.table.columns.keys()


def _is_k2sc(file: FitsFile) -> bool:
    return "K2SC" in word(file.primary, "CREATOR").upper() and file.named("PDC") is not None


def _is_halo(file: FitsFile) -> bool:
    kepler = word(file.primary, "TELESCOP").lower() == "kepler"
    return kepler and (file.path.name.startswith("hlsp_halo") or file.table.name == "K2SC")


#: Layouts, and how each is recognised.
LAYOUTS = ((K2SFF, _is_k2sff), (EVEREST, _is_everest), (K2SC, _is_k2sc), (HALO, _is_halo))
