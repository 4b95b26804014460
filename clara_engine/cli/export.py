"""The command that writes the ranking of a run for other programs: export."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from clara_engine.cli.options import AsJson, Folder, existing
from clara_engine.cli.output import complain, progress, say, show_json
from clara_engine.cli.runs import RunName
from clara_engine.cli.where import Where, chosen_by
from clara_engine.errors import WorkspaceError
from clara_engine.files import check_writable
from clara_engine.text import counted, visible

__all__ = ["COMMANDS"]

#: The format that is no table.
CTOI = ".ctoi"


def export(
    run: RunName,
    file: Annotated[Path, typer.Argument(help="Ends in .csv, .parquet or .vot; with --format ctoi in .txt.")],
    form: Annotated[
        str | None, typer.Option("--format", help="csv, parquet, vot, or ctoi; by default what the ending says.")
    ] = None,
    search: Annotated[
        int, typer.Option(min=0, help="Search the periods of so many of the strangest, too; a second or two each.")
    ] = 0,
    tag: Annotated[str, typer.Option(help="With ctoi: the data tag that ExoFOP gave you.")] = "",
    paper: Annotated[str, typer.Option(help="With ctoi: address of the refereed publication.")] = "",
    where: Where = None,
    workspace: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Write the ranking of a run with everything known of its targets.

    Whatever has a verdict with a period, or a saved ephemeris, is measured: period, epoch, depth and duration with
    their errors. --format ctoi writes ExoFOP's upload form of community candidates, for what was vetted as a planet.
    """
    from clara_engine.report.ctoi import ctoi_form, write_ctoi
    from clara_engine.report.export import FORMATS, ranking, write_table

    ws = existing(workspace)
    found = ws.runs.get(run)
    ending = f".{form.removeprefix('.')}" if form else file.suffix.lower()
    if ending not in (*FORMATS, CTOI):
        known = ", ".join(name.removeprefix(".") for name in (*FORMATS, CTOI))
        if form:
            raise WorkspaceError(f"no format {form!r}: choose {known}")
        raise WorkspaceError(f"{file.name}: the ending says the format; use one of {', '.join(FORMATS)}")
    if where is not None and ending == CTOI:
        raise WorkspaceError("--where goes with tables; --format ctoi has what was vetted as a planet")
    if (tag or paper) and ending != CTOI:
        raise WorkspaceError("--tag and --paper go with --format ctoi")
    if tag and not re.fullmatch(r"[A-Za-z0-9._-]+", tag):
        raise WorkspaceError(f"--tag {visible(tag)!r} is no data tag of ExoFOP, such as 20261126_name_words_12345")
    if paper and not re.fullmatch(r"https?://[!-{}~]+", paper):
        raise WorkspaceError(f"--paper {visible(paper)!r} is no address of a publication, such as https://doi.org/10.…")
    check_writable(file.absolute())
    chosen = chosen_by(ws, where, found)
    with progress() as report:
        if ending == CTOI:
            filled_in = ctoi_form(ws, tag=tag, paper=paper, report=report)
        else:
            table = ranking(ws, found, chosen, measure=report, search=search)
    if ending == CTOI:
        write_ctoi(filled_in, file)
        if as_json:
            told = {"candidates": len(filled_in.rows), "left_out": filled_in.left_out}
            show_json({"run": found.id, "file": str(file), **told})
            return
        for line in filled_in.left_out:
            complain(f"left out {line}")
        say(f"{counted(len(filled_in.rows), 'candidate')} written to {file}; its first lines say what is left to do")
        return
    write_table(table, file, ending)
    if as_json:
        show_json({"run": found.id, "file": str(file), "targets": len(table), "columns": list(table.columns)})
        return
    say(f"{counted(len(table), 'target')} of run {found.name!r} written to {file}")


COMMANDS = (export,)
