"""Cells of a table as numbers. Nothing is coerced silently: what is neither a number nor missing is counted."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from clara_engine.errors import UnreadableLightCurve

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MISSING", "Numbers", "is_missing", "looks_like_number", "numbers", "whole_words", "words"]

#: What people and programs write where there is nothing, in lower case.
MISSING = frozenset(
    {
        "",
        "nan",
        "-nan",
        "+nan",
        "nat",
        "na",
        "n/a",
        "#n/a",
        "#na",
        "<na>",
        "null",
        "none",
        "nil",
        "masked",
        "missing",
        "nodata",
        "-",
        "--",
        "---",
        "...",
        "…",
    }
)
NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eEdD][+-]?\d+)?|[+-]?inf(inity)?", re.IGNORECASE)
FORTRAN = re.compile(r"([+-]?\d*\.?\d*)[dD]([+-]?\d+)")


@dataclass(frozen=True, slots=True)
class Numbers:
    """A column as numbers.

    Attributes
    ----------
    values : ndarray of float64, shape (n,)
        NaN where the cell is missing or no number.
    strange : int
        Cells that are neither a number nor missing.
    example : str
        The first of those.
    """

    values: NDArray[np.float64]
    strange: int = 0
    example: str = ""

    @property
    def are_none(self) -> str:
        """What is wrong with the strange cells, after their number."""
        what = "is no number" if self.strange == 1 else "are no numbers"
        return f"{what}, such as {self.example!r:.40}"


def looks_like_number(cell: str) -> bool:
    """Whether a cell is written as a number, with a point or a comma.

    Examples
    --------
    >>> looks_like_number("1.5e3"), looks_like_number("12 May")
    (True, False)
    """
    return NUMBER.fullmatch(cell.strip()) is not None


def is_missing(cell: str) -> bool:
    """Whether a cell says that there is nothing.

    Examples
    --------
    >>> [cell for cell in ("", "nan", "0", "--") if is_missing(cell)]
    ['', 'nan', '--']
    """
    return cell.strip().lower() in MISSING


def numbers(column: pd.Series, decimal: str = ".") -> Numbers:
    """Cells of a column as numbers; text is read with `decimal`, numbers stay as they are.

    Parameters
    ----------
    column : Series
        Cells as the file types them, or as text.
    decimal : str
        Decimal mark of text, a point or a comma.

    Returns
    -------
    Numbers
        NaN for missing cells and for those that are no numbers.
    """
    import pandas as pd

    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        return Numbers(column.to_numpy(dtype=np.float64, na_value=np.nan))
    if decimal == ",":
        column = column.map(lambda cell: cell.replace(",", ".") if isinstance(cell, str) else cell)
    values = _parsed(column)
    doubtful = np.flatnonzero(np.isnan(values))
    if not doubtful.size:
        return Numbers(values)
    cells = column.iloc[doubtful].map(_text)
    bad = ~cells.map(is_missing).to_numpy(dtype=bool)
    if not bad.any():
        return Numbers(values)
    again = cells[bad].map(lambda cell: FORTRAN.sub(r"\1e\2", cell) if FORTRAN.fullmatch(cell) else cell)
    values[doubtful[bad]] = _parsed(again)
    still = np.isnan(values[doubtful[bad]])
    return Numbers(values, int(still.sum()), str(cells[bad][still].iloc[0]) if still.any() else "")


def words(column: pd.Series) -> list[str]:
    """Cells of a column as text, empty where missing; whole numbers keep all of their digits."""
    return ["" if is_missing(cell) else cell for cell in map(_text, column.tolist())]


def whole_words(column: pd.Series, name: str) -> list[str]:
    """`words` of a column of numbers of stars.

    Parameters
    ----------
    column : Series
        Numbers of stars, as the file types them.
    name : str
        What the file calls the column; for the reason.

    Returns
    -------
    list of str
        One text a row, all digits kept.

    Raises
    ------
    UnreadableLightCurve
        It holds floating-point numbers too large for all of their digits, which name other stars.
    """
    import pandas as pd

    if pd.api.types.is_float_dtype(column):
        values = column.to_numpy(dtype=np.float64, na_value=np.nan)
        digits = np.finfo(str(column.dtype).lower()).nmant + 1
        if (np.abs(values) > 2.0**digits).any():
            raise UnreadableLightCurve(
                f"{name} has lost digits: its numbers are floating-point of {digits} bits; write whole numbers or text"
            )
    return words(column)


def _parsed(column: pd.Series) -> NDArray[np.float64]:
    import pandas as pd

    if pd.api.types.is_bool_dtype(column) or pd.api.types.is_datetime64_any_dtype(column):
        return np.full(len(column), np.nan)
    values = pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan).copy()
    if not pd.api.types.is_numeric_dtype(column):  # pandas is off by some 1e-14 in a number of many digits
        cells = column.tolist()
        for place in np.flatnonzero(np.isfinite(values)):
            with suppress(ValueError, TypeError):
                values[place] = float(cells[place])
    return values


def _text(cell: Any) -> str:
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, np.ndarray):
        return str(cell.tolist())
    if cell is None or cell is np.ma.masked or type(cell).__name__ == "NAType" or cell != cell:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return str(int(cell))
    return str(cell).strip()
