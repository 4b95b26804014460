"""Light-curve files that differ in names only: a `Layout` says which columns and keywords a product uses."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clara_engine.errors import UnreadableLightCurve
from clara_engine.lightcurve import LightCurve, Target
from clara_engine.readers.checks import SECONDS_A_DAY, checked_flux, in_order, is_step, step_seconds
from clara_engine.readers.fits_file import FitsFile, Table, number, word
from clara_engine.readers.fits_flags import flags_of
from clara_engine.readers.flux_unit import from_magnitudes, in_flux_unit, without_zeros
from clara_engine.readers.sentinels import usable_errors, without_sentinels
from clara_engine.readers.table_names import sector_in
from clara_engine.readers.time_reference import REFERENCE_KEYWORDS, in_btjd
from clara_engine.text import counted

__all__ = ["ARCSEC", "Layout", "read_extent", "read_layout", "target_of"]

Float = NDArray[np.float64]
MILLIARCSEC, ARCSEC = 1.0, 1000.0
WHOLE_NUMBER = re.compile(r"\d+(\.0*)?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where a product keeps what. Of several names the first that is there counts.

    Attributes
    ----------
    name : str
        For people.
    about : str
        For people: which flux is taken and why, in a sentence.
    product : callable
        ``Target.product`` from the file and the cadence [s].
    flux : mapping
        Columns of ``"pdcsap"`` (systematics removed) and ``"sap"`` (plain sum over the aperture).
    extension : mapping
        Table of each flux, where the product has one a flux.
    time : tuple of str
    errors : mapping
        Error column of a flux column, where it is not its name and ``_ERR``; or a keyword of the table's header, with
        one number for all samples.
    default_unit : mapping
        Of a flux column that names none; where it is not in here, its level decides.
    magnitudes : bool
        Columns in magnitudes become relative flux.
    systematics : mapping
        For a flux whose column still holds systematics: that column, and the one of their course, which is taken off.
    quality : tuple of str
    good_flags : tuple of str
        Where flags are letters: those of good samples.
    more_flags : str
        A second column of flags, kept in the upper bits.
    centroids : tuple of (str, str)
        Column and row.
    star, observed : tuple of str
        Keywords of the catalogue number, and of sector, quarter or campaign.
    catalogue : callable
        ``Target.catalogue`` from the file.
    missions : tuple of str
        Whose calendar the times must lie in; empty for anybody's.
    cadence_from_steps : bool
        TIMEDEL is not the cadence here; the median step is.
    magnitude : str
        Keyword of the TESS magnitude, empty when there is none.
    name_pattern : str
        Where a file's name holds the catalogue number, when no keyword does.
    version : str
        Keyword of the pipeline's version.
    proper_motion : float
        Milliarcseconds in the unit of its keywords.
    """

    name: str
    product: Callable[[FitsFile, float], str]
    flux: Mapping[str, tuple[str, ...]]
    about: str = ""
    extension: Mapping[str, str] = field(default_factory=dict)
    time: tuple[str, ...] = ("TIME",)
    errors: Mapping[str, str] = field(default_factory=dict)
    default_unit: Mapping[str, str] = field(default_factory=dict)
    magnitudes: bool = False
    systematics: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    quality: tuple[str, ...] = ("QUALITY",)
    good_flags: tuple[str, ...] = ()
    more_flags: str = ""
    centroids: tuple[tuple[str, str], ...] = (("MOM_CENTR1", "MOM_CENTR2"),)
    star: tuple[str, ...] = ("TICID",)
    observed: tuple[str, ...] = ("SECTOR",)
    catalogue: Callable[[FitsFile], str] = lambda file: "TIC"
    missions: tuple[str, ...] = ("TESS",)
    cadence_from_steps: bool = False
    magnitude: str = "TESSMAG"
    name_pattern: str = r"(?<!\d)(\d{16})(?!\d)"
    version: str = "PROCVER"
    proper_motion: float = MILLIARCSEC


def target_of(file: FitsFile, layout: Layout) -> Target | None:
    """The target from the headers; None when they don't tell the cadence.

    Parameters
    ----------
    file : FitsFile
        Its headers are enough.
    layout : Layout
        How this product names its keywords.
    """
    cadence = math.nan if layout.cadence_from_steps else _cadence_s(file)
    return None if math.isnan(cadence) else _target(file, layout, cadence)


