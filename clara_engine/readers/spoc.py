"""Light-curve files of NASA's Science Processing Operations Center: SPOC at 2 min and 20 s, TESS-SPOC from full frames.

Columns and keywords: TESS Science Data Products Description Document, EXP-TESS-ARC-ICD-0014, section 5.
"""

from __future__ import annotations

import math
import re

import numpy as np

from clara_engine.errors import UnreadableLightCurve
from clara_engine.lightcurve import LightCurve, Target
from clara_engine.readers.checks import btjd, checked_flux, flux_unit
from clara_engine.readers.fits_file import FitsFile, number, word

__all__ = ["read", "recognises", "target"]

FLUX_COLUMNS = {"pdcsap": "PDCSAP_FLUX", "sap": "SAP_FLUX"}
SECONDS_A_DAY = 86400.0
SHORTEST_FFI_CADENCE_S = 158.0


def recognises(file: FitsFile) -> bool:
    """Whether the file has SPOC's time and flux columns, or says that it is SPOC's although they are missing."""
    columns = file.table.columns
    named = word(file.primary, "TELESCOP") == "TESS" and word(file.primary, "ORIGIN") == "NASA/Ames"
    return named or ("TIME" in columns and any(name in columns for name in FLUX_COLUMNS.values()))


def target(file: FitsFile) -> Target | None:
    """The target from the headers; None when they don't tell the cadence."""
    cadence = _cadence_s(file)
    return None if math.isnan(cadence) else _target(file, cadence)


def read(file: FitsFile, flux: str = "pdcsap") -> LightCurve:
    """The light curve of `file`; `flux` is ``"pdcsap"`` or ``"sap"``."""
    if flux not in FLUX_COLUMNS:
        raise UnreadableLightCurve(f"no flux {flux!r} in SPOC products; choose one of {', '.join(FLUX_COLUMNS)}")
    table, name = file.table, FLUX_COLUMNS[flux]
    for needed in ("TIME", name):
        if needed not in table:
            raise UnreadableLightCurve(f"no {needed} column; its columns: {', '.join(table.columns):.200}")
    if table.rows < 1:
        raise UnreadableLightCurve("the table is empty: no samples")

    time = btjd(table, "TIME")
    values = checked_flux(time, table.column(name).astype(np.float64), name)
    cadence = _cadence_s(file)
    steps = np.diff(time[np.isfinite(time)])
    step_s = float(np.median(steps[steps > 0])) * SECONDS_A_DAY if np.any(steps > 0) else math.nan
    if math.isnan(step_s):
        raise UnreadableLightCurve("TIME does not advance")
    if math.isnan(cadence):
        cadence = step_s
    elif not 0.1 < step_s / cadence < 10:
        raise UnreadableLightCurve(f"TIME advances by {step_s:.4g} s, TIMEDEL says {cadence:.4g} s: check TIME's unit")
    error = f"{name}_ERR"
    centroids = "MOM_CENTR1" in table and "MOM_CENTR2" in table
    return LightCurve(
        time=time,
        flux=values,
        flux_err=table.column(error) if error in table else None,  # type: ignore[arg-type]
        quality=table.column("QUALITY") if "QUALITY" in table else None,  # type: ignore[arg-type]
        centroid_column=table.column("MOM_CENTR1") if centroids else None,
        centroid_row=table.column("MOM_CENTR2") if centroids else None,
        target=_target(file, cadence),
        flux_unit=flux_unit(table, name),
    )


def _cadence_s(file: FitsFile) -> float:
    header = file.table.header
    seconds = number(header, "TIMEDEL") * SECONDS_A_DAY
    if math.isnan(seconds):
        seconds = number(header, "NUM_FRM") * number(header, "FRAMETIM")
    return seconds if 1.0 <= seconds <= SECONDS_A_DAY else math.nan


def _target(file: FitsFile, cadence_s: float) -> Target:
    header, name = file.primary, file.path.name
    tic = number(header, "TICID")
    if math.isnan(tic):
        found = re.search(r"TIC\s*(\d+)", word(header, "OBJECT")) or re.search(r"-(\d{16})-", name)
        if found is None:
            raise UnreadableLightCurve(
                "no TICID keyword and no TIC number in the file's name: whose light curve is it?"
            )
        tic = float(found[1])
    sector = number(header, "SECTOR")
    if math.isnan(sector):
        sector = float(found[1]) if (found := re.search(r"-s(\d{4})-", name)) else 0.0
    if not 0 <= sector < 10_000 or not abs(tic) < 1e15:
        raise UnreadableLightCurve(f"TICID {tic:g} or SECTOR {sector:g} is out of range; the header is damaged")
    return Target(
        tic=int(tic),
        sector=int(sector),
        cadence_s=cadence_s,
        product="SPOC" if cadence_s < SHORTEST_FFI_CADENCE_S else "TESS-SPOC",
        tmag=number(header, "TESSMAG"),
        teff=number(header, "TEFF"),
        radius=number(header, "RADIUS"),
        logg=number(header, "LOGG"),
        ra=number(header, "RA_OBJ"),
        dec=number(header, "DEC_OBJ"),
        pmra=number(header, "PMRA"),
        pmdec=number(header, "PMDEC"),
        simulated=header.get("SIMDATA") is True,
    )
