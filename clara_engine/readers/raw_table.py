"""Columns of a table, and what its file says beside them, before anybody says what they mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

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
