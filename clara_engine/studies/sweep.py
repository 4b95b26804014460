"""Sweeps: a grid of runs, each trained once, measured together and ranked by an objective."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clara_engine.errors import WorkspaceError
from clara_engine.evaluate import measure
from clara_engine.evaluate.objective import importance, terms
from clara_engine.files import reading, write_atomically
from clara_engine.progress import Report, Step, quiet
from clara_engine.store.database import DATABASE_FILE
from clara_engine.store.runs import Run, RunSpec
from clara_engine.store.versions import Topic
from clara_engine.studies.extract import extract_features
from clara_engine.studies.grouping import in_group, members_of
from clara_engine.studies.sweep_plan import SweepPlan

if TYPE_CHECKING:
    from clara_engine.store.store import Store

__all__ = ["Label", "Sweeps", "importance_of", "target_label"]

Label = tuple[str, str]
AXIS = "axis "  # before the column of each axis
#: Catalogue columns whose product is the importance of a target; the first that any labelled target has.
IMPORTANCE = (("toi_snr", "toi_depth_ppm", "toi_duration_hours"), ("snr", "depth_ppm", "duration_hours"))
USUAL_LABELS = (("toi", "any"), ("truth", "planet"))


class Sweeps:
    """Runs sweeps, and keeps their tables as Parquet under ``sweeps/``."""

    def __init__(self, workspace: Store) -> None:
        self._workspace = workspace
        self._folder = workspace.folder / "sweeps"
        self._home = workspace.folder / DATABASE_FILE

    def run(self, plan: SweepPlan, label: Label | None = None, report: Report = quiet) -> pd.DataFrame:
        """Train what is not trained yet, measure every run against a label, and keep the table.

        Features of the targets are computed once, contrast sets that share curves share their features, and a run
        whose spec is the same but for names, on the same light curves, is taken as it is. Stopped, it resumes.

        Parameters
        ----------
        plan : SweepPlan
        label : Label, optional
            Family and value; by default `target_label`.
        report : Report
            Learns the stage and how far it is; what it raises stops the work.

        Returns
        -------
        DataFrame
            A row a run, in the order of the plan; see `measured`.
        """
        from clara_engine.studies.train import train

        workspace = self._workspace
        label = target_label(workspace, label)
        specs, points = [in_group(workspace, spec) for spec in plan.specs()], plan.points()
        for name in dict.fromkeys(spec.feature_set for spec in specs):
            extract_features(workspace, name, report)
        known = self._trained(specs)
        runs: list[Run] = []
        for number, spec in enumerate(specs, start=1):
            key = _key(spec)
            if key not in known:
                known[key] = train(workspace, spec, Step(report, f"run {number} of {len(specs)}"))
            runs.append(known[key])
        report.stage("measuring")
        table = self.measured(runs, label, points, report)
        write_atomically(
            self._path(plan.name),
            lambda beside: table.to_parquet(beside, index=False),
            home=self._home,
            within=workspace.changing(Topic.STUDIES),
        )
        return table

    def names(self) -> list[str]:
        """Sweeps that have a table."""
        return sorted(path.stem for path in self._folder.glob("*.parquet"))

    def table(self, name: str, label: Label | None = None, report: Report = quiet) -> pd.DataFrame:
        """The kept table of a sweep, measured anew where another label is asked for; deleted runs are left out.

        Parameters
        ----------
        name : str
            Of the sweep.
        label : Label, optional
            Family and value; by default the one it was measured with.
        report : Report
            Learns the stage and how far it is; what it raises stops the work.

        Raises
        ------
        WorkspaceError
            There is no such sweep.
        """
        path = self._path(name)
        if not path.exists():
            known = ", ".join(self.names()) or "none yet"
            raise WorkspaceError(f"no sweep {name!r} in this workspace (there are: {known}): `clara sweep` makes one")
        with reading(path):
            table = pd.read_parquet(path)
        present = {run.id: run for run in self._workspace.runs.list()}
        table = table[table["run_id"].isin(present)].reset_index(drop=True)
        if label is None or table.empty or "/".join(label) == table["label"].iloc[0]:
            return table
        axes = [column.removeprefix(AXIS) for column in table if column.startswith(AXIS)]
        points = [dict(zip(axes, values, strict=True)) for values in table[[AXIS + axis for axis in axes]].to_numpy()]
        label = target_label(self._workspace, label)
        return self.measured([present[run_id] for run_id in table["run_id"]], label, points, report)

    def measured(
        self, runs: Iterable[Run], label: Label, points: list[dict[str, Any]], report: Report = quiet
    ) -> pd.DataFrame:
        """Measure runs against a label, without the targets that made their contrast sets.

        Parameters
        ----------
        runs : iterable of Run
        label : Label
            Family and value.
        points : list of dict of str to any
            Of each run, axis to value.
        report : Report
            Learns the stage and how far it is; what it raises stops the work.

        Returns
        -------
        DataFrame
            Columns run_id, name, label, a column ``axis {path}`` for each axis, the terms of the objectives
            (`clara_engine.evaluate.objective.Terms`), positives, targets, and for roc_auc, lift and recall_top_5 the
            value with ``_low`` and ``_high`` (95 %).
        """
        runs = list(runs)
        weights = importance_of(self._workspace, label)
        rows = []
        for done, (run, point) in enumerate(zip(runs, points, strict=True)):
            report(done, len(runs))
            scores = run.scores()
            scores = scores[~scores["set_aside"]]
            ids = scores["target_id"].tolist()
            mask = self._mask(ids, label)
            values = scores["anomaly_score"].to_numpy()
            found = measure(values, mask)
            row: dict[str, Any] = {"run_id": run.id, "name": run.name, "label": "/".join(label)}
            row |= {AXIS + path: _plain(value) for path, value in point.items()}
            row |= asdict(terms(values, mask, weights.reindex(ids).to_numpy()))
            row |= {"positives": found.positives, "targets": found.targets}
            rates = {"roc_auc": found.roc_auc, "lift": found.lift, "recall_top_5": found.recall_top[0.05]}
            for name, rate in rates.items():
                row |= {name: rate.value, f"{name}_low": rate.low, f"{name}_high": rate.high}
            rows.append(row)
        return pd.DataFrame(rows)

    def _mask(self, ids: list[str], label: Label) -> NDArray[np.bool_]:
        masks = self._workspace.labels.members(ids)
        return masks.get(label, np.zeros(len(ids), bool))

    def _trained(self, specs: Sequence[RunSpec]) -> dict[str, Run]:
        """Runs on the light curves of today, by what fixes them; the newest of equal ones."""
        workspace = self._workspace
        fingerprints = {
            key: workspace.features.provenance(spec.feature_set, members_of(workspace, spec))
            for key, spec in {(spec.feature_set, spec.group): spec for spec in specs}.items()
        }
        runs = reversed(workspace.runs.list())
        return {
            _key(run.spec): run
            for run in runs
            if fingerprints.get((run.spec.feature_set, run.group)) == run.fingerprint
            and (run.scoring or not run.spec.cross_fitted)  # not those whose hosts were scored by trees that saw them
        }

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.parquet"


def target_label(workspace: Store, label: Label | None = None) -> Label:
    """The label to measure against: the one asked for, or TOIs, or true planets, or whatever there is.

    Parameters
    ----------
    workspace : Store
    label : Label, optional
        Family and value.

    Raises
    ------
    WorkspaceError
        When no target carries it, or every one does.
    """
    masks = workspace.labels.members(workspace.targets.ids())
    usable = [known for known, mask in masks.items() if 0 < mask.sum() < mask.size]
    if not usable:
        raise WorkspaceError("no labels to measure against: `clara label FILE.csv --column COLUMN` adds some")
    if label is None:
        said = workspace.labels.pairs()
        usual = (*USUAL_LABELS, *(known for known in usable if known in said), *usable)
        return next(known for known in usual if known in usable)
    if label not in usable:
        raise WorkspaceError(
            f"no label {'/'.join(label)} that some targets carry and some don't; there are: "
            f"{', '.join('/'.join(known) for known in usable[:12])}"
        )
    return label


def importance_of(workspace: Store, label: Label) -> pd.Series:
    """Importance of the targets with a label, 0 to 1, by target id; empty where no catalogue tells.

    Parameters
    ----------
    workspace : Store
    label : Label
        Family and value.
    """
    ids = workspace.targets.ids()
    mask = workspace.labels.members(ids).get(label, np.zeros(len(ids), bool))
    known = workspace.labels.parameters().reindex(pd.Index(ids)[mask])
    for snr, *names in IMPORTANCE:
        if all(name in known and known[name].notna().any() for name in names):
            strength = known.get(snr, 1.0)
            return pd.Series(importance(strength, *(known[name] for name in names)), known.index)
    return pd.Series(dtype=float)


def _key(spec: RunSpec) -> str:
    """All of a spec that changes scores."""
    facts = spec.model_dump(mode="json", exclude={"name": True, "design": {"name"}})
    return json.dumps(facts, sort_keys=True)


def _plain(value: Any) -> Any:
    return value if isinstance(value, int | float | str) else json.dumps(value)