def read_layout(file: FitsFile, layout: Layout, flux: str = "pdcsap") -> LightCurve:
    """The light curve of `file`, in order of time.

    Parameters
    ----------
    file : FitsFile
    layout : Layout
        How this product names columns and keywords.
    flux : {"pdcsap", "sap"}
        Which flux is wanted, where the product has both.

    Raises
    ------
    UnreadableLightCurve
        One line: what is missing or can't be.
    """
    used = _Used.of(file, layout, flux)
    table = used.table
    table.read((*used.measured, *used.errors, *used.flags, *used.centroids))
    time, order = _time(file, used, layout, _days(used))

    def sorted_column(column: str) -> NDArray[Any]:
        values = table.column(column)
        return values if order is None else values[order]

    flags = flags_of(table, used.flags, layout.good_flags)
    values, notes = without_sentinels(_values(used, sorted_column), used.flux)
    errors = usable_errors(sorted_column(used.errors[0])) if used.errors else None
    if errors is None and not math.isnan(one := number(table.header, layout.errors.get(used.flux, ""))):
        errors = np.full(values.shape, one)
    values, errors, unit = _in_unit(used, layout, values, errors)
    values = checked_flux(time, values, used.flux)
    cadence = _checked_cadence(file, layout, used, time)
    column, row = [sorted_column(name) for name in used.centroids] or (None, None)
    return LightCurve(
        time=time,
        flux=values,
        flux_err=errors,  # type: ignore[arg-type]
        quality=flags if flags is None or order is None else flags[order],  # type: ignore[arg-type]
        centroid_column=column,
        centroid_row=row,
        target=_target(file, layout, cadence),
        flux_unit=unit,
        notes=tuple(notes),
    )


def read_extent(file: FitsFile, layout: Layout) -> tuple[Target, float, float, int, tuple[str, ...]]:
    """The target, first and last usable sample, BTJD [days], how many are usable, and what a person should know.

    What `read_layout` refuses for its times or fluxes is refused; the numbers of other columns are not looked at.

    Parameters
    ----------
    file : FitsFile
    layout : Layout
        How this product names columns and keywords.
    """
    used = _Used.of(file, layout, "pdcsap")
    used.table.read(used.measured)
    days = _days(used)
    timed = np.isfinite(days)
    time, order = _time(file, used, layout, days[timed])
    for name in (*used.errors, *used.flags, *used.centroids):
        if not (layout.good_flags and name in used.flags and used.table.columns[name].kind == "A"):
            used.table.numeric(name)
    values, notes = without_sentinels(_values(used, used.table.column)[timed], used.flux)
    values, _, _ = _in_unit(used, layout, values, None)
    values = checked_flux(time, values if order is None else values[order], used.flux)
    cadence = _checked_cadence(file, layout, used, time)
    usable = np.isfinite(values)
    first, last = (float(time[at]) for at in (usable.argmax(), usable.size - 1 - usable[::-1].argmax()))
    return _target(file, layout, cadence), first, last, int(np.count_nonzero(usable)), tuple(notes)


@dataclass(frozen=True, slots=True)
class _Used:
    """Which columns of which table a light curve is made of; those in tuples may be missing."""

    table: Table
    time: str
    flux: str
    systematics: tuple[str, ...]
    errors: tuple[str, ...]
    flags: tuple[str, ...]
    centroids: tuple[str, ...]

    @classmethod
    def of(cls, file: FitsFile, layout: Layout, flux: str) -> _Used:
        if flux not in layout.flux:
            raise UnreadableLightCurve(
                f"no flux {flux!r} in {layout.name} products; choose one of {', '.join(layout.flux)}"
            )
        table = (file.named(layout.extension[flux]) if flux in layout.extension else None) or file.table
        time = _first(table, layout.time)
        name = _first(table, layout.flux[flux])
        if table.rows < 1:
            raise UnreadableLightCurve("the table is empty: no samples")
        alike = [other.name for other in file.tables if time in other and name in other]
        if flux not in layout.extension and table.name != "LIGHTCURVE" and len(alike) > 1:
            raise UnreadableLightCurve(
                f"{counted(len(alike), 'table')} hold {time} and {name} ({', '.join(alike):.60}): "
                "write a file a star and sector"
            )
        within, systematics = layout.systematics.get(flux, ("", ""))
        errors = (error for error in (f"{name}_ERR", layout.errors.get(name, "")) if error in table)
        flags = [flag for flag in layout.quality if flag in table][:1]
        if flags and layout.more_flags in table:
            flags.append(layout.more_flags)
        centroids = (pair for pair in layout.centroids if pair[0] in table and pair[1] in table)
        return cls(
            table,
            time,
            name,
            (systematics,) if name == within and systematics in table else (),
            tuple(errors)[:1],
            tuple(flags),
            next(centroids, ()),
        )

    @property
    def measured(self) -> tuple[str, ...]:
        """Columns of time and flux."""
        return (self.time, self.flux, *self.systematics)


