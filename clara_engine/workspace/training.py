"""Training a run: from a spec and the features of a workspace to scores of every target."""

from __future__ import annotations

import importlib.metadata
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import rankdata

from clara_engine.errors import ClaraError, DesignError, WorkspaceError
from clara_engine.evaluate import measure
from clara_engine.features import feature_set
from clara_engine.forest import (
    BinnedFeatures,
    Scores,
    Trial,
    UnsupervisedForest,
    contrast,
    permuted_importances,
    tune,
)
from clara_engine.progress import Report, quiet
from clara_engine.readers import read_light_curve
from clara_engine.synthetic import choose_backgrounds
from clara_engine.workspace.grouping import in_group, members_of, notes_on
from clara_engine.workspace.runs import Run, RunSpec

if TYPE_CHECKING:
    from clara_engine.workspace.workspace import Workspace

__all__ = ["importances", "measures_of", "rank", "score_files", "train", "tune_forest"]

Rows = NDArray[np.intp]
MOST_BACKGROUNDS = 300
PACKAGES = ("clara-astro", "numpy", "numba", "finufft", "batman-package", "scikit-learn")


def train(workspace: Workspace, spec: RunSpec, report: Report = quiet) -> Run:
    """Train a forest as `spec` says, score every target, and keep the run.

    Missing features are extracted first. Members of the training set are scored out of bag.

    Raises
    ------
    ClaraError
        When the workspace is empty, or the spec can't be met; one line says why.
    """
    timings: dict[str, float] = {}
    with _timed(timings, "features"):
        spec, ids, binned = _rows_of(workspace, spec, report)
    members, chosen = _training_rows(workspace, spec, ids)
    with _timed(timings, "contrast set"):
        contrast_set = _contrast_set(workspace, spec, ids, binned, members, chosen, report)
    with _timed(timings, "forest"):
        report.stage("growing trees")
        forest = UnsupervisedForest.from_settings(spec.forest, random_state=spec.seed)
        forest.fit(binned.take(members), contrast_set, progress=report)
    with _timed(timings, "scores"):
        report.stage("scoring")
        table = _score_table(ids, forest, forest.scores(binned, progress=report), members, chosen)
        unranked = _unranked(workspace, spec, forest, set(ids))
    scores = rank(table)
    with _timed(timings, "measures"):
        measures = measures_of(workspace, scores)
    return workspace.runs.add(
        spec,
        forest,
        scores,
        unranked,
        fingerprint=workspace.matrices.provenance(spec.feature_set, ids),
        timings=timings,
        versions={name: importlib.metadata.version(name) for name in PACKAGES},
        measures=measures,
    )


def tune_forest(
    workspace: Workspace, spec: RunSpec, *, draws: int = 30, folds: int = 3, report: Report = quiet
) -> list[Trial]:
    """The published random search for forest settings, on the light curves that would train `spec`."""
    spec, ids, binned = _rows_of(workspace, spec, report)
    members, chosen = _training_rows(workspace, spec, ids)
    contrast_set = _contrast_set(workspace, spec, ids, binned, members, chosen, report)
    report.stage("trying settings")
    return tune(
        binned.take(members), contrast_set, draws=draws, folds=folds, rng=np.random.default_rng([spec.seed, 2]),
        progress=report,
    )  # fmt: skip


