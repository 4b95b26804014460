"""Commands that compare runs: sweep, wrss."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clara_engine.cli.options import AsJson, Cluster, Folder, chosen_label, existing, filled, output
from clara_engine.cli.output import progress, save_csv, say, show_json, show_table
from clara_engine.cli.runs import RunName
from clara_engine.errors import DesignError
from clara_engine.text import counted

if TYPE_CHECKING:
    import pandas as pd

    from clara_engine.evaluate.objective import Objective
    from clara_engine.studies.design_mapping import DesignMapping

__all__ = ["COMMANDS", "chosen_plan"]

SHORT = {
    "recall_part": "+ R",
    "anomaly_rate_part": "+ 1−A",
    "excess_part": "+ R−A",
    "importance_top_20_part": "+ Imp20",
    "t10_part": "+ 1−T10",
    "recall_auc_part": "+ R AUC",
    "importance_auc_part": "+ Imp AUC",
    "published_importance_top_20_part": "+ Imp20",
    "published_t10_part": "+ 1−T10",
    "published_recall_auc_part": "+ R AUC",
    "published_importance_auc_part": "+ Imp AUC",
    "published_importance_auc": "Imp AUC",
    "published_importance_top_20": "Imp20",
    "published_t10": "T10",
    "published_recall_auc": "R AUC",
    "recall": "R",
    "anomaly_rate": "A",
    "recall_auc": "R AUC",
    "roc_auc": "ROC-AUC",
}
AS_PUBLISHED = [
    "recall",
    "anomaly_rate",
    "published_recall_auc",
    "published_importance_auc",
    "published_importance_top_20",
    "published_t10",
]
SecondRun = Annotated[str, typer.Argument(help="The run to compare it with.")]


def sweep(
    grid: Annotated[
        str,
        typer.Argument(
            help="paper36, paper68, paper_noise, paper_span or paper_curves, as published; noise, span; "
            "or a TOML file with base and axes."
        ),
    ] = "paper36",
    label: Annotated[
        str | None, typer.Option(help="FAMILY or FAMILY/VALUE to measure against; TOIs by default.")
    ] = None,
    alpha: Annotated[float, typer.Option(min=0, max=1, help="Weight of finding many over the important.")] = 0.5,
    objective: Annotated[
        str,
        typer.Option(
            help="Ranks rows: final (chose P3, P5, P9) or auc; published, published_auc: measured as published."
        ),
    ] = "final",
    test_sets: Annotated[
        int, typer.Option(min=0, help="Also measure on so many test sets, the same for every design; published: 10.")
    ] = 0,
    tune: Annotated[
        bool, typer.Option("--tune", help="Search the forest's settings for every design, as published.")
    ] = False,
    draws: Annotated[int, typer.Option(min=1, max=3360, help="Settings that a search tries.")] = 30,
    top: Annotated[int, typer.Option(min=1, help="How many rows to list.")] = 15,
    save: Annotated[Path | None, output("CSV file for the whole table.")] = None,
    workspace: Folder = None,
    cluster: Cluster = None,
    as_json: AsJson = False,
) -> None:
    """Train every design of a grid that is not trained yet, and rank them by the published objective; resumes."""
    from clara_engine.evaluate.objective import ranked
    from clara_engine.studies.sweep import FOREST, Sweeps
    from clara_engine.synthetic.design import PUBLISHED_SPAN

    kind = _objective(objective)
    plan = chosen_plan(grid)
    ws = filled(workspace, cluster)
    measured, sweeps = chosen_label(ws, label), Sweeps(ws)
    with progress() as report:
        found = sweeps.run(plan, measured, report, test_sets=test_sets, tuned=tune, draws=draws)
        table = ranked(found, alpha, kind)
    save_csv(table, save)
    if as_json:
        show_json({"sweep": plan.name, "alpha": alpha, "objective": kind, "runs": table})
        return
    first = table.iloc[0]
    say(
        f"{counted(len(table), 'run')} against {first['positives']} of {counted(first['targets'], 'target')} with "
        f"label {first['label']}, "
        f"ranked by the {kind} objective at α = {alpha:g}; parts are normalised over this sweep. "
        "By chance: recall = anomaly rate, recall AUC .499, ROC-AUC .5"
    )
    if first["importance"]:
        say(first["importance"])
    if table["name"].str.contains(" d13 ").any():
        say(PUBLISHED_SPAN)
    parts = [name for name in table if name.endswith("_part")]
    shown = ["name", "objective", *parts, "recall", "anomaly_rate", "recall_auc", "roc_auc"]
    show_table(table[shown].head(top).rename(columns=SHORT))
    own = [name for name in AS_PUBLISHED if name in table]
    show_table(table[["name", *own]].head(top).rename(columns=SHORT), "measured as published")
    if tune:
        chosen = [name for name in table if name.startswith(FOREST)]
        show_table(table[["name", *chosen]].head(top).rename(columns=lambda name: name.removeprefix(FOREST)), "forests")
    if test_sets:
        say(
            f"mean ± standard deviation over {test_sets} test sets of {first['test_set_size']} targets, the same for "
            "every design"
        )
        show_table([_spread(row) for _, row in table.head(top).iterrows()], "over the test sets")


def mapping(
    sweep: Annotated[str, typer.Argument(help="A sweep that was run here.")] = "paper36",
    label: Annotated[
        str | None, typer.Option(help="FAMILY or FAMILY/VALUE to measure against; by default that of the sweep.")
    ] = None,
    alpha: Annotated[float, typer.Option(min=0, max=1, help="For which α the objective is listed.")] = 0.5,
    objective: Annotated[
        str, typer.Option(help="published_auc (of the published mapping), published, final or auc.")
    ] = "published_auc",
    draws: Annotated[int, typer.Option(min=20, help="Bootstrap samples of the runs.")] = 100,
    save: Annotated[Path | None, output("CSV file for the shares at every α.")] = None,
    workspace: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Which parameter of the designs moves which measure: shares of the variance, correlations, marginal means."""
    from clara_engine.jobs import JobKind
    from clara_engine.studies.design_mapping import ALPHAS, MEASURES, OBJECTIVE, design_mapping
    from clara_engine.studies.findings import keep_finding

    kind = _objective(objective)
    ws = existing(workspace)
    measured = chosen_label(ws, label) if label else None
    with progress() as report:
        found = design_mapping(ws, sweep, label=measured, objective=kind, draws=draws, report=report)
    keep_finding(ws, JobKind.MAPPING, sweep, found)
    save_csv(found.shares, save)
    if as_json:
        facts = {"sweep": sweep, "label": found.label, "objective": found.objective, "runs": found.runs}
        show_json({**facts, "shares": found.shares, "correlations": found.correlations, "curves": found.curves})
        return
    nearest = min(ALPHAS, key=lambda known: abs(known - alpha))
    say(
        f"{counted(found.runs, 'run')} of {sweep} against {found.label}; share of the variance by a random forest and "
        f"by ANOVA, {OBJECTIVE} is {found.objective} at α = {nearest:g}; 95 % intervals by drawing runs with "
        "replacement"
    )
    for measure in (*MEASURES, OBJECTIVE):
        table = found.at(found.shares, measure, nearest)
        if len(table):
            show_table([_share_row(found, row, measure, nearest) for _, row in table.iterrows()], found.title(measure))


