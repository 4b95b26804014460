"""Text tables: which separator and decimal mark they use, where their names are, and their cells as text.

pandas cuts the rows; a row with too few or too many cells is refused, since it would shift its neighbours.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from clara_engine.errors import UnreadableLightCurve
from clara_engine.readers.table_cells import is_missing, looks_like_number
from clara_engine.readers.table_names import FLUXES, STARS, first_of, is_time, star_in, unlike
from clara_engine.text import counted

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Layout", "decoded", "parsed", "read_layout"]

SEPARATORS = (";", "\t", ",", "|", " ")
SAMPLE_ROWS = 40
#: Names of columns are sought in so many comments.
SAMPLE_COMMENTS = 1000
#: Longer lines than this, and more columns, no table of light curves or stars has.
LONGEST_LINE, MOST_COLUMNS = 1 << 17, 10_000
#: Each takes some 70 bytes of memory while it is read.
MOST_CELLS = 8_000_000
DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+([eE][+-]?\d+)?")
DECIMAL_POINT = re.compile(r"[+-]?\d*\.\d+([eE][+-]?\d+)?")
STATEMENT = re.compile(r"([\w .-]{1,40}?)\s*[:=]\s*(.+)")


@dataclass(frozen=True, slots=True)
class Layout:
    """How a text table is written.

    Attributes
    ----------
    separator : str
        A blank stands for any run of blanks.
    decimal : str
        Decimal mark, ``"."`` or ``","``.
    names : tuple of str
        Of the columns; ``"1"``, ``"2"`` … where the file gives none.
    named : bool
        Whether the file names them.
    facts : dict of str
        What comments say of the star: ``# tic: 261136679``.
    rows : list of str
        Lines of data.
    units : tuple of str
        Of the columns, where a line below their names gives them.
    """

    separator: str
    decimal: str
    names: tuple[str, ...]
    named: bool
    facts: dict[str, str] = field(default_factory=dict)
    rows: list[str] = field(default_factory=list)
    units: tuple[str, ...] = ()


def decoded(content: bytes) -> str:
    """The text of a file: UTF-8 or UTF-16 with or without its mark, otherwise Windows' Latin letters.

    Raises
    ------
    UnreadableLightCurve
        No text.
    """
    wide = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text and "\ufeff" not in text[:4096]:
            return text.replace("\u2212", "-")  # the minus of typesetters
    raise UnreadableLightCurve("neither a FITS file nor text")


def read_layout(text: str) -> Layout:
    """Find out how a text table is written.

    Raises
    ------
    UnreadableLightCurve
        No rows.
    """
    lines = (text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text).split("\n")
    if lines[0].lower().startswith("sep=") and len(lines[0].strip()) <= len("sep=,"):  # a line for spreadsheets
        lines = lines[1:]
    if (longest := max(map(len, lines))) > LONGEST_LINE:
        raise UnreadableLightCurve(f"a line of {counted(longest, 'letter')}, where {LONGEST_LINE:,} are the most")
    comments = [line.lstrip("# \t") for line in lines if line.startswith("#")]
    rows = (
        [line for line in lines if line and not line.startswith("#") and not line.isspace()]
        if comments
        else [line for line in lines if line and not line.isspace()]
    )
    if not rows:
        raise UnreadableLightCurve("the file is empty: no samples")
    sample = rows[:SAMPLE_ROWS]
    separator = _separator(sample)
    split = [_split(row, separator) for row in sample]
    if (widest := max(map(len, split))) > MOST_COLUMNS:
        raise UnreadableLightCurve(f"{counted(widest, 'column')}, where {MOST_COLUMNS:,} are the most")
    names = [name.strip(" \"'") for name in split[0]]
    units: list[str] = []
    width = _usual_width(split)
    filled = [name for name in names if not is_missing(name)]
    above = _names_above(comments[:SAMPLE_COMMENTS], separator, width)
    words = bool(filled) and sum(map(looks_like_number, filled)) < len(names) / 2
    if named := words and (not above or _are_known(names)):
        rows, split = rows[1:], split[1:]
        width = _usual_width(split) if split else len(names)
        if width == len(names) + 1:  # a separator at each end, or R's names of rows without a name
            trailing = all(not row[-1].strip() for row in split if len(row) == width)
            names = [*names, ""] if trailing else ["", *names]
        if split and [cell.strip(" \"'") for cell in split[0]] == names:  # the names twice
            rows, split = rows[1:], split[1:]
        if _gives_units(split):
            units, rows, split = [cell.strip(" \"'()[]") for cell in split[0]], rows[1:], split[1:]
    else:
        named, names = bool(above), above or [str(number) for number in range(1, width + 1)]
    return Layout(separator, _decimal(split, separator), unlike(names), named, _facts(comments), rows, tuple(units))


def parsed(layout: Layout) -> pd.DataFrame:
    """The cells of a text table, all of them as text.

    Raises
    ------
    UnreadableLightCurve
        Rows of different lengths, quotes that are never closed.
    """
    import pandas as pd

    names = list(layout.names)
    if not layout.rows:
        return pd.DataFrame({name: pd.Series(dtype=object) for name in names})
    if (cells := len(layout.rows) * len(names)) > MOST_CELLS:
        raise UnreadableLightCurve(f"{counted(cells, 'cell')}, where {MOST_CELLS:,} are the most: write a file a star")
    body = "\n".join(layout.rows)
    quote = "'" if '"' not in body and layout.rows[0].lstrip().startswith("'") else '"'
    try:
        for number, width in enumerate(_widths(layout.rows, body, layout.separator), start=1):
            if width != len(names):
                raise UnreadableLightCurve(
                    f"row {number} has {width} of {counted(len(names), 'column')}; the file is damaged"
                )
        frame = pd.read_csv(
            io.StringIO(body),
            sep=r"\s+" if layout.separator == " " else layout.separator,
            header=None,
            names=list(range(len(names))),
            index_col=False,
            dtype=object,
            na_filter=False,
            quotechar=quote,
            skipinitialspace=True,
        )
    except (ValueError, OverflowError, csv.Error) as error:
        raise UnreadableLightCurve("its rows can't be told apart: is a quote opened and never closed?") from error
    return frame.set_axis(names, axis=1)


def _separator(rows: Sequence[str]) -> str:
    """The separator that cuts rows alike and leaves most numbers whole; of equals the first of `SEPARATORS`."""

    def merit(separator: str) -> tuple[float, float]:
        cut = [_split(row, separator) for row in rows]
        width = _usual_width(cut)
        alike = [cells for cells in cut if len(cells) == width]
        if width < 2:
            return 0.0, 0.0
        cells = [cell for row in alike for cell in row]
        whole = sum(looks_like_number(cell) or is_missing(cell) for cell in cells)
        return len(alike) / len(rows), whole / len(cells)

    return max(SEPARATORS, key=merit)  # of equals max takes the first


def _split(row: str, separator: str) -> list[str]:
    if separator == " ":
        row = " ".join(row.split())
    elif '"' not in row:
        return row.split(separator)
    return next(csv.reader([row], delimiter=separator, skipinitialspace=True), [""])


def _usual_width(rows: Sequence[Sequence[str]]) -> int:
    return Counter(map(len, rows)).most_common(1)[0][0] if rows else 0


def _widths(rows: Sequence[str], body: str, separator: str) -> Iterator[int]:
    if '"' in body:
        reader = csv.reader(io.StringIO(body), delimiter=separator, skipinitialspace=True)
        if separator == " ":
            reader = csv.reader((" ".join(row.split()) for row in rows), delimiter=" ")
        return (len(row) for row in reader if row)
    if separator == " ":
        return (len(row.split()) for row in rows)
    return (row.count(separator) + 1 for row in rows)


def _gives_units(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first of some rows stands in columns of numbers without being any."""
    if len(rows) < 3 or len(rows[0]) != len(rows[1]):
        return False
    first, rest = rows[0], [row for row in rows[1:] if len(row) == len(rows[0])]
    below = [[row[place] for row in rest if not is_missing(row[place])] for place in range(len(first))]
    numeric = [place for place, cells in enumerate(below) if cells and all(map(looks_like_number, cells))]
    filled = [first[place] for place in numeric if not is_missing(first[place])]
    return bool(filled) and not any(map(looks_like_number, filled))