def importances(workspace: Workspace, run: Run, *, repeats: int = 3, report: Report = quiet) -> pd.DataFrame:
    """Features of a run's forest, most important first, beside forests grown on shuffled labels.

    Returns
    -------
    DataFrame
        Columns feature, importance (sums to 1) and chance: the highest of `repeats` forests with shuffled labels.
    """
    spec, ids, binned = _rows_of(workspace, run.spec, report)
    members, chosen = _training_rows(workspace, spec, ids)
    forest = run.forest()
    table = pd.DataFrame({"feature": feature_set(spec.feature_set).labels, "importance": forest.feature_importances_})
    if repeats:
        contrast_set = _contrast_set(workspace, spec, ids, binned, members, chosen, report)
        report.stage("shuffled labels")
        rng = np.random.default_rng([spec.seed, 3])
        by_chance = permuted_importances(
            forest, binned.take(members), contrast_set, rng, repeats=repeats, progress=report
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


def measures_of(workspace: Workspace, scores: pd.DataFrame) -> dict[str, Any]:
    """Measures for every label that some targets carry and some don't, by ``"family/value"``.

    Targets that were set aside for the contrast set are no part of it.
    """
    scores = scores[~scores["set_aside"]]
    masks = workspace.labels.members(scores["target_id"].tolist())
    values = scores["anomaly_score"].to_numpy()
    return {
        f"{family}/{value}": asdict(measure(values, mask))
        for (family, value), mask in masks.items()
        if 0 < mask.sum() < mask.size
    }


def score_files(
    workspace: Workspace, run: Run, paths: Sequence[Path], report: Report = quiet
) -> tuple[pd.DataFrame, list[str]]:
    """Score light-curve files that need not be registered; see `Workspace.score_files`."""
    chosen = feature_set(run.spec.feature_set)
    report.stage("scoring files")
    rows, kept, problems, targets = [], [], [], []
    for done, path in enumerate(paths):
        report(done, len(paths))
        try:
            light_curve = read_light_curve(path)
            rows.append(chosen.compute(light_curve))
        except ClaraError as error:
            problems.append(f"{path}: {error}" if path.name not in str(error) else str(error))
            continue
        kept.append((str(path), light_curve.target.id))
        targets.append(light_curve.target)
    table = pd.DataFrame(kept, columns=["path", "target_id"])
    if not rows:
        return table, problems
    scores = run.forest().scores(np.array(rows))
    table = table.assign(anomaly_score=scores.anomaly, anomaly_spread=scores.spread, weirdness=scores.weirdness)
    known = run.scores()
    held_out = known[known["trained"]].set_index("target_id")[["anomaly_score", "anomaly_spread", "weirdness"]]
    held_out = held_out.reindex(table["target_id"])
    stored = workspace.matrices.store(run.spec.feature_set)
    kept_rows = set(stored.ids())
    for place, (target_id, row) in enumerate(zip(table["target_id"], rows, strict=True)):
        unchanged = target_id in kept_rows and np.array_equal(stored.matrix([target_id])[0], np.float32(row))
        if unchanged and held_out["anomaly_score"].notna().iloc[place]:
            table.loc[place, held_out.columns] = held_out.iloc[place]  # the forest knows this one by heart
    among = np.sort(known["anomaly_score"].to_numpy())
    below, upto = (np.searchsorted(among, table["anomaly_score"], side) for side in ("left", "right"))
    table["percentile"] = 50 * (below + upto) / len(among)
    table["note"] = notes_on(workspace, run, targets)
    return table.sort_values("anomaly_score", ascending=False), problems


def _rows_of(workspace: Workspace, spec: RunSpec, report: Report) -> tuple[RunSpec, list[str], BinnedFeatures]:
    """The spec with its group found, and the light curves of that group that have features."""
    spec = in_group(workspace, spec)
    workspace.matrices.extract(spec.feature_set, report)
    ids = members_of(workspace, spec)
    if not ids:
        raise WorkspaceError(f"no light curve of {spec.group} has features: see `clara failures`")
    return spec, *workspace.matrices.binned(spec.feature_set, report, ids=ids)


def _unranked(workspace: Workspace, spec: RunSpec, forest: UnsupervisedForest, ranked: set[str]) -> pd.DataFrame:
    """Scores of the targets of other groups, whose places among the ranked would mean nothing."""
    others = [target_id for target_id in workspace.matrices.ids(spec.feature_set) if target_id not in ranked]
    if not others:
        return pd.DataFrame()
    scores = forest.scores(workspace.matrices.store(spec.feature_set).matrix(others))
    return pd.DataFrame(
        {
            "target_id": others, "anomaly_score": scores.anomaly, "anomaly_spread": scores.spread,
            "weirdness": scores.weirdness, "trained": False, "set_aside": False,
        }
    )  # fmt: skip


def _training_rows(workspace: Workspace, spec: RunSpec, ids: list[str]) -> tuple[Rows, Rows]:
    """Rows of the real class, in order, and those set aside: they make the contrast set, or carry its signals.

    Stars that carry injected signals also train as they are: the forest then learns the signal, and not which stars
    carry it.
    """
    position = {target_id: i for i, target_id in enumerate(ids)}
    allowed = np.arange(len(ids))
    if spec.training_sectors:
        sector = workspace.targets.frame().set_index("target_id")["sector"].reindex(ids)
        allowed = np.flatnonzero(sector.isin(spec.training_sectors))
        if allowed.size < 2:
            raise DesignError(f"training_sectors = {spec.training_sectors}: fewer than two light curves are of these")
    chosen: list[str] = []
    if spec.variant == "picked":
        chosen = [target_id for target_id in spec.picked if target_id in position]
    elif spec.variant == "URF3" and spec.label is not None:
        mask = workspace.labels.members(ids).get(spec.label)
        chosen = [] if mask is None else [ids[i] for i in np.flatnonzero(mask)]
    elif spec.variant == "URF4" and spec.design is not None and spec.design.needs_observed:
        count = spec.background_stars or min(MOST_BACKGROUNDS, max(1, allowed.size // 4))
        chosen = choose_backgrounds([ids[row] for row in allowed], count, spec.seed)
    if spec.variant in ("picked", "URF3") and not chosen:
        what = "/".join(spec.label or ()) if spec.variant == "URF3" else "picked targets"
        raise DesignError(f"no target with features carries {what}: choose others, or extract features first")
    excluded = np.array(sorted(position[target_id] for target_id in chosen), np.intp)
    real = np.setdiff1d(allowed, excluded)
    if spec.training_size is not None and spec.training_size < real.size:
        drawn = np.random.default_rng([spec.seed, 0]).choice(real.size, spec.training_size, replace=False)
        real = real[np.sort(drawn)]
    if spec.variant == "URF4":
        real = np.union1d(real, excluded)
    return real, excluded


def _contrast_set(
    workspace: Workspace,
    spec: RunSpec,
    ids: list[str],
    binned: BinnedFeatures,
    members: Rows,
    chosen: Rows,
    report: Report,
) -> contrast.ContrastSet:
    if spec.variant == "URF4" and spec.design is not None:
        hosts = [ids[row] for row in chosen]
        rows = workspace.matrices.contrast(spec.design, spec.feature_set, report, backgrounds=hosts)
        return contrast.from_features(rows, {"design": spec.design.digest()})
    report.stage("contrast set")
    if spec.variant in ("URF3", "picked"):
        return contrast.picked(binned, chosen)[0]
    make = contrast.marginal if spec.variant == "marginal" else contrast.uniform_global
    return make(binned.take(members), np.random.default_rng([spec.seed, 1]))


def _score_table(
    ids: list[str], forest: UnsupervisedForest, scores: Scores, members: Rows, chosen: Rows
) -> pd.DataFrame:
    """Scores of every target, those of the training set by trees that never saw them."""
    table = pd.DataFrame(
        {
            "target_id": ids,
            "anomaly_score": scores.anomaly,
            "anomaly_spread": scores.spread,
            "weirdness": scores.weirdness,
            "trained": np.isin(np.arange(len(ids)), members),
            "set_aside": np.isin(np.arange(len(ids)), chosen),
        }
    )
    if forest.oob_score:
        held_out = {
            "anomaly_score": forest.oob_anomaly_score_,
            "anomaly_spread": forest.oob_spread_,
            "weirdness": forest.oob_weirdness_,
        }
        for name, values in held_out.items():
            seen = np.isfinite(values)  # in a forest of a few trees a row may have been in every bag
            table.loc[members[seen], name] = values[seen]
    return table


@contextmanager
def _timed(timings: dict[str, float], stage: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    timings[stage] = time.perf_counter() - start