def _share_row(found: DesignMapping, row: pd.Series, measure: str, alpha: float) -> dict[str, str]:
    """A parameter in a table of `mapping`."""
    from clara_engine.studies.design_mapping import OBJECTIVE

    def cell(name: str) -> str:
        return f"{row[name]:.3f} ({row[f'{name}_low']:.3f}–{row[f'{name}_high']:.3f})"

    rho = found.at(found.correlations, measure, alpha)
    rho = rho[rho["parameter"] == row["parameter"]]
    told = {"parameter": found.word(row["parameter"]), "forest": cell("forest"), "ANOVA": cell("anova")}
    told["p"] = "–" if row["p_value"] != row["p_value"] else f"{row['p_value']:.2g}"
    told["Spearman"] = f"{rho['spearman'].iloc[0]:+.2f}" if len(rho) else "–"
    published = found.published(row["parameter"]) if measure == OBJECTIVE and alpha == 0.5 else None
    if measure == OBJECTIVE:
        told["published"] = "–" if published is None else f"{published:.3f}"
    return told


def wrss(
    first: RunName,
    second: SecondRun,
    weights: Annotated[tuple[float, float], typer.Option(help="Of the first and of the second run.")] = (0.8, 0.2),
    top: Annotated[int, typer.Option(min=0, help="How many targets to list.")] = 15,
    save: Annotated[Path | None, output("CSV file for the whole table.")] = None,
    workspace: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Join two runs into the published score WRSS, and keep it with both.

    It is a score like any other then: a colour and an axis of the map, a column of exports and of `clara query`, and
    what `clara show --sort wrss`, `clara population --score wrss` and --where "wrss > 0.9" mean.
    """
    from clara_engine.studies.joined_score import keep_wrss

    ws = existing(workspace)
    runs = [ws.runs.get(name) for name in (first, second)]
    joined = keep_wrss(ws, runs[0], runs[1], weights)
    save_csv(joined.table, save)
    if as_json:
        facts = {"first": runs[0].id, "second": runs[1].id, "weights": weights, "common": joined.common}
        bounds = {"lowest": joined.lowest, "highest": joined.highest, "set": len(joined.table)}
        show_json({**facts, **bounds, "targets": joined.table.head(top) if top else joined.table})
        return
    say(
        f"WRSS over {len(joined.table)} of {counted(joined.common, 'target')}, those that both runs score above 0; "
        "0 and 1 stand "
        f"for raw {joined.lowest:.4f} and {joined.highest:.4f} of this set: compare raw, rank or percentile elsewhere"
    )
    show_table(joined.table.head(top))


def _spread(row: pd.Series) -> dict[str, str]:
    """A row of `over the test sets`."""
    told = {"name": row["name"]}
    for name in AS_PUBLISHED:
        own = name.removeprefix("published_")
        told[SHORT[name]] = f"{row[f'sets_{own}']:.3f} ± {row[f'sets_{own}_sd']:.3f}"
    return told


def chosen_plan(grid: str) -> Any:
    """The grid that a person names: a published one, or a TOML file."""
    from clara_engine.studies.sweep_plan import PLANS, SweepPlan

    if grid in PLANS:
        return PLANS[grid]
    if not grid.endswith(".toml"):
        raise DesignError(f"no sweep {grid!r}: choose one of {', '.join(PLANS)}, or a .toml file")
    return SweepPlan.from_toml(Path(grid))


def _objective(name: str) -> Objective:
    from clara_engine.evaluate.objective import OBJECTIVES

    for known in OBJECTIVES:
        if name == known:
            return known
    raise typer.BadParameter(f"choose one of {', '.join(OBJECTIVES)}", param_hint="--objective")


COMMANDS = (sweep, mapping, wrss)
