"""The command that writes the figures and tables of a run: book."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from clara_engine.cli.options import AsJson, Cluster, Folder, chosen_label, filled
from clara_engine.cli.output import complain, progress, say, show_json
from clara_engine.text import counted

__all__ = ["COMMANDS"]


def book(
    folder: Annotated[Path, typer.Argument(help="Where they go; made if need be.")] = Path("book"),
    run: Annotated[str, typer.Option(help="Run name or id; `latest` is the newest.")] = "latest",
    label: Annotated[
        str | None, typer.Option(help="FAMILY or FAMILY/VALUE that is measured and matched; TOIs by default.")
    ] = None,
    make: Annotated[
        bool, typer.Option("--make", help="Compute what is missing: map, clusters, importances, similarity, steering.")
    ] = False,
    form: Annotated[list[str] | None, typer.Option("--format", help="Beside PNG: pdf or svg; may be repeated.")] = None,
    workspace: Folder = None,
    cluster: Cluster = None,
    as_json: AsJson = False,
) -> None:
    """Write the figures of the publication and their tables for one run into a folder, with a page of contents.

    The page, index.html, says of each figure what it shows, from which run, on how many stars, and of what is missing
    which command makes it. Archives are not asked.
    """
    from clara_engine.report.book import write_book

    ws = filled(workspace, cluster)
    found = ws.runs.get(run)
    chosen = chosen_label(ws, label)
    formats = [f".{name.removeprefix('.').lower()}" for name in form or []]
    with progress() as report:
        written = write_book(ws, found, folder, label=chosen, make=make, formats=formats, report=report)
    if as_json:
        show_json({"folder": str(folder), **asdict(written)})
        return
    for chapter in written.chapters:
        if chapter.missing:
            complain(f"{chapter.title}: {chapter.missing}" + (f"; `{chapter.command}`" if chapter.command else ""))
    pictures = sum(len(chapter.pictures) for chapter in written.chapters)
    tables = sum(len(chapter.tables) for chapter in written.chapters)
    say(
        f"{counted(pictures, 'figure')} and {counted(tables, 'table')} of run {found.name!r} written: open "
        f"{folder / written.page}"
    )


COMMANDS = (book,)
