"""Commands that say what kind of star each is: classify."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clara_engine.cli.options import AsJson, Cluster, Folder, filled
from clara_engine.cli.output import progress, say, show_json, show_table
from clara_engine.cli.runs import RunName
from clara_engine.errors import DesignError

if TYPE_CHECKING:
    from clara_engine.studies.kinds import Kinds

__all__ = ["COMMANDS"]


def classify(
    run: RunName = "latest",
    event: Annotated[
        list[str] | None, typer.Option(help="An event to tell from the others, such as planets; may be repeated.")
    ] = None,
    prior: Annotated[
        list[str] | None, typer.Option(help="KIND=CHANCE before a star is looked at, such as none=.9; may be repeated.")
    ] = None,
    other: Annotated[bool, typer.Option("--other", help="Also measure on generators that no class is made with.")] = (
        False
    ),
    workspace: Folder = None,
    cluster: Cluster = None,
    as_json: AsJson = False,
) -> None:
    """Say of every star what kind it is, such as binary .88, by one forest of all contrast sets.

    Each star is asked of trees that never saw it. The kinds stand in `clara show`, in exports and on the page.
    """
    from clara_engine.studies.kinds import classify
    from clara_engine.synthetic import USUAL_EVENTS

    ws = filled(workspace, cluster)
    found = ws.runs.get(run)
    with progress() as report:
        made = classify(
            ws, found, events=event or USUAL_EVENTS, prior=dict(map(_chance, prior or [])), other=other, report=report
        )
    if as_json:
        show_json({"run": found.id, **asdict(made), "kinds": found.scores().filter(regex="^(target_id|kind)")})
        return
    say(f"run {found.name!r}: {made.sentence()}")
    show_table(_confusion(made), "what light curves of each kind are called, by trees that never saw their star")
    show_table(made.reliability, "how often the kind that is named is right")
    counts = found.scores()["kind"].value_counts()
    say("; ".join(f"{count} {kind}" for kind, count in counts.items()))


def _chance(text: str) -> tuple[str, float]:
    kind, _, chance = text.rpartition("=")
    try:
        return kind.strip(), float(chance)
    except ValueError:
        raise DesignError(f"--prior {text}: write KIND=CHANCE, such as none=.9") from None


def _confusion(made: Kinds) -> list[dict[str, Any]]:
    return [
        {"kind": row["kind"], "generator": row["generator"], "n": row["n"]}
        | {kind: f"{share:.2f}" if share >= 0.005 else "" for kind, share in row["as"].items()}
        for row in made.confusion
    ]


COMMANDS = (classify,)
