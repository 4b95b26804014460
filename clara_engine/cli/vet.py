"""Commands that export results: report, samp."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from clara_engine.cli.options import AsJson, Folder, existing, filled, output
from clara_engine.cli.output import progress, say, show_json
from clara_engine.cli.runs import chosen_targets
from clara_engine.cli.where import Where, any_run, chosen_by
from clara_engine.files import write_atomically
from clara_engine.text import counted

__all__ = ["COMMANDS"]

RunOption = Annotated[str, typer.Option(help="Run name or id; `latest` is the newest.")]


def report(
    stars: Annotated[list[str] | None, typer.Argument(metavar="TIC…", help="TICs or target ids.")] = None,
    output: Annotated[Path, output("HTML file to write.", "--output", "-o")] = Path("clara-report.html"),
    selection: Annotated[str | None, typer.Option(help="Stars of a named selection instead.")] = None,
    where: Where = None,
    run: RunOption = "latest",
    workspace: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Write a report on some stars that can be read and printed in any browser."""
    from clara_engine.report.pages import report_html

    ws = filled(workspace)
    ids = list(ws.selections.get(selection).target_ids) if selection else chosen_targets(ws, stars or [])
    found = any_run(ws, run)
    chosen = chosen_by(ws, where, found)
    if chosen is not None:
        ids = [target_id for target_id in chosen if target_id in set(ids)] if ids else chosen
    with progress() as report:
        page = report_html(ws, ids, found, title=selection or "", report=report)
    write_atomically(output.absolute(), lambda beside: beside.write_text(page, encoding="utf-8"))
    if as_json:
        show_json({"run": found.id if found else None, "file": str(output), "targets": ids})
        return
    say(f"{counted(len(ids), 'star')} written to {output}; print it from a browser to get a PDF")


def samp(run: RunOption = "latest", workspace: Folder = None, as_json: AsJson = False) -> None:
    """Send the ranking of a run to TOPCAT, Aladin and whatever else listens on this computer."""
    from clara_engine.report.export import ranking
    from clara_engine.report.samp import send_ranking

    ws = existing(workspace)
    found = ws.runs.get(run)
    names = send_ranking(ws, ranking(ws, found), found.name)
    if as_json:
        show_json({"run": found.id, "sent_to": names})
        return
    say(f"sent to {', '.join(names)}")


COMMANDS = (report, samp)
