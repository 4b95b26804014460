"""Opening a table of any kind: text with separators, ECSV, IPAC, MRT, VOTable, Parquet."""

from __future__ import annotations

from pathlib import Path

from clara_engine.errors import UnreadableLightCurve
from clara_engine.readers import delimited, typed_tables
from clara_engine.readers.content import opened, other_kind, telling
from clara_engine.readers.raw_table import RawTable
from clara_engine.readers.table_cells import is_missing, looks_like_number
from clara_engine.readers.table_names import plain

__all__ = ["SUFFIXES", "column_names", "is_table", "read_table"]

TEXT = (".csv", ".tsv", ".txt", ".dat", ".ecsv", ".tbl", ".mrt")
VOTABLE = (".vot", ".votable")
PARQUET = (".parquet", ".pq")
SUFFIXES = (*TEXT, *(f"{suffix}.gz" for suffix in TEXT), *VOTABLE, *(f"{suffix}.gz" for suffix in VOTABLE), *PARQUET)
#: A text takes some six times its bytes in memory while it is read.
LARGEST_BYTES = 1 << 27
HEAD_BYTES = 1 << 16
#: What comments call the scale of the times.
SCALE_FACTS = ("timesys", "timesystem", "timescale", "timestandard")


def is_table(name: str) -> bool:
    """Whether the name of a file is that of a table."""
    return name.lower().endswith(SUFFIXES)


def read_table(path: Path) -> RawTable:
    """Read a table of any kind; the kind is told from its beginning.

    Raises
    ------
    UnreadableLightCurve
        One line without the file's name.
    """
    with telling(), opened(path) as stream:
        content = stream.read(LARGEST_BYTES + 1)
    if len(content) > LARGEST_BYTES:
        raise UnreadableLightCurve(
            f"more than {LARGEST_BYTES / 1e6:.0f} MB are too much for a table: write a file a star, or a sector"
        )
    return _parsed(content, parquet=path.name.lower().endswith(PARQUET))


def column_names(path: Path) -> list[str]:
    """Names of the columns of a table, from its beginning alone; empty where it names none.

    Raises
    ------
    ValueError, UnreadableLightCurve
        When the file can't be read, or is no table.
    """
    with telling():
        if path.name.lower().endswith(PARQUET):
            with opened(path) as stream:
                return typed_tables.parquet_names(stream)
        with opened(path) as stream:
            head = stream.read(HEAD_BYTES)
            if _is_votable(head):
                return list(_parsed(head + stream.read(LARGEST_BYTES)).frame.columns)
    complete = head[: head.rfind(b"\n") + 1] if len(head) == HEAD_BYTES else head
    text = delimited.decoded(complete)
    if kind := _kind(text):
        return list(delimited.read_layout(text).names if kind == "ecsv" else _parsed(complete).frame.columns)
    layout = delimited.read_layout(text)
    return list(layout.names) if layout.named else []


def _is_votable(head: bytes) -> bool:
    return head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<") and b"<VOTABLE" in head[:4096]


def _kind(text: str) -> str:
    """Which of astropy's formats a text is; empty for rows with separators."""
    if "%ECSV" in text[:200].partition("\n")[0]:
        return "ecsv"
    if text.startswith(("|", "\\")):
        return "ipac"
    return "mrt" if "Byte-by-byte Description" in text[:20_000] else ""


def _parsed(content: bytes, *, parquet: bool = False) -> RawTable:
    if parquet:
        return typed_tables.from_parquet(content)
    if _is_votable(content[:HEAD_BYTES]):
        return typed_tables.from_votable(content)
    if what := other_kind(content[:HEAD_BYTES]):
        raise UnreadableLightCurve(f"not a table, but {what}")
    text = delimited.decoded(content)
    kind = _kind(text)
    if kind == "ecsv":
        return typed_tables.from_ecsv(text)
    if kind:
        return typed_tables.from_ascii(text, kind)
    layout = delimited.read_layout(text)
    header: dict[str, object] = {
        name.upper(): float(value) for name, value in layout.facts.items() if looks_like_number(value)
    }
    if scale := next((value for name, value in layout.facts.items() if plain(name) in SCALE_FACTS), ""):
        header["TIMESYS"] = scale
    frame = delimited.parsed(layout)
    broken = len(layout.rows) - len(frame)
    pairs = zip(layout.names, layout.units, strict=False)
    units = {name: unit for name, unit in pairs if not is_missing(unit)}
    return RawTable(frame, units, layout.facts, header, layout.named, layout.decimal, broken)
