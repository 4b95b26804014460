"""Commands that carry forests between workspaces: export-forest, import-forest, export-forests."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from clara_engine.cli.options import AsJson, Cluster, Folder, chosen_label, existing, filled
from clara_engine.cli.output import complain, progress, say, show_json, show_table
from clara_engine.cli.runs import RunName, chosen_design, show_run
from clara_engine.cli.sweep import chosen_plan
from clara_engine.text import counted

__all__ = ["COMMANDS"]


def export_forest(
    run: RunName,
    file: Annotated[Path, typer.Argument(help="Ends in .clara-forest.")],
    workspace: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Write the forest of a run with all that fixed it, for another workspace."""
    from clara_engine.studies.transfer import export_forest as export

    found = existing(workspace).runs.get(run)
    export(found, file)
    if as_json:
        show_json({"run": found.id, "file": str(file), "bytes": file.stat().st_size})
        return
    say(f"forest of run {found.name!r} written to {file}: `clara import-forest` takes it into another workspace")


def import_forest(
    file: Annotated[Path, typer.Argument(help="A .clara-forest file, or .npz with the node arrays of a forest.")],
    name: Annotated[str | None, typer.Option(help="What to call the run.")] = None,
    design: Annotated[
        str | None, typer.Option(help="Of .npz: P3, P5, P9, an event, or a TOML file; by default as it is named.")
    ] = None,
    group: Annotated[str | None, typer.Option(help="Light curves that are ranked, such as `TESS 120 s SPOC`.")] = None,
    workspace: Folder = None,
    cluster: Cluster = None,
    as_json: AsJson = False,
) -> None:
    """Take a forest that was trained elsewhere: it scores every light curve, and is a run like any other.

    Files are checked, and nothing in them is executed. The published forests P3, P5 and P9 are read from plain arrays
    (.npz): counts, feature, threshold, left, right, p_real.
    """
    from clara_engine.studies.transfer import import_forest as take

    ws = filled(workspace, cluster)
    with progress() as report:
        run = take(ws, file, name=name, design=chosen_design(design) if design else None, group=group, report=report)
    show_run(ws, run, as_json)


def export_forests(
    folder: Annotated[Path, typer.Argument(help="Where the files go; made if need be.")],
    grid: Annotated[str, typer.Option(help="paper36, or another grid of `clara sweep`.")] = "paper36",
    label: Annotated[
        str | None, typer.Option(help="FAMILY or FAMILY/VALUE whose light curves are the contrast set of URF3.")
    ] = None,
    workspace: Folder = None,
    cluster: Cluster = None,
    as_json: AsJson = False,
) -> None:
    """Make the published forests on the light curves here, and write each to a file: the 36 designs, and URF1 to URF4.

    What is trained already is taken as it is.
    """
    from clara_engine.studies.published_forests import export_published

    ws = filled(workspace, cluster)
    plan = chosen_plan(grid)
    with progress() as report:
        made = export_published(ws, folder, plan, label=chosen_label(ws, label), report=report)
    rows = [{"name": one.name, "file": one.file, "run": one.run, "reason": one.reason} for one in made]
    if as_json:
        show_json(rows)
        return
    for one in made:
        if one.reason:
            complain(f"left out {one.name}: {one.reason}")
    show_table([{key: row[key] for key in ("name", "file", "run")} for row in rows if row["file"]])
    say(f"{counted(sum(bool(one.file) for one in made), 'forest')} written to {folder}")


COMMANDS = (export_forest, import_forest, export_forests)
