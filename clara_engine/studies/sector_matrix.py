"""Each of several designs trained on each sector and measured on each: what carries over to another sector."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from clara_engine.errors import WorkspaceError
from clara_engine.evaluate.agreement import agreement
from clara_engine.progress import Report, Step, quiet
from clara_engine.store.runs import Run, RunSpec
from clara_engine.studies.grouping import in_group, members_of
from clara_engine.studies.sweep import Label, Sweeps, target_label
from clara_engine.studies.unseen_scores import unseen_scores
from clara_engine.text import counted

if TYPE_CHECKING:
    from clara_engine.store.store import Store

__all__ = ["MEASURES", "fair_scores", "sector_matrix", "sectors_of"]

#: Column to the measure of `clara_engine.evaluate.agreement`; the first two have a change against the sector's own.
MEASURES = ("auc", "recall", "agreement")
LEAST_STARS = 20
LEAST_LABELLED = 2


def sector_matrix(
    workspace: Store,
    specs: Sequence[RunSpec],
    *,
    sectors: Sequence[int] = (),
    label: Label | None = None,
    share: float = 0.05,
    draws: int = 300,
    seed: int = 0,
    report: Report = quiet,
) -> pd.DataFrame:
    """Train every design on every sector, and measure each of these runs on every sector.

    Runs that are there already are taken as they are. A light curve is scored by trees that saw no light curve of its
    star, in whatever sector, wherever the forest has such trees.

    Parameters
    ----------
    workspace : Store
    specs : sequence of RunSpec
        The designs, of one group; whatever sectors they name are replaced.
    sectors : sequence of int
        All sectors of the group with at least 20 stars, when empty.
    label : (family, value), optional
        What should be found; the usual one when not given.
    share : float
        Of the light curves, that makes the top.
    draws : int
        Bootstrap samples of the intervals.
    seed : int
        Fixes all that is drawn.
    report : Report
        Learns the stage and how far it is; what it raises stops the work.

    Returns
    -------
    DataFrame
        A row a design, trained and measured sector: ``design, trained, measured, run_id, label, stars, labelled``;
        ROC-AUC ``auc`` and ``recall`` in the top ``share``, each with its 95 % interval over stars (``_low``,
        ``_high``) and its ``_change`` against the run of this design that was trained on the measured sector
        (``_change_low``, ``_change_high``); and ``agreement``, Spearman's ρ of the scores of these two runs.

    Raises
    ------
    WorkspaceError
        When there are fewer than two sectors.
    """
    specs = [in_group(workspace, spec.model_copy(update={"training_sectors": ()})) for spec in specs]
    chosen = list(dict.fromkeys(sectors)) or sectors_of(workspace, specs[0])
    if len(chosen) < 2:
        raise WorkspaceError(
            f"{counted(len(chosen), 'sector')} with at least {LEAST_STARS} light curves: a matrix needs two; ingest or "
            "fetch another"
        )
    label = target_label(workspace, label)
    wanted = [_of_sector(spec, sector) for spec in specs for sector in chosen]
    runs = iter(Sweeps(workspace).runs_of(wanted, report))
    tables = []
    for number, spec in enumerate(specs, start=1):
        found = {sector: next(runs) for sector in chosen}
        step = Step(report, f"{spec.name}, {number} of {len(specs)}", (number, len(specs)))
        tables += _measured(workspace, spec, found, label, {"share": share, "draws": draws, "seed": seed}, step)
    return pd.DataFrame(tables)


def sectors_of(workspace: Store, spec: RunSpec) -> list[int]:
    """Sectors of the group of a spec with light curves enough to train and measure on.

    Parameters
    ----------
    workspace : Store
    spec : RunSpec
        With its group, see `in_group`.
    """
    groups = workspace.targets.groups()
    table = workspace.targets.frame().set_index("target_id")
    counts = table.loc[groups.index[groups == spec.group], "sector"].value_counts()
    return sorted(int(sector) for sector, count in counts.items() if count >= LEAST_STARS)


def fair_scores(workspace: Store, run: Run, ids: Sequence[str]) -> pd.Series:
    """Scores of light curves by trees that saw no light curve of their star; those of the run where it has no others.

    A run itself makes sure of that for the light curves that trained it, not for those of the same stars in sectors
    that did not train.

    Parameters
    ----------
    workspace : Store
    run : Run
    ids : sequence of str
        Target ids that the run ranks.
    """
    scores = run.scores().set_index("target_id")
    found = scores["anomaly_score"].reindex(ids)
    stars = workspace.targets.stars()
    taught = set(stars.reindex(scores.index[scores["trained"]]))
    seen = [target_id for target_id in ids if stars[target_id] in taught and not scores["trained"][target_id]]
    if seen and run.scoring != "cross-fitted":
        rows = workspace.features.rows(run.spec.feature_set).matrix(seen)
        found[seen] = unseen_scores(run.forest(), rows, [stars[target_id] for target_id in seen]).anomaly
    return found


def _of_sector(spec: RunSpec, sector: int) -> RunSpec:
    name = f"{spec.name[:64]} · sector {sector}"
    return spec.model_copy(update={"name": name, "training_sectors": (sector,)})


def _measured(
    workspace: Store, spec: RunSpec, runs: dict[int, Run], label: Label, how: dict[str, Any], report: Report
) -> list[dict[str, Any]]:
    """The rows of one design."""
    ids = pd.Series(members_of(workspace, spec))
    sector_of = workspace.targets.frame().set_index("target_id")["sector"].reindex(ids).to_numpy()
    aside = {target_id for run in runs.values() for target_id in run.scores().query("set_aside")["target_id"]}
    rows = []
    for measured in runs:
        part = [target_id for target_id in ids[sector_of == measured] if target_id not in aside]
        report.stage(f"measuring on sector {measured}")
        mask = workspace.labels.members(part).get(label, np.zeros(len(part), bool))
        known = {"label": mask} if LEAST_LABELLED <= mask.sum() < mask.size else {}
        stars = workspace.targets.stars().reindex(part).to_numpy(str)
        scores = {trained: fair_scores(workspace, run, part).to_numpy() for trained, run in runs.items()}
        for trained, run in runs.items():
            compared = agreement(scores[trained], scores[measured], known, stars=stars, progress=report, **how)
            facts = {"design": spec.name, "trained": trained, "measured": measured, "run_id": run.id}
            facts |= {"label": "/".join(label), "stars": int(compared["stars"].iloc[0]), "labelled": int(mask.sum())}
            rows.append(facts | _values(compared))
    return rows


def _values(compared: pd.DataFrame) -> dict[str, float]:
    """Columns of a row from what `agreement` found."""
    values = dict.fromkeys(
        [f"{name}{kind}{end}" for name in MEASURES for kind in ("", "_change") for end in ("", "_low", "_high")], np.nan
    )
    for row in compared.itertuples():
        name = {"Spearman": "agreement", "ROC-AUC": "auc", "top in top": ""}.get(str(row.measure), "recall")
        if name and row.ranking != "second":
            place = name + ("_change" if row.ranking == "difference" else "")
            values |= {place: row.value, f"{place}_low": row.low, f"{place}_high": row.high}
    return {name: value for name, value in values.items() if not name.startswith("agreement_change")}
