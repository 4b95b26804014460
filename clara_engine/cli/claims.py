"""Commands on the significance of a ranking: claims, stability."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clara_engine.cli.options import AsJson, Cluster, Folder, filled, output
from clara_engine.cli.output import progress, save_csv, say, show_json, show_table
from clara_engine.cli.runs import RunName
from clara_engine.text import counted

if TYPE_CHECKING:
    from clara_engine.studies.claims import Claims

__all__ = ["COMMANDS"]


def claims(
    run: RunName = "latest",
    nulls: Annotated[int, typer.Option(min=20, help="Null light curves at most; kept, and shared by runs.")] = 600,
    seed: Annotated[
        int, typer.Option(min=0, max=2**32 - 1, help="Of the draw of the stars that they are made of.")
    ] = 0,
    workspace: Folder = None,
    cluster: Cluster = None,
    as_json: AsJson = False,
) -> None:
    """Make the p-values of a run anew, and say how far down its ranking one may go.

    A p-value says how often a quiet star would score as high: its rank among inverted and scrambled light curves.
    """
    from clara_engine.studies.claims import make_claims
    from clara_engine.studies.nulls import NullPlan

    ws = filled(workspace, cluster)
    found = ws.runs.get(run)
    with progress() as report:
        made = make_claims(ws, found, NullPlan(most=nulls, seed=seed), report)
    if as_json:
        show_json({"run": found.id, **asdict(made)})
        return
    say(f"run {found.name!r}: {made.sentence()}")
    if made.lines:
        among = f"{made.nulls} {made.source} of {counted(made.null_stars, 'star')}"
        among += f", in {made.classes} classes of stars as periodic" if made.classes > 1 else ""
        say(f"p-values are ranks among {among}: none is below {made.smallest_p:.2g}")
        show_table(_lines(made), "how far down one may go")


def stability(
    run: RunName = "latest",
    draws: Annotated[int, typer.Option(min=2, help="Forests that are grown.")] = 20,
    share: Annotated[float, typer.Option(min=0.1, max=1, help="Part of the training stars that each is shown.")] = 0.8,
    top_percent: Annotated[float, typer.Option("--top", min=0.01, max=50, help="What counts as the top.")] = 1.0,
    rows: Annotated[int, typer.Option(min=0, help="How many stars to list.")] = 15,
    seed: Annotated[int, typer.Option(min=0, max=2**32 - 1)] = 0,
    save: Annotated[Path | None, output("CSV file for every star.")] = None,
    workspace: Folder = None,
    cluster: Cluster = None,
    as_json: AsJson = False,
) -> None:
    """Grow a run's forest again on other contrast sets and other parts of its stars: which places stay?"""
    from clara_engine.studies.stability import StabilityPlan, kept_stability, stability_of

    ws = filled(workspace, cluster)
    found = ws.runs.get(run)
    plan = StabilityPlan(draws=draws, share=share, top_percent=top_percent, seed=seed)
    table = kept_stability(found, plan)
    if table is None:
        with progress() as report:
            table = stability_of(ws, found, plan, report)
    save_csv(table, save)
    if as_json:
        show_json({"run": found.id, "plan": plan.model_dump(mode="json"), "stars": table.head(rows or len(table))})
        return
    say(
        f"run {found.name!r}, {draws} forests, each with another contrast set and {share:.0%} of the stars: 95 % of "
        f"them are between rank_low and rank_high, top_chance have the star in the top {top_percent:g} %"
    )
    show_table(table.head(rows).drop(columns=["target_id"]))


def _lines(made: Claims) -> list[dict[str, Any]]:
    return [
        {
            "false at most": f"{line['level']:.0%}",
            "stars above the line": line["stars"],
            "needed above all nulls": line["needed"],
        }
        for line in made.lines
    ]


COMMANDS = (claims, stability)
