"""What the ranking can be downloaded as."""

from __future__ import annotations

import io
from dataclasses import dataclass

import pandas as pd

from clara_engine.workspace.export import table_bytes

__all__ = ["EXPORTS", "Export"]


@dataclass(frozen=True, slots=True)
class Export:
    """A file format: its name for people, and the ending of its files."""

    title: str
    ending: str

    def write(self, table: pd.DataFrame) -> io.BytesIO:
        """A file of a table that is indexed by target id."""
        return io.BytesIO(table_bytes(table.reset_index(), self.ending))


#: By file suffix.
EXPORTS = {
    "csv": Export("CSV", ".csv"),
    "parquet": Export("Parquet", ".parquet"),
    "vot": Export("VOTable", ".vot"),
}
