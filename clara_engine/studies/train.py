"""Training a run: from a spec and the features of a workspace to scores of every target."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from clara_engine.errors import WorkspaceError
from clara_engine.evaluate import Measures, measure
from clara_engine.evaluate.by_star import codes_of
from clara_engine.features import feature_set
from clara_engine.forest import (
    BinnedFeatures,
    Scores,
    Trial,
    UnsupervisedForest,
    permuted_importances,
    tune,
)
from clara_engine.lightcurve import star_of
from clara_engine.package_versions import package_versions
from clara_engine.progress import Report, quiet
from clara_engine.store.archive_answers import whole_catalogues
from clara_engine.store.runs import Run, RunSpec
from clara_engine.studies.claims import claims_of, keep_claims
from clara_engine.studies.extract import binned_features, extract_features
from clara_engine.studies.grouping import in_group, members_of
from clara_engine.studies.host_facts import scarce_host_notes
from clara_engine.studies.nulls import NotMade
from clara_engine.studies.training_set import TrainingSet, training_set
from clara_engine.studies.unseen_scores import unseen_scores

if TYPE_CHECKING:
    from clara_engine.store.store import Store

__all__ = ["importances", "measured_labels", "measures_of", "rank", "train", "tune_forest"]


def train(workspace: Store, spec: RunSpec, report: Report = quiet, *, wait_for_claims: bool = True) -> Run:
    """Train a forest as `spec` says, score every target, and keep the run.

    Missing features are extracted first. Where signals are injected into observed light curves, every star is scored
    by trees that never saw it in any form; else members of the training set are scored out of bag, or in bag on
    request (``forest.oob_score`` false), as the publication did.

    Parameters
    ----------
    workspace : Store
    spec : RunSpec
    report : Report
        Learns the stage and how far it is; what it raises stops the work.
    wait_for_claims : bool
        Whether null light curves that are missing are made for the p-values. If not, the run has no p-values until
        `clara_engine.studies.claims.make_claims` makes them; where no null is missing it has them all the same.

    Raises
    ------
    ClaraError
        When the workspace is empty, or the spec can't be met; one line says why.
    """
    timings: dict[str, float] = {}
    with _timed(timings, "features"):
        spec, ids, binned = _rows_of(workspace, spec, report)
    with _timed(timings, "contrast set"):
        sets = training_set(workspace, spec, ids, binned, report)
    with _timed(timings, "forest"):
        report.stage("growing trees")
        forest = UnsupervisedForest.from_settings(spec.forest, random_state=spec.seed)
        sets.fit(forest, binned, by_star=spec.cross_fitted, report=report)
    with _timed(timings, "scores"):
        report.stage("scoring")
        table = _score_table(ids, forest, binned, sets, spec, report)
        unranked = _unranked(workspace, spec, forest, set(ids))
    scores = rank(table)
    with _timed(timings, "measures"):
        measures = measures_of(workspace, scores)
    with _timed(timings, "p-values"):
        keep = _claims(workspace, forest, scores, spec.feature_set, wait_for_claims, report)
    return workspace.runs.add(
        spec,
        forest,
        scores,
        unranked,
        fingerprint=workspace.features.provenance(spec.feature_set, ids),
        timings=timings,
        versions=package_versions(),
        measures=measures,
        scoring=spec.scoring,
        notes=scarce_host_notes(sets.scarce, spec.design.name if spec.design else ""),
        catalogues=whole_catalogues(workspace),
        also=keep,
        author=report.author,
    )


def tune_forest(
    workspace: Store, spec: RunSpec, *, draws: int = 30, folds: int = 3, report: Report = quiet
) -> list[Trial]:
    """The published random search for forest settings, on the light curves that would train `spec`.

    Parameters
    ----------
    workspace : Store
    spec : RunSpec
    draws : int
        Settings tried.
    folds : int
        Of the cross-validation.
    report : Report
        Learns the stage and how far it is; what it raises stops the work.

    Returns
    -------
    list of Trial
        Best accuracy first.
    """
    spec, ids, binned = _rows_of(workspace, spec, report)
    sets = training_set(workspace, spec, ids, binned, report)
    report.stage("trying settings")
    return tune(
        binned.take(sets.members),
        sets.contrast,
        draws=draws,
        folds=folds,
        rng=np.random.default_rng([spec.seed, 2]),
        progress=report,
    )


def importances(workspace: Store, run: Run, *, repeats: int = 3, report: Report = quiet) -> pd.DataFrame:
    """Features of a run's forest, most important first, beside forests grown on shuffled labels.

    Parameters
    ----------
    workspace : Store
    run : Run
    repeats : int
        Forests grown on shuffled labels.
    report : Report
        Learns the stage and how far it is; what it raises stops the work.

    Returns
    -------
    DataFrame
        Columns feature, importance (sums to 1) and chance: the highest of `repeats` forests with shuffled labels. A
        forest that was imported has NaN there: the light curves that trained it are not here.
    """
    spec, ids, binned = _rows_of(workspace, run.spec, report)
    forest = run.forest()
    table = pd.DataFrame({"feature": feature_set(spec.feature_set).labels, "importance": forest.feature_importances_})
    if run.spec.imported:
        table["chance"] = np.nan
    elif repeats:
        sets = training_set(workspace, spec, ids, binned, report)
        report.stage("shuffled labels")
        rng = np.random.default_rng([spec.seed, 3])
        by_chance = permuted_importances(
            forest, binned.take(sets.members), sets.contrast, rng, repeats=repeats, progress=report
        )
        table["chance"] = by_chance.max(axis=0)
    return table.sort_values("importance", ascending=False, kind="stable").reset_index(drop=True)


def rank(table: pd.DataFrame) -> pd.DataFrame:
    """Order scores from strange to plain and add ``rank`` and ``percentile``; ties share both."""
    scores = table["anomaly_score"].to_numpy()
    table = table.assign(
        rank=rankdata(-scores, method="min").astype(np.int64),
        percentile=100 * (rankdata(scores) - 0.5) / len(scores),
    )
    return table.sort_values(["anomaly_score", "weirdness"], ascending=False, kind="stable").reset_index(drop=True)


def measures_of(workspace: Store, scores: pd.DataFrame) -> dict[str, Any]:
    """What `measured_labels` finds, ready for JSON.

    Parameters
    ----------
    workspace : Store
    scores : DataFrame
        Columns target_id, anomaly_score and set_aside.
    """
    return {label: asdict(found) for label, found in measured_labels(workspace, scores).items()}


def measured_labels(workspace: Store, scores: pd.DataFrame) -> dict[str, Measures]:
    """Measures for every label that some targets carry and some don't, by ``"family/value"``.

    Targets that were set aside for the contrast set are no part of it.

    Parameters
    ----------
    workspace : Store
    scores : DataFrame
        Columns target_id, anomaly_score and set_aside.
    """
    scores = scores[~scores["set_aside"]]
    masks = workspace.labels.members(scores["target_id"].tolist())
    values = scores["anomaly_score"].to_numpy()
    stars = codes_of(workspace.targets.stars().reindex(scores["target_id"]))[0]
    return {
        f"{family}/{value}": measure(values, mask, stars=stars)
        for (family, value), mask in masks.items()
        if 0 < mask.sum() < mask.size
    }


def _rows_of(workspace: Store, spec: RunSpec, report: Report) -> tuple[RunSpec, list[str], BinnedFeatures]:
    """The spec with its group found, and the light curves of that group that have features."""
    spec = in_group(workspace, spec)
    extract_features(workspace, spec.feature_set, report)
    ids = members_of(workspace, spec)
    if not ids:
        raise WorkspaceError(f"no light curve of {spec.group} has features: see `clara failures`")
    return spec, *binned_features(workspace, spec.feature_set, report, ids=ids)


def _unranked(workspace: Store, spec: RunSpec, forest: UnsupervisedForest, ranked: set[str]) -> pd.DataFrame:
    """Scores of the targets of other groups, whose places among the ranked would mean nothing."""
    others = [target_id for target_id in workspace.features.ids(spec.feature_set) if target_id not in ranked]
    if not others:
        return pd.DataFrame()
    rows = workspace.features.rows(spec.feature_set).matrix(others)
    scores = unseen_scores(forest, rows, [star_of(target_id) for target_id in others])
    return pd.DataFrame(
        {
            "target_id": others,
            "anomaly_score": scores.anomaly,
            "anomaly_spread": scores.spread,
            "weirdness": scores.weirdness,
            "trained": False,
            "set_aside": False,
        }
    )


def _score_table(
    ids: list[str], forest: UnsupervisedForest, binned: BinnedFeatures, sets: TrainingSet, spec: RunSpec, report: Report
) -> pd.DataFrame:
    """Scores of every target.

    Of a run that is cross-fitted, by trees that never saw the star. Else as published, by all trees, but of the
    training set out of bag unless in-bag scores are asked for.
    """
    scores = _unseen_scores(forest, binned, sets, report) if spec.cross_fitted else forest.scores(binned, report)
    places = np.arange(len(ids))
    table = pd.DataFrame(
        {
            "target_id": ids,
            "anomaly_score": scores.anomaly,
            "anomaly_spread": scores.spread,
            "weirdness": scores.weirdness,
            "trained": np.isin(places, sets.members),
            "set_aside": np.isin(places, sets.set_aside),
        }
    )
    if forest.oob_score and not spec.cross_fitted:
        held_out = {
            "anomaly_score": forest.oob_anomaly_score_,
            "anomaly_spread": forest.oob_spread_,
            "weirdness": forest.oob_weirdness_,
        }
        for name, values in held_out.items():
            seen = np.isfinite(values)  # in a forest of a few trees a row may have been in every bag
            table.loc[sets.members[seen], name] = values[seen]
    return table


def _claims(
    workspace: Store, forest: UnsupervisedForest, scores: pd.DataFrame, feature_set: str, make: bool, report: Report
) -> Callable[[Path], None] | None:
    """What writes the claims into the folder of a run; None where they have to wait for null light curves."""
    try:
        table, claims = claims_of(workspace, forest, scores, feature_set, make=make, report=report)
    except NotMade:
        return None
    return lambda folder: keep_claims(folder, table, claims)


def _unseen_scores(forest: UnsupervisedForest, binned: BinnedFeatures, sets: TrainingSet, report: Report) -> Scores:
    """Scores by trees that never saw the star; the forest has those of its real rows from when it was grown."""
    if not forest.oob_score:
        return forest.scores(binned, report, stars=sets.stars)
    others = np.setdiff1d(np.arange(len(binned)), sets.members)
    found = forest.scores(binned.take(others), report, stars=sets.stars[others])
    order = np.argsort(np.concatenate([sets.members, others]))
    return Scores(
        np.concatenate([forest.oob_anomaly_score_, found.anomaly])[order],
        np.concatenate([forest.oob_spread_, found.spread])[order],
        np.concatenate([forest.oob_weirdness_, found.weirdness])[order],
    )


@contextmanager
def _timed(timings: dict[str, float], stage: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    timings[stage] = time.perf_counter() - start
