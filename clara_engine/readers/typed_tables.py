"""Tables with typed columns: ECSV, VOTable and Parquet, and the tables of the CDS and of IPAC."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from clara_engine.errors import UnreadableLightCurve, first_line
from clara_engine.lightcurve import BTJD_ZERO
from clara_engine.readers.raw_table import RawTable
from clara_engine.readers.table_cells import words
from clara_engine.readers.table_names import unlike

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq
    from astropy.table import Table

__all__ = ["from_ascii", "from_ecsv", "from_parquet", "from_votable", "parquet_names"]

LIGHTKURVE_TIMES = re.compile(r"format: (btjd|bkjd)\b")
#: Where astropy keeps units, times and masks of a Parquet table.
ASTROPYS = b"table_meta_yaml"
#: Most letters that astropy reads, at some ten bytes of memory for each, and of a head in YAML, at up to 8 µs for each.
LARGEST_TEXT, LARGEST_HEAD = 1 << 25, 1 << 19
#: Most elements of a VOTable that are no rows or cells, columns of a table of the CDS, and values of a Parquet file.
MOST_ELEMENTS, MOST_COLUMNS, MOST_VALUES = 5_000, 10_000, 20_000_000
ELEMENT = re.compile(rb"<(?!/|T[RD]\b)")
CDS_COLUMN = re.compile(r"^ *(?:\d+- *)?\d+ +[AIFEL]\d", re.MULTILINE)
COMMENTS = re.compile(r"(?:#[^\n]*\n)*")


def from_ecsv(text: str) -> RawTable:
    """Read Enhanced CSV, as astropy and lightkurve write it; columns of `astropy.time.Time` become BTJD in TDB."""
    _check_size(len(text), LARGEST_TEXT, "letters of a table")
    _check_size(COMMENTS.match(text).end(), LARGEST_HEAD, "letters of a head")  # type: ignore[union-attr]
    _know_times(text)
    return _from_astropy(_by_astropy("ECSV", lambda read: read(text, format="ascii.ecsv")))


def from_votable(content: bytes) -> RawTable:
    """Read the first table of a VOTable; the origin of its TIMESYS is the zero point of its times."""
    from astropy.io.votable import parse

    _check_size(len(content), LARGEST_TEXT, "bytes of a VOTable")
    _check_size(sum(1 for _ in ELEMENT.finditer(content)), MOST_ELEMENTS, "elements")

    def read(_: Any) -> Table:
        document = parse(io.BytesIO(content))
        table = document.get_first_table().to_table(use_names_over_ids=True)
        for system in document.iter_timesys():
            origin = {"MJD-origin": 2400000.5, "JD-origin": 0.0}.get(system.timeorigin, system.timeorigin)
            if isinstance(origin, float | int):
                table.meta["JDREF"] = float(origin)
        for parameter in document.iter_fields_and_params():
            if hasattr(parameter, "value"):
                table.meta.setdefault(parameter.name or parameter.ID, parameter.value)
        return table

    return _from_astropy(_by_astropy("VOTable", read))


def from_ascii(text: str, kind: str) -> RawTable:
    """Read a table of the CDS (``"mrt"``) or of IPAC (``"ipac"``).

    Parameters
    ----------
    text : str
        The whole table.
    kind : {"mrt", "ipac"}

    Raises
    ------
    UnreadableLightCurve
        Astropy can't read it.
    """
    _check_size(len(text), LARGEST_TEXT, "letters of a table")
    _check_size(sum(1 for _ in CDS_COLUMN.finditer(text)), MOST_COLUMNS, "columns")
    return _from_astropy(_by_astropy(kind.upper(), lambda read: read(text, format=f"ascii.{kind}")))


def from_parquet(content: bytes) -> RawTable:
    """Read Parquet; the index that pandas keeps apart is a column like the others, and astropy's units are heard."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with _telling_of_parquet():
        schema = pq.read_schema(pa.BufferReader(content))
        texts = [field.name for field in schema if pa.types.is_string(field.type) or pa.types.is_binary(field.type)]
        # A text that comes again and again is kept once: in a file of some kilobytes there may be gigabytes of them.
        file = pq.ParquetFile(pa.BufferReader(content), read_dictionary=texts)
        _check_size(_values(file.metadata), MOST_VALUES, "values")
        if said := (schema.metadata or {}).get(ASTROPYS):
            _check_size(len(said), LARGEST_HEAD, "letters of a head")
            _know_times(said.decode())
            return _from_astropy(_by_astropy("Parquet", lambda read: read(io.BytesIO(content), format="parquet")))
        table = file.read()
        metadata = {k.decode(): v.decode() for k, v in (table.schema.metadata or {}).items() if k != b"pandas"}
        if len(set(table.column_names)) < table.num_columns:
            table = table.rename_columns(unlike(table.column_names))
        frame = _in_pandas(table)
        frame = _lists_as_text(frame.astype(dict.fromkeys(frame.columns.intersection(texts), object)))
        named = [name for name in frame.index.names if name is not None and name not in frame]
        return RawTable(frame.reset_index(level=named) if named else frame, facts=metadata)


