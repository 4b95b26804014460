"""Comparison of two runs: on the same light curves, on another sector, or on another workspace."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from clara_engine.errors import WorkspaceError
from clara_engine.evaluate.agreement import agreement
from clara_engine.lightcurve import star_of
from clara_engine.progress import Report, quiet
from clara_engine.store.runs import Run
from clara_engine.studies.extract import extract_features
from clara_engine.studies.grouping import check_comparable, members_of
from clara_engine.studies.sweep import Label, target_label
from clara_engine.studies.unseen_scores import unseen_scores
from clara_engine.text import agreeing, counted

if TYPE_CHECKING:
    from clara_engine.store.store import Store

__all__ = ["scores_in", "validate"]

LEAST_STARS = 10
LEAST_LABELLED = 5


def scores_in(workspace: Store, run: Run, report: Report = quiet) -> pd.DataFrame:
    """Scores of the targets of a workspace by a run of their group, which may be of another workspace.

    Targets that the run has scored keep their score, which is of trees that never saw
    them for those that trained it; others are scored now, by trees that never saw their star.

    Parameters
    ----------
    workspace : Store
    run : Run
    report : Report
        Learns the stage and how far it is; what it raises stops the work.

    Returns
    -------
    DataFrame
        Columns target_id, tic, sector, anomaly_score and set_aside.

    Raises
    ------
    WorkspaceError
        It holds no light curve of the run's group.
    """
    name = run.spec.feature_set
    extract_features(workspace, name, report)
    ids = members_of(workspace, run.spec)
    if not ids:
        raise WorkspaceError(f"run {run.name!r} ranks {run.group}, of which this workspace holds none")
    features = workspace.features.rows(name).matrix(ids)
    known = run.scores().set_index("target_id")[["anomaly_score", "set_aside"]]
    table = known.reindex(ids)
    fresh = np.flatnonzero(table["anomaly_score"].isna())
    if fresh.size:
        report.stage(f"scoring with {run.name}")
        stars = [star_of(ids[row]) for row in fresh]
        table.iloc[fresh, 0] = unseen_scores(run.forest(), features[fresh], stars).anomaly
    table["set_aside"] = table["set_aside"].eq(True)
    sectors = workspace.targets.frame().set_index("target_id")["sector"]
    return table.join(sectors).join(workspace.targets.stars()).reset_index(names="target_id")


def validate(
    workspace: Store,
    first: Run,
    second: Run,
    *,
    labels: Sequence[Label] = (),
    share: float = 0.05,
    draws: int = 1000,
    seed: int = 0,
    report: Report = quiet,
) -> pd.DataFrame:
    """Compare what two runs make of the targets of a workspace.

    Parameters
    ----------
    workspace : Store
        Whose targets are compared. A run of another workspace scores them with its forest.
    first, second : Run
        Such as one trained on sector 1 and one on sector 2 (`RunSpec.training_sectors`), or of two designs.
    labels : sequence of (family, value)
        What should be found; the usual one when not given.
    share : float
        Of the stars, that makes the top.
    draws : int
        Bootstrap samples of the intervals.
    seed : int
        Fixes all that is drawn.
    report : Report
        Learns the stage and how far it is; what it raises stops the work.

    Returns
    -------
    DataFrame
        The columns of `clara_engine.evaluate.agreement.agreement`, and ``stars_of``: "same light curves", "sector 1"
        … where there are several sectors, or "sector 1 against sector 2": the same stars at two times.

    Raises
    ------
    WorkspaceError
        When fewer than ten stars are in common, or the runs are of different groups.
    """
    check_comparable(first, second)
    one, two = (scores_in(workspace, run, report) for run in (first, second))
    both = one.merge(two[["target_id", "anomaly_score", "set_aside"]], on="target_id", suffixes=("", "_second"))
    both = both[~(both["set_aside"] | both["set_aside_second"])]
    parts = {"same light curves": both}
    sectors = sorted(both["sector"].unique())
    if len(sectors) > 1:
        parts |= {f"sector {sector}": both[both["sector"] == sector] for sector in sectors}
    for place, early in enumerate(sectors):
        for late in sectors[place + 1 :]:
            before, after = (both[both["sector"] == sector].drop_duplicates("star") for sector in (early, late))
            pairs = before.drop(columns="anomaly_score_second").merge(
                after[["star", "anomaly_score_second"]], on="star"
            )
            parts[f"sector {early} against sector {late}"] = pairs
    wanted = [target_label(workspace, label) for label in labels] or _usual(workspace)
    tables = []
    for name, part in parts.items():
        if len(part) < LEAST_STARS:
            continue
        report.stage(f"comparing: {name}")
        masks = workspace.labels.members(part["target_id"].tolist())
        known = {
            "/".join(label): masks[label]
            for label in wanted
            if label in masks and LEAST_LABELLED <= masks[label].sum() < len(part)
        }
        scores = part["anomaly_score"].to_numpy(), part["anomaly_score_second"].to_numpy()
        stars = part["star"].to_numpy(str)
        table = agreement(*scores, known, stars=stars, share=share, draws=draws, seed=seed, progress=report)
        table.insert(0, "stars_of", name)
        tables.append(table)
    if not tables:
        raise WorkspaceError(
            f"{counted(len(both), 'light curve')} {agreeing(len(both), 'are')} in common, at least {LEAST_STARS} "
            "are needed: ingest more, or choose others"
        )
    return pd.concat(tables, ignore_index=True)


def _usual(workspace: Store) -> list[Label]:
    try:
        return [target_label(workspace)]
    except WorkspaceError:  # without labels the rankings can still be compared
        return []
