"""Tables as files that other programs read."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

__all__ = ["EXPORTS", "Export"]


@dataclass(frozen=True, slots=True)
class Export:
    """A file format: its name for people, and what writes a table indexed by target id."""

    title: str
    write: Callable[[pd.DataFrame], io.BytesIO]


def _csv(table: pd.DataFrame) -> io.BytesIO:
    return io.BytesIO(table.to_csv().encode())


def _parquet(table: pd.DataFrame) -> io.BytesIO:
    file = io.BytesIO()
    table.reset_index().to_parquet(file, index=False)
    file.seek(0)
    return file


def _votable(table: pd.DataFrame) -> io.BytesIO:
    from astropy.io.votable import from_table, writeto
    from astropy.table import Table

    plain = table.reset_index()
    for name in plain.select_dtypes(exclude=["number", "bool"]):
        plain[name] = plain[name].fillna("").astype(str)
    file = io.BytesIO()
    writeto(from_table(Table.from_pandas(plain)), file)
    file.seek(0)
    return file


#: By file suffix.
EXPORTS = {"csv": Export("CSV", _csv), "parquet": Export("Parquet", _parquet), "vot": Export("VOTable", _votable)}
