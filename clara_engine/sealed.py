"""Files of a workspace with what tells damage in them, so that no flipped bit becomes another number.

Tables are Parquet with a digest of their content, arrays are ``.npy`` with a CRC-32 behind them, JSON objects have a
digest of their content as the key ``blake2b``. What an older version wrote without these is read as it is.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import MISSING, fields
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pandas as pd
from isal import isal_zlib
from numpy.typing import NDArray
from pydantic import TypeAdapter

from clara_engine.files import reading

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["built", "read_array", "read_json", "read_table", "save_array", "sealed", "unsealed", "write_table"]

Kind = TypeVar("Kind")

KEY = "blake2b"
CHANGED = "its content is not what was written"
#: Behind an array: this, and the CRC-32 of all before it.
MARK = b"CRC32 of all before:"
CRC_BYTES = 4


def sealed(facts: Mapping[str, Any]) -> str:
    """An object as JSON, with the digest of its content.

    Parameters
    ----------
    facts : mapping
        Ready for JSON, or with numbers of NumPy.
    """
    plain = json.loads(json.dumps(facts, default=np.generic.item))
    return json.dumps({**plain, KEY: _digest(plain)}, indent=1)


def read_json(path: Path) -> Any:
    """What a JSON file holds, without its digest.

    Raises
    ------
    DamagedFile
        When it is no JSON, or not what was written.
    """
    with reading(path):
        return unsealed(path.read_text("utf-8"))


def unsealed(text: str | bytes) -> Any:
    """What `sealed` wrote, or other JSON.

    Raises
    ------
    ValueError
        When it is no JSON, or not what was written.
    """
    facts = json.loads(text)
    if isinstance(facts, dict) and (digest := facts.pop(KEY, None)) is not None and digest != _digest(facts):
        raise ValueError(CHANGED)
    return facts


def built(kind: type[Kind], facts: Any) -> Kind:
    """A dataclass of what `read_json` found.

    Parameters
    ----------
    kind : type
        The dataclass.
    facts : any

    Raises
    ------
    ValueError
        When a field is missing, unknown or of another type.
    """
    if not isinstance(facts, dict):
        raise ValueError("it holds no fields")
    known = {field.name: field for field in fields(kind)}  # type: ignore[arg-type]
    for name in facts.keys() - known.keys():
        raise ValueError(f"its field {name} is unknown")
    for name, field in known.items():
        if name not in facts and field.default is MISSING and field.default_factory is MISSING:
            raise ValueError(f"its field {name} is missing")
    return TypeAdapter(kind).validate_python(facts)


def write_table(table: pd.DataFrame, path: Path, about: Mapping[bytes, bytes] = MappingProxyType({})) -> None:
    """Write a table without its index.

    Parameters
    ----------
    table : DataFrame
    path : Path
    about : mapping of bytes to bytes
        What is kept beside it, in the metadata of the file.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    content = pa.Table.from_pandas(table, preserve_index=False)
    known = {**(content.schema.metadata or {}), **about, KEY.encode(): _content_digest(content).encode()}
    pq.write_table(content.replace_schema_metadata(known), path, write_page_checksum=True)


def read_table(
    path: Path, needed: Collection[str] = (), *, finite: Collection[str] = (), unique: str = ""
) -> pd.DataFrame:
    """Read a table.

    Parameters
    ----------
    path : Path
    needed : collection of str
        Columns that it must have.
    finite : collection of str
        Columns of numbers of which none is NaN or infinite.
    unique : str
        The column that names its rows.

    Raises
    ------
    DamagedFile
        When it is no such table.
    """
    import pyarrow.parquet as pq

    with reading(path):
        content = pq.read_table(path, page_checksum_verification=True)
        digest = (content.schema.metadata or {}).get(KEY.encode())
        if digest is not None and digest.decode() != _content_digest(content):
            raise ValueError(CHANGED)
        table = content.to_pandas()
        for name in (*needed, *finite, *filter(None, [unique])):
            if name not in table:
                raise ValueError(f"it has no column {name}")
        for name in finite:
            if not np.isfinite(table[name].to_numpy(np.float64)).all():
                raise ValueError(f"its column {name} holds what is no number")
        if unique and (not table[unique].is_unique or table[unique].isna().any()):
            raise ValueError(f"its column {unique} does not name each row once")
        return table


def save_array(path: Path, array: NDArray[Any]) -> None:
    """Write an array without pickle.

    Parameters
    ----------
    path : Path
    array : ndarray
    """
    with path.open("wb") as file:
        np.save(file, array, allow_pickle=False)
    crc = isal_zlib.crc32(np.memmap(path, np.uint8, "r"))
    with path.open("ab") as file:
        file.write(MARK + crc.to_bytes(CRC_BYTES, "big"))


def read_array(path: Path, shape: Sequence[int | None], kind: str, *, mapped: bool = False) -> NDArray[Any]:
    """Read an array.

    Parameters
    ----------
    path : Path
    shape : sequence of int or None
        Its shape; None where any length will do.
    kind : str
        Name of its type, such as ``"float32"``; floats must be finite.
    mapped : bool
        Whether it is to be mapped into memory.

    Raises
    ------
    DamagedFile
        When it is no such array.
    """
    with reading(path):
        array = np.load(path, mmap_mode="r", allow_pickle=False)
        if not isinstance(array, np.ndarray):
            raise ValueError("it is no array")
        content = np.memmap(path, np.uint8, "r")
        seal = content[-len(MARK) - CRC_BYTES :]
        if seal[: len(MARK)].tobytes() == MARK:
            crc = isal_zlib.crc32(content[: -len(seal)])
            if crc != int.from_bytes(seal[len(MARK) :].tobytes(), "big"):
                raise ValueError(CHANGED)
        fits = len(array.shape) == len(shape) and all(b in (None, a) for a, b in zip(array.shape, shape, strict=True))
        if not fits or array.dtype != np.dtype(kind):
            raise ValueError(f"it holds {array.dtype} of shape {array.shape}")
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            raise ValueError("it holds what is no number")
        return array if mapped else np.array(array)


def _content_digest(table: pa.Table) -> str:
    """Of the names and values of all columns, and of what pandas makes of them."""
    total = hashlib.blake2b((table.schema.metadata or {}).get(b"pandas", b""), digest_size=16)
    for name, column in zip(table.column_names, table.columns, strict=True):
        values = column.to_numpy()
        plain = values.dtype.kind in "biuf"
        total.update(f"\n{name} {column.null_count}\n".encode())
        total.update(np.ascontiguousarray(values).data if plain else repr(values.tolist()).encode(errors="replace"))
    return total.hexdigest()


def _digest(facts: Any) -> str:
    text = json.dumps(facts, sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
