"""Commands that bring data in: demo, ingest, label, features."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clara_engine.cli.options import (
    AsJson,
    Cluster,
    ColumnNames,
    Folder,
    existing,
    filled,
    named_columns,
    opened,
    output,
)
from clara_engine.cli.output import complain, progress, say, show_json, show_table
from clara_engine.cli.where import Where, WhereRun, any_run, chosen_by
from clara_engine.errors import WorkspaceError
from clara_engine.text import agreeing, counted, visible

if TYPE_CHECKING:
    from clara_engine.workspace import Ingested

__all__ = ["COMMANDS", "demo", "failures", "features", "ingest", "label"]

SHOWN = 20


def demo(
    workspace: Folder = None,
    cluster: Cluster = None,
    stars: Annotated[int, typer.Option(min=30, max=100_000, help="How many stars to simulate.")] = 1200,
    seed: Annotated[int, typer.Option(min=0, max=2**32 - 1)] = 1,
    again: Annotated[
        int | None, typer.Option(min=0, help="Stars that a second sector sees, too; by default a sixth of them.")
    ] = None,
    if_empty: Annotated[bool, typer.Option("--if-empty", help="Do nothing when the workspace holds targets.")] = False,
    as_json: AsJson = False,
) -> None:
    """Simulate a sector with known truth and a part of a second, extract features and train: something to see."""
    from clara_engine.studies.demo import make_demo

    ws = opened(workspace, cluster=cluster)
    if if_empty and len(ws.targets):
        say(f"{ws.folder} already holds {counted(len(ws.targets), 'target')}.")
        return
    say(f"Simulating a sector of {counted(stars, 'star')} in {ws.folder}")
    with progress() as report:
        run = make_demo(ws, stars=stars, seed=seed, again=again, report=report)
    if as_json:
        show_json({"workspace": str(ws.folder), "targets": len(ws.targets), "run": run.id})
    else:
        count = counted(len(ws.targets), "simulated light curve")
        say(f"{count} of {counted(stars, 'star')}, run {run.name!r}. Next: clara serve --workspace {ws.folder}")


def ingest(
    places: Annotated[
        list[Path], typer.Argument(help="Light-curve files, or folders that hold them; or s3://BUCKET/PREFIX.")
    ],
    columns: ColumnNames = None,
    workspace: Folder = None,
    cluster: Cluster = None,
    as_json: AsJson = False,
) -> None:
    """Register light-curve files; what can't be read is listed with its reason.

    FITS files of SPOC, TESS-SPOC, QLP, TGLC, TASOC, eleanor, CDIPS, PATHOS, Kepler, K2, K2SFF, EVEREST, K2SC, halo and
    lightkurve; tables (CSV, ECSV, text, Parquet) need a time column (time, btjd, bjd, mjd) and a flux column
    (pdcsap_flux, flux, sap_flux). Other tables in a folder are passed over. Columns with other names are named with
    --columns, which is kept with the files. See docs/files.md.
    """
    from clara_engine.readers.remote import written

    named = named_columns(columns)
    ws = opened(workspace, cluster=cluster)
    with progress() as report:
        report.stage("reading light curves")
        result = ws.ingest(places, report, columns=named)
    if as_json:
        show_json(asdict(result))
    else:
        _tell(result, len(ws.targets))
    if not (result.added or result.known):
        raise WorkspaceError(f"no readable light curve in {', '.join(map(written, places))}")


def _tell(result: Ingested, total: int) -> None:
    for path, reason in result.unreadable[:SHOWN]:
        complain(f"left out {reason if Path(path).name in reason else f'{path}: {reason}'}")
    from clara_engine.readers.table_file import NEEDED

    for path, first in result.duplicates[:SHOWN]:
        complain(f"left out {path}: the same target as {first}")
    for path, target_id in result.parts[:SHOWN]:
        say(f"{Path(path).name} has other times, or another processing, than what has its plain id: {target_id}")
    for path, note in result.notes[:SHOWN]:
        say(f"{Path(path).name}: {visible(note)}")
    hidden = sum(max(0, len(lines) - SHOWN) for lines in (result.unreadable, result.duplicates, result.notes))
    if hidden:
        complain(f"and {hidden} more; --json lists them all")
    if others := len(result.other_tables):
        tables = f"{counted(others, 'table')} that {agreeing(others, 'lack')} {NEEDED}"
        say(f"passed over {tables}, such as {result.other_tables[0]}")
    say(
        f"{result.added} added, {result.known} known already, {counted(len(result.duplicates), 'duplicate')}, "
        f"{len(result.unreadable)} unreadable; the workspace holds {counted(total, 'target')}"
    )


def label(
    file: Annotated[Path, typer.Argument(help="Table with a TIC, KIC, EPIC or target_id column.")],
    column: Annotated[
        list[str] | None, typer.Option("--column", "-c", help="COLUMN or COLUMN=FAMILY of labels; may be repeated.")
    ] = None,
    parameter: Annotated[
        list[str] | None, typer.Option("--parameter", "-p", help="Column of numbers to keep; may be repeated.")
    ] = None,
    ephemeris: Annotated[
        str | None,
        typer.Option(
            "--ephemeris",
            "-e",
            metavar="NAME[:PERIOD,EPOCH[,DURATION]]",
            help="Keep the ephemerides of a catalogue under a name such as eb; columns are found by their usual names.",
        ),
    ] = None,
    workspace: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Attach labels from a table, which runs are measured against, numbers as catalogue parameters, ephemerides."""
    from clara_engine.store.known_ephemerides import import_ephemerides

    if not (column or parameter or ephemeris):
        raise typer.BadParameter("say which columns: --column disposition, --parameter teff, --ephemeris eb")
    pairs = [text.partition("=") for text in column or []]
    book = existing(workspace).labels
    asked = _asked_ephemerides(file, ephemeris) if ephemeris else None  # refused before anything is stored
    done = book.import_table(file, {name: family or name for name, _, family in pairs}, parameter or [])
    known = import_ephemerides(book, file, *asked) if asked else None
    for note in done.notes:
        complain(note)
    if as_json:
        counts = {"ephemerides": known.stored} if known else {}
        show_json(done.labels | ({"parameters": done.parameters} if parameter else {}) | counts)
        return
    all_labels = book.frame()["family"].value_counts()
    for family, count in done.labels.items():
        say(f"{family}: {count} of {all_labels.get(family, 0)} labels of this family in the workspace")
    if parameter:
        say(f"{counted(done.parameters, 'number')} of {', '.join(parameter)}")
    if known:
        say(f"ephemerides: {known.stored}, of {counted(known.targets, 'light curve')}: {known.said}")


