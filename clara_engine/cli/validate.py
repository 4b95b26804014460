"""Commands about sectors: validate, new-sector."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clara_engine.cli.options import AsJson, Cluster, Folder, chosen_label, existing, filled, output
from clara_engine.cli.output import progress, save_csv, say, show_json, show_table
from clara_engine.cli.runs import RunName, chosen_design
from clara_engine.errors import WorkspaceError
from clara_engine.text import counted

if TYPE_CHECKING:
    import pandas as pd

    from clara_engine.store.runs import RunSpec
    from clara_engine.workspace import Workspace

__all__ = ["COMMANDS"]

#: Designs of a matrix where neither runs nor designs are named: the published one, and one that looks for planets.
USUAL_DESIGNS = ("P9", "planets")


def validate(
    first: Annotated[str | None, typer.Argument(help="Run name or id; `latest` is the newest.")] = None,
    second: Annotated[str | None, typer.Argument(help="The run to compare it with.")] = None,
    matrix: Annotated[
        bool, typer.Option("--matrix", help="Train designs on each sector and measure each on each.")
    ] = False,
    design: Annotated[
        list[str] | None, typer.Option(help="--matrix: P3, P5, P9, an event or a TOML file; may be repeated.")
    ] = None,
    sector: Annotated[
        list[int] | None, typer.Option(min=1, help="--matrix: only these sectors; may be repeated.")
    ] = None,
    label: Annotated[
        list[str] | None, typer.Option(help="FAMILY or FAMILY/VALUE; may be repeated. TOIs by default.")
    ] = None,
    other: Annotated[
        Path | None, typer.Option(help="Workspace of the second run and of the stars, if another.")
    ] = None,
    top: Annotated[float, typer.Option(min=0.1, max=50, help="The top is so many % of the stars.")] = 5.0,
    draws: Annotated[int, typer.Option(min=20, help="Bootstrap samples.")] = 1000,
    save: Annotated[Path | None, output("CSV file for the whole table.")] = None,
    workspace: Folder = None,
    cluster: Cluster = None,
    as_json: AsJson = False,
) -> None:
    """Compare two runs, of two sectors, designs or workspaces: rank correlation and what each finds.

    With --matrix every design is trained on every sector and measured on every sector. The designs are those named, or
    those of the runs named, or P9 and planets.
    """
    if matrix:
        if len(label or []) > 1 or other is not None:
            raise typer.BadParameter("takes one --label and no --other", param_hint="--matrix")
        ws = filled(workspace, cluster)
        specs = _specs(ws, [name for name in (first, second) if name], design or [])
        how = {"share": top / 100, "draws": draws}
        save_csv(_matrix(ws, specs, sector or [], next(iter(label or []), None), how, as_json), save)
        return
    if first is None or second is None:
        raise typer.BadParameter("name two runs, or use --matrix", param_hint="FIRST SECOND")
    from clara_engine.studies.validate import validate

    home = existing(workspace, cluster if other is None else None)
    stars = existing(other, cluster) if other else home
    one, two = home.runs.get(first), stars.runs.get(second)
    labels = [chosen for text in label or [] if (chosen := chosen_label(stars, text)) is not None]
    with progress() as report:
        table = validate(stars, one, two, labels=labels, share=top / 100, draws=draws, report=report)
    save_csv(table, save)
    if as_json:
        show_json({"first": one.id, "second": two.id, "measures": table})
        return
    say(f"first is {one.name!r}, second {two.name!r}; 95 % intervals by bootstrap over stars")
    show_table(table)


def new_sector(
    run: RunName = "latest",
    sector: Annotated[
        int | None, typer.Option(min=1, help="The sector that is new; by default all that the run has not ranked.")
    ] = None,
    top: Annotated[float, typer.Option(min=0.1, max=50, help="Strange are so many % of the light curves.")] = 5.0,
    unusual: Annotated[
        float, typer.Option(min=0, help="Changed are stars whose score moved by so many times the usual scatter.")
    ] = 3.0,
    rows: Annotated[int, typer.Option(min=0, help="How many to list of each.")] = 15,
    save: Annotated[Path | None, output("CSV file for the table of all new light curves.")] = None,
    workspace: Folder = None,
    cluster: Cluster = None,
    as_json: AsJson = False,
) -> None:
    """Score what came after a run was trained: what is new and strange, what changed its place, and why."""
    from clara_engine.jobs import JobKind
    from clara_engine.studies.findings import keep_finding, of_sector
    from clara_engine.studies.new_sector import new_sector

    ws = filled(workspace, cluster)
    found = ws.runs.get(run)
    with progress() as report:
        seen = new_sector(ws, found, sector, unusual=unusual, report=report)
    keep_finding(ws, JobKind.NEW_SECTOR, of_sector(found, sector), seen)
    save_csv(seen.stars, save)
    new, changed = seen.new(top), seen.changed()
    if as_json:
        facts = {name: value for name, value in asdict(seen).items() if name not in ("stars", "reasons")}
        show_json({"run": found.id, **facts, "new": new, "changed": changed, "reasons": seen.reasons})
        return
    of_run = f"; {seen.trained} of them trained it" if seen.trained else ""
    say(
        f"run {found.name!r}: {counted(len(seen.stars), 'new light curve')} beside {seen.earlier:,} earlier ones, "
        f"{seen.seen_before} of stars seen before{of_run}"
    )
    if seen.shift == seen.shift:
        say(
            f"scores of stars seen again changed by {seen.shift:+.3f} ({seen.shift_low:+.3f} to "
            f"{seen.shift_high:+.3f}) in the median, Spearman's ρ {seen.agreement:.2f}"
        )
    shown = ["target_id", "anomaly_score", "place", "percentile"]
    say(f"{counted(len(new), 'star')} not seen before in the top {top:g} % of the earlier ones")
    if len(new):
        show_table(new[shown].head(rows), "new and strange")
    say(f"{counted(len(changed), 'star')} changed by more than {unusual:g} times the usual scatter")
    if len(changed):
        columns = [*shown, "before_percentile", "change", "unusual"]
        why = seen.reasons.groupby("target_id").apply(_words, include_groups=False)
        show_table(changed[columns].head(rows).assign(why=changed["target_id"].map(why).fillna("")), "changed")


def _words(reasons: pd.DataFrame) -> str:
    """The features of one star that changed its score, in one line."""
    named = reasons[reasons["feature"] != "all others"].head(2)
    return "; ".join(
        f"{row.feature} {row.before:.3g} → {row.now:.3g} ({row.change:+.2f})" for row in named.itertuples()
    )


def _specs(ws: Workspace, runs: list[str], designs: list[str]) -> list[RunSpec]:
    """What a matrix trains: the runs and designs that are named, or the usual ones."""
    from clara_engine.store.runs import RunSpec
    from clara_engine.studies.sweep_plan import usual_settings

    chosen = [chosen_design(name) for name in (designs or ([] if runs else USUAL_DESIGNS))]
    made = [RunSpec.checked(name=one.name, design=one, **usual_settings(one)) for one in chosen]
    specs = [ws.runs.get(name).spec for name in runs] + made
    if len({spec.name for spec in specs}) < len(specs):
        raise WorkspaceError("two of the designs have the same name: rename one, so that the table can tell them apart")
    return specs


def _matrix(
    ws: Workspace, specs: list[RunSpec], sectors: list[int], label: str | None, how: dict[str, Any], as_json: bool
) -> pd.DataFrame:
    from clara_engine.jobs import JobKind
    from clara_engine.studies.findings import Found, keep_finding
    from clara_engine.studies.sector_matrix import sector_matrix

    with progress() as report:
        table = sector_matrix(ws, specs, sectors=sectors, label=chosen_label(ws, label), report=report, **how)
    keep_finding(ws, JobKind.SECTORS, "", Found(table))
    if as_json:
        show_json({"share": how["share"], "matrix": table})
        return table
    say(
        f"label {table['label'].iloc[0]}; recall in the top {100 * how['share']:g} % (chance {how['share']:g}), "
        "ROC-AUC (chance .5); change against the run trained on the measured sector, 95 % intervals over stars"
    )
    shown = table[["design", "trained", "measured", "stars", "labelled", "agreement"]].copy()
    for name in ("auc", "recall", "auc_change", "recall_change"):
        plus = "+" if name.endswith("change") else ""
        shown[name.replace("_", " ")] = [
            f"{value:{plus}.3f} ({low:{plus}.3f} to {high:{plus}.3f})" if value == value else "–"
            for value, low, high in table[[name, f"{name}_low", f"{name}_high"]].to_numpy()
        ]
    show_table(shown)
    return table


COMMANDS = (validate, new_sector)
