"""Whose light curve a table holds: a star of its own in each row, a comment, or the name of the file."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from clara_engine.errors import UnreadableLightCurve
from clara_engine.lightcurve import Target
from clara_engine.readers.raw_table import RawTable
from clara_engine.readers.table_cells import whole_words, words
from clara_engine.readers.table_names import NUMBERS, SECTORS, STARS, first_of, name_and_unit, plain, sector_in, star_in
from clara_engine.text import counted

__all__ = ["Part", "parts", "star", "star_of_cell", "target_of"]

#: What helps where several columns may be meant.
WAY_OUT = "leave one of them"
T = TypeVar("T", bound=Any)

#: Columns of names, which may hold ``TIC 261136679``; several values in one of them are several stars.
NAMES = ("target", "targetname", "object", "objectname", "star", "starname", "name", "label", "id", "targetid")
OTHER_IDS = ("sourceid", "gaiaid", "gaiadr2", "gaiadr3", "gaia", "starid", "objid", "objectid", "hip", "hd")
NUMBER = re.compile(r"(-?\d{1,18})(\.0*)?")
#: Files of K2 call the number of the EPIC that of the KIC, which ends at 13,161,029.
FIRST_EPIC = 60_000_000
#: What numpy's savetxt makes of whole numbers; with all digits it is exact.
EXPONENT = re.compile(r"-?\d\.(\d{1,25})[eE]\+?0*(\d{1,2})")


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of one light curve in a table.

    Attributes
    ----------
    rows : ndarray of int, or slice
    catalogue, tic, sector
        Of its star; None where the rows do not say.
    """

    rows: NDArray[np.intp] | slice
    catalogue: str | None = None
    tic: int | None = None
    sector: int | None = None


def star_of_cell(cell: str, catalogue: str = "") -> tuple[str, int] | None:
    """The star that a cell names, by its number alone where the column says of which catalogue it is.

    Parameters
    ----------
    cell : str
        Text, e.g. ``"TIC 261136679"``.
    catalogue : {"TIC", "KIC", "EPIC", ""}
        Whose numbers the column holds; empty where it does not say.

    Returns
    -------
    tuple of str and int, or None
        Catalogue and number; None where the cell names no star.

    Examples
    --------
    >>> star_of_cell("261136679", "TIC")
    ('TIC', 261136679)
    >>> star_of_cell("261136679") is None
    True
    """
    cell = cell.strip()
    if catalogue and (number := NUMBER.fullmatch(_whole(cell))):
        found = int(number[1])
        return "EPIC" if catalogue == "KIC" and found >= FIRST_EPIC else catalogue, found
    return star_in(cell)


def _whole(cell: str) -> str:
    """A number without its exponent, where it has all of its digits."""
    found = EXPONENT.fullmatch(cell)
    if found is None or len(found[1]) < int(found[2]):
        return cell
    whole = Decimal(cell)
    return str(int(whole)) if whole == int(whole) else cell


def parts(raw: RawTable) -> list[Part]:
    """The light curves of a table: one a star and sector.

    Raises
    ------
    UnreadableLightCurve
        Cells that name no star or sector, or several objects whose catalogue is not known.
    """
    columns = raw.columns
    size = len(raw.frame)
    star_column = raw.one_of(STARS, WAY_OUT) or _column_of_names(raw, columns)
    sector_column = raw.one_of(SECTORS, WAY_OUT)
    stars = _distinct(raw, star_column, _star)
    sectors = _distinct(raw, sector_column, _sector)
    if star_column is None:
        for column in filter(None, (first_of([name], columns) for name in (*NAMES, *OTHER_IDS))):
            kinds = len(set(words(raw.frame[column])))
            if 1 < kinds < size / 2:
                raise UnreadableLightCurve(
                    f"{column} holds {counted(kinds, 'value')}: light curves of several objects? Call the column "
                    "tic, kic or epic"
                )
    codes = stars[0] * max(1, len(sectors[1])) + sectors[0]
    found = []
    order = np.argsort(codes, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(codes[order])) + 1):
        star = stars[1][stars[0][rows[0]]] if stars[1] else (None, None)
        sector = sectors[1][sectors[0][rows[0]]] if sectors[1] else None
        found.append(Part(rows if len(rows) < size else slice(None), star[0], star[1], sector))
    return found