def _days(used: _Used) -> Float:
    """Times as the file has them, NaN where there is none."""
    time = used.table.column(used.time).astype(np.float64, copy=False)
    if time.ndim != 1:
        raise UnreadableLightCurve(f"{used.time} holds several numbers a row")
    if (nowhen := time == 0).any():
        time[nowhen] = np.nan  # day 0 of Kepler and of TESS is before their launch: what many write for "no time"
    return time


def _time(file: FitsFile, used: _Used, layout: Layout, time: Float) -> tuple[Float, NDArray[np.intp] | None]:
    """Times in BTJD [days] in their order, and what sorts other columns so; None where they are sorted."""
    primary, own = file.primary, used.table.header
    header = {key: own.get(key, primary.get(key)) for key in REFERENCE_KEYWORDS}
    time = in_btjd(
        time,
        used.time,
        unit=used.table.unit(used.time),
        header=header,
        catalogue=layout.catalogue(file),
        missions=layout.missions,
    )
    order = in_order(time)
    return (time, None) if order is None else (time[order], order)


def _values(used: _Used, column: Callable[[str], NDArray[Any]]) -> Float:
    values = column(used.flux).astype(np.float64, copy=False)
    for name in used.systematics:
        course = column(name)
        values = values - course + np.nanmedian(course)
    return values


def _in_unit(used: _Used, layout: Layout, values: Float, errors: Float | None) -> tuple[Float, Float | None, str]:
    if layout.magnitudes:
        return *from_magnitudes(values, errors), "relative"
    unit = used.table.unit(used.flux) or layout.default_unit.get(used.flux, "")
    error_unit = used.table.unit(used.errors[0]) if used.errors else ""
    values, errors, known = in_flux_unit(values, errors, unit, used.flux, error_unit)
    return without_zeros(values, known), errors, known


def _checked_cadence(file: FitsFile, layout: Layout, used: _Used, time: Float) -> float:
    """What the header says of it [s], once the times agree; otherwise the median step."""
    cadence = math.nan if layout.cadence_from_steps else _cadence_s(file)
    if math.isnan(cadence):
        return step_seconds(time, used.time)
    if not is_step(time, 0.1 * cadence, 10 * cadence):
        step = step_seconds(time, used.time)
        if not 0.1 < step / cadence < 10:
            raise UnreadableLightCurve(
                f"{used.time} advances by {step:.4g} s, TIMEDEL says {cadence:.4g} s: check {used.time}'s unit"
            )
    return cadence


def _first(table: Table, names: tuple[str, ...]) -> str:
    for name in names:
        if name in table:
            return name
        if f"{name}.1" in table:
            several = ", ".join(column for column in table.columns if column.startswith(f"{name}."))
            raise UnreadableLightCurve(f"several columns are called {name}: say which of {several}, with --columns")
    raise UnreadableLightCurve(f"no {' or '.join(names)} column; its columns: {', '.join(table.columns):.200}")


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
    star = next((found for key in layout.star if (found := _whole(file, key)) and not math.isnan(found)), math.nan)
    if math.isnan(star):
        match = re.search(r"(?:TIC|KIC|EPIC)\s*(\d+)", word(header, "OBJECT")) or re.search(layout.name_pattern, name)
        if match is None:
            raise UnreadableLightCurve(
                f"no {layout.star[0]} keyword and no catalogue number in the file's name: whose light curve is it?"
            )
        star = float(match[1])
    observed = next((found for key in layout.observed if not math.isnan(found := _observed(file, key))), math.nan)
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


def _observed(file: FitsFile, key: str) -> float:
    """A sector, quarter or campaign, as a number or in words: ``s0001``."""
    found = _whole(file, key)
    if math.isnan(found):
        words = (sector_in(word(header, key)) for header in (file.primary, file.table.header))
        return next((float(number) for number in words if number is not None), math.nan)
    return found


def _whole(file: FitsFile, key: str) -> float:
    """A number from the primary header or the table's; some products write it as text."""
    for header in (file.primary, file.table.header):
        found = header.get(key)
        if isinstance(found, str) and WHOLE_NUMBER.fullmatch(found):
            found = float(found)
        if isinstance(found, float) and math.isfinite(found):
            return found
    return math.nan
