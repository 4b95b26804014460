"""Write a light curve in the layout of SPOC's 2-minute products: a primary header and the table LIGHTCURVE."""

from __future__ import annotations

import gzip
import math
import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from clara_engine.errors import ClaraError
from clara_engine.files import write_atomically
from clara_engine.lightcurve import BTJD_ZERO, LightCurve, Target

__all__ = ["spoc_file_name", "write_spoc"]

Value = str | int | float | bool | None

BLOCK = 2880
ROW = np.dtype(
    [
        ("TIME", ">f8"),
        ("CADENCENO", ">i4"),
        ("SAP_FLUX", ">f4"),
        ("PDCSAP_FLUX", ">f4"),
        ("PDCSAP_FLUX_ERR", ">f4"),
        ("QUALITY", ">i4"),
        ("MOM_CENTR1", ">f4"),
        ("MOM_CENTR2", ">f4"),
    ]
)
FORMS = {">f8": "D", ">i4": "J", ">f4": "E"}
UNITS = {"TIME": "BJD - 2457000, days", "MOM_CENTR1": "pixel", "MOM_CENTR2": "pixel"}


def spoc_file_name(target: Target, *, start: str = "2018206045859", compressed: bool = False) -> str:
    """The name that SPOC would give: ``tess2018206045859-s0001-0000000261136679-0120-s_lc.fits``.

    Parameters
    ----------
    target : Target
        Its TIC number, sector and cadence are in the name.
    start : str
        When the observation began, as SPOC writes it: year, day of the year, time of the day.
    compressed : bool
        Whether the name ends with ``.gz``.

    Examples
    --------
    >>> spoc_file_name(Target(tic=261136679, sector=1, cadence_s=120))
    'tess2018206045859-s0001-0000000261136679-0120-s_lc.fits'
    """
    name = f"tess{start}-s{target.sector:04d}-{target.tic:016d}-{round(target.cadence_s):04d}-s_lc.fits"
    return f"{name}.gz" if compressed else name


def write_spoc(
    light_curve: LightCurve,
    path: str | os.PathLike[str],
    *,
    sap_flux: ArrayLike | None = None,
    cadence_number: ArrayLike | None = None,
    header: Mapping[str, Value] | None = None,
    compression: int = 1,
) -> Path:
    """Write `light_curve` as a FITS file that SPOC's readers read; gzipped when `path` ends in ``.gz``.

    Parameters
    ----------
    light_curve : LightCurve
        Its flux becomes PDCSAP_FLUX. Unknown (NaN) facts of its target become empty keywords.
    path : path-like
        Replaced at once if it exists, never half written.
    sap_flux : array-like, shape (n,), optional
        SAP_FLUX; the flux itself when not given.
    cadence_number : array-like of int, shape (n,), optional
        CADENCENO; 0, 1, 2 … when not given.
    header : mapping, optional
        More keywords for the primary header; None and NaN leave a keyword empty.
    compression : int
        Level of gzip, 1 (fast) to 9 (small).

    Returns
    -------
    Path
        Where the file is.

    Raises
    ------
    ClaraError
        A keyword or its value does not fit into a FITS header, or the file can't be written.
    """
    path = Path(path)
    content = _primary(light_curve.target, header or {}) + _table(light_curve, sap_flux, cadence_number)
    if path.suffix == ".gz":
        content = gzip.compress(content, compression, mtime=0)
    if not path.parent.is_dir():
        raise ClaraError(f"{path.name}: can't be written: {path.parent} is no folder")
    write_atomically(path, lambda beside: beside.write_bytes(content))
    return path


def _padded(content: bytes, fill: bytes) -> bytes:
    return content + fill * (-len(content) % BLOCK)


def _header_bytes(cards: Mapping[str, Value]) -> bytes:
    return _padded("".join(_card(key, value) for key, value in cards.items()).encode("ascii") + b"END".ljust(80), b" ")


