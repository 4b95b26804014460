"""Tables as CSV that a spreadsheet opens without running what somebody wrote into a name or a note."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["harmless", "write_csv"]

#: What a spreadsheet takes for the beginning of a formula, also behind spaces.
FORMULA = re.compile(r"\s*[=+\-@\t\r]")
NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*")


def harmless(cell: object) -> object:
    r"""A cell; before text that a spreadsheet would run as a formula stands an apostrophe.

    Numbers stay as they are, also those that are kept as text. A line ends with ``\n`` alone, because pandas writes a
    lone ``\r`` without quotes and then reads two rows.

    Parameters
    ----------
    cell : object

    References
    ----------
    .. [1] OWASP, "CSV Injection".

    Examples
    --------
    >>> harmless("=HYPERLINK(A1)"), harmless("-12.5"), harmless(-12.5)
    ("'=HYPERLINK(A1)", '-12.5', -12.5)
    """
    if not isinstance(cell, str):
        return cell
    text = cell.replace("\r\n", "\n").replace("\r", "\n")
    return f"'{text}" if FORMULA.match(cell) and not NUMBER.fullmatch(cell) else text


def write_csv(table: pd.DataFrame, file: Path | BytesIO) -> None:
    """Write a table without its index; text in it is made `harmless`.

    Parameters
    ----------
    table : DataFrame
    file : Path or BytesIO
    """
    texts = table.select_dtypes(exclude=["number", "datetime", "datetimetz"]).map(harmless, na_action="ignore")
    table.assign(**texts).rename(columns=harmless).to_csv(file, index=False)
