"""What the cards of a FITS header say of its data: how long they are, and where the columns of a table lie.

Files of one product say it in the same cards, so it is worked out once for all of them.
Format: FITS Standard 4.0, sections 4.4.1 and 7.3 (https://fits.gsfc.nasa.gov/fits_standard.html).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clara_engine.errors import UnreadableLightCurve
from clara_engine.readers.fits_header import Header, number, word
from clara_engine.readers.table_names import unlike

__all__ = ["NUMBERS", "Buffer", "Column", "Columns", "Extent", "columns_of", "extent_of"]

Buffer = bytes | bytearray | memoryview

LARGEST_HDU = 1 << 30
#: So many structures are remembered.
KEPT = 256
#: By the standard, of axes as of columns.
MOST = 999
NUMBERS = {"B": "u1", "I": ">i2", "J": ">i4", "K": ">i8", "E": ">f4", "D": ">f8"}
ITEM_BYTES = {"L": 1, "B": 1, "A": 1, "I": 2, "J": 4, "E": 4, "K": 8, "D": 8, "C": 8, "P": 8, "M": 16, "Q": 16}


@dataclass(frozen=True, slots=True)
class Column:
    """Where one column lies, and what its numbers mean.

    Attributes
    ----------
    kind : str
        FITS type, a letter.
    offset : int
        First byte in a row.
    repeat : int
        Numbers a row.
    unit : str
        As the header writes it; empty where it gives none.
    null : float
        What stands for "missing" in a column of whole numbers, before scaling; NaN where nothing does.
    scale, zero : float
        Numbers are multiplied by `scale`, then `zero` is added.
    """

    kind: str
    offset: int
    repeat: int
    unit: str = ""
    null: float = math.nan
    scale: float = 1.0
    zero: float = 0.0

    def cells(self, rows: Buffer, count: int, row_bytes: int) -> NDArray[Any]:
        """A view of its numbers, shape (count, repeat), or of its texts, shape (count,).

        Parameters
        ----------
        rows : bytes, bytearray or memoryview
            The rows of the table as they are in the file, big-endian.
        count : int
            Number of rows.
        row_bytes : int
            Length of a row [bytes].
        """
        if self.kind == "A":
            return np.ndarray((count,), f"S{self.repeat}", rows, self.offset, (row_bytes,))
        kind = np.dtype(NUMBERS[self.kind])
        return np.ndarray((count, self.repeat), kind, rows, self.offset, (row_bytes, kind.itemsize))


@dataclass(frozen=True, slots=True)
class Extent:
    """Bytes of data after a header, whether they are a binary table, and the name of the extension in capitals."""

    size: int
    table: bool
    name: str


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a binary table by name, its number of rows, and their length [bytes]."""

    named: Mapping[str, Column]
    rows: int
    row_bytes: int


@lru_cache(KEPT)
def extent_of(structure: str) -> Extent:
    """How long the data are that `Header.structure` announces.

    Raises
    ------
    UnreadableLightCurve
        No valid length, or one that no light curve has.
    """
    header = Header(structure.encode())
    axes = [int(number(header, f"NAXIS{i}", -1)) for i in range(1, _count(header, "NAXIS") + 1)]
    parameters = int(number(header, "PCOUNT", 0))
    size = abs(int(number(header, "BITPIX", 8))) // 8 * (parameters + math.prod(axes)) if axes else 0
    if parameters < 0 or any(axis < 0 for axis in axes):
        raise UnreadableLightCurve("a header gives no valid size of its data; the file is damaged")
    if size > LARGEST_HDU:
        raise UnreadableLightCurve(f"a header promises {size / 1e9:.3g} GB, too much for a light curve")
    return Extent(size, word(header, "XTENSION") == "BINTABLE", word(header, "EXTNAME").upper())


@lru_cache(KEPT)
def columns_of(structure: str) -> Columns:
    """The columns that `Header.structure` of a binary table describes.

    Raises
    ------
    UnreadableLightCurve
        A column without a valid form, or columns that are wider than the rows.
    """
    header = Header(structure.encode())
    columns: dict[str, Column] = {}
    offset = 0
    count = _count(header, "TFIELDS")
    names = unlike([word(header, f"TTYPE{i}").upper() for i in range(1, count + 1)])
    for i in range(1, count + 1):
        found = re.match(r"\s*(\d*)([A-Z])", word(header, f"TFORM{i}"))
        if found is None or (found[2] not in ITEM_BYTES and found[2] != "X"):
            raise UnreadableLightCurve(f"column {i} of the table has no valid TFORM; the header is damaged")
        repeat = int(found[1] or 1)
        if word(header, f"TTYPE{i}"):
            columns[names[i - 1]] = Column(
                found[2],
                offset,
                repeat,
                word(header, f"TUNIT{i}"),
                number(header, f"TNULL{i}"),
                number(header, f"TSCAL{i}", 1.0),
                number(header, f"TZERO{i}", 0.0),
            )
        offset += -(-repeat // 8) if found[2] == "X" else repeat * ITEM_BYTES[found[2]]
    row_bytes = int(number(header, "NAXIS1", 0))
    if offset > row_bytes:
        raise UnreadableLightCurve("the columns are wider than the rows of the table; the header is damaged")
    return Columns(columns, int(number(header, "NAXIS2", 0)), row_bytes)


def _count(header: Header, key: str) -> int:
    count = int(number(header, key, 0))
    if count > MOST:
        raise UnreadableLightCurve(f"{key} is {count:.3g}, and {MOST} is the most; the header is damaged")
    return count
