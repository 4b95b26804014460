"""Commands that measure what a contrast set finds, and look for a better one: steer, recover, autosteer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clara_engine.cli.options import AsJson, Cluster, Folder, chosen_label, filled, output
from clara_engine.cli.output import progress, save_csv, say, show_json, show_table
from clara_engine.cli.runs import RunName, chosen_targets
from clara_engine.files import write_atomically
from clara_engine.text import counted

if TYPE_CHECKING:
    from clara_engine.evaluate.rates import Measures, Rate

__all__ = ["COMMANDS"]

FeatureSetName = Annotated[str, typer.Option("--set", help="Feature set.")]
CHANCE = {"auc": ".5", "matched_auc": ".5", "recall_1": ".01", "recall_5": ".05"}


def steer(
    contrast: Annotated[list[str] | None, typer.Option(help="A row; may be repeated. All when not given.")] = None,
    event: Annotated[list[str] | None, typer.Option(help="A column; may be repeated. All when not given.")] = None,
    seeds: Annotated[int, typer.Option(min=1, help="Splits and draws that intervals are taken over.")] = 5,
    curves: Annotated[int, typer.Option(min=10, help="Light curves of a contrast set.")] = 300,
    measured: Annotated[int, typer.Option(min=10, help="Injected light curves that are measured.")] = 200,
    stars: Annotated[int, typer.Option(min=12, help="Stars of the workspace that are used at most.")] = 600,
    feature_set: FeatureSetName = "steering",
    measure: Annotated[str, typer.Option(help="auc, matched_auc (same star untouched), recall_1 or recall_5.")] = "auc",
    least: Annotated[
        float, typer.Option("--least-snr", min=0, help="Only events of this signal-to-noise at least.")
    ] = 0,
    group: Annotated[
        str | None, typer.Option(help="Light curves to measure on, such as 1800; the largest group.")
    ] = None,
    workspace: Folder = None,
    cluster: Cluster = None,
    as_json: AsJson = False,
) -> None:
    """Measure which contrast set finds which event, by injection into stars that did not train; resumes."""
    from clara_engine.studies.steer import SteeringMatrix, SteeringPlan

    if measure not in CHANCE:
        raise typer.BadParameter(f"choose one of {', '.join(CHANCE)}", param_hint="--measure")
    everything = SteeringPlan()
    plan = SteeringPlan(
        contrasts=tuple(contrast or everything.contrasts),
        events=tuple(event or everything.events),
        seeds=seeds,
        curves=curves,
        measured=measured,
        most_stars=stars,
        feature_set=feature_set,
        group=group,
    )
    matrix = SteeringMatrix(filled(workspace, cluster), plan)
    with progress() as report:
        table = matrix.table(report, least_signal_to_noise=least)
        by_strength = matrix.by_signal_to_noise(report)
    if as_json:
        show_json(
            {
                "plan": matrix.plan.model_dump(mode="json"),
                "least_signal_to_noise": least,
                "cells": table,
                "by_signal_to_noise": by_strength,
            }
        )
        return
    say(f"{measure}, mean over {counted(seeds, 'seed')} and 95 % interval over stars; chance is {CHANCE[measure]}")
    rows: dict[str, dict[str, Any]] = {}
    for found in table.to_dict("records"):
        ends = f"{found[f'{measure}_low']:.3f}–{found[f'{measure}_high']:.3f}"
        row = rows.setdefault(found["contrast"], {"contrast set": found["contrast"]})
        row[found["event"]] = f"{found[measure]:.3f} ({ends})"
    show_table(list(rows.values()))
    own = by_strength[by_strength["contrast"] == by_strength["event"].str.removesuffix(" (other generator)")]
    if len(own):
        show_table(own.drop(columns=["contrast", "by"]), "recall at 5 % of own events by signal-to-noise")


def recover(
    run: RunName = "latest",
    event: Annotated[str, typer.Option(help="What is injected: planets, flares, …")] = "planets",
    design: Annotated[Path | None, typer.Option(help="TOML file of an injected design, instead of an event.")] = None,
    curves: Annotated[int, typer.Option(min=10, help="Injected light curves.")] = 500,
    top: Annotated[float, typer.Option(min=0.01, max=50, help="Found: in the top so many % of untouched ones.")] = 5.0,
    across: Annotated[
        str | None, typer.Option(help="depth, period_days, duration_hours, tmag, signal_to_noise.")
    ] = None,
    along: Annotated[str | None, typer.Option(help="A second one, for a map.")] = None,
    bins: Annotated[int, typer.Option(min=1, max=50, help="Cells along each.")] = 5,
    seed: Annotated[int, typer.Option(min=0, max=2**32 - 1)] = 0,
    save: Annotated[Path | None, output("CSV file for every injected light curve.")] = None,
    workspace: Folder = None,
    cluster: Cluster = None,
    as_json: AsJson = False,
) -> None:
    """Inject events into light curves that a run has not learned from, and say which ones it finds; resumes."""
    from clara_engine.studies.recover import RecoveryPlan, recover
    from clara_engine.synthetic import SyntheticDesign

    ws = filled(workspace, cluster)
    found = ws.runs.get(run)
    plan = RecoveryPlan(
        event=event,
        design=SyntheticDesign.from_toml(design) if design else None,
        curves=curves,
        top_percent=top,
        x=across,
        y=along,
        bins=bins,
        seed=seed,
    )
    with progress() as report:
        result = recover(ws, found, plan, report)
    save_csv(result.injected, save)
    if as_json:
        show_json(
            {
                "run": found.id,
                "plan": plan.model_dump(mode="json"),
                "stars": result.stars,
                "quiet": result.quiet,
                "threshold": result.threshold,
                "recovery": _facts(result.overall),
                "cells": result.cells,
                "auc": _facts(result.auc),
                "matched_auc": _facts(result.matched_auc),
                "completeness": result.completeness,
            }
        )
        return
    say(
        f"run {found.name!r} finds {_text(result.overall)} of {counted(len(result.injected), 'injected light curve')} "
        f"({plan.injected_design().name}) of {counted(result.stars, 'star')}: above the top {top:g} % of "
        f"{result.quiet} untouched "
        "ones, which is also the chance level"
    )
    matched = f"{_text(result.matched_auc)} against the same star untouched"
    say(f"ROC-AUC {_text(result.auc)} against all of them, {matched}; chance .5")
    show_table(result.cells, "recovery by cell; 95 % interval over stars")
    show_table(result.completeness, "by signal-to-noise, magnitude, crowding and camera")


def autosteer(
    label: Annotated[str | None, typer.Option(help="FAMILY or FAMILY/VALUE: the stars that should come first.")] = None,
    mark: Annotated[list[str] | None, typer.Option(help="Or a TIC or target id; may be repeated.")] = None,
    alpha: Annotated[float, typer.Option(min=0, max=1, help="1 finds many, 0 the important or at the top.")] = 0.5,
    trials: Annotated[int, typer.Option(min=1, help="Designs to try at most.")] = 40,
    minutes: Annotated[float, typer.Option(min=0.02, help="No trial begins after this long.")] = 15.0,
    feature_set: FeatureSetName = "steering",
    seed: Annotated[int, typer.Option(min=0, max=2**32 - 1)] = 0,
    save: Annotated[Path | None, output("TOML file for the best design.")] = None,
    train: Annotated[bool, typer.Option("--train", help="Train the best design on the whole workspace.")] = False,
    workspace: Folder = None,
    cluster: Cluster = None,
    as_json: AsJson = False,
) -> None:
    """Search for the design that finds some stars; Ctrl-C stops it and shows the best so far."""
    from clara_engine.jobs import JobKind
    from clara_engine.studies.autosteer import AutoSteer, AutoSteerPlan
    from clara_engine.studies.findings import keep_finding

    ws = filled(workspace, cluster)
    plan = AutoSteerPlan(
        label=chosen_label(ws, label),
        marked=tuple(chosen_targets(ws, mark or [])),
        alpha=alpha,
        trials=trials,
        seconds=60 * minutes,
        feature_set=feature_set,
        seed=seed,
    )
    steering = AutoSteer(ws, plan)
    with progress() as report:
        try:
            steering.search(report)
        except KeyboardInterrupt:
            say("stopped; here is the best so far")
        best = steering.best(report)
        keep_finding(ws, JobKind.AUTOSTEER, "", best)
        run = ws.train(best.spec, report) if train else None
    design = best.spec.design
    if save is not None and design is not None:
        write_atomically(save, lambda beside: beside.write_text(design.to_toml()))
    if as_json:
        show_json(
            {
                "spec": best.spec.model_dump(mode="json"),
                "objective_searched": best.searched,
                "objective_measured": best.objective,
                "measures": _measures(best.measures),
                "published_p9": _measures(best.published),
                "run": run.id if run else None,
                "trials": best.trials,
            }
        )
        return
    top = best.trials.sort_values("objective", ascending=False).head(8)
    show_table(
        top[["design", "curves", "max_features", "min_samples_leaf", "objective"]], "best trials, on search stars"
    )
    say(f"best: {best.spec.name!r}, objective {best.searched:.3f} where it was chosen, {best.objective:.3f} elsewhere")
    _show_measures({"best": best.measures, "published P9": best.published})
    if run is not None:
        say(f"trained as run {run.name!r} ({run.id})")


def _show_measures(measures: dict[str, Measures]) -> None:
    first = next(iter(measures.values()))
    say(
        f"on {counted(first.targets, 'star')} that it was not chosen on, {first.positives} of them wanted; chance "
        ".5, .05, 1"
    )
    show_table(
        [
            {
                "ranking": name,
                "ROC-AUC": _text(found.roc_auc),
                "recall in the top 5 %": _text(found.recall_top[0.05]),
                "lift": _text(found.lift),
            }
            for name, found in measures.items()
        ]
    )


def _measures(found: Measures) -> dict[str, Any]:
    rates = {"roc_auc": found.roc_auc, "recall_top_5": found.recall_top[0.05], "lift": found.lift}
    return {"positives": found.positives, "targets": found.targets} | {k: _facts(v) for k, v in rates.items()}


def _facts(rate: Rate) -> dict[str, float]:
    return {name: float(getattr(rate, name)) for name in ("value", "low", "high", "chance")}


def _text(rate: Rate) -> str:
    return f"{rate.value:.3f} ({rate.low:.3f}–{rate.high:.3f})"


COMMANDS = (steer, recover, autosteer)
