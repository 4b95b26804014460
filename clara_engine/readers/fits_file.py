"""The few parts of FITS that light curves need: headers, and single columns of binary tables.

`astropy.io.fits` describes every column of a table before it gives one of them, which costs more than the numbers
themselves. Here only the asked column is looked at, and a damaged header is a plain error instead of warnings.
Format: FITS Standard 4.0, sections 3, 4 and 7.3 (https://fits.gsfc.nasa.gov/fits_standard.html).
"""

from __future__ import annotations

import contextlib
import gzip
import math
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np
from numpy.typing import NDArray

from clara_engine.errors import UnreadableLightCurve

__all__ = ["FitsFile", "Header", "Table", "number", "open_fits", "word"]

BLOCK = 2880
LARGEST_HDU = 1 << 30
CARD = re.compile(r"([A-Z0-9_-]{1,8}) *= *(?:'((?:[^']|'')*)'|([TF])(?=[ /]|$)|([-+.0-9EDed]+)(?=[ /]|$))")
END_CARD = re.compile(rb"END {77}")
NUMBERS = {"B": "u1", "I": ">i2", "J": ">i4", "K": ">i8", "E": ">f4", "D": ">f8"}
ITEM_BYTES = {"L": 1, "B": 1, "A": 1, "I": 2, "J": 4, "E": 4, "K": 8, "D": 8, "C": 8, "P": 8, "M": 16, "Q": 16}


Header = dict[str, str | float | bool]


def word(header: Header, key: str, default: str = "") -> str:
    """The text under `key`; `default` where it is missing, empty or no text."""
    value = header.get(key)
    return value if isinstance(value, str) else default


def number(header: Header, key: str, default: float = math.nan) -> float:
    """The finite number under `key`; `default` where it is missing, empty or no number."""
    value = header.get(key)
    return value if isinstance(value, float) and math.isfinite(value) else default


def parse_header(cards: str) -> Header:
    """The keywords of a header that have a value; of repeated ones the first, of damaged ones none."""
    header: Header = {}
    for start in range(0, len(cards), 80):
        if card := CARD.match(cards[start : start + 80]):
            key, text, truth, digits = card.groups()
            if text is not None:
                header.setdefault(key, text.replace("''", "'").strip())
            elif truth:
                header.setdefault(key, truth == "T")
            else:
                with contextlib.suppress(ValueError):
                    header.setdefault(key, float(digits.replace("D", "E")))
    return header


@dataclass(frozen=True, slots=True)
class Column:
    """Where one column lies: its number from 1, its FITS type, its first byte in a row, its numbers a row."""

    index: int
    kind: str
    offset: int
    repeat: int


