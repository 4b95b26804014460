"""Commands that make and read runs: train, runs, show, evaluate, score."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clara_engine.cli.options import AsJson, Cluster, ColumnNames, Folder, chosen_label, existing, filled, named_columns
from clara_engine.cli.output import complain, progress, say, show_json, show_table
from clara_engine.cli.where import Where, chosen_by
from clara_engine.errors import DesignError, WorkspaceError
from clara_engine.text import counted, visible

if TYPE_CHECKING:
    import pandas as pd

    from clara_engine.forest import ForestSettings
    from clara_engine.progress import Report
    from clara_engine.synthetic import SyntheticDesign
    from clara_engine.workspace import Run, Workspace

__all__ = ["COMMANDS", "RunName", "chosen_design", "chosen_targets", "show_run"]

SHOWN = [
    "rank",
    "tic",
    "star_p_value",
    "star_q_value",
    "star_light_curves",
    "kind",
    "kind_probability",
    "anomaly_score",
    "weirdness",
    "wrss",
    "percentile",
    "trained",
    "tmag",
    "teff",
    "radius",
]

SHORT = {
    "star_p_value": "p",
    "star_q_value": "q",
    "star_light_curves": "curves",
    "kind_probability": "chance",
    "target_id": "light curve",
}

RunName = Annotated[str, typer.Argument(help="Run name or id; `latest` is the newest.")]


def train(
    design: Annotated[
        str | None, typer.Option(help="P3, P5, P9, URF4, an event such as planets, or a TOML file; P9.")
    ] = None,
    variant: Annotated[
        str | None,
        typer.Option(
            help="URF1, URF2, URF3, URF4, marginal or picked, with its published forest; URF4 where a design is given."
        ),
    ] = None,
    forest: Annotated[
        str | None, typer.Option(help="P3, P5, P9, URF1 to URF4, steering, marginal, or a TOML file.")
    ] = None,
    trees: Annotated[int | None, typer.Option(min=1)] = None,
    name: Annotated[str | None, typer.Option(help="What to call the run.")] = None,
    label: Annotated[str | None, typer.Option(help="URF3: FAMILY or FAMILY/VALUE that makes the contrast set.")] = None,
    pick: Annotated[list[str] | None, typer.Option(help="picked: a TIC or target id; may be repeated.")] = None,
    training_size: Annotated[int, typer.Option(min=0, help="Real light curves that train; 0 takes all.")] = 1416,
    sector: Annotated[
        list[int] | None, typer.Option(min=1, help="Only light curves of this sector train; may be repeated.")
    ] = None,
    feature_set: Annotated[
        str | None, typer.Option("--set", help="Feature set; flux_power, or steering for an event to look for.")
    ] = None,
    in_bag: Annotated[bool, typer.Option("--in-bag", help="Score training stars by all trees, as published.")] = False,
    group: Annotated[
        str | None,
        typer.Option(help="Light curves that it is made of, such as `TESS 120 s SPOC` or 1800; the largest group."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, max=2**32 - 1)] = 42,
    claims: Annotated[
        bool, typer.Option("--claims/--no-claims", help="Whether to make the null light curves that p-values need.")
    ] = True,
    kinds: Annotated[
        bool, typer.Option("--kinds", help="Also say what kind each star is, as `clara classify` does.")
    ] = False,
    workspace: Folder = None,
    cluster: Cluster = None,
    as_json: AsJson = False,
) -> None:
    """Train a forest, score every target, and print the measures.

    Where signals are injected into observed light curves, every star is scored by trees that never saw it; else the
    training stars are scored out of bag. With --sector, light curves of other sectors are ranked as well: `clara
    validate` compares runs of several sectors. A run ranks light curves of one mission, cadence and pipeline; others
    are scored but not ranked.
    """
    from clara_engine.studies.sweep import target_label
    from clara_engine.studies.sweep_plan import usual_settings
    from clara_engine.workspace import RunSpec

    ws = filled(workspace, cluster)
    design, variant = design or (variant if variant == "URF4" else "P9"), variant or "URF4"
    chosen = chosen_design(design) if variant == "URF4" else None
    usual: dict[str, Any] = usual_settings(chosen) if chosen else {"feature_set": "flux_power"}
    settings = _forest(forest, variant, usual.get("forest"))
    if in_bag and chosen is not None and chosen.needs_observed:
        raise DesignError(
            f"--in-bag is for the published method: with {chosen.name} injected into the stars themselves, "
            "in-bag scores would tell who carries a signal"
        )
    settings = settings.model_copy(update={"oob_score": False} if in_bag else {})
    spec = RunSpec.checked(
        name=name or (chosen.name if chosen else variant),
        variant=variant,
        design=chosen,
        forest=settings.model_copy(update={"n_estimators": trees}) if trees else settings,
        label=target_label(ws, chosen_label(ws, label)) if label else None,
        picked=tuple(chosen_targets(ws, pick or [])),
        training_size=training_size or None,
        training_sectors=tuple(sorted(set(sector or []))),
        feature_set=feature_set or usual["feature_set"],
        group=group,
        seed=seed,
    )
    with progress() as report:
        run = ws.train(spec, report, wait_for_claims=claims)
        said = _kinds(ws, run, report) if kinds else ""
    show_run(ws, run, as_json)
    if said and not as_json:
        say(f"{said}: see `clara show`")


def runs(workspace: Folder = None, as_json: AsJson = False) -> None:
    """List runs, newest first."""
    found = existing(workspace).runs.list()
    if as_json:
        show_json([_facts(run) for run in found])
    elif not found:
        say("no runs yet: `clara train --design P9` makes one")
    else:
        facts = [{**_facts(run), "seconds": sum(run.timings.values())} for run in found]
        show_table([{name: value for name, value in row.items() if name != "caveat"} for row in facts])
        for run in found:
            if run.caveat:
                say(f"{run.name} ({run.id}): {run.caveat}")


def show(
    run: RunName = "latest",
    top: Annotated[int, typer.Option(min=0, help="How many of the strangest targets to list.")] = 15,
    sort: Annotated[
        str | None,
        typer.Option(help="List by this column instead, highest first: weirdness, wrss, kind_planet …"),
    ] = None,
    where: Where = None,
    workspace: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Show a run: its settings, measures and strangest stars, and how far down one may go."""
    from clara_engine.report.export import ranking
    from clara_engine.studies.grouping import about_group
    from clara_engine.studies.kept_with_run import kept_claims, kept_completeness, kept_kinds

    ws = existing(workspace)
    found = ws.runs.get(run)
    claims, found_of = kept_claims(found), kept_completeness(found)
    kinds = kept_kinds(found)
    ranked = ranking(ws, found, chosen_by(ws, where, found))
    if sort is not None:
        ranked = _sorted(ranked, sort)
    if as_json:
        facts = {**_facts(found), "spec": found.spec.model_dump(mode="json"), "measures": found.measures}
        facts |= {"about_group": about_group(found, ws.targets.groups()), "claims": asdict(claims) if claims else None}
        facts |= {"kinds": asdict(kinds) if kinds else None, "completeness": found_of}
        facts |= {"notes": list(found.notes), "catalogues": found.catalogues}
        facts |= {"timings": found.timings, "versions": found.versions, "top": ranked.head(top)}
        show_json(facts)
        return
    show_run(ws, found, as_json=False)
    say(claims.sentence() if claims else "no p-values yet: `clara claims` makes them")
    say(kinds.sentence() if kinds else "no kinds yet: `clara classify` or `clara train --kinds` says what each star is")
    table = (_one_a_star(ranked) if sort is None else ranked).head(top)
    labels = [column for column in table if column.startswith(("label_", "verdict_label"))]
    shown = [column for column in SHOWN if column in table]
    shown += [sort] if sort is not None and sort not in shown else []
    if "star_light_curves" in table and (table["star_light_curves"] > 1).any():
        shown.insert(shown.index("tic"), "target_id")  # it names the light curve of the star
    rows = table[[*shown, *labels]].fillna(dict.fromkeys(labels, "–")).rename(columns=SHORT).to_dict("records")
    line = claims.line() if claims else None
    if line is not None and 0 < line.stars < len(rows) and sort is None and where is None:
        rows.insert(line.stars, dict.fromkeys(rows[0], "") | {"tic": "↑ about 1 in 10 is chance"})
    show_table(rows, "strangest targets")
    for name, part in found_of.items():
        from clara_engine.evaluate.completeness import completeness_text  # loads what intervals need

        say(f"completeness ({name}): {completeness_text(part)}")
    if not found_of:
        say("completeness of this list: `clara recover` measures it")