def _asked_ephemerides(file: Path, asked: str) -> tuple[str, dict[str, str]]:
    """The name of a catalogue and its columns, as typed, once it is known that the table has them."""
    from clara_engine.store.known_ephemerides import ephemeris_columns
    from clara_engine.store.star_table import StarTable

    name, _, named = asked.partition(":")
    columns = [part.strip() for part in named.split(",")] if named else []
    if len(columns) == 1 or len(columns) > 3:
        raise typer.BadParameter("name a period and an epoch: --ephemeris eb:period,bjd0 or eb:period,bjd0,duration")
    found = dict(zip(("period", "epoch", "duration"), columns, strict=False))
    ephemeris_columns(StarTable(file), name.strip(), found)
    return name.strip(), found


def features(
    workspace: Folder = None,
    cluster: Cluster = None,
    name: Annotated[str, typer.Option("--set", help="Feature set.")] = "flux_power",
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; by default one a core.")] = None,
    retry: Annotated[bool, typer.Option(help="Try the targets again that failed before.")] = False,
    save: Annotated[Path | None, output("The whole matrix, a column a feature: .csv, .parquet or .vot.")] = None,
    where: Where = None,
    where_run: WhereRun = "latest",
    as_json: AsJson = False,
) -> None:
    """Extract features of what is registered; resumes where it stopped.

    Sets: flux_power (as published), steering (epoch-free), folded (the folded light curve, of every light curve with a
    period), folded_published (of those with a Lomb–Scargle peak), shape (ten numbers of the folded light curve).
    """
    from clara_engine.studies.extract import extract_features

    if workers and cluster:
        raise typer.BadParameter("--workers is for this machine; a cluster has the workers that it has")
    ws = filled(workspace, cluster)
    if where is not None and save is None:
        raise typer.BadParameter("--where says of which light curves --save writes the features")
    chosen = chosen_by(ws, where, any_run(ws, where_run)) or ()
    missing = len(ws.targets) - len(ws.features.ids(name))
    with progress() as report:
        added = extract_features(ws, name, report, workers=workers, retry=retry)
    stored, failures = len(ws.features.ids(name)), ws.features.rows(name).failures
    if save is not None:
        from clara_engine.report.export import write_table
        from clara_engine.studies.matrices import feature_matrix

        matrix = feature_matrix(ws, name, chosen)
        write_table(matrix, save)
        say(f"{counted(len(matrix), 'row')} of {counted(matrix.shape[1] - 1, 'feature')} written to {save}")
    if as_json:
        show_json({"added": added, "stored": stored, "failures": failures})
        return
    for target_id, reason in list(failures.items())[:SHOWN]:
        complain(f"left out {target_id}: {reason}")
    say(f"{added} of {missing} rows added, {stored} stored, {counted(len(failures), 'target')} without features")


def targets(
    workspace: Folder = None,
    limit: Annotated[int, typer.Option(min=1)] = 20,
    as_json: AsJson = False,
) -> None:
    """List registered targets, and the files that could not be read."""
    ws = existing(workspace)
    table = ws.targets.frame()
    if as_json:
        show_json({"targets": table, "unreadable": ws.targets.unreadable()})
        return
    show_table(table[["target_id", "tmag", "teff", "radius", "path"]].head(limit), counted(len(table), "target"))
    if not ws.targets.unreadable().empty:
        show_table(ws.targets.unreadable().head(limit), "unreadable files")


def failures(workspace: Folder = None, as_json: AsJson = False) -> None:
    """List what failed and why: files, features, downloads, catalogues. It stays listed until it succeeds."""
    table = existing(workspace).failures.frame()
    if as_json:
        show_json({"failures": table})
    elif table.empty:
        say("nothing has failed")
    else:
        show_table(table[["kind", "name", "reason"]], counted(len(table), "failure"))


COMMANDS = (demo, ingest, label, features, targets, failures)
