"""Light-curve files that differ in names only: a `Layout` says which columns and keywords a product uses."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from clara_engine.errors import UnreadableLightCurve
from clara_engine.lightcurve import LightCurve, Target
from clara_engine.readers.checks import SECONDS_A_DAY, btjd, checked_flux, in_flux_unit, step_seconds
from clara_engine.readers.fits_file import FitsFile, Table, number, word

__all__ = ["Layout", "read_layout", "target_of"]

MILLIARCSEC, ARCSEC = 1.0, 1000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where a product keeps what. Of several names the first that is there counts.

    Attributes
    ----------
    name : str
        For people.
    product : callable
        ``Target.product`` from the file and the cadence [s].
    flux : mapping
        Columns of ``"pdcsap"`` (systematics removed) and ``"sap"`` (plain sum over the aperture).
    errors : mapping
        Error column of a flux column; by default its name and ``_ERR``.
    default_unit : str
        Of a flux column that names none.
    quality : tuple of str
    centroids : tuple of (str, str)
        Column and row.
    star, observed : tuple of str
        Keywords of the catalogue number, and of sector, quarter or campaign.
    catalogue : callable
        ``Target.catalogue`` from the file.
    magnitude : str
        Keyword of the TESS magnitude, empty when there is none.
    name_pattern : str
        Where a file's name holds the catalogue number, when no keyword does.
    version : str
        Keyword of the pipeline's version.
    proper_motion : float
        Milliarcseconds in the unit of its keywords.
    earliest_btjd : float
        Before it no file of this product was made.
    """

    name: str
    product: Callable[[FitsFile, float], str]
    flux: Mapping[str, tuple[str, ...]]
    errors: Mapping[str, str] = field(default_factory=dict)
    default_unit: str = ""
    quality: tuple[str, ...] = ("QUALITY",)
    centroids: tuple[tuple[str, str], ...] = (("MOM_CENTR1", "MOM_CENTR2"),)
    star: tuple[str, ...] = ("TICID",)
    observed: tuple[str, ...] = ("SECTOR",)
    catalogue: Callable[[FitsFile], str] = lambda file: "TIC"
    magnitude: str = "TESSMAG"
    name_pattern: str = r"(?<!\d)(\d{16})(?!\d)"
    version: str = "PROCVER"
    proper_motion: float = MILLIARCSEC
    earliest_btjd: float = 0.0


def target_of(file: FitsFile, layout: Layout) -> Target | None:
    """The target from the headers; None when they don't tell the cadence."""
    cadence = _cadence_s(file)
    return None if math.isnan(cadence) else _target(file, layout, cadence)


def read_layout(file: FitsFile, layout: Layout, flux: str = "pdcsap") -> LightCurve:
    """The light curve of `file`.

    Raises
    ------
    UnreadableLightCurve
        One line: what is missing or can't be.
    """
    if flux not in layout.flux:
        raise UnreadableLightCurve(
            f"no flux {flux!r} in {layout.name} products; choose one of {', '.join(layout.flux)}"
        )
    table = file.table
    _first(table, ("TIME",))
    name = _first(table, layout.flux[flux])
    if table.rows < 1:
        raise UnreadableLightCurve("the table is empty: no samples")

    time = btjd(table, "TIME", earliest=layout.earliest_btjd)
    values = checked_flux(time, table.column(name).astype(np.float64), name)
    cadence, step = _cadence_s(file), step_seconds(time)
    if math.isnan(cadence):
        cadence = step
    elif not 0.1 < step / cadence < 10:
        raise UnreadableLightCurve(f"TIME advances by {step:.4g} s, TIMEDEL says {cadence:.4g} s: check TIME's unit")
    error = layout.errors.get(name, f"{name}_ERR")
    errors = table.column(error).astype(np.float64) if error in table else None
    values, errors, unit = in_flux_unit(values, errors, table.unit(name) or layout.default_unit, name)
    column, row = next((pair for pair in layout.centroids if pair[0] in table and pair[1] in table), ("", ""))
    quality = next((flag for flag in layout.quality if flag in table), "")
    return LightCurve(
        time=time,
        flux=values,
        flux_err=errors,  # type: ignore[arg-type]
        quality=_flags(table.column(quality)) if quality else None,  # type: ignore[arg-type]
        centroid_column=table.column(column) if column else None,
        centroid_row=table.column(row) if row else None,
        target=_target(file, layout, cadence),
        flux_unit=unit,
    )