@dataclass(frozen=True, slots=True)
class Table:
    """A binary table: its header, its columns, and the bytes of its rows (empty when only headers were read)."""

    header: Header
    columns: dict[str, Column]
    rows: int
    row_bytes: int
    data: bytes

    @classmethod
    def parse(cls, header: Header, data: bytes) -> Table:
        """Find the columns that `header` describes."""
        columns: dict[str, Column] = {}
        row_bytes, offset = int(number(header, "NAXIS1", 0)), 0
        for i in range(1, int(number(header, "TFIELDS", 0)) + 1):
            form = re.match(r"\s*(\d*)([A-Z])", word(header, f"TFORM{i}"))
            if form is None or (form[2] not in ITEM_BYTES and form[2] != "X"):
                raise UnreadableLightCurve(f"column {i} of the table has no valid TFORM; the header is damaged")
            repeat = int(form[1] or 1)
            if name := word(header, f"TTYPE{i}").upper():
                columns[name] = Column(i, form[2], offset, repeat)
            offset += -(-repeat // 8) if form[2] == "X" else repeat * ITEM_BYTES[form[2]]
        if offset > row_bytes:
            raise UnreadableLightCurve("the columns are wider than the rows of the table; the header is damaged")
        return cls(header, columns, int(number(header, "NAXIS2", 0)), row_bytes, data)

    def __contains__(self, name: str) -> bool:
        return name in self.columns

    def unit(self, name: str) -> str:
        """The unit of a column as its header writes it, empty when it gives none."""
        return word(self.header, f"TUNIT{self.columns[name].index}")

    def column(self, name: str) -> NDArray[Any]:
        """One column in native byte order, shape (rows,) or (rows, repeat); scaled, and NaN where it is null."""
        column = self.columns[name]
        if column.kind not in NUMBERS:
            raise UnreadableLightCurve(f"column {name} holds no numbers (TFORM {column.kind})")
        if self.rows < 0 or self.row_bytes * self.rows > len(self.data):
            raise UnreadableLightCurve("the table's rows are not all there; the header is damaged")
        kind = np.dtype(NUMBERS[column.kind])
        shape, strides = (self.rows, column.repeat), (self.row_bytes, kind.itemsize)
        values = np.ndarray(shape, kind, self.data, column.offset, strides).astype(kind.newbyteorder("="))
        null = number(self.header, f"TNULL{column.index}")
        if kind.kind in "iu" and not math.isnan(null):
            values = np.where(values == null, np.nan, values.astype(np.float64))
        scale, zero = (
            number(self.header, f"{key}{column.index}", one) for key, one in (("TSCAL", 1.0), ("TZERO", 0.0))
        )
        if (scale, zero) != (1.0, 0.0):
            values = values * scale + zero
        return values[:, 0] if column.repeat == 1 else values

    def text(self, name: str) -> list[str]:
        """One column of text, without the blanks at the end."""
        column = self.columns[name]
        if column.kind != "A":
            raise UnreadableLightCurve(f"column {name} holds no text (TFORM {column.kind})")
        if self.rows < 0 or self.row_bytes * self.rows > len(self.data):
            raise UnreadableLightCurve("the table's rows are not all there; the header is damaged")
        shape, strides = (self.rows,), (self.row_bytes,)
        if not column.repeat:
            return [""] * self.rows
        cells = np.ndarray(shape, f"S{column.repeat}", self.data, column.offset, strides)
        return [cell.decode("latin-1").rstrip(" \0") for cell in cells.tolist()]


@dataclass(frozen=True, slots=True)
class FitsFile:
    """What was read of one file: the primary header and the binary tables."""

    path: Path
    primary: Header
    tables: tuple[Table, ...]

    @property
    def table(self) -> Table:
        """The table that holds the light curve: the one named LIGHTCURVE, otherwise the first."""
        if not self.tables:
            raise UnreadableLightCurve("the file holds no table")
        return self.named("LIGHTCURVE") or self.tables[0]

    def named(self, extension: str) -> Table | None:
        """The table whose EXTNAME is `extension`, upper and lower case alike."""
        return next((table for table in self.tables if word(table.header, "EXTNAME").upper() == extension), None)


def open_fits(path: str | PathLike[str], *, headers_only: bool = False) -> FitsFile:
    """Read a FITS file, plain or gzipped.

    Parameters
    ----------
    path : path-like
    headers_only : bool
        Stop after the header of the first table, which is fast, and leave `Table.data` empty.

    Raises
    ------
    UnreadableLightCurve
        The file can't be opened, is no FITS file, is truncated, or is damaged. The message does not name the file.
    """
    path = Path(path)
    try:
        with _opened(path) as stream:
            hdus = list(_hdus(stream, headers_only))
    except FileNotFoundError:
        raise UnreadableLightCurve("no such file") from None
    except PermissionError:
        raise UnreadableLightCurve("permission denied: this user may not read it") from None
    except (EOFError, zlib.error) as error:
        raise UnreadableLightCurve("truncated or damaged gzip file: fetch it again") from error
    except gzip.BadGzipFile as error:
        raise UnreadableLightCurve(f"damaged gzip file ({error}): fetch it again") from error
    except OSError as error:
        raise UnreadableLightCurve(f"can't be read: {error.strerror or error}") from error
    tables = tuple(Table.parse(header, data) for header, data in hdus if word(header, "XTENSION") == "BINTABLE")
    return FitsFile(path, hdus[0][0], tables)


def _opened(path: Path) -> BinaryIO:
    if path.is_dir():
        raise UnreadableLightCurve("is a folder, not a file")
    if path.exists() and not path.is_file():
        raise UnreadableLightCurve("is not a regular file")
    with path.open("rb") as plain:
        zipped = plain.read(2) == b"\x1f\x8b"
    return cast(BinaryIO, gzip.open(path)) if zipped else path.open("rb")


def _hdus(stream: BinaryIO, headers_only: bool) -> Iterator[tuple[Header, bytes]]:
    block = stream.read(BLOCK)
    if not block:
        raise UnreadableLightCurve("the file is empty")
    if not block.startswith(b"SIMPLE  ="):
        raise UnreadableLightCurve("not a FITS file")
    while block.startswith((b"SIMPLE  =", b"XTENSION")):
        header = _header(stream, block)
        if headers_only and word(header, "XTENSION") == "BINTABLE":
            yield header, b""
            return
        size = _data_bytes(header)
        data = stream.read(size)
        if len(data) < size:
            raise UnreadableLightCurve(f"truncated: {size - len(data)} of {size} bytes of data are missing")
        yield header, data
        stream.read(-size % BLOCK)
        block = stream.read(BLOCK)


def _header(stream: BinaryIO, block: bytes) -> Header:
    cards = bytearray(block)
    while not (end := END_CARD.search(cards, max(0, len(cards) - BLOCK - 80))):
        block = stream.read(BLOCK)
        if not block:
            raise UnreadableLightCurve("truncated in a header")
        if len(cards) > 500 * BLOCK:
            raise UnreadableLightCurve("a header without end; the file is damaged")
        cards += block
    try:
        return parse_header(cards[: end.start()].decode("ascii"))
    except UnicodeDecodeError as error:
        raise UnreadableLightCurve("a header is damaged") from error


def _data_bytes(header: Header) -> int:
    axes = [int(number(header, f"NAXIS{i}", -1)) for i in range(1, int(number(header, "NAXIS", 0)) + 1)]
    parameters = int(number(header, "PCOUNT", 0))
    size = abs(int(number(header, "BITPIX", 8))) // 8 * (parameters + math.prod(axes)) if axes else 0
    if parameters < 0 or any(axis < 0 for axis in axes):
        raise UnreadableLightCurve("a header gives no valid size of its data; the file is damaged")
    if size > LARGEST_HDU:
        raise UnreadableLightCurve(f"a header promises {size / 1e9:.3g} GB, too much for a light curve")
    return size
