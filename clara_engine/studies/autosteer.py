"""Auto-steer: search the designs for the one whose forest finds what a person wants found."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clara_engine.errors import WorkspaceError
from clara_engine.evaluate import Measures, measure
from clara_engine.evaluate.objective import terms
from clara_engine.evaluate.rates import recall_in_top
from clara_engine.features import feature_set
from clara_engine.files import reading, write_atomically
from clara_engine.forest import PRESETS as FORESTS
from clara_engine.forest import FeatureBinning, ForestSettings, UnsupervisedForest
from clara_engine.frames import Frame
from clara_engine.lightcurve import star_of
from clara_engine.progress import Report, Step, quiet
from clara_engine.sealed import read_json, sealed
from clara_engine.setting import Range, Setting
from clara_engine.store.database import DATABASE_FILE
from clara_engine.store.runs import RunSpec
from clara_engine.store.versions import Topic
from clara_engine.studies.design_space import PLAIN, SPACE, steered_design, steered_forest
from clara_engine.studies.extract import extract_features
from clara_engine.studies.grouping import ids_in_group
from clara_engine.studies.host_facts import host_facts
from clara_engine.studies.importance import importance_of
from clara_engine.studies.injections import contrast_features, generators_digest
from clara_engine.studies.sweep import Label, target_label
from clara_engine.synthetic import EVENTS, PRESETS, choose_hosts
from clara_engine.text import agreeing, counted

if TYPE_CHECKING:
    from clara_engine.store.store import Store

__all__ = ["LEAST_WANTED", "AutoSteer", "AutoSteerPlan", "Shares", "Steered"]

#: Stars that a search needs to look for.
LEAST_WANTED = 4
LEAST_TREES = 500  # of the run that is trained in the end: a third of them score each star
MOST_HOSTS = 150  # reading light curves is most of a trial


class AutoSteerPlan(Setting):
    """What is wanted, and how long to look for the way.

    Attributes
    ----------
    label : (family, value), optional
        The stars that should come first; or
    marked : tuple of target ids
        stars that a person marked.
    alpha : float
        0 to 1: weight of finding many (recall AUC). 1 − α weighs finding the important ones (importance AUC), or where
        no catalogue tells importance, finding them at the very top (recall in the top 5 %).
    group : str or None
        Light curves of one mission, cadence and pipeline, as in `RunSpec`; None takes the largest group.
    trials : int
    seconds : float
        No trial begins after this long.
    most_stars : int
        Stars that train, at most.
    """

    label: Label | None = None
    marked: tuple[str, ...] = ()
    alpha: Annotated[float, Range(0, 1)] = 0.5
    feature_set: str = "steering"
    group: str | None = None
    trials: Annotated[int, Range(1, 10_000, "trials")] = 40
    seconds: Annotated[float, Range(1, 1_000_000, "s")] = 900.0
    trees: Annotated[int, Range(10, 5000, "trees")] = 200
    most_stars: Annotated[int, Range(12, 100_000, "stars")] = 400
    seed: Annotated[int, Range(0, 2**31)] = 0


@dataclass(frozen=True, slots=True)
class Shares:
    """Who does what; nobody does two things.

    Attributes
    ----------
    training : tuple of target ids
        The real class, and with signals injected the contrast set. None of the wanted stars is here. All light curves
        of a star are in one share.
    searched, measured : tuple of target ids
        Each with half of the wanted stars: for choosing the best trial, and for saying how good it is.
    """

    training: tuple[str, ...]
    searched: tuple[str, ...]
    measured: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Steered:
    """The best design that was found.

    Attributes
    ----------
    spec : RunSpec
        Trains it on the whole workspace.
    searched, objective : float
        What it reached on the stars it was chosen on, and on those that it was not.
    measures, published : Measures
        Of it, and of the published P9, on the stars that it was not chosen on.
    trials : DataFrame
    shares : Shares
    """

    spec: RunSpec
    searched: float
    objective: float
    measures: Measures
    published: Measures
    trials: Frame
    shares: Shares


class AutoSteer:
    """Searches with a tree-structured Parzen estimator (Bergstra et al. 2011; Optuna), first every event on its own.

    Trials are kept: a search that was stopped goes on, and `best` tells what it has found so far.
    """

    def __init__(self, workspace: Store, plan: AutoSteerPlan) -> None:
        self.plan = plan
        self._workspace = workspace
        label = None if plan.marked else target_label(workspace, plan.label)
        self._wanted = frozenset(plan.marked) if label is None else _carriers(workspace, label)
        self._weight = importance_of(workspace, label).scaled if label else pd.Series(dtype=float)
        feature_set(plan.feature_set)

    def search(self, report: Report = quiet) -> pd.DataFrame:
        """Try designs until the budget is spent.

        Returns
        -------
        DataFrame
            A row a trial, in order: the parameters of `SPACE`, design, objective (on the searched stars), seconds.
        """
        import optuna

        plan = self.plan
        extract_features(self._workspace, plan.feature_set, report)
        space: dict[str, Any] = {
            name: optuna.distributions.CategoricalDistribution(values) for name, values in SPACE.items()
        }
        shares, trials, began = self.shares(), self.trials(), time.monotonic()
        sampler = optuna.samplers.TPESampler(seed=plan.seed + len(trials), n_startup_trials=len(EVENTS) + 5)
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        study = optuna.create_study(direction="maximize", sampler=sampler)
        for row in trials.to_dict("records"):
            params = {name: row[name] for name in SPACE}
            study.add_trial(optuna.trial.create_trial(params=params, distributions=space, value=row["objective"]))
        for event in tuple(EVENTS)[len(trials) :]:
            study.enqueue_trial({"event": event, **PLAIN})
        while len(trials) < plan.trials and time.monotonic() - began < plan.seconds:
            best = f"best {trials['objective'].max():.3f} {_best(trials)['design']}" if len(trials) else "none yet"
            number = len(trials) + 1
            step = Step(report, f"trial {number} of {plan.trials}, {best}", (number, plan.trials))
            step.stage("choosing a design")
            start = time.monotonic()
            trial = study.ask(space)
            params = dict(trial.params)
            design = steered_design(params, plan.seed)
            known = trials[(trials[list(SPACE)] == pd.Series(params)).all(axis=1)] if len(trials) else trials
            value = float(known["objective"].iloc[0]) if len(known) else self._value(params, shares, step)
            study.tell(trial, value)
            row = {**params, "design": design.name, "objective": value, "seconds": time.monotonic() - start}
            trials = pd.DataFrame([*trials.to_dict("records"), _storable(row)])
            write_atomically(
                self._path(),
                partial(_write, trials),
                home=self._workspace.folder / DATABASE_FILE,
                within=self._workspace.changing(Topic.STUDIES),
            )
        return trials

    def best(self, report: Report = quiet) -> Steered:
        """The best trial so far, measured on stars that no trial has seen.

        Raises
        ------
        WorkspaceError
            Before the first trial.
        """
        trials = self.trials()
        if trials.empty:
            raise WorkspaceError("nothing has been tried yet: give it time for a trial at least")
        plan, shares, row = self.plan, self.shares(), _best(trials)
        params = {name: row[name] for name in SPACE}
        scores = self._scores(params, shares, shares.measured, report)
        wanted, stars = self._mask(shares.measured), [star_of(target_id) for target_id in shares.measured]
        design = steered_design(params, plan.seed)
        spec = RunSpec.checked(
            name=f"auto: {design.name}"[:80],
            design=design,
            feature_set=plan.feature_set,
            training_size=None,
            group=plan.group,
            forest=steered_forest(params, max(plan.trees, LEAST_TREES)),
            seed=plan.seed,
        )
        return Steered(
            spec=spec,
            searched=float(row["objective"]),
            objective=self._objective(scores, shares.measured),
            measures=measure(scores, wanted, stars=stars),
            published=measure(self._published(shares, report), wanted, stars=stars),
            trials=trials,
            shares=shares,
        )

    def trials(self) -> pd.DataFrame:
        """The trials that are kept; see `search`."""
        path = self._path()
        if not path.exists():
            return pd.DataFrame(columns=[*SPACE, "design", "objective", "seconds"])
        with reading(path):
            facts = read_json(path)
            rows = facts["trials"] if isinstance(facts, dict) else facts  # a list in older versions
            return pd.DataFrame(rows, columns=[*SPACE, "design", "objective", "seconds"]).astype({"objective": float})

    def shares(self) -> Shares:
        """Which stars train, which choose, and which measure."""
        plan, rng = self.plan, np.random.default_rng([self.plan.seed, 19])
        group = set(ids_in_group(self._workspace.targets.groups(), plan.group))
        ids = [target_id for target_id in self._workspace.features.ids(plan.feature_set) if target_id in group]
        stars = self._workspace.targets.stars()
        of_wanted = set(stars[[id for id in ids if id in self._wanted]])
        wanted = _shuffled([id for id in ids if id in self._wanted], stars, rng)
        others = _shuffled([id for id in ids if stars[id] not in of_wanted], stars, rng)
        if len(wanted) < LEAST_WANTED or len(others) < 3 * LEAST_WANTED:
            raise WorkspaceError(
                f"{counted(len(wanted), 'wanted star')} among {len(ids)} {agreeing(len(wanted), 'are')} too few to "
                f"search and to measure on: mark at least {LEAST_WANTED}, and ingest at least {3 * LEAST_WANTED} others"
            )
        train = _whole_stars(others, min(plan.most_stars, len(others) // 2), stars)
        rest, half = others[train:], _whole_stars(wanted, len(wanted) // 2, stars)
        middle = _whole_stars(rest, len(rest) // 2, stars)
        searched, measured = wanted[:half] + rest[:middle], wanted[half:] + rest[middle:]
        return Shares(tuple(sorted(others[:train])), tuple(sorted(searched)), tuple(sorted(measured)))

    def _value(self, params: dict[str, Any], shares: Shares, report: Report) -> float:
        return self._objective(self._scores(params, shares, shares.searched, report), shares.searched)

    def _scores(
        self, params: dict[str, Any], shares: Shares, scored: Sequence[str], report: Report
    ) -> NDArray[np.float64]:
        plan = self.plan
        design = steered_design(params, plan.seed)
        most = min(MOST_HOSTS, design.curves, len(shares.training))
        facts = host_facts(self._workspace, plan.feature_set, shares.training)
        hosts = choose_hosts(shares.training, most, plan.seed, facts)
        contrast = contrast_features(self._workspace, design, plan.feature_set, report, backgrounds=hosts)
        return self._trained(plan.feature_set, steered_forest(params, plan.trees), contrast, shares, scored)

    def _published(self, shares: Shares, report: Report) -> NDArray[np.float64]:
        extract_features(self._workspace, "flux_power", report, ids=[*shares.training, *shares.measured])
        contrast = contrast_features(self._workspace, PRESETS["P9"], "flux_power", report)
        settings = FORESTS["P9"].model_copy(update={"oob_score": False})
        return self._trained("flux_power", settings, contrast, shares, shares.measured)

    def _trained(
        self, name: str, settings: ForestSettings, contrast: NDArray[np.float32], shares: Shares, scored: Sequence[str]
    ) -> NDArray[np.float64]:
        store = self._workspace.features.rows(name)
        real = FeatureBinning.fit(rows := store.matrix(shares.training)).bin(rows)
        forest = UnsupervisedForest.from_settings(settings, random_state=self.plan.seed).fit(real, contrast)
        return forest.anomaly_score(store.matrix(scored))

    def _objective(self, scores: NDArray[np.float64], ids: Sequence[str]) -> float:
        mask, alpha = self._mask(ids), self.plan.alpha
        if self._weight.empty:
            found = terms(scores, mask)
            return alpha * found.recall_auc + (1 - alpha) * recall_in_top(scores, mask, 0.05)
        found = terms(scores, mask, self._weight.reindex(list(ids)).to_numpy())
        return alpha * found.recall_auc + (1 - alpha) * found.importance_auc

    def _mask(self, ids: Sequence[str]) -> NDArray[np.bool_]:
        return np.array([target_id in self._wanted for target_id in ids])

    def _path(self) -> Path:
        """A file for all that fixes the trials: plan but for its budget, stars and their features."""
        store, shares = self._workspace.features.rows(self.plan.feature_set), self.shares()
        stars = store.fingerprint([*shares.training, *shares.searched, *shares.measured])
        settings = self.plan.model_dump(mode="json", exclude={"trials", "seconds", "group"})
        facts = json.dumps([generators_digest(), settings, sorted(self._wanted), stars], sort_keys=True)
        name = hashlib.blake2b(facts.encode(), digest_size=12).hexdigest()
        return self._workspace.folder / "autosteer" / f"{name}.json"


def _carriers(workspace: Store, label: Label) -> frozenset[str]:
    ids = workspace.targets.ids()
    return frozenset(ids[row] for row in np.flatnonzero(workspace.labels.members(ids)[label]))


def _shuffled(ids: list[str], stars: pd.Series, rng: np.random.Generator) -> list[str]:
    """Targets at random, those of one star together."""
    order = rng.permutation(ids).tolist()
    place = {star: at for at, star in enumerate(dict.fromkeys(stars[order]))}
    return sorted(order, key=lambda target_id: place[stars[target_id]])


def _whole_stars(ids: Sequence[str], place: int, stars: pd.Series) -> int:
    """The next place, from `place` on, where another star begins."""
    while 0 < place < len(ids) and stars[ids[place]] == stars[ids[place - 1]]:
        place += 1
    return place


def _best(trials: pd.DataFrame) -> dict[str, Any]:
    return dict(trials.loc[trials["objective"].idxmax()])


def _storable(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value.item() if isinstance(value, np.generic) else value for name, value in row.items()}


def _write(table: pd.DataFrame, path: Path) -> None:
    path.write_text(sealed({"trials": json.loads(table.to_json(orient="records"))}))
