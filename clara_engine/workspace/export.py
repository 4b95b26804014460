"""The ranking of a run with everything known of its targets, for other programs."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from clara_engine.errors import WorkspaceError
from clara_engine.files import write_atomically

if TYPE_CHECKING:
    from clara_engine.workspace.runs import Run
    from clara_engine.workspace.workspace import Workspace

__all__ = ["FORMATS", "UNITS", "ranking", "table_bytes", "write_table"]

UNITS = {
    "tmag": "mag", "teff": "K", "radius": "solRad",
    "ra": "deg", "dec": "deg", "pmra": "mas/yr", "pmdec": "mas/yr", "cadence_s": "s",
    "parallax_mas": "mas", "period_days": "d",
}  # fmt: skip
FACTS = ["target_id", "tic", "sector", "product", "cadence_s", "tmag", "teff", "radius", "logg", "ra", "dec", "pmra",
         "pmdec", "simulated"]  # fmt: skip


def ranking(workspace: Workspace, run: Run) -> pd.DataFrame:
    """Scores of a run, strangest first, with target facts, a column a label family, and the standing verdict."""
    table = run.scores().merge(workspace.targets.frame()[FACTS], on="target_id", how="left")
    labels = workspace.labels.frame()
    if not labels.empty:
        joined = labels.groupby(["target_id", "family"])["value"].agg(";".join).unstack()
        table = table.merge(joined.add_prefix("label_"), left_on="target_id", right_index=True, how="left")
    verdicts = workspace.verdicts.latest()[["label", "note", "author"]].add_prefix("verdict_")
    table = table.merge(verdicts, left_on="target_id", right_index=True, how="left")
    first = ["rank", "tic", "anomaly_score", "anomaly_spread", "weirdness", "percentile"]
    return table[first + [column for column in table if column not in first]]


def table_bytes(table: pd.DataFrame, ending: str) -> bytes:
    """A table as the contents of a file, with units where the format has them; `ending` is a key of `FORMATS`."""
    file = io.BytesIO()
    FORMATS[ending](table, file)
    return file.getvalue()


def write_table(table: pd.DataFrame, path: Path) -> None:
    """Write a table as CSV, Parquet or VOTable, by the ending of its name.

    Raises
    ------
    WorkspaceError
        When the ending is another one, or the file can't be written.
    """
    ending = path.suffix.lower()
    if ending not in FORMATS:
        raise WorkspaceError(f"{path.name}: the ending says the format; use one of {', '.join(FORMATS)}")
    contents = table_bytes(table, ending)
    try:
        write_atomically(path.absolute(), lambda beside: beside.write_bytes(contents))
    except OSError as error:
        raise WorkspaceError(f"{path} can't be written: {error.strerror or error}") from None


def _write_csv(table: pd.DataFrame, file: io.BytesIO) -> None:
    table.to_csv(file, index=False)


def _write_parquet(table: pd.DataFrame, file: io.BytesIO) -> None:
    file.write(table.to_parquet(index=False))


def _write_votable(table: pd.DataFrame, file: io.BytesIO) -> None:
    from astropy.io.votable import from_table, writeto
    from astropy.table import Table

    texts = table.select_dtypes(exclude=["number", "bool"]).columns
    votable = Table.from_pandas(table.assign(**{name: table[name].fillna("").astype(str) for name in texts}))
    for name, unit in UNITS.items():
        if name in votable.colnames:
            votable[name].unit = unit
    writeto(from_table(votable), file)


FORMATS: dict[str, Callable[[pd.DataFrame, io.BytesIO], None]] = {
    ".csv": _write_csv,
    ".parquet": _write_parquet,
    ".vot": _write_votable,
}
