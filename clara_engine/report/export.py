"""The ranking of a run, or some of its stars, with everything known of them, for other programs."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from clara_engine.errors import WorkspaceError
from clara_engine.files import write_atomically

if TYPE_CHECKING:
    from clara_engine.store.runs import Run
    from clara_engine.store.store import Store

__all__ = ["FORMATS", "UNITS", "Format", "ranking", "table_bytes", "write_table"]

UNITS = {
    "tmag": "mag",
    "teff": "K",
    "radius": "solRad",
    "ra": "deg",
    "dec": "deg",
    "pmra": "mas/yr",
    "pmdec": "mas/yr",
    "cadence_s": "s",
    "parallax_mas": "mas",
    "period_days": "d",
}
FACTS = [
    "target_id",
    "tic",
    "catalogue",
    "sector",
    "product",
    "cadence_s",
    "tmag",
    "teff",
    "radius",
    "logg",
    "ra",
    "dec",
    "pmra",
    "pmdec",
    "simulated",
    "procver",
    "data_release",
    "crowdsap",
    "camera",
    "ccd",
]


def ranking(workspace: Store, run: Run | None, target_ids: Sequence[str] | None = None) -> pd.DataFrame:
    """Scores of a run, strangest first, with facts, catalogue parameters, labels and verdicts.

    Targets of other groups than the run's come last, without rank and percentile.

    Parameters
    ----------
    workspace : Store
    run : Run, optional
        Without one, the targets without scores.
    target_ids : sequence of str, optional
        Only these, in this order.

    Returns
    -------
    DataFrame
        ``p_value``, ``star_rank`` … are as `clara_engine.studies.claims.CLAIM_COLUMNS`, where the run has them;
        ``kind``, ``kind_probability`` and the chance of each, ``kind_planet`` …, where it was classified.
        ``verdict_label``, ``verdict_note`` and ``verdict_author`` are of the last verdict; ``verdicts`` has everybody's
        as ``author: label``. Units of the other columns are in `UNITS`.
    """
    facts = workspace.targets.frame()[FACTS]
    table = facts if run is None else run.every_score().merge(facts, on="target_id", how="left")
    if target_ids is not None:
        known = set(table["target_id"])
        wanted = [target_id for target_id in target_ids if target_id in known]
        table = table.set_index("target_id", drop=False).loc[wanted].reset_index(drop=True)
    parameters = workspace.labels.parameters()
    fresh = [name for name in parameters if name not in table]
    table = table.merge(parameters[fresh], left_on="target_id", right_index=True, how="left")
    labels = workspace.labels.frame()
    if not labels.empty:
        joined = labels.groupby(["target_id", "family"])["value"].agg(";".join).unstack()
        table = table.merge(joined.add_prefix("label_"), left_on="target_id", right_index=True, how="left")
    verdicts = workspace.verdicts.latest()[["label", "note", "author"]].add_prefix("verdict_")
    table = table.merge(verdicts, left_on="target_id", right_index=True, how="left")
    opinions = workspace.verdicts.opinions()
    said = (opinions["author"] + ": " + opinions["label"]).groupby(opinions["target_id"]).agg("; ".join)
    table["verdicts"] = table["target_id"].map(said)
    first = ["rank", "tic", "anomaly_score", "anomaly_spread", "weirdness", "percentile", "p_value"]
    first += ["star", "star_rank", "star_p_value", "star_q_value", "kind", "kind_probability"]
    first = [column for column in first if column in table]
    return table[first + [column for column in table if column not in first]]


def table_bytes(table: pd.DataFrame, ending: str) -> bytes:
    """A table as the contents of a file, with units where the format has them; `ending` is a key of `FORMATS`.

    Parameters
    ----------
    table : DataFrame
        Columns that are named in `UNITS` have that unit.
    ending : str
        A key of `FORMATS`, e.g. ``".csv"``.
    """
    file = io.BytesIO()
    FORMATS[ending].write(table, file)
    return file.getvalue()


def write_table(table: pd.DataFrame, path: Path) -> None:
    """Write a table as CSV, Parquet or VOTable, by the ending of its name.

    Parameters
    ----------
    table : DataFrame
        Columns that are named in `UNITS` have that unit.
    path : Path

    Raises
    ------
    WorkspaceError
        When the ending is another one, or the file can't be written.
    """
    ending = path.suffix.lower()
    if ending not in FORMATS:
        raise WorkspaceError(f"{path.name}: the ending says the format; use one of {', '.join(FORMATS)}")
    contents = table_bytes(table, ending)
    write_atomically(path.absolute(), lambda beside: beside.write_bytes(contents))


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


@dataclass(frozen=True, slots=True)
class Format:
    """A file format: its name for people, and what writes it."""

    title: str
    write: Callable[[pd.DataFrame, io.BytesIO], None]


#: By the ending of file names.
FORMATS = {
    ".csv": Format("CSV", _write_csv),
    ".parquet": Format("Parquet", _write_parquet),
    ".vot": Format("VOTable", _write_votable),
}
