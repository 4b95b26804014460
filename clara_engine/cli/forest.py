"""Commands on a forest: tune, explain, similar, importances."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from clara_engine.cli.options import AsJson, Cluster, Folder, existing, filled, output
from clara_engine.cli.output import progress, say, show_json, show_table
from clara_engine.cli.runs import RunName, chosen_design, chosen_targets
from clara_engine.errors import WorkspaceError
from clara_engine.files import write_atomically

__all__ = ["COMMANDS"]

TargetName = Annotated[str, typer.Argument(help="TIC number or target id.")]


def tune(
    design: Annotated[str, typer.Option(help="P3, P5, P9, or a TOML file: the contrast set.")] = "P9",
    draws: Annotated[int, typer.Option(min=1, help="Settings to try.")] = 30,
    folds: Annotated[int, typer.Option(min=2, help="Parts of the cross-validation.")] = 3,
    training_size: Annotated[int, typer.Option(min=0, help="Real light curves that train; 0 takes all.")] = 1416,
    feature_set: Annotated[
        str | None, typer.Option("--set", help="Feature set; flux_power, or steering for an event to look for.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, max=2**32 - 1)] = 42,
    save: Annotated[Path | None, output("TOML file for the best, for `clara train --forest`.")] = None,
    workspace: Folder = None,
    cluster: Cluster = None,
    as_json: AsJson = False,
) -> None:
    """Search forest settings at random, as published: by accuracy in telling real from synthetic."""
    from clara_engine.studies.sweep_plan import usual_settings
    from clara_engine.workspace import RunSpec

    chosen = chosen_design(design)
    spec = RunSpec.checked(
        name="tune",
        design=chosen,
        training_size=training_size or None,
        seed=seed,
        feature_set=feature_set or usual_settings(chosen)["feature_set"],
    )
    ws = filled(workspace, cluster)
    with progress() as report:
        trials = ws.tune(spec, draws=draws, folds=folds, report=report)
    if save is not None:
        best = trials[0].settings
        write_atomically(save, lambda beside: beside.write_text(best.to_toml()))
    rows = [
        {
            "accuracy": trial.accuracy,
            **trial.settings.model_dump(exclude={"oob_score", "class_weight", "contrast_to_real"}),
        }
        for trial in trials
    ]
    if as_json:
        show_json(rows)
        return
    show_table([{name: "any" if value is None else value for name, value in row.items()} for row in rows[:10]])
    say("accuracy says how well the classes come apart, not how well anomalies are found")


def explain(
    run: RunName,
    target: TargetName,
    top: Annotated[int, typer.Option(min=1, help="How many features to list.")] = 12,
    workspace: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Say why a star is strange: what each feature added to its anomaly score."""
    from clara_engine.studies.reasons import explain_star

    ws = existing(workspace)
    found = ws.runs.get(run)
    reason = explain_star(ws, found, _one(chosen_targets(ws, [target])))
    strongest = reason.strongest(top)
    if as_json:
        facts = {"run": found.id, "target_id": reason.target_id, "score": reason.score, "base": reason.base}
        show_json({**facts, "blocks": reason.by_block(), "features": strongest})
        return
    parts = " ".join(f"{added:+.3f} {name}" for name, added in reason.by_block().items())
    say(f"{reason.target_id}: score {reason.score:.3f} = {reason.base:.3f} base {parts}")
    show_table(strongest)


def similar(
    run: RunName,
    target: TargetName,
    top: Annotated[int, typer.Option(min=1, help="How many stars to list.")] = 15,
    workspace: Folder = None,
    as_json: AsJson = False,
) -> None:
    """List the stars that are alike in the forest's eyes: they end in the same leaves."""
    from clara_engine.studies.reasons import similar_stars

    ws = existing(workspace)
    found = ws.runs.get(run)
    table = similar_stars(ws, found, _one(chosen_targets(ws, [target])), top)
    scores = found.scores().set_index("target_id")[["rank", "anomaly_score"]]
    table = table.join(scores, on="target_id")
    if as_json:
        show_json({"run": found.id, "target": target, "similar": table})
    else:
        show_table(table, "proximity: share of the trees in which both end in the same leaf")


def importances(
    run: RunName = "latest",
    top: Annotated[int, typer.Option(min=1, help="How many features to list.")] = 15,
    repeats: Annotated[int, typer.Option(min=0, help="Forests with shuffled labels, for the chance level.")] = 3,
    workspace: Folder = None,
    as_json: AsJson = False,
) -> None:
    """List the features that a forest lives on, beside what shuffled labels give."""
    from clara_engine.jobs import JobKind
    from clara_engine.studies.findings import Found, keep_finding

    ws = existing(workspace)
    found = ws.runs.get(run)
    with progress() as report:
        computed = ws.importances(found, repeats=repeats, report=report)
    if repeats:  # the page shows chance beside
        keep_finding(ws, JobKind.IMPORTANCES, found.id, Found(computed))
    table = computed.head(top)
    if as_json:
        show_json({"run": found.id, "importances": table})
    else:
        chance = f"by chance: the highest of {repeats} forests with shuffled labels"
        elsewhere = "trained elsewhere: no chance level without the light curves that trained it"
        show_table(table, f"run {found.name}; {elsewhere if found.spec.imported else chance}")


def _one(ids: list[str]) -> str:
    if len(ids) > 1:
        raise WorkspaceError(f"several targets are meant, name one: {', '.join(ids[:6])}")
    return ids[0]


COMMANDS = (tune, explain, similar, importances)
