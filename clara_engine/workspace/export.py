"""The ranking of a run with everything known of its targets, for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from clara_engine.errors import WorkspaceError
from clara_engine.files import write_atomically

if TYPE_CHECKING:
    from clara_engine.workspace.runs import Run
    from clara_engine.workspace.workspace import Workspace

__all__ = ["FORMATS", "UNITS", "ranking", "write_table"]

FORMATS = (".csv", ".parquet", ".vot")
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


def write_table(table: pd.DataFrame, path: Path) -> None:
    """Write a table as CSV, Parquet or VOTable, by the ending of its name, with units where the format has them."""
    suffix = path.suffix.lower()
    if suffix not in FORMATS:
        raise WorkspaceError(f"{path.name}: the ending says the format; use one of {', '.join(FORMATS)}")

    def write(beside: Path) -> None:
        if suffix == ".csv":
            table.to_csv(beside, index=False)
        elif suffix == ".parquet":
            table.to_parquet(beside, index=False)
        else:
            _write_votable(table, beside)

    try:
        write_atomically(path.absolute(), write)
    except OSError as error:
        raise WorkspaceError(f"{path} can't be written: {error.strerror or error}") from None


def _write_votable(table: pd.DataFrame, path: Path) -> None:
    from astropy.table import Table

    texts = table.select_dtypes("object").columns
    votable = Table.from_pandas(table.assign(**{name: table[name].fillna("").astype(str) for name in texts}))
    for name, unit in UNITS.items():
        if name in votable.colnames:
            votable[name].unit = unit
    votable.write(path, format="votable", overwrite=True)
