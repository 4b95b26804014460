"""Light curves in tables: CSV, TSV, text, ECSV, VOTable and Parquet, with the column names that people use.

Rules, the same for all:

- Time is the first column of `TIMES`, its zero point by `clara_engine.readers.time_reference`: what its name or its
  unit says (``bkjd``, ``BJD - 2457000``), then the catalogue of the star, then the calendar.
- Flux is the first column of `FLUXES`, its unit by `clara_engine.readers.flux_unit`. It stands in brackets
  (``flux [ppm]``) or at the end of the name (``flux_ppm``).
- The star comes from a column or a comment (``# tic: 261136679``; ``kic`` and ``epic`` for stars of Kepler and K2),
  otherwise from ``TIC261136679`` in the file's name. So do ``sector``, ``product``, ``tmag``, ``teff``, ``radius``,
  ``logg``, ``ra``, ``dec``, ``pmra`` and ``pmdec``. Several stars or sectors are several light curves.
- Columns without names: `clara_engine.readers.unnamed`. Flags: `clara_engine.readers.flags`.
- What is neither a number nor missing is counted and told; where there is much of it, the table is refused.
- Whoever looks through a folder takes only tables whose names of columns have a time and a flux (`holds_light_curve`).
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clara_engine.caching import remembered
from clara_engine.errors import UnreadableLightCurve
from clara_engine.lightcurve import LightCurve
from clara_engine.readers.checks import checked_flux, step_seconds
from clara_engine.readers.columns import Columns
from clara_engine.readers.flags import flags
from clara_engine.readers.flux_unit import in_flux_unit, without_zeros
from clara_engine.readers.open_table import SUFFIXES, column_names, is_table, read_table
from clara_engine.readers.raw_table import RawTable
from clara_engine.readers.remote import local_copy
from clara_engine.readers.sentinels import doubtful_errors, usable_errors, without_sentinels
from clara_engine.readers.table_cells import numbers, words
from clara_engine.readers.table_names import (
    CENTROIDS,
    ERRORS,
    FLUXES,
    QUALITIES,
    TIMES,
    before_bracket,
    first_of,
    is_time,
    name_and_unit,
)
from clara_engine.readers.table_star import Part, parts, star, target_of
from clara_engine.readers.time_reference import in_btjd
from clara_engine.readers.unnamed import meaning
from clara_engine.text import agreeing, counted, first_names

__all__ = ["NEEDED", "SUFFIXES", "holds_light_curve", "read", "read_all", "recognises"]

Float = NDArray[np.float64]
#: For people who wonder why a table was passed over.
NEEDED = "a time column (time, btjd, bjd, mjd …) and a flux column (pdcsap_flux, flux, sap_flux …)"
#: What helps where several columns may be meant.
WAY_OUT = "say which: --columns time=… flux=…"
#: Share of cells that are no numbers, and of times that come twice, above which a table is refused.
MOST_STRANGE, MOST_TWICE = 0.05, 0.3
#: Numbers of single precision are the same within this, however they are written.
SAME = 1e-5
#: More light curves than this are not all shorter than that [samples].
MANY, FEW = 1000, 100
#: No sector is longer [days].
LONGEST_SECTOR = 32.0


def recognises(path: str | PathLike[str]) -> bool:
    """Whether the name of a file is that of a table."""
    return is_table(os.path.basename(path))


def holds_light_curve(path: str | PathLike[str]) -> bool:
    """Whether the columns of a table are named like those of a light curve; only its beginning is read."""
    try:
        names = column_names(Path(local_copy(path)))
    except (ValueError, UnreadableLightCurve):
        return False
    return (
        any(map(is_time, names)) and first_of((name for group in FLUXES.values() for name in group), names) is not None
    )


def read(
    path: str | PathLike[str], flux: str = "pdcsap", columns: Columns | None = None, of: tuple[str, int] | None = None
) -> LightCurve:
    """Read the light curve of a table; the rules are those of the module.

    Parameters
    ----------
    path : str or path-like
    flux : {"pdcsap", "sap"}
    columns : Columns, optional
        What the columns are, where their names do not say it. Columns without names are called ``1``, ``2`` …
    of : tuple of str and int, optional
        Star and sector, where the table holds several light curves.

    Raises
    ------
    UnreadableLightCurve
        One line without the file's name: no such columns, no usable numbers, unknown units or star, several stars.
    """
    path = Path(path)
    there = _last_opened(path, _stamp(path), flux, columns) if of else _opened(path, flux, columns)
    found = there.parts
    if of and len(found) > 1:
        found = [part for part in found if " ".join(map(str, star(there.raw, part, path))) == of[0]]
    elif len(found) > 1:
        first = [there.light_curve(part, path).target for part in found[:3]]
        names = ", ".join(dict.fromkeys(f"{target.name} sector {target.sector}" for target in first))
        raise UnreadableLightCurve(
            f"holds {counted(len(found), 'light curve')} ({names}{' …' if len(found) > 3 else ''}): "
            "write a file a star and sector"
        )
    curves = [there.light_curve(part, path) for part in found]
    if of and len(there.parts) > 1:
        curves = [curve for curve in curves if (curve.target.star, curve.target.sector) == of]
        if not curves:
            raise UnreadableLightCurve(f"holds no light curve of {of[0]}, sector {of[1]}")
    return curves[0]


def read_all(path: str | PathLike[str], flux: str = "pdcsap", columns: Columns | None = None) -> list[LightCurve]:
    """Read every light curve of a table, one a star and sector; see `read`.

    Parameters
    ----------
    path : str or path-like
    flux : {"pdcsap", "sap"}
    columns : Columns, optional
        What the columns are, where their names do not say it.

    Returns
    -------
    list of LightCurve
        In the order in which the table names them.
    """
    path = Path(path)
    there = _opened(path, flux, columns)
    return [there.light_curve(part, path) for part in there.parts]


@dataclass(frozen=True, slots=True)
class _Opened:
    """A table that was parsed, which of its columns are what, and its light curves."""

    raw: RawTable
    used: _Used
    parts: list[Part]
    notes: list[str]

    def light_curve(self, part: Part, path: Path) -> LightCurve:
        try:
            return _light_curve(self.raw, self.used, part, path, self.notes)
        except UnreadableLightCurve as error:
            if len(self.parts) == 1:
                raise
            catalogue, tic = star(self.raw, part, path)
            raise UnreadableLightCurve(f"{catalogue} {tic}: {error}") from None


def _opened(path: Path, flux: str, columns: Columns | None) -> _Opened:
    if flux not in FLUXES:
        raise UnreadableLightCurve(f"no flux {flux!r} in tables; choose one of {', '.join(FLUXES)}")
    raw = read_table(path)
    if not len(raw.frame):
        raise UnreadableLightCurve("the table is empty: no samples")
    if raw.broken_rows:
        raise UnreadableLightCurve(
            f"{counted(raw.broken_rows, 'row')} {agreeing(raw.broken_rows, 'continue')} on the next line: is a "
            "quote opened and never closed?"
        )
    found = parts(raw)
    if len(found) > MANY and len(raw.frame) < FEW * len(found):
        raise UnreadableLightCurve(
            f"holds {counted(len(found), 'light curve')} of {len(raw.frame) / len(found):.0f} samples on average: "
            "is it a table of stars?"
        )
    notes: list[str] = []
    if columns is None and not raw.named:
        columns = _without_names(raw, notes)
    used = _Used.named(raw, columns) if columns else _Used.known(raw, flux)
    if not columns and (made := _made_flux(raw, used.flux)):
        notes.append(
            f"{used.flux} is taken; {made} holds other numbers than each of the pipeline's: "
            f"--columns {Columns(used.time, made)} takes it"
        )
    return _Opened(raw, used, found, notes)


@remembered(1)
def _last_opened(path: Path, stamp: tuple[int, int], flux: str, columns: Columns | None) -> _Opened:
    """The stars of one table are read one after the other: it is parsed once, while its file stays as it is."""
    return _opened(path, flux, columns)


def _stamp(path: Path) -> tuple[int, int]:
    """What changes with a file; the same for all that are not there, which is an error that is never kept."""
    try:
        state = path.stat()
    except OSError:
        return -1, -1
    return state.st_size, state.st_mtime_ns


@dataclass(frozen=True, slots=True)
class _Used:
    """Which columns a light curve is made of; empty where there is none."""

    time: str
    flux: str
    error: str
    quality: str
    centroids: tuple[str, str] | None = None
    unit: str = ""

    @classmethod
    def named(cls, raw: RawTable, columns: Columns) -> _Used:
        """Those that a person named; a unit may stand behind a name, ``flux="F [ppm]"``."""
        there = raw.columns
        name, unit = columns.flux, ""
        if name not in there and (bracket := before_bracket(name)):
            name, unit = bracket
            columns = replace(columns, flux=name)
        time, flux, error, quality = (columns.found(role, there) for role in ("time", "flux", "err", "quality"))
        return cls(time, flux, error, quality, unit=unit)

    @classmethod
    def known(cls, raw: RawTable, flux: str) -> _Used:
        """Those whose names are known."""
        there = raw.columns
        time = raw.one_of(TIMES, WAY_OUT) or raw.only([name for name in there if is_time(name)], WAY_OUT)
        if time is None:
            raise UnreadableLightCurve(
                f"no time column (time, btjd, bjd, bjd_tdb …); its columns: {first_names(there)}"
            )
        values = raw.one_of(FLUXES[flux], WAY_OUT)
        if values is None:
            hint = "; magnitudes must be made flux first" if any("mag" in name.lower() for name in there) else ""
            known = ", ".join(FLUXES[flux][:4])
            raise UnreadableLightCurve(f"no flux column ({known} …); its columns: {first_names(there)}{hint}")
        name = name_and_unit(values)[0]
        error = raw.one_of((f"{name}err", f"{name}error", *ERRORS), WAY_OUT)
        quality = raw.one_of(QUALITIES, WAY_OUT)
        pairs = ((raw.called([column]), raw.called([row])) for column, row in CENTROIDS)
        centroids = next(((columns[0], rows[0]) for columns, rows in pairs if len(columns) == len(rows) == 1), None)
        return cls(time, values, error or "", quality or "", centroids)


def _made_flux(raw: RawTable, taken: str) -> str:
    """A column ``flux`` that is not `taken` and a copy of no other flux: so lightkurve writes what a person changed."""
    found = raw.called(("flux",))
    if len(found) != 1 or taken in found or raw.called(FLUXES["sap"]) == found:
        return ""
    made = numbers(raw.frame[found[0]], raw.decimal).values
    others = (column for name in (*FLUXES["pdcsap"], *FLUXES["sap"]) for column in raw.called((name,)))
    copies = (numbers(raw.frame[column], raw.decimal).values for column in others if column not in found)
    return "" if any(np.allclose(made, other, rtol=SAME, equal_nan=True) for other in copies) else found[0]


def _light_curve(raw: RawTable, used: _Used, part: Part, path: Path, table_notes: list[str]) -> LightCurve:
    notes = list(table_notes)

    def read_numbers(name: str) -> Float:
        return _numbers(raw, name, part, notes)

    catalogue, _ = star(raw, part, path)
    time = _times(raw, used.time, part, catalogue, notes)
    order = np.argsort(time, kind="stable")  # times that are missing come last
    unit = used.unit or _unit(raw, used.flux)
    name = used.flux if raw.named else f"column {used.flux}"
    values, said = without_sentinels(read_numbers(used.flux), name)
    notes += said
    values = checked_flux(time, values, name)
    errors = usable_errors(read_numbers(used.error) if used.error else None)
    quality = None
    if used.quality:
        quality, said = flags(raw.frame[used.quality].iloc[part.rows], used.quality)
        notes += said
    values, errors, unit = in_flux_unit(values, errors, unit, name, _unit(raw, used.error))
    values = without_zeros(values, unit)
    if errors is not None and (doubt := doubtful_errors(values, errors)):
        notes.append(f"{used.error} {doubt}")
    keep = _without_twins(time, values, order, notes)
    centroids = [read_numbers(name)[keep] for name in used.centroids] if used.centroids else [None, None]
    time = time[keep]
    target = target_of(raw, part, path, step_seconds(time, used.time))
    if target.catalogue == "TIC" and not target.sector and np.nanmax(time) - np.nanmin(time) > LONGEST_SECTOR:
        notes.append(
            f"{np.nanmax(time) - np.nanmin(time):.0f} days and no column sector: taken as one light curve, with "
            "whatever its sectors differ in"
        )
    return LightCurve(
        time=time,
        flux=values[keep],
        flux_err=None if errors is None else errors[keep],  # type: ignore[arg-type]
        quality=None if quality is None else quality[keep],  # type: ignore[arg-type]
        centroid_column=centroids[0],
        centroid_row=centroids[1],
        target=target,
        flux_unit=unit,
        notes=tuple(dict.fromkeys(notes)),
    )


def _without_names(raw: RawTable, notes: list[str]) -> Columns:
    names = list(map(str, raw.frame.columns))
    if len(names) < 2:
        raise UnreadableLightCurve("a single column: time and flux are needed")
    second, third = (numbers(raw.frame[name], raw.decimal).values if name in raw.frame else None for name in ("2", "3"))
    assert second is not None
    columns, said = meaning(names, second, third)
    notes.append(said)
    return columns


def _times(raw: RawTable, name: str, part: Part, catalogue: str, notes: list[str]) -> Float:
    column = raw.frame[name].iloc[part.rows]
    first = next(filter(None, words(column.iloc[:50])), "")
    if column.dtype.kind == "M" or (len(first) >= 8 and first[4:5] in "-/" and first[:4].isdigit()):
        raise UnreadableLightCurve(f"{name} holds dates such as {first[:30]}: write days, BTJD or BJD in TDB")
    values = _numbers(raw, name, part, notes)
    return in_btjd(values, name, unit=_unit(raw, name), header=raw.header, catalogue=catalogue)


def _unit(raw: RawTable, name: str) -> str:
    return raw.units.get(name, "") or name_and_unit(name)[1]


def _numbers(raw: RawTable, name: str, part: Part, notes: list[str]) -> Float:
    """A column of a part as numbers; what is none is told."""
    found = numbers(raw.frame[name].iloc[part.rows], raw.decimal)
    size = len(found.values)
    if found.strange > MOST_STRANGE * size:
        raise UnreadableLightCurve(f"{name}: {found.strange} of {counted(size, 'cell')} {found.are_none}")
    if found.strange:
        notes.append(f"{found.strange} of {counted(size, 'cell')} of {name} {found.are_none}: left out")
    return found.values


def _without_twins(time: Float, flux: Float, order: NDArray[np.intp], notes: list[str]) -> NDArray[np.intp]:
    """`order` without rows that repeat time and flux; other rows that repeat a time are told, and refused if many."""
    times, values = time[order], flux[order]
    with np.errstate(invalid="ignore"):
        again = np.diff(times, prepend=np.nan) == 0
        equal = again & ((values == np.roll(values, 1)) | (np.isnan(values) & np.isnan(np.roll(values, 1))))
    if equal.any():
        notes.append(f"{counted(int(equal.sum()), 'row')} {agreeing(int(equal.sum()), 'are')} there twice: taken once")
    twice = int((again & ~equal).sum())
    if twice > MOST_TWICE * len(times):
        if twice == len(times) - 1:
            return order  # one time throughout, which others refuse
        raise UnreadableLightCurve(
            f"{twice} of {len(times)} times come twice with other flux: several stars or apertures in one "
            "table, or times that have lost digits?"
        )
    if twice:
        notes.append(f"{twice} times come twice with other flux: both are kept")
    return order[~equal]