def _decimal(rows: Sequence[Sequence[str]], separator: str) -> str:
    cells = [cell.strip(" \"'") for row in rows for cell in row]
    commas = sum(DECIMAL_COMMA.fullmatch(cell) is not None for cell in cells)
    points = sum(DECIMAL_POINT.fullmatch(cell) is not None for cell in cells)
    return "," if commas and not points else "."


def _names_above(comments: Sequence[str], separator: str, width: int) -> list[str]:
    """The names of the columns, where comments hold them: the last line of the right length with known names."""
    found: list[str] = []
    for comment in comments:
        for mark in dict.fromkeys((separator, " ", ",", "\t")):
            names = [name.strip(" \"'#") for name in _split(comment, mark)]
            if len(names) == width and not any(map(looks_like_number, names)):
                found = names if _are_known(names) else found
                break
    return found


def _are_known(names: Sequence[str]) -> bool:
    """Whether names are those of a light curve or of a table of stars."""
    fluxes = {name for group in FLUXES.values() for name in group}
    return first_of(STARS, names) is not None or (any(map(is_time, names)) and first_of(fluxes, names) is not None)


def _facts(comments: Sequence[str]) -> dict[str, str]:
    facts = {found[1]: found[2] for comment in comments if (found := STATEMENT.fullmatch(comment.strip()))}
    stars = {star for comment in comments if (star := star_in(comment))}
    if len(stars) == 1:
        catalogue, number = stars.pop()
        facts.setdefault(catalogue, str(number))
    return facts
