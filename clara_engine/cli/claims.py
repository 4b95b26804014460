"""Commands that say how far a ranking can be trusted: claims."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clara_engine.cli.options import AsJson, Folder, filled
from clara_engine.cli.output import progress, say, show_json, show_table
from clara_engine.cli.runs import RunName

if TYPE_CHECKING:
    from clara_engine.workspace.claims import Claims

__all__ = ["COMMANDS"]


def claims(
    run: RunName = "latest",
    nulls: Annotated[int, typer.Option(min=20, help="Null light curves at most; kept, and shared by runs.")] = 600,
    seed: Annotated[int, typer.Option(min=0, help="Of the draw of the stars that they are made of.")] = 0,
    workspace: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Make the p-values of a run anew, and say how far down its ranking one may go.

    A p-value says how often a quiet star would score as high: its rank among inverted and scrambled light curves.
    """
    from clara_engine.workspace.claims import make_claims
    from clara_engine.workspace.nulls import NullPlan

    ws = filled(workspace)
    found = ws.runs.get(run)
    with progress() as report:
        made = make_claims(ws, found, NullPlan(most=nulls, seed=seed), report)
    if as_json:
        show_json({"run": found.id, **asdict(made)})
        return
    say(f"run {found.name!r}: {made.sentence()}")
    if made.lines:
        among = f"{made.nulls} {made.source} of {made.null_stars} stars"
        say(f"p-values are ranks among {among}: none is below {made.smallest_p:.2g}")
        show_table(_lines(made), "how far down one may go")


def _lines(made: Claims) -> list[dict[str, Any]]:
    return [
        {
            "false at most": f"{line['level']:.0%}", "stars above the line": line["stars"],
            "needed above all nulls": line["needed"],
        }
        for line in made.lines
    ]  # fmt: skip


COMMANDS = (claims,)
