"""Command that measures how well steering works on given stars, and writes the page of results."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clara_engine.cli.options import (
    AsJson,
    Cluster,
    ColumnNames,
    Folder,
    input_file,
    input_folder,
    named_columns,
    opened,
    output,
)
from clara_engine.cli.output import progress, say, show_json
from clara_engine.errors import WorkspaceError

if TYPE_CHECKING:
    from clara_engine.results.study import StudyPlan
    from clara_engine.workspace import Workspace

__all__ = ["COMMANDS"]


def results(
    folders: Annotated[list[Path] | None, typer.Argument(help="Light curves, or folders that hold them.")] = None,
    columns: ColumnNames = None,
    labels: Annotated[
        list[Path] | None,
        typer.Option(
            help="CSV with a column tic and columns that tell events (toi, eb_period, …). May be repeated; "
            "labels.csv in a folder of light curves, or beside it, when not given."
        ),
    ] = None,
    demo: Annotated[int, typer.Option(min=0, help="So many simulated stars train; as many others are measured.")] = 0,
    event: Annotated[
        list[str] | None, typer.Option(help="Measured on your stars; may be repeated. All when not given.")
    ] = None,
    baseline: Annotated[
        list[str] | None, typer.Option(help="A row that no event steers, such as P9; all when not given, or none.")
    ] = None,
    seeds: Annotated[int, typer.Option(min=1, help="Splits and draws.")] = 5,
    curves: Annotated[int, typer.Option(min=10, help="Light curves of a contrast set.")] = 300,
    measured: Annotated[int, typer.Option(min=10, help="Injected light curves that are measured.")] = 200,
    peers: Annotated[int, typer.Option(min=0, help="Injected light curves that peers are asked; 0 asks none.")] = 0,
    peer_seeds: Annotated[int, typer.Option(min=1, help="Of the seeds, so many are asked of peers.")] = 1,
    models: Annotated[Path | None, input_folder("Folder with downloaded models of peers.")] = None,
    published: Annotated[Path | None, input_folder("Folder of published scores, to compare sectors.")] = None,
    seen: Annotated[
        Path | None,
        input_file(
            "Table of stars on which an event was seen that no catalogue knows (columns tic, seen): the page "
            "also says what is reached without them."
        ),
    ] = None,
    only: Annotated[
        str | None,
        typer.Option(
            metavar="SECTION",
            help="Measure this section alone and put it into the page that is there: what-is-it, which asks of the "
            "light curves of --labels (columns file, class, period_d) what each star is.",
        ),
    ] = None,
    out: Annotated[Path, output("The page; its numbers go beside it as JSON.")] = Path("results.md"),
    workspace: Folder = None,
    cluster: Cluster = None,
    as_json: AsJson = False,
) -> None:
    """Measure how well steering works on your stars, and write it as one page; stopped, it resumes.

    Stars are those of the folders and of the workspace. With `--demo` a simulated sector is measured, too.
    """
    from clara_engine.results.study import StudyPlan, study, with_section, write_page

    if only is not None:
        with progress() as report:
            write_page(with_section(only, labels or [], out, report), out)
        say(f"{only} is put into {out} and {out.with_suffix('.json')}")
        return
    named = named_columns(columns)
    ws = opened(workspace, cluster=cluster)
    everything = StudyPlan()
    baselines = everything.baselines if baseline is None else tuple(name for name in baseline if name != "none")
    plan = StudyPlan(
        demo=demo,
        events=tuple(event or everything.events),
        baselines=baselines,
        seeds=seeds,
        curves=curves,
        measured=measured,
        peers=peers,
        peer_seeds=peer_seeds,
        models=models,
        published=published,
        seen=seen,
    )
    with progress() as report:
        if folders:
            report.stage("reading headers")
            taken = ws.ingest(folders, report, columns=named)
            if not (taken.added or taken.known):
                raise WorkspaceError(f"no readable light curve in {', '.join(map(str, folders))}")
        _label(ws, labels if labels is not None else _beside(folders or []))
        found = study(ws, plan, _command(folders or [], labels or [], plan), report)
    write_page(found, out)
    if as_json:
        show_json(found)
    say(f"{out} and {out.with_suffix('.json')} are written")


def _label(workspace: Workspace, tables: Sequence[Path]) -> None:
    from clara_engine.results.known_events import note_events

    for path in tables:
        say(f"{path}: {note_events(workspace, path)} light curves show an event that is known")


def _beside(folders: Sequence[Path]) -> list[Path]:
    """Tables of stars in the folders, or else beside them."""
    found = []
    for folder in folders:
        for place in (folder, folder.parent):
            if folder.is_dir() and (place / "labels.csv").is_file():
                found.append(place / "labels.csv")
                break
    return list(dict.fromkeys(found))


def _command(folders: Sequence[Path], labels: Sequence[Path], plan: StudyPlan) -> str:
    """The command as it may be typed again, without the places of one machine."""
    from clara_engine.results.study import StudyPlan

    words = ["clara", "results", *(folder.name for folder in folders)]
    for path in labels:
        words += ["--labels", path.name]
    everything = StudyPlan()
    for option, chosen, usual in (
        ("--event", plan.events, everything.events),
        ("--baseline", plan.baselines, everything.baselines),
    ):
        if chosen != usual:
            words += [word for name in chosen or ("none",) for word in (option, name)]
    for name in ("demo", "seeds", "curves", "measured", "peers", "peer_seeds"):
        words += [f"--{name.replace('_', '-')}", str(getattr(plan, name))]
    for name in ("published", "seen"):
        path = getattr(plan, name)
        if path is not None:
            words += [f"--{name}", path.name]
    return shlex.join([*words, "--out", "docs/results.md"])


COMMANDS = (results,)
