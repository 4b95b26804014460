"""The few parts of FITS that light curves need: headers, and single columns of binary tables.

`astropy.io.fits` describes every column of a table before it gives one of them, which costs more than the numbers
themselves. Here only what is asked for is looked at: where a file is not gzipped, wanted columns are picked out of it
in one pass, and other tables are passed over. A damaged header is a plain error instead of warnings.
Format: FITS Standard 4.0, sections 3 and 7.3 (https://fits.gsfc.nasa.gov/fits_standard.html).
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import Any, BinaryIO, Self

import numpy as np
from numpy.typing import NDArray

from clara_engine.errors import UnreadableLightCurve
from clara_engine.readers.content import is_zipped, opened, other_kind, telling
from clara_engine.readers.fits_header import Header, Value, number, word
from clara_engine.readers.fits_structure import NUMBERS, Buffer, Column, Extent, columns_of, extent_of
from clara_engine.text import counted

__all__ = ["FITS_SUFFIXES", "FitsFile", "Header", "Table", "number", "open_fits", "word"]

#: Endings of the names of FITS files, in small letters.
FITS_SUFFIXES = (".fits", ".fits.gz", ".fit", ".fit.gz")

BLOCK = 2880
#: So much stays in a processor's cache while columns are picked from it [bytes].
PASS = 1 << 20
#: Twenty years of 2-minute data are 5.3 million.
MOST_ROWS = 8_000_000
#: No light curve unzips to more; target pixel files may, and are read plain.
LARGEST_UNZIPPED = 1 << 28
END_CARD = re.compile(rb"END {77}")


@dataclass(frozen=True, slots=True)
class Data:
    """The data of one table: in memory, or in an open file from its byte `start` on."""

    size: int = 0
    held: Buffer = b""
    stream: BinaryIO | None = None
    start: int = 0

    def pick(self, columns: Iterable[Column], count: int, row_bytes: int) -> list[NDArray[Any]]:
        """Some columns of the first `count` rows, in native byte order.

        Parameters
        ----------
        columns : iterable of Column
        count : int
            Number of rows.
        row_bytes : int
            Length of a row [bytes].

        Returns
        -------
        list of ndarray
            An array for each column, shape (count, repeat), or (count,) for texts.
        """
        if self.stream is None:
            return [_native(column.cells(self.held, count, row_bytes)) for column in columns]
        at_once = max(1, min(count, PASS // max(1, row_bytes)))
        rows = bytearray(at_once * row_bytes)
        views = [column.cells(rows, at_once, row_bytes) for column in columns]
        found = [np.empty((count, *view.shape[1:]), view.dtype.newbyteorder("=")) for view in views]
        self.stream.seek(self.start)
        for first in range(0, count, at_once):
            part = min(at_once, count - first)
            got = self.stream.readinto(memoryview(rows)[: part * row_bytes])  # type: ignore[attr-defined]
            if got < part * row_bytes:
                missing = self.size - first * row_bytes - got
                raise UnreadableLightCurve(f"truncated: {missing} of {self.size} bytes of data are missing")
            for values, view in zip(found, views, strict=True):
                values[first : first + part] = view[:part]
        return found


@dataclass(frozen=True, slots=True)
class Table:
    """A binary table: its header, its columns, and where its rows are (nowhere when only headers were read)."""

    header: Mapping[str, Value]
    name: str
    columns: Mapping[str, Column]
    rows: int
    row_bytes: int
    data: Data
    _picked: dict[str, NDArray[Any]] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def parse(cls, header: Header, name: str, data: Data) -> Table:
        """Find the columns that `header` describes.

        Parameters
        ----------
        header : Header
            Of a binary table.
        name : str
            Of the extension.
        data : Data
            Where its rows are.

        Raises
        ------
        UnreadableLightCurve
            As `columns_of`.
        """
        columns = columns_of(header.structure)
        return cls(header, name, columns.named, columns.rows, columns.row_bytes, data)

    def __contains__(self, name: str) -> bool:
        return name in self.columns

    def unit(self, name: str) -> str:
        """The unit of a column as its header writes it, empty when it gives none."""
        return self.columns[name].unit

    def read(self, names: Iterable[str]) -> None:
        """Read columns together, for whoever asks for each of them next."""
        wanted = {name: self.columns[name] for name in names if self.columns[name].kind in (*NUMBERS, "A")}
        if self.rows < 0 or self.row_bytes * self.rows > self.data.size:
            raise UnreadableLightCurve("the table's rows are not all there; the header is damaged")
        if self.rows > MOST_ROWS:
            raise UnreadableLightCurve(
                f"{counted(self.rows, 'row')}, where {MOST_ROWS:,} are the most in a light curve"
            )
        with telling():
            found = self.data.pick(wanted.values(), self.rows, self.row_bytes)
        self._picked.update(zip(wanted, found, strict=True))

    def null(self, name: str) -> float:
        """What stands for "missing" in a column of whole numbers, scaled as these are; NaN where nothing does."""
        column = self.columns[name]
        return column.null * column.scale + column.zero

    def numeric(self, name: str) -> Column:
        """Where a column of numbers lies."""
        column = self.columns[name]
        if column.kind not in NUMBERS:
            raise UnreadableLightCurve(
                f"column {name} holds no numbers (TFORM {column.kind}): name others with --columns"
            )
        return column

    def column(self, name: str) -> NDArray[Any]:
        """One column in native byte order, shape (rows,) or (rows, repeat); scaled, and NaN where it is null."""
        column = self.numeric(name)
        values = self._cells(name)
        if values.dtype.kind in "iu" and not math.isnan(column.null):
            values = np.where(values == column.null, np.nan, values.astype(np.float64))
        if (column.scale, column.zero) != (1.0, 0.0):
            values = values * column.scale + column.zero
        return values[:, 0] if column.repeat == 1 else values

    def text(self, name: str) -> list[str]:
        """One column of text, without the blanks at the end."""
        column = self.columns[name]
        if column.kind != "A":
            raise UnreadableLightCurve(f"column {name} holds no text (TFORM {column.kind})")
        if not column.repeat:
            return [""] * self.rows
        return [cell.decode("latin-1").rstrip(" \0") for cell in self._cells(name).tolist()]

    def _cells(self, name: str) -> NDArray[Any]:
        if name not in self._picked:
            self.read((name,))
        return self._picked.pop(name)


@dataclass(frozen=True, slots=True)
class FitsFile:
    """One file: the primary header and the binary tables, whose rows can be read until it is closed."""

    path: Path
    primary: Mapping[str, Value]
    tables: tuple[Table, ...]
    stream: BinaryIO
    _main: Table | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_main", self.named("LIGHTCURVE") or next(iter(self.tables), None))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stream.close()

    @property
    def table(self) -> Table:
        """The table that holds the light curve: the one named LIGHTCURVE, otherwise the first."""
        if self._main is None:
            raise UnreadableLightCurve("the file holds no table")
        return self._main

    def named(self, extension: str) -> Table | None:
        """The table whose EXTNAME is `extension`, upper and lower case alike."""
        return next((table for table in self.tables if table.name == extension), None)


def open_fits(path: str | PathLike[str], content: bytes | None = None, *, headers_only: bool = False) -> FitsFile:
    """Open a FITS file, plain or gzipped, and read its headers; ``with open_fits(path) as file:`` closes it.

    Parameters
    ----------
    path : path-like
    content : bytes, optional
        What `clara_engine.readers.content.content_of` read before: then the file itself is left alone.
    headers_only : bool
        Stop after the header of the first table, which is fast, and leave `Table.data` empty.

    Raises
    ------
    UnreadableLightCurve
        The file can't be opened, is no FITS file, is truncated, or is damaged. The message does not name the file.
    """
    path = path if isinstance(path, Path) else Path(path)
    with telling():
        stream = opened(path, content)
        try:
            hdus = list(_hdus(stream, content, headers_only))
            tables = tuple(Table.parse(header, extent.name, data) for header, extent, data in hdus if extent.table)
        except BaseException:
            stream.close()
            raise
    return FitsFile(path, hdus[0][0], tables, stream)


def _native(values: NDArray[Any]) -> NDArray[Any]:
    return values.astype(values.dtype.newbyteorder("="))


def _hdus(stream: BinaryIO, content: bytes | None, headers_only: bool) -> Iterator[tuple[Header, Extent, Data]]:
    block = stream.read(BLOCK)
    if not block:
        raise UnreadableLightCurve("the file is empty")
    if not block.startswith(b"SIMPLE  ="):
        what = other_kind(block)
        raise UnreadableLightCurve(f"not a FITS file, but {what}" if what else "not a FITS file")
    zipped = is_zipped(stream)
    whole = memoryview(b"" if zipped or content is None else content)
    unzipped = 0
    end = 0 if zipped else len(whole) or os.fstat(stream.fileno()).st_size
    while block.startswith((b"SIMPLE  =", b"XTENSION")):
        header = _header(stream, block)
        if headers_only and word(header, "XTENSION") == "BINTABLE":
            yield header, Extent(0, True, word(header, "EXTNAME").upper()), Data()
            return
        extent = extent_of(header.structure)
        size = extent.size
        unzipped += size if zipped else 0
        if unzipped > LARGEST_UNZIPPED:
            raise UnreadableLightCurve(f"unzips to more than {LARGEST_UNZIPPED / 1e6:.0f} MB: unzip it first")
        start = 0 if zipped else stream.tell()
        held: Buffer = stream.read(size) if zipped else whole[start : start + size]
        there = len(held) if zipped else min(size, max(0, end - start))
        if there < size:
            raise UnreadableLightCurve(f"truncated: {size - there} of {size} bytes of data are missing")
        yield header, extent, Data(size, held) if zipped or whole else Data(size, held, stream, start)
        if zipped:
            stream.read(-size % BLOCK)
        else:
            stream.seek(start + size + -size % BLOCK)
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
        return Header(bytes(cards[: end.start()]))
    except UnicodeDecodeError as error:
        raise UnreadableLightCurve("a header is damaged") from error
