"""The ranking of a run, or some of its stars, with everything known of them, for other programs."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from clara_engine import __version__
from clara_engine.csv_file import write_csv
from clara_engine.errors import WorkspaceError
from clara_engine.files import write_atomically
from clara_engine.progress import Report
from clara_engine.report.columns import PPM, UNITS, column
from clara_engine.studies.event_table import event_table

if TYPE_CHECKING:
    from astropy.table import Table

    from clara_engine.store.runs import Run
    from clara_engine.store.store import Store

__all__ = ["FORMATS", "UNITS", "Format", "ranking", "table_bytes", "write_table"]

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


def ranking(
    workspace: Store,
    run: Run | None,
    target_ids: Sequence[str] | None = None,
    *,
    measure: Report | None = None,
    search: int = 0,
) -> pd.DataFrame:
    """Scores of a run, strangest first, with facts, catalogue parameters, labels and verdicts.

    Targets of other groups than the run's come last, without rank and percentile.

    Parameters
    ----------
    workspace : Store
    run : Run, optional
        Without one, the targets without scores.
    target_ids : sequence of str, optional
        Only these, in this order.
    measure : Report, optional
        Where the events of stars with a verdict or a saved ephemeris are to be measured now: it learns how far that
        is. Without it, only what was measured before is there.
    search : int
        With `measure`: also search the periods of so many of the first targets, and measure what repeats.

    Returns
    -------
    DataFrame
        ``p_value``, ``star_rank`` … are as `clara_engine.studies.claims.CLAIM_COLUMNS`, where the run has them;
        ``kind``, ``kind_probability`` and the chance of each, ``kind_planet`` …, where it was classified.
        ``verdict_label``, ``verdict_note``, ``verdict_author``, ``verdict_period_days``, ``verdict_sector`` and
        ``verdict_run`` are of the last verdict; ``verdicts`` has everybody's as ``author: label``. ``event_…`` are of
        `clara_engine.studies.event_table`; ``run``, ``design``, ``design_digest`` and ``clara_version`` say what made
        the scores. What each column holds is in `clara_engine.report.columns`.
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
    table = table.merge(_verdicts(workspace), left_on="target_id", right_index=True, how="left")
    opinions = workspace.verdicts.opinions()
    said = (opinions["author"] + ": " + opinions["label"]).groupby(opinions["target_id"]).agg("; ".join)
    table["verdicts"] = table["target_id"].map(said)
    table = table.merge(_events(workspace, table, measure, search), left_on="target_id", right_index=True, how="left")
    table["event_cut"] = table["event_cut"].eq(True)
    table = table.assign(**_made_by(run))
    first = ["rank", "tic", "anomaly_score", "anomaly_spread", "weirdness", "percentile", "p_value"]
    first += ["star", "star_rank", "star_p_value", "star_q_value", "kind", "kind_probability"]
    first = [column for column in first if column in table]
    return table[first + [column for column in table if column not in first]]


def _verdicts(workspace: Store) -> pd.DataFrame:
    """The last verdict of each target, with what was on the screen."""
    latest = workspace.verdicts.latest()
    runs = {one.id: one.name for one in workspace.runs.list()}
    found = latest[["label", "note", "author", "period_days", "sector"]].assign(run=latest["run_id"].map(runs))
    return found.astype({"period_days": "float64", "sector": "Int64"}).add_prefix("verdict_")


def _events(workspace: Store, table: pd.DataFrame, measure: Report | None, search: int) -> pd.DataFrame:
    ids = list(table["target_id"])
    if measure is None:
        found = event_table(workspace, ids, measure=False)
    else:
        found = event_table(workspace, ids, report=measure)
        others = [target_id for target_id in ids[:search] if target_id not in found.index]
        if others:
            more = event_table(workspace, others, search=True, report=measure)
            found = pd.concat([found, more]) if len(found) else more
    return found.drop(columns="seen_number").add_prefix("event_")


