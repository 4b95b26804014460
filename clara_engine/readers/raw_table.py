"""Columns of a table, and what its file says beside them, before anybody says what they mean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from clara_engine.errors import UnreadableLightCurve
from clara_engine.readers.table_names import called_first

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["RawTable"]


@dataclass(frozen=True, slots=True)
class RawTable:
    """Columns of a file, and what it says beside them.

    Attributes
    ----------
    frame : DataFrame
        Text where the file is text, otherwise as the file types it.
    units : dict of str
        By name of column, where the file gives them apart from the names.
    facts : dict of str
        Statements on the whole table, as written.
    header : dict
        The same, for keywords of time.
    named : bool
        Whether the file names its columns; otherwise they are called ``"1"``, ``"2"`` …
    decimal : str
        Decimal mark of text.
    broken_rows : int
        Lines of text that continue the row before them, within quotes.
    """

    frame: pd.DataFrame
    units: dict[str, str] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)
    header: Mapping[str, object] = field(default_factory=dict)
    named: bool = True
    decimal: str = "."
    broken_rows: int = 0

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return list(map(str, self.frame.columns))

    def called(self, names: Iterable[str]) -> list[str]:
        """The columns that are called by the first of `names` that any is called by; of equal columns the first."""
        return self._unlike(called_first(names, self.columns))

    def one_of(self, names: Iterable[str], way_out: str) -> str | None:
        """The column that is called by the first of `names` that any is called by; None where there is none.

        Parameters
        ----------
        names : iterable of str
            Plain names, the preferred one first.
        way_out : str
            What a person can do where several columns have that name.

        Raises
        ------
        UnreadableLightCurve
            Several columns have that name, with other cells.
        """
        return self.only(called_first(names, self.columns), way_out)

    def only(self, columns: Sequence[str], way_out: str) -> str | None:
        """The one of `columns`, which all have the same meaning; None where there is none.

        Parameters
        ----------
        columns : sequence of str
        way_out : str
            What a person can do where they differ.

        Raises
        ------
        UnreadableLightCurve
            They differ.
        """
        found = self._unlike(columns)
        if len(found) > 1:
            raise UnreadableLightCurve(f"{', '.join(found):.120} mean the same and hold other cells; {way_out}")
        return found[0] if found else None

    def _unlike(self, columns: Sequence[str]) -> list[str]:
        """`columns` without those whose cells are those of an earlier one."""
        found: list[str] = []
        for name in columns:
            if not any(self.frame[name].equals(self.frame[other]) for other in found):
                found.append(name)
        return found