def _in_pandas(table: pa.Table) -> pd.DataFrame:
    try:
        return table.to_pandas(integer_object_nulls=True)  # with NaN they would lose digits
    except Exception as error:  # whatever pandas' notes of columns and index can be wrong with
        raise UnreadableLightCurve(f"damaged or no Parquet file ({first_line(error):.100})") from error


def _values(metadata: pq.FileMetaData) -> int:
    """How many values a Parquet file holds, also within lists."""
    groups = map(metadata.row_group, range(metadata.num_row_groups))
    return sum(group.column(i).num_values for group in groups for i in range(group.num_columns))


def parquet_names(stream: BinaryIO) -> list[str]:
    """The names of the columns of a Parquet file; a time of astropy is one of them."""
    import pyarrow.parquet as pq

    with _telling_of_parquet():
        schema = pq.read_schema(stream)
        if said := (schema.metadata or {}).get(ASTROPYS):
            _check_size(len(said), LARGEST_HEAD, "letters of a head")
            _know_times(said.decode())
            stream.seek(0)
            return list(_by_astropy("Parquet", lambda read: read(stream, format="parquet", schema_only=True)).colnames)
        return list(schema.names)


@contextmanager
def _telling_of_parquet() -> Iterator[None]:
    import pyarrow as pa

    try:
        yield
    except (pa.ArrowException, UnicodeDecodeError, ValueError, OSError) as error:
        raise UnreadableLightCurve(f"damaged or no Parquet file ({first_line(error):.100})") from error


def _check_size(size: int, most: int, what: str) -> None:
    if size > most:
        raise UnreadableLightCurve(f"{size:,} {what}, where {most:,} are the most: write a file a star, or CSV")


def _know_times(text: str) -> None:
    """Teach astropy lightkurve's formats of time, where a text names one."""
    if LIGHTKURVE_TIMES.search(text):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import lightkurve.time  # noqa: F401


def _by_astropy(kind: str, read: Callable[[Any], Table]) -> Table:
    from astropy.table import Table

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return read(Table.read)
    except Exception as error:  # whatever YAML, XML, units and columns can be wrong with
        raise UnreadableLightCurve(f"damaged or no {kind} file ({first_line(error):.100})") from error


def _from_astropy(table: Table) -> RawTable:
    import pandas as pd
    from astropy.time import Time

    columns: dict[str, Any] = {}
    units: dict[str, str] = {}
    for name in table.colnames:
        column = table[name]
        if getattr(column, "ndim", 2) != 1:
            continue
        if isinstance(column, Time):
            instants = column.tdb
            days = np.asarray((np.ma.getdata(instants.jd1) - BTJD_ZERO) + np.ma.getdata(instants.jd2), dtype=float)
            columns[name] = np.where(np.asarray(column.mask), np.nan, days)
            units[name] = "BTJD"
            continue
        if unit := getattr(column, "unit", None):
            units[name] = str(unit)
        columns[name] = _plain_column(column)
    facts = {str(key): str(value) for key, value in _flat(table.meta).items()}
    header = {str(key): value for key, value in table.meta.items() if isinstance(value, int | float | str)}
    return RawTable(_lists_as_text(pd.DataFrame(columns)), units=units, facts=facts, header=header)


def _lists_as_text(frame: pd.DataFrame) -> pd.DataFrame:
    """A table whose cells can be compared."""
    for name in frame.select_dtypes(object):
        if any(isinstance(cell, list | dict | np.ndarray) for cell in frame[name]):
            frame[name] = words(frame[name])
    return frame


def _flat(meta: Mapping[Any, Any]) -> dict[Any, Any]:
    return {key: value for key, value in meta.items() if isinstance(value, str | int | float | np.number)}


def _plain_column(column: Any) -> Any:
    """A column of numbers or text: NaN or None where it is masked, whole numbers with all of their digits."""
    values = getattr(column, "value", column)
    mask = np.asarray(getattr(values, "mask", False))
    values = np.asarray(getattr(values, "unmasked", np.ma.getdata(values)))
    if not mask.any():
        return values.byteswap().view(values.dtype.newbyteorder()) if values.dtype.byteorder == ">" else values
    if values.dtype.kind == "f":
        return np.where(mask, np.nan, values)
    cells = values.astype(object)
    cells[mask] = None
    return cells
