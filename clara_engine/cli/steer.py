"""Commands that measure what a contrast set finds: steer, recover."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from clara_engine.cli.options import AsJson, Folder, filled
from clara_engine.cli.output import progress, say, show_json, show_table

if TYPE_CHECKING:
    import pandas as pd

    from clara_engine.workspace.steering import SteeringMatrix

__all__ = ["COMMANDS"]

Seeds = Annotated[int, typer.Option(min=1, help="Splits and draws that intervals are taken over.")]
FeatureSetName = Annotated[str, typer.Option("--set", help="Feature set.")]


def steer(
    contrast: Annotated[list[str] | None, typer.Option(help="A row; may be repeated. All when not given.")] = None,
    event: Annotated[list[str] | None, typer.Option(help="A column; may be repeated. All when not given.")] = None,
    seeds: Seeds = 5,
    feature_set: FeatureSetName = "steering",
    measure: Annotated[str, typer.Option(help="auc, recall_1 or recall_5: what the table shows.")] = "auc",
    workspace: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Measure which contrast set finds which event, by injection into stars that did not train; resumes."""
    matrix = _matrix(workspace, contrast, event, seeds, feature_set)
    with progress() as report:
        table = matrix.table(report)
    if as_json:
        show_json({"plan": matrix.plan.model_dump(mode="json"), "cells": table})
        return
    chance = {"auc": ".5", "recall_1": ".01", "recall_5": ".05"}[measure]
    say(f"{measure}, mean and 95 % interval over {seeds} seeds; chance is {chance}")
    rows: dict[str, dict[str, Any]] = {}
    for found in table.to_dict("records"):
        ends = f"{found[f'{measure}_low']:.3f}–{found[f'{measure}_high']:.3f}" if seeds > 1 else "one seed"
        row = rows.setdefault(found["contrast"], {"contrast set": found["contrast"]})
        row[found["event"]] = f"{found[measure]:.3f} ({ends})"
    show_table(list(rows.values()))


def recover(
    event: Annotated[str, typer.Argument(help="What is injected: planets, flares, …")],
    contrast: Annotated[
        str | None, typer.Option(help="What the forest is trained against; the event by default.")
    ] = None,
    across: Annotated[str, typer.Option(help="depth, period_days, duration_hours or tmag.")] = "depth",
    along: Annotated[str | None, typer.Option(help="A second one, for a map.")] = None,
    bins: Annotated[int, typer.Option(min=1, max=50)] = 6,
    share: Annotated[
        float, typer.Option(min=0.0001, max=0.5, help="Found: above this share of untouched stars.")
    ] = 0.05,
    seeds: Seeds = 5,
    feature_set: FeatureSetName = "steering",
    workspace: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Inject an event into stars that did not train, and say how often it is found, by depth, period or magnitude."""
    name = contrast or event.removesuffix(" (other generator)")
    matrix = _matrix(workspace, [name], [event], seeds, feature_set)
    with progress() as report:
        table: pd.DataFrame = matrix.recovery(name, event, x=across, y=along, bins=bins, share=share, report=report)
    if as_json:
        show_json({"event": event, "contrast": name, "share": share, "cells": table})
        return
    say(f"{event} found by {name}: scored above the top {share:.0%} of untouched stars; 95 % intervals")
    show_table(table)


def _matrix(
    folder: Any, contrasts: list[str] | None, events: list[str] | None, seeds: int, feature_set: str
) -> SteeringMatrix:
    from clara_engine.workspace.steering import SteeringMatrix, SteeringPlan

    given: dict[str, Any] = {"seeds": seeds, "feature_set": feature_set}
    if contrasts:
        given["contrasts"] = tuple(contrasts)
    if events:
        given["events"] = tuple(events)
    if feature_set != "steering" and not contrasts:
        given["contrasts"] = tuple(name for name in SteeringPlan().contrasts if name != "BLS")
    return SteeringMatrix(filled(folder), SteeringPlan(**given))


COMMANDS = (steer, recover)
