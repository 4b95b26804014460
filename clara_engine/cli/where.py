"""The option that takes a part of the light curves by a condition, for all commands that work on some of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from clara_engine.cli.output import say
from clara_engine.text import counted

if TYPE_CHECKING:
    from clara_engine.workspace import Run, Workspace

__all__ = ["Where", "WhereRun", "any_run", "chosen_by"]

Where = Annotated[
    str | None,
    typer.Option(
        metavar="CONDITION",
        help="Only light curves that meet this, in SQL, such as `anomaly_score > 0.3 and teff < 4000`: scores, WRSS, "
        "kind_planet …, cluster, labels, parameters.",
    ),
]
WhereRun = Annotated[str, typer.Option("--where-run", help="Run whose scores --where means; the newest.")]


def any_run(ws: Workspace, name: str = "latest") -> Run | None:
    """The run of a name; none where there are no runs and no certain one is meant."""
    return ws.runs.get(name) if name != "latest" or ws.runs.list() else None


def chosen_by(ws: Workspace, where: str | None, run: Run | None) -> list[str] | None:
    """Target ids that meet a condition, strangest first, told in a line; None where there is no condition."""
    from clara_engine.studies.subset import required

    if where is None:
        return None
    found = required(ws, where, run)
    say(f"{counted(len(found), 'light curve')} of {len(ws.targets):,} where {where}")
    return found