def _card(key: str, value: Value) -> str:
    """A card in fixed format (FITS Standard 4.0, section 4.2); astropy's takes a third of a millisecond each."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        text = ""
    elif isinstance(value, bool | np.bool_):
        text = f"{'T' if value else 'F':>20}"
    elif isinstance(value, str):
        text = "'{:8}'".format(value.replace("'", "''"))
    else:
        text = f"{value!s:>20}".upper()
    card = f"{key:8}= {text:70}"
    if len(card) != 80 or not (card.isascii() and card.isprintable()):
        raise ClaraError(f"{key} = {value!r} does not fit into a FITS header: 8 and 68 plain ASCII characters at most")
    return card


def _primary(target: Target, more: Mapping[str, Value]) -> bytes:
    return _header_bytes(
        {
            "SIMPLE": True,
            "BITPIX": 8,
            "NAXIS": 0,
            "EXTEND": True,
            "NEXTEND": 1,
            "EXTNAME": "PRIMARY",
            "SIMDATA": target.simulated,
            "TELESCOP": "TESS",
            "INSTRUME": "TESS Photometer",
            "OBJECT": target.name,
            "TICID": target.tic,
            "SECTOR": target.sector,
            "RADESYS": "ICRS",
            "RA_OBJ": float(target.ra),
            "DEC_OBJ": float(target.dec),
            "EQUINOX": 2000.0,
            "PMRA": float(target.pmra),
            "PMDEC": float(target.pmdec),
            "TESSMAG": float(target.tmag),
            "TEFF": float(target.teff),
            "LOGG": float(target.logg),
            "RADIUS": float(target.radius),
            "PROCVER": target.procver or None,
            "DATA_REL": target.data_release,
            "CAMERA": target.camera,
            "CCD": target.ccd,
            **more,
        }
    )


def _table(curve: LightCurve, sap_flux: ArrayLike | None, cadence_number: ArrayLike | None) -> bytes:
    rows = np.empty(len(curve), ROW)
    nan = np.float32(np.nan)
    rows["TIME"] = curve.time
    rows["CADENCENO"] = np.arange(len(curve)) if cadence_number is None else cadence_number
    rows["SAP_FLUX"] = curve.flux if sap_flux is None else sap_flux
    rows["PDCSAP_FLUX"] = curve.flux
    rows["PDCSAP_FLUX_ERR"] = curve.flux_err
    rows["QUALITY"] = curve.quality
    rows["MOM_CENTR1"] = nan if curve.centroid_column is None else curve.centroid_column
    rows["MOM_CENTR2"] = nan if curve.centroid_row is None else curve.centroid_row

    finite = curve.time[np.isfinite(curve.time)]
    start, stop = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    cards: dict[str, Value] = {
        "XTENSION": "BINTABLE",
        "BITPIX": 8,
        "NAXIS": 2,
        "NAXIS1": ROW.itemsize,
        "NAXIS2": len(curve),
        "PCOUNT": 0,
        "GCOUNT": 1,
        "TFIELDS": len(ROW.names or ()),
    }
    flux_unit = "e-/s" if curve.flux_unit == "e-/s" else None
    for i, name in enumerate(ROW.names or (), start=1):
        cards[f"TTYPE{i}"], cards[f"TFORM{i}"] = name, FORMS[ROW[name].str]
        if unit := flux_unit if "FLUX" in name else UNITS.get(name):
            cards[f"TUNIT{i}"] = unit
    target = curve.target
    cards |= {
        "EXTNAME": "LIGHTCURVE",
        "SIMDATA": target.simulated,
        "TELESCOP": "TESS",
        "OBJECT": target.name,
        "TICID": target.tic,
        "TIMESYS": "TDB",
        "TIMEREF": "SOLARSYSTEM",
        "BJDREFI": int(BTJD_ZERO),
        "BJDREFF": 0.0,
        "TIMEUNIT": "d",
        "TSTART": start,
        "TSTOP": stop,
        "TELAPSE": stop - start,
        "TIMEDEL": target.cadence_s / 86400.0,
        "CROWDSAP": float(target.crowdsap),
    }
    return _header_bytes(cards) + _padded(rows.tobytes(), b"\0")
