"""Sweeps: a grid of runs, each trained once, measured together and ranked by an objective."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clara_engine.errors import WorkspaceError
from clara_engine.evaluate import measure
from clara_engine.evaluate.objective import PUBLISHED, terms
from clara_engine.evaluate.published import published_measures, representative_sets
from clara_engine.files import write_atomically
from clara_engine.progress import Report, Step, quiet
from clara_engine.sealed import read_table, write_table
from clara_engine.store.database import DATABASE_FILE
from clara_engine.store.runs import Run, RunSpec
from clara_engine.store.versions import Topic
from clara_engine.studies.extract import extract_features
from clara_engine.studies.grouping import in_group, members_of
from clara_engine.studies.importance import importance_of
from clara_engine.studies.sweep_plan import SweepPlan

if TYPE_CHECKING:
    from clara_engine.store.store import Store

__all__ = ["Label", "SweepCost", "Sweeps", "spec_key", "target_label"]

Label = tuple[str, str]
AXIS = "axis "  # before the column of each axis
#: Column with the number of test sets, where a sweep was measured on such.
TEST_SETS = "test_sets"
#: Before the columns that say which forest was found for each design, where it was searched.
FOREST = "forest_"
#: After the name of a plan whose forests were searched.
TUNED = "-tuned"
USUAL_LABELS = (("toi", "any"), ("truth", "planet"))


class SweepCost(NamedTuple):
    """What a sweep asks for.

    Attributes
    ----------
    runs, untrained : int
        All of them, and those that are not trained yet.
    seconds : float or None
        About how long these take, as long each as `like` took; None where no such run is given.
    like : str
        Name of that run.
    """

    runs: int
    untrained: int
    seconds: float | None
    like: str


class Sweeps:
    """Runs sweeps, and keeps their tables as Parquet under ``sweeps/``."""

    def __init__(self, workspace: Store) -> None:
        self._workspace = workspace
        self._folder = workspace.folder / "sweeps"
        self._home = workspace.folder / DATABASE_FILE

    def run(
        self,
        plan: SweepPlan,
        label: Label | None = None,
        report: Report = quiet,
        *,
        test_sets: int = 0,
        tuned: bool = False,
        draws: int = 30,
    ) -> pd.DataFrame:
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
        test_sets : int
            On how many test sets, the same for every run, the published measures are also taken.
        tuned : bool
            Search the forest's settings for every design, as published; the table is kept as ``{name}-tuned``.
        draws : int
            Settings that a search tries.

        Returns
        -------
        DataFrame
            A row a run, in the order of the plan; see `measured`. Where forests were searched also the settings that
            were found, ``forest_{setting}``, and ``forest_accuracy``, that of the search.
        """
        workspace = self._workspace
        label = target_label(workspace, label)
        specs, points = list(plan.specs()), plan.points()
        found: dict[str, list[Any]] = {}
        if tuned:
            specs, found = self._searched(specs, draws, report)
        runs = self.runs_of(specs, report)
        report.stage("measuring")
        table = self.measured(runs, label, points, report, test_sets=test_sets).assign(**found)
        write_atomically(
            self._path(plan.name + TUNED if tuned else plan.name),
            lambda beside: write_table(table, beside),
            home=self._home,
            within=workspace.changing(Topic.STUDIES),
        )
        return table

    def runs_of(self, specs: Sequence[RunSpec], report: Report = quiet) -> list[Run]:
        """A run of each spec: one that is there with the same light curves, or a new one.

        Parameters
        ----------
        specs : sequence of RunSpec
        report : Report
            Learns the stage and how far it is; what it raises stops the work.
        """
        from clara_engine.studies.train import train

        workspace = self._workspace
        specs = [in_group(workspace, spec) for spec in specs]
        for name in dict.fromkeys(spec.feature_set for spec in specs):
            extract_features(workspace, name, report)
        known = self.trained(specs)
        runs: list[Run] = []
        for number, spec in enumerate(specs, start=1):
            key = spec_key(spec)
            if key not in known:
                step = Step(report, f"run {number} of {len(specs)}", (number, len(specs)))
                known[key] = train(workspace, spec, step)
            runs.append(known[key])
        return runs

    def cost(self, plan: SweepPlan, like: Run | None = None) -> SweepCost:
        """How many runs a plan still has to train, and about how long that takes.

        Parameters
        ----------
        plan : SweepPlan
        like : Run, optional
            What one took, but for the features of the light curves, which are computed once.
        """
        specs = [in_group(self._workspace, spec) for spec in plan.specs()]
        known = self.trained(specs)
        untrained = len({key for key in map(spec_key, specs) if key not in known})
        each = None if like is None else sum(like.timings.values()) - like.timings.get("features", 0.0)
        return SweepCost(
            len(specs), untrained, None if each is None else each * untrained, "" if like is None else like.name
        )

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
        table = read_table(path, ("label", "run_id"))
        present = {run.id: run for run in self._workspace.runs.list()}
        table = table[table["run_id"].isin(present)].reset_index(drop=True)
        whole = f"{PUBLISHED}recall_auc" in table  # not where an older version measured
        if table.empty or (whole and (label is None or "/".join(label) == table["label"].iloc[0])):
            return table
        if label is None:
            family, value = table["label"].iloc[0].split("/", 1)
            label = family, value
        axes = [column.removeprefix(AXIS) for column in table if column.startswith(AXIS)]
        points = [dict(zip(axes, values, strict=True)) for values in table[[AXIS + axis for axis in axes]].to_numpy()]
        label = target_label(self._workspace, label)
        sets = int(table[TEST_SETS].iloc[0]) if TEST_SETS in table else 0
        runs = [present[run_id] for run_id in table["run_id"]]
        kept = {name: table[name].to_numpy() for name in table if name.startswith(FOREST)}
        return self.measured(runs, label, points, report, test_sets=sets).assign(**kept)

    def _searched(
        self, specs: Sequence[RunSpec], draws: int, report: Report
    ) -> tuple[list[RunSpec], dict[str, list[Any]]]:
        """Specs with the forests that were found for them, and columns that say which."""
        from clara_engine.studies.searched_forest import SEARCHED, searched_forest

        found = []
        for number, spec in enumerate(specs, start=1):
            step = Step(report, f"search {number} of {len(specs)}", (number, len(specs)))
            found.append(searched_forest(self._workspace, spec, draws=draws, report=step))
        columns = {FOREST + name: [getattr(one.spec.forest, name) for one in found] for name in SEARCHED}
        columns[FOREST + "accuracy"] = [one.accuracy for one in found]
        names = [f"{one.spec.name}, tuned"[:80] for one in found]
        return [one.spec.model_copy(update={"name": name}) for one, name in zip(found, names, strict=True)], columns

    def measured(
        self,
        runs: Iterable[Run],
        label: Label,
        points: list[dict[str, Any]],
        report: Report = quiet,
        *,
        test_sets: int = 0,
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

        test_sets : int
            How many test sets are drawn, the same for every run.

        Returns
        -------
        DataFrame
            Columns run_id, name, label, a column ``axis {path}`` for each axis, the terms of the objectives
            (`clara_engine.evaluate.objective.Terms`), the publication's own measures as ``published_{name}``
            (`clara_engine.evaluate.published.PublishedMeasures`), positives, targets, importance (what no catalogue
            tells of it, "" where nothing is missing), and for roc_auc, lift and recall_top_5 the value with ``_low``
            and ``_high`` (95 %). With test sets also their number and size, test_sets and test_set_size, and
            ``sets_{name}`` and ``sets_{name}_sd``: mean and standard deviation of the published measures over them.

        Raises
        ------
        FeatureError
            When there are too few labelled targets for test sets.
        """
        runs = list(runs)
        weight = importance_of(self._workspace, label)
        scaled = weight.scaled
        sets = self._test_sets(runs, label, test_sets)
        rows = []
        for done, (run, point) in enumerate(zip(runs, points, strict=True)):
            report(done, len(runs))
            scores = run.scores()
            scores = scores[~scores["set_aside"]]
            ids = scores["target_id"].tolist()
            mask = self._mask(ids, label)
            values = scores["anomaly_score"].to_numpy()
            product = weight.product.reindex(ids).to_numpy(float) if len(weight.product) else None
            found = measure(values, mask)
            row: dict[str, Any] = {"run_id": run.id, "name": run.name, "label": "/".join(label)}
            row |= {AXIS + path: _plain(value) for path, value in point.items()}
            row |= asdict(terms(values, mask, scaled.reindex(ids).to_numpy()))
            row |= {PUBLISHED + name: got for name, got in asdict(published_measures(values, mask, product)).items()}
            row |= {"positives": found.positives, "targets": found.targets, "importance": weight.caveat}
            rates = {"roc_auc": found.roc_auc, "lift": found.lift, "recall_top_5": found.recall_top[0.05]}
            for name, rate in rates.items():
                row |= {name: rate.value, f"{name}_low": rate.low, f"{name}_high": rate.high}
            rows.append(row | _over_sets(sets, pd.Series(values, ids), pd.Series(mask, ids), weight.product))
        return pd.DataFrame(rows)

    def _test_sets(self, runs: Sequence[Run], label: Label, count: int) -> list[list[str]]:
        """Targets of each test set, drawn from those that every run ranks and that made no contrast set."""
        if not count or not runs:
            return []
        common: set[str] | None = None
        for run in runs:
            scores = run.scores()
            here = set(scores.loc[~scores["set_aside"], "target_id"])
            common = here if common is None else common & here
        ids = np.array(sorted(common or ()))
        return [ids[places].tolist() for places in representative_sets(self._mask(ids.tolist(), label), count)]

    def _mask(self, ids: list[str], label: Label) -> NDArray[np.bool_]:
        masks = self._workspace.labels.members(ids)
        return masks.get(label, np.zeros(len(ids), bool))

    def trained(self, specs: Sequence[RunSpec]) -> dict[str, Run]:
        """Runs on the light curves of today, by what fixes them; the newest of equal ones."""
        workspace = self._workspace
        fingerprints = {
            key: workspace.features.provenance(spec.feature_set, members_of(workspace, spec))
            for key, spec in {(spec.feature_set, spec.group): spec for spec in specs}.items()
        }
        runs = reversed(workspace.runs.list())
        return {
            spec_key(run.spec): run
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
        return usual_label(usable) or next((known for known in usable if known in said), usable[0])
    if label not in usable:
        raise WorkspaceError(
            f"no label {'/'.join(label)} that some targets carry and some don't; there are: "
            f"{', '.join('/'.join(known) for known in usable[:12])}"
        )
    return label


def usual_label(known: Collection[Label]) -> Label | None:
    """TOIs, or true planets, where they are among some labels: what the publication measures against.

    Parameters
    ----------
    known : collection of Label
    """
    return next((label for label in USUAL_LABELS if label in known), None)


def spec_key(spec: RunSpec) -> str:
    """All of a spec that changes scores."""
    facts = spec.model_dump(mode="json", exclude={"name": True, "design": {"name"}})
    return json.dumps(facts, sort_keys=True)


def _over_sets(sets: list[list[str]], scores: pd.Series, mask: pd.Series, product: pd.Series) -> dict[str, Any]:
    """Mean and standard deviation of the published measures over test sets."""
    if not sets:
        return {}
    found = []
    for ids in sets:
        known = product.reindex(ids).to_numpy(float) if len(product) else None
        found.append(asdict(published_measures(scores.loc[ids].to_numpy(), mask.loc[ids].to_numpy(), known)))
    table = pd.DataFrame(found)
    row: dict[str, Any] = {TEST_SETS: len(sets), "test_set_size": len(sets[0])}
    for name in table:
        spread = float(table[name].std(ddof=1)) if len(sets) > 1 else float("nan")
        row |= {f"sets_{name}": float(table[name].mean()), f"sets_{name}_sd": spread}
    return row


def _plain(value: Any) -> Any:
    return value if isinstance(value, int | float | str) else json.dumps(value)