def evaluate(run: RunName = "latest", workspace: Folder = None, as_json: AsJson = False) -> None:
    """Measure a run again, against the labels of today."""
    from clara_engine.store.archive_answers import whole_catalogues
    from clara_engine.studies.train import measures_of

    ws = existing(workspace)
    found = ws.runs.get(run)
    found = ws.runs.update_measures(found, measures_of(ws, found.scores()), whole_catalogues(ws))
    show_run(ws, found, as_json)


def score(
    run: RunName,
    files: Annotated[list[Path], typer.Argument(help="Light-curve files or folders that need not be registered.")],
    columns: ColumnNames = None,
    workspace: Folder = None,
    cluster: Cluster = None,
    as_json: AsJson = False,
) -> None:
    """Score light-curve files with a trained run."""
    named = named_columns(columns)
    ws = existing(workspace, cluster)
    found = ws.runs.get(run)
    with progress() as report:
        table, problems = ws.score_files(found, files, report, columns=named)
    notes = [note for note in table.get("note", []) if note]
    warnings = [f"{count} file{'s' * (count > 1)}: {note}" for note, count in Counter(notes).items()]
    if as_json:
        show_json({"run": found.id, "scores": table, "problems": problems, "warnings": warnings})
    else:
        table = table.drop(columns="note", errors="ignore")
        show_table(table.assign(file=table.pop("path").map(lambda path: Path(path).name)), f"run {found.name}")
        for problem in problems:
            complain(f"left out {problem}")
    for warning in warnings:
        complain(warning)
    if table.empty:
        raise WorkspaceError("none of the files could be scored")


