"""Tables of stars from elsewhere: whose row each is, and what its columns hold."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from clara_engine.errors import UnreadableLightCurve, WorkspaceError
from clara_engine.lightcurve import star_and_sector_of
from clara_engine.readers.open_table import read_table
from clara_engine.readers.raw_table import RawTable
from clara_engine.readers.table_cells import Numbers, numbers, whole_words, words
from clara_engine.readers.table_names import AGAIN, STARS, called_first, name_and_unit, plain, star_in
from clara_engine.readers.table_star import star_of_cell
from clara_engine.text import first_names, visible

__all__ = ["EXACT", "StarTable"]

TARGET_ID = "targetid"
#: A column with no more distinct whole numbers than this holds classes; other numbers are measurements.
MOST_CLASSES = 20
#: Larger whole numbers, such as Gaia's, lose digits when they are stored as floating-point numbers.
EXACT = 2**53


class StarTable:
    """A table with a column of stars, read by the parser of light curves and with the same names of columns.

    Attributes
    ----------
    keys : tuple of str
        The columns that say whose row it is: one a catalogue, or one of target ids or of names.
    by_target : bool
        Whether it holds ids of targets, not numbers of stars.
    owners : list of str
        For each row ``"TIC 261136679"`` or the id of a target, by the first of `keys`; empty where it names none.
    source : str
        The name of the file and a digest of its content: what its labels belong to.

    Raises
    ------
    WorkspaceError
        When the file can't be read, or nothing says whose row is whose.
    """

    def __init__(self, path: Path) -> None:
        self.name = visible(path.name)
        try:
            self._raw: RawTable = read_table(path)
            self.source = f"{self.name} {hashlib.sha256(path.read_bytes()).hexdigest()[:8]}"
        except (UnreadableLightCurve, OSError) as error:
            raise WorkspaceError(f"{self.name} can't be read as a table: {error}") from None
        if not self._raw.named:
            raise WorkspaceError(f"{self.name} has no line that names its columns")
        self.columns = self._raw.columns
        self.keys, self.by_target = self._keys()
        self._named = [self._owners(key) for key in self.keys]
        self.owners = self._named[0]

    def __len__(self) -> int:
        return len(self._raw.frame)

    def found(self, column: str) -> str:
        """A column by its name; capitals, blanks and signs alike.

        Raises
        ------
        WorkspaceError
            When there is none, or several that differ.
        """
        if column in self.columns:
            return column
        alike = [name for name in self.columns if plain(column) in (plain(name), plain(AGAIN.sub("", name)))]
        if found := self.only(alike):
            return found
        raise WorkspaceError(f"{self.name} has no column {column}; it has {first_names(self.columns)}")

    def only(self, columns: list[str], way_out: str = "name one of them") -> str | None:
        """The one of `columns`, which all have the same meaning; None where there is none.

        Parameters
        ----------
        columns : list of str
        way_out : str
            What a person can do where they differ.

        Raises
        ------
        WorkspaceError
            They differ.
        """
        try:
            return self._raw.only(columns, way_out)
        except UnreadableLightCurve as error:
            raise WorkspaceError(f"{self.name}: {error}") from None

    def unit(self, column: str) -> str:
        """The unit of a column, as the file or its name gives it; empty where neither does."""
        return self._raw.units.get(column, "") or name_and_unit(column)[1]

    @property
    def header(self) -> Mapping[str, object]:
        """What the file says of its times."""
        return self._raw.header

    def numbers(self, column: str) -> Numbers:
        """A column as numbers."""
        return numbers(self._raw.frame[self.found(column)], self._raw.decimal)

    def words(self, column: str) -> list[str]:
        """A column as text, empty where there is nothing."""
        return [visible(word) for word in words(self._raw.frame[self.found(column)])]

    def holds_numbers(self, column: str) -> bool:
        """Whether whatever a column holds is numbers."""
        found = self.numbers(column)
        return not found.strange and bool(np.isfinite(found.values).any())

    def labels(self, column: str) -> list[str]:
        """A column as labels, empty where a star has none.

        Text is the label. So is a number of a class: a column of whole numbers, few of them distinct (0 stays ``"0"``).
        Other numbers are measurements; having one makes the label ``"yes"``, 0 is none. Numbers of more than 53 bits
        are ids, and stay as they are written.

        Raises
        ------
        WorkspaceError
            Such ids are floating-point numbers, which have lost digits.
        """
        if not self.holds_numbers(column):
            return self.words(column)
        values = self.numbers(column).values
        usable = np.isfinite(values)
        if (np.abs(values[usable]) > EXACT).any():
            return self._whole(self.found(column))
        kinds = np.unique(values[usable])
        if len(kinds) <= MOST_CLASSES and (kinds == np.round(kinds)).all():
            return [str(int(value)) if known else "" for value, known in zip(values, usable, strict=True)]
        return ["yes" if known and value != 0 else "" for value, known in zip(values, usable, strict=True)]

    def rows_of(self, targets: pd.DataFrame) -> pd.DataFrame:
        """Registered targets (columns target_id, catalogue, tic) and the row of each: columns target_id, row."""
        on = targets["target_id"] if self.by_target else targets["catalogue"] + " " + targets["tic"].astype(str)
        registered = pd.DataFrame({"target_id": targets["target_id"], "owner": on})
        rows = pd.concat(pd.DataFrame({"owner": owners, "row": np.arange(len(self))}) for owners in self._named)
        found = registered.merge(rows[rows["owner"] != ""], on="owner")[["target_id", "row"]]
        return found.drop_duplicates(ignore_index=True)

    def _keys(self) -> tuple[tuple[str, ...], bool]:
        for name in self.columns:
            if name_and_unit(name)[0] == TARGET_ID and self._are_target_ids(name):
                return (name,), True
        catalogues = dict.fromkeys(STARS.values())
        known = [[name for name, of in STARS.items() if of == catalogue] for catalogue in catalogues]
        if found := [
            column for names in known if (column := self.only(called_first(names, self.columns), "leave one of them"))
        ]:
            return tuple(found), False
        for name in self.columns:
            if self._raw.frame[name].dtype == object:
                cells = [cell for cell in words(self._raw.frame[name]) if cell]
                if cells and all(map(star_in, cells)):
                    return (name,), False
        raise WorkspaceError(
            f"{self.name} has no TIC column; call one tic, kic, epic or target_id, or write TIC 261136679 in its "
            f"cells; it has {first_names(self.columns)}"
        )

    def _are_target_ids(self, name: str) -> bool:
        first = next(filter(None, words(self._raw.frame[name])), "")
        try:
            return bool(star_and_sector_of(first))
        except ValueError:
            return False

    def _whole(self, column: str) -> list[str]:
        """A column of ids as text with all of their digits."""
        try:
            cells = whole_words(self._raw.frame[column], column)
        except UnreadableLightCurve as error:
            raise WorkspaceError(f"{self.name}: {error}") from None
        if column not in self.keys and (short := next((cell for cell in cells if "e" in cell.lower()), "")):
            raise WorkspaceError(f"{self.name}: {column} holds {visible(short):.40}, an id that has lost digits")
        return cells

    def _owners(self, key: str) -> list[str]:
        if self.by_target:
            return words(self._raw.frame[key])
        cells = self._whole(key)
        catalogue = STARS.get(name_and_unit(key)[0], "")
        found: dict[str, str] = {"": ""}
        for cell in set(cells) - {""}:
            star = star_of_cell(cell, catalogue)
            if star is None:
                hint = ": spreadsheets shorten numbers, format the column as text" if "e" in cell.lower() else ""
                raise WorkspaceError(f"{self.name}: {key} holds {visible(cell)[:40]!r}, which names no star{hint}")
            found[cell] = f"{star[0]} {star[1]}"
        return [found[cell] for cell in cells]