def _made_by(run: Run | None) -> dict[str, str]:
    """What fixed the scores, for whoever finds the table later."""
    if run is None:
        return {"clara_version": __version__}
    design = run.spec.design
    return {
        "run": run.name,
        "run_id": run.id,
        "design": design.name if design is not None else run.spec.variant,
        "design_digest": design.digest() if design is not None else "",
        "clara_version": str(run.versions.get("clara-astro", __version__)),
    }


def table_bytes(table: pd.DataFrame, ending: str) -> bytes:
    """A table as the contents of a file, with units where the format has them; `ending` is a key of `FORMATS`.

    Parameters
    ----------
    table : DataFrame
        Columns have the units of `clara_engine.report.columns`.
    ending : str
        A key of `FORMATS`, e.g. ``".csv"``.
    """
    file = io.BytesIO()
    FORMATS[ending].write(table, file)
    return file.getvalue()


def write_table(table: pd.DataFrame, path: Path, ending: str = "") -> None:
    """Write a table as CSV, Parquet or VOTable.

    Parameters
    ----------
    table : DataFrame
        Columns have the units of `clara_engine.report.columns`.
    path : Path
    ending : str
        A key of `FORMATS`; by default the ending of its name.

    Raises
    ------
    WorkspaceError
        When the ending is another one, or the file can't be written.
    """
    ending = ending or path.suffix.lower()
    if ending not in FORMATS:
        raise WorkspaceError(f"{path.name}: the ending says the format; use one of {', '.join(FORMATS)}")
    contents = table_bytes(table, ending)
    write_atomically(path.absolute(), lambda beside: beside.write_bytes(contents))


def _write_parquet(table: pd.DataFrame, file: io.BytesIO) -> None:
    """Parquet that pandas reads as any other, and astropy with units and descriptions."""
    import pyarrow as pa
    import pyarrow.parquet as pq
    from astropy.table.meta import get_yaml_from_table

    plain = _plain(table)
    content = pa.Table.from_pandas(plain, preserve_index=False)
    about = {b"table_meta_yaml": "\n".join(get_yaml_from_table(_described(plain))).encode()}
    lengths = {name: plain[name].str.len().max() if len(plain) else 0 for name in _texts(plain)}
    about |= {f"table::len::{name}".encode(): str(max(int(most), 1)).encode() for name, most in lengths.items()}
    pq.write_table(content.replace_schema_metadata({**(content.schema.metadata or {}), **about}), file)


def _write_votable(table: pd.DataFrame, file: io.BytesIO) -> None:
    """VOTable with UCDs. Its standard of units has no parts per million, so these are quoted, as it wants of others."""
    from astropy.io.votable import from_table, writeto
    from astropy.units import Unit

    votable = from_table(_described(_plain(table)))
    ppm = Unit("'ppm'", format="vounit")
    for field in votable.get_first_table().fields:
        known = column(field.name)
        field.ucd = known.ucd or None
        if known.unit == PPM:
            field.unit = ppm
    writeto(votable, file)


def _texts(table: pd.DataFrame) -> list[str]:
    return list(table.select_dtypes(exclude=["number", "bool"]).columns)


def _plain(table: pd.DataFrame) -> pd.DataFrame:
    """Text is never missing but empty: astropy knows no other."""
    return table.assign(**{name: table[name].fillna("").astype(str).astype(object) for name in _texts(table)})


def _described(table: pd.DataFrame) -> Table:
    """The table as astropy's, with units and descriptions."""
    from astropy.table import Table

    found = Table.from_pandas(table)
    for name in found.colnames:
        known = column(name)
        found[name].description = known.description
        if known.unit:
            found[name].unit = known.unit
    return found


@dataclass(frozen=True, slots=True)
class Format:
    """A file format: its name for people, and what writes it."""

    title: str
    write: Callable[[pd.DataFrame, io.BytesIO], None]


#: By the ending of file names.
FORMATS = {
    ".csv": Format("CSV", write_csv),
    ".parquet": Format("Parquet", _write_parquet),
    ".vot": Format("VOTable", _write_votable),
}