def _first(table: Table, names: tuple[str, ...]) -> str:
    for name in names:
        if name in table:
            return name
    raise UnreadableLightCurve(f"no {' or '.join(names)} column; its columns: {', '.join(table.columns):.200}")


def _flags(column: NDArray[np.generic]) -> NDArray[np.int32]:
    """Bit flags of any width in 31 bits; what is null has none."""
    whole = np.nan_to_num(column.astype(np.float64), posinf=0, neginf=0) if column.dtype.kind == "f" else column
    return (whole.astype(np.int64) & 0x7FFFFFFF).astype(np.int32)


def _cadence_s(file: FitsFile) -> float:
    for header in (file.table.header, file.primary):
        seconds = number(header, "TIMEDEL") * SECONDS_A_DAY
        if math.isnan(seconds):
            seconds = number(header, "NUM_FRM") * number(header, "FRAMETIM")
        if 1.0 <= seconds <= SECONDS_A_DAY:
            return seconds
    return math.nan


def _target(file: FitsFile, layout: Layout, cadence_s: float) -> Target:
    header, name = file.primary, file.path.name
    star = next((found for key in layout.star if not math.isnan(found := _whole(file, key))), math.nan)
    if math.isnan(star):
        match = re.search(r"(?:TIC|KIC|EPIC)\s*(\d+)", word(header, "OBJECT")) or re.search(layout.name_pattern, name)
        if match is None:
            raise UnreadableLightCurve(
                f"no {layout.star[0]} keyword and no catalogue number in the file's name: whose light curve is it?"
            )
        star = float(match[1])
    observed = next((found for key in layout.observed if not math.isnan(found := _whole(file, key))), math.nan)
    if math.isnan(observed):
        observed = float(match[1]) if (match := re.search(r"(?<![a-z0-9])s(\d{4})(?!\d)", name)) else 0.0
    if not 0 <= observed < 10_000 or not abs(star) < 1e15:
        raise UnreadableLightCurve(
            f"{layout.star[0]} {star:g} or {layout.observed[0]} {observed:g} is out of range; the header is damaged"
        )
    magnitude = number(header, layout.magnitude) if layout.magnitude else math.nan
    return Target(
        tic=int(star),
        sector=int(observed),
        cadence_s=cadence_s,
        product=layout.product(file, cadence_s),
        tmag=magnitude if magnitude < 99 else math.nan,
        teff=number(header, "TEFF"),
        radius=number(header, "RADIUS"),
        logg=number(header, "LOGG"),
        ra=number(header, "RA_OBJ"),
        dec=number(header, "DEC_OBJ"),
        pmra=number(header, "PMRA") * layout.proper_motion,
        pmdec=number(header, "PMDEC") * layout.proper_motion,
        simulated=header.get("SIMDATA") is True,
        catalogue=layout.catalogue(file),
        procver=word(file.primary, layout.version) or word(file.table.header, layout.version),
        data_release=_count(file, "DATA_REL"),
        crowdsap=_whole(file, "CROWDSAP"),
        camera=_count(file, "CAMERA"),
        ccd=_count(file, "CCD"),
    )


def _count(file: FitsFile, key: str) -> int | None:
    found = _whole(file, key)
    return int(found) if 0 < found < 10_000 else None


def _whole(file: FitsFile, key: str) -> float:
    """A number from the primary header or the table's; some products write it as text."""
    for header in (file.primary, file.table.header):
        found = number(header, key)
        text = word(header, key)
        if math.isnan(found) and text.isdecimal():
            found = float(text)
        if not math.isnan(found):
            return found
    return math.nan