def _kinds(ws: Workspace, run: Run, report: Report) -> str:
    """Make the kinds of a run; what they rest on, in a line."""
    from clara_engine.studies.kinds import classify  # compiles the forest of many classes

    return classify(ws, run, report=report).sentence()


def _sorted(table: pd.DataFrame, column: str) -> pd.DataFrame:
    """By one column, highest first; what lacks it comes last."""
    from pandas.api.types import is_numeric_dtype

    if column not in table or not is_numeric_dtype(table[column]):
        known = ", ".join(str(name) for name in table.select_dtypes("number"))
        raise WorkspaceError(f"can't list by {visible(column)!r}; columns of numbers: {known}")
    return table.sort_values(column, ascending=False, kind="stable", na_position="last")


def _one_a_star(table: pd.DataFrame) -> pd.DataFrame:
    """The strangest light curve of each star, by the rank of the star; all of them where stars have none yet."""
    if "star_rank" not in table:
        return table
    return table[table["star_best"].astype(bool)].sort_values("star_rank", kind="stable")


def _forest(preset: str | None, variant: str, usual: ForestSettings | None) -> ForestSettings:
    """The settings that were asked for, or else the usual ones of the design, or those published with the variant."""
    from clara_engine.forest import PRESETS, ForestSettings

    if preset is not None and preset.endswith(".toml"):
        return ForestSettings.from_toml(Path(preset))

    if preset is None and usual is not None:
        return usual
    if preset is None:
        preset = variant if variant in PRESETS else "P9"
    if preset not in PRESETS:
        raise DesignError(f"no forest preset {preset!r}: choose one of {', '.join(PRESETS)}, or a .toml file")
    return PRESETS[preset]


def chosen_design(text: str) -> SyntheticDesign:
    """The design that a person names: a preset, an event to look for, or a TOML file."""
    from clara_engine.studies.sweep_plan import named_design
    from clara_engine.synthetic import SyntheticDesign

    return SyntheticDesign.from_toml(Path(text)) if text.endswith(".toml") else named_design(text)


def chosen_targets(ws: Workspace, texts: list[str]) -> list[str]:
    """Ids of the targets that a person names."""
    found = {text: ws.targets.find(text) for text in texts}
    for text, ids in found.items():
        if not ids:
            raise WorkspaceError(f"no target {text} in this workspace")
    return [target_id for ids in found.values() for target_id in ids]


def _facts(run: Run) -> dict[str, Any]:
    created = datetime.fromtimestamp(run.created).isoformat(" ", "seconds")
    return {
        "run": run.id,
        "name": run.name,
        "variant": run.spec.variant,
        "created": created,
        "targets": run.targets,
        "trained": run.trained,
        "trees": run.spec.forest.n_estimators,
        "group": run.group,
        "scoring": run.scoring or run.spec.scoring,
        "caveat": run.caveat,
    }


def show_run(ws: Workspace, run: Run, as_json: bool) -> None:
    """Print a run: what it is, and how well it finds what labels know."""
    from clara_engine.studies.grouping import about_group

    about = about_group(run, ws.targets.groups())
    notes = list(run.notes)
    if as_json:
        show_json(
            {
                **_facts(run),
                "measures": run.measures,
                "timings": run.timings,
                "about_group": about,
                "notes": notes,
                "catalogues": run.catalogues,
            }
        )
        return
    say(
        f"run {run.name!r} ({run.id}): {counted(run.targets, 'target')}, {run.trained} trained, "
        f"{sum(run.timings.values()):.1f} s"
    )
    for line in (about, run.caveat, *notes):
        if line:
            say(line)
    if not run.measures:
        say("no labels to measure against: `clara label FILE.csv --column COLUMN` adds some")
        return
    first = next(iter(run.measures.values()))
    rate = f"{first['anomaly_rate']:.2f}"
    say(
        f"anomaly rate {rate}. By chance: recall {rate}, lift 1, recall in the top n % n %, ROC-AUC 0.50, "
        f"average precision n / {first['targets']}. Ranges are 95 % intervals."
    )
    show_table([{"label": label, **_row(values)} for label, values in run.measures.items()])
    for catalogue, table in run.catalogues.items():
        got = datetime.fromtimestamp(table["asked_at"]).strftime("%Y-%m-%d %H:%M")
        say(f"{catalogue} table of {got}, SHA-256 {table['digest'][:12] or 'not kept'}")


def _row(values: dict[str, Any]) -> dict[str, Any]:
    def cell(rate: dict[str, float]) -> str:
        return f"{rate['value']:.2f} ({rate['low']:.2f}–{rate['high']:.2f})"

    top = {f"top {float(share):.0%}": cell(rate) for share, rate in values["recall_top"].items()}
    return {
        "n": values["positives"],
        "recall": cell(values["recall"]),
        "lift": cell(values["lift"]),
        **top,
        "ROC-AUC": cell(values["roc_auc"]),
        "avg precision": cell(values["average_precision"]),
    }


COMMANDS = (train, runs, show, evaluate, score)