def target_of(raw: RawTable, part: Part, path: Path, cadence_s: float) -> Target:
    """The target of a part; what its rows do not say comes from the comments, then from the file's name.

    Parameters
    ----------
    raw : RawTable
    part : Part
        The rows of one star and sector.
    path : Path
        Its name may tell star and sector.
    cadence_s : float
        Median step of the times [s].

    Raises
    ------
    UnreadableLightCurve
        When nothing says whose light curve it is.
    """
    facts = {plain(key): value for key, value in raw.facts.items()}
    row = raw.frame.iloc[[0] if isinstance(part.rows, slice) else part.rows[:1]]
    catalogue, tic = star(raw, part, path)
    said_so = _first(facts, SECTORS)
    sector = part.sector if part.sector is not None else sector_in(said_so)
    if sector is None and not math.isnan(_number(said_so)):
        raise UnreadableLightCurve(f"sector {said_so} is out of range: 0 to 9999")
    if sector is None:
        match = re.search(r"(?<![a-z0-9])s(?:ector)?[_-]?(\d{1,4})(?!\d)", path.name, re.IGNORECASE)
        sector = int(match[1]) if match else 0

    def said(names: tuple[str, ...]) -> str:
        columns = raw.called(names)
        return _first(facts, names) or (words(row[columns[0]])[0] if len(columns) == 1 else "")

    return Target(
        tic=tic,
        catalogue=catalogue,
        sector=sector,
        cadence_s=cadence_s,
        product=re.sub(r"[^\w.+-]", "-", said(("product",)).strip()) or "table",
        **{name: _number(said(others)) for name, others in NUMBERS.items()},  # type: ignore[arg-type]
    )


def star(raw: RawTable, part: Part, path: Path) -> tuple[str, int]:
    """Catalogue and number of the star of a part; see `target_of`.

    Parameters
    ----------
    raw : RawTable
    part : Part
        The rows of one star and sector.
    path : Path
        Its name may tell the star.
    """
    if part.catalogue is not None and part.tic is not None:
        return part.catalogue, part.tic
    facts = {plain(key): value for key, value in raw.facts.items()}
    for key, catalogue in STARS.items():
        if key in facts and (found := star_of_cell(facts[key], catalogue)):
            return found
    for key in (*NAMES, *STARS):
        if key in facts and (found := star_in(facts[key])):
            return found
    if found := star_in(path.name):
        return found
    if long := re.search(r"(?<!\d)(\d{16})(?!\d)", path.name):
        return "TIC", int(long[1])
    raise UnreadableLightCurve(
        "whose light curve is it? Add a line `# tic: 261136679`, a column tic, or name the file TIC261136679.csv"
    )


def _distinct(raw: RawTable, column: str | None, read: Callable[[str, str], T]) -> tuple[NDArray[np.intp], list[T]]:
    """For each row which of the distinct values of a column it holds, and those values."""
    import pandas as pd

    if column is not None and read is _star:
        whole_words(raw.frame[column], column)
    if column is None:
        return np.zeros(len(raw.frame), dtype=np.intp), []
    codes, kinds = pd.factorize(pd.Series(raw.frame[column].to_numpy(), dtype=object), use_na_sentinel=False)
    values = [read(column, cell) for cell in words(pd.Series(kinds, dtype=object))]
    unique = sorted(set(values))
    place = {value: number for number, value in enumerate(unique)}
    return np.array([place[value] for value in values], dtype=np.intp)[codes], unique


def _star(column: str, cell: str) -> tuple[str, int]:
    found = star_of_cell(cell, STARS.get(name_and_unit(column)[0], ""))
    if found is None:
        raise UnreadableLightCurve(f"{column} holds {cell!r:.40}, which names no star: TIC, KIC or EPIC and a number")
    return found


def _sector(column: str, cell: str) -> int:
    number = sector_in(cell)
    if number is None:
        raise UnreadableLightCurve(f"{column} {cell!r:.20} is out of range: 0 to 9999")
    return number


def _column_of_names(raw: RawTable, columns: list[str]) -> str | None:
    """A column of names whose first cell names a star of a catalogue."""
    for name in NAMES:
        if (column := first_of([name], columns)) and star_in(words(raw.frame[column].iloc[:1])[0]):
            return column
    return None


def _first(facts: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((facts[name] for name in names if facts.get(name)), "")


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
