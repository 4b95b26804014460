"""The steering matrix, measured on the stars of a workspace: train for one event, measure on another."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clara_engine.errors import DesignError
from clara_engine.evaluate.completeness import completeness
from clara_engine.evaluate.matrix_cells import Split, cell, over_stars, split_stars
from clara_engine.evaluate.recovery import recovery
from clara_engine.evaluate.roc import matched_by_star
from clara_engine.features import feature_set
from clara_engine.files import write_atomically
from clara_engine.forest import PRESETS as FORESTS
from clara_engine.forest import FeatureBinning, UnsupervisedForest, contrast
from clara_engine.lightcurve import star_of
from clara_engine.progress import Report, Step, quiet
from clara_engine.sealed import read_table, write_table
from clara_engine.store.database import DATABASE_FILE
from clara_engine.store.versions import Topic
from clara_engine.studies.extract import extract_features
from clara_engine.studies.grouping import ids_in_group
from clara_engine.studies.host_facts import host_facts
from clara_engine.studies.injections import Injected, generators_digest, injected_features
from clara_engine.studies.recover import OTHER_GENERATOR, measured_design
from clara_engine.studies.steering_plan import BASELINES, SteeringPlan
from clara_engine.studies.steering_rows import SCORE_COLUMNS, Ranking, TrainingRows, scored
from clara_engine.synthetic import (
    EVENTS,
    PRESETS,
    UNSEEN_EVENTS,
    SyntheticDesign,
    choose_hosts,
    steering_design,
    unseen_design,
)

if TYPE_CHECKING:
    from clara_engine.store.store import Store

__all__ = ["BASELINES", "OTHER_GENERATOR", "UNTOUCHED", "SteeringMatrix", "SteeringPlan", "TrainingRows"]

Rows = NDArray[np.float32]
PAPER_FEATURES = "flux_power"
BLS_FEATURES = "steering"
CELL_COLUMNS = ["contrast", "event", "seed", "auc", "recall_1", "recall_5", "matched_auc"]
UNTOUCHED = ""


class SteeringMatrix:
    """Measures contrast sets against events; cells and features are kept, so it resumes where it stopped."""

    def __init__(self, workspace: Store, plan: SteeringPlan) -> None:
        self.plan = plan
        self._workspace = workspace
        self._features = feature_set(plan.feature_set)

    def scores(self, report: Report = quiet) -> pd.DataFrame:
        """Score of every measured light curve by every row of the matrix.

        Returns
        -------
        DataFrame
            Columns of `SCORE_COLUMNS`; event is "" for the light curves as they are.
        """
        plan = self.plan
        for seed in range(plan.seeds):
            for number, name in enumerate(plan.contrasts, start=1):
                kept = self._kept(seed)
                done = set(kept.loc[kept["contrast"] == name, "event"])
                wanted = [event for event in plan.events if event not in done]
                if not wanted:
                    continue
                total = len(plan.contrasts)
                of = (seed * total + number, plan.seeds * total)
                step = Step(report, f"seed {seed + 1} of {plan.seeds}, row {number} of {total}", of)
                step.stage(name)
                ranking = self.ranking(name, seed, step)
                parts = [kept]
                if UNTOUCHED not in done:
                    ids, rows = self.untouched(ranking.feature_set, seed, step)
                    still = pd.DataFrame({"background": ids, "signal_to_noise": np.nan})
                    parts.append(scored(still, name, UNTOUCHED, seed, ranking.score(rows)))
                for event in wanted:
                    made = self.injected(ranking.feature_set, seed, event, step)
                    parts.append(scored(made.truth, name, event, seed, ranking.score(made.rows)))
                self._keep(seed, pd.concat([part for part in parts if len(part)], ignore_index=True))
        return self.kept_scores()

    def kept_scores(self) -> pd.DataFrame:
        """The scores that there are so far, as `scores`, in the order of the plan."""
        plan = self.plan
        try:
            seeds = [self._kept(seed) for seed in range(plan.seeds)]
        except DesignError:  # too few stars to measure anything
            seeds = []
        found = pd.concat([part for part in seeds if len(part)] or [pd.DataFrame(columns=SCORE_COLUMNS)])
        rows = {name: place for place, name in enumerate(plan.contrasts)}
        columns = {name: place for place, name in enumerate((UNTOUCHED, *plan.events))}
        found = found[found["contrast"].isin(rows) & found["event"].isin(columns)]
        place = pd.DataFrame(
            {"row": found["contrast"].map(rows), "column": found["event"].map(columns), "seed": found["seed"]}
        ).reset_index(drop=True)
        return found.iloc[place.sort_values(list(place), kind="stable").index].reset_index(drop=True)

    def cells(self, report: Report = quiet) -> pd.DataFrame:
        """Every cell for every seed: columns contrast, event, seed, auc, recall_1, recall_5, matched_auc."""
        self.scores(report)
        return self.kept()

    def kept(self) -> pd.DataFrame:
        """The cells that have been measured so far, as `cells`, in the order of the plan."""
        scores = self.kept_scores()
        still = dict(iter(scores[scores["event"] == UNTOUCHED].groupby(["contrast", "seed"])))
        rows = []
        for (name, event, seed), part in scores[scores["event"] != UNTOUCHED].groupby(
            ["contrast", "event", "seed"], sort=False
        ):
            plain = still[name, seed]
            facts = cell(part["score"].to_numpy(), plain["score"].to_numpy())
            alone = matched_by_star(part["score"], part["target_id"], plain.set_index("target_id")["score"])
            rows.append({"contrast": name, "event": event, "seed": seed, **facts, "matched_auc": float(alone.mean())})
        return pd.DataFrame(rows, columns=CELL_COLUMNS)

    def table(self, report: Report = quiet, *, least_signal_to_noise: float = 0.0) -> pd.DataFrame:
        """The matrix: mean over seeds and 95 % interval over stars of every cell; see `over_stars`.

        Parameters
        ----------
        report : Report
            Learns the stage and how far it is; what it raises stops the work.
        least_signal_to_noise : float
            Measure only the injected events that are at least so strong.
        """
        self.scores(report)
        return self.kept_table(least_signal_to_noise=least_signal_to_noise)

    def kept_table(self, *, least_signal_to_noise: float = 0.0) -> pd.DataFrame:
        """What `table` makes of the scores that there are so far."""
        scores = self.kept_scores()
        injected = scores[scores["event"] != UNTOUCHED]
        if least_signal_to_noise > 0:
            injected = injected[injected["signal_to_noise"] >= least_signal_to_noise]
        untouched = scores[scores["event"] == UNTOUCHED].drop(columns="event")
        return over_stars(injected, untouched, ("contrast", "event"))

    def by_signal_to_noise(self, report: Report = quiet, *, share: float = 0.05) -> pd.DataFrame:
        """What each contrast set finds of its events by their signal-to-noise, over all seeds.

        Parameters
        ----------
        report : Report
            Learns the stage and how far it is; what it raises stops the work.
        share : float
            Of the untouched light curves that may score above the cut.

        Returns
        -------
        DataFrame
            A row a contrast set, event and part of `clara_engine.evaluate.completeness.completeness`; found is what
            scores above the highest `share` of the untouched light curves of its seed.
        """
        scores = self.scores(report)
        plain = scores[scores["event"] == UNTOUCHED].groupby(["contrast", "seed"])["score"]
        cut = plain.quantile(1 - share).rename("cut")
        injected = scores[scores["event"] != UNTOUCHED].join(cut, on=["contrast", "seed"])
        injected = injected.assign(found=injected["score"] > injected["cut"])
        tables = [
            completeness(part, ("signal_to_noise",)).assign(contrast=name, event=event)
            for (name, event), part in injected.groupby(["contrast", "event"], sort=False)
        ]
        found = pd.concat(tables, ignore_index=True)
        return found[["contrast", "event", *(column for column in found if column not in ("contrast", "event"))]]

    def recovery(
        self,
        contrast_name: str,
        event: str,
        *,
        x: str = "depth",
        y: str | None = "period_days",
        bins: int = 5,
        share: float = 0.05,
        report: Report = quiet,
    ) -> pd.DataFrame:
        """Recovery of an event by one contrast set, over all seeds; see `clara_engine.evaluate.recovery.recovery`.

        Parameters
        ----------
        contrast_name : str
            Of the contrast set.
        event : str
        x, y : str
            Columns of the two axes; without `y` there is one.
        bins : int
            Cells along each axis.
        share : float
            Of the untouched light curves that may score above the cut.
        report : Report
            Learns the stage and how far it is; what it raises stops the work.
        """
        injected, still = [], []
        for seed in range(self.plan.seeds):
            step = Step(report, f"seed {seed + 1} of {self.plan.seeds}", (seed + 1, self.plan.seeds))
            ranking = self.ranking(contrast_name, seed, step)
            baseline = np.sort(ranking.score(self._plain(ranking.feature_set, self.split(seed).measured, step)))
            made = self.injected(ranking.feature_set, seed, event, step)
            # Ranks among the uninjected of the same seed: scores of two forests have no common scale.
            ranks = np.searchsorted(baseline, ranking.score(made.rows), "right") / baseline.size
            injected.append(made.truth.assign(score=ranks, star=[star_of(id) for id in made.truth["background"]]))
            still.append(np.arange(1, baseline.size + 1) / baseline.size)
        return recovery(pd.concat(injected), np.concatenate(still), x=x, y=y, bins=bins, share=share)

    def split(self, seed: int) -> Split:
        """The stars of one seed."""
        ids = ids_in_group(self._workspace.targets.groups(), self.plan.group)
        eventful = set(ids) - set(self._workspace.labels.uneventful(ids, self.plan.quiet_labels))
        stars = self._workspace.targets.stars().to_dict()
        return split_stars(
            ids, seed, eventful=eventful, most=self.plan.most_stars, stars=stars, halves=self.plan.halves
        )

    # -- what a seed trains on, and what it measures ------------------------------------------------------------------

    def training_rows(self, event: str, seed: int, report: Report = quiet) -> TrainingRows:
        """The training stars as they are, and with an event: hosts cover the real class.

        Parameters
        ----------
        event : str
            A key of `EVENTS`.
        seed : int
            Which draw of stars.
        report : Report
            Learns the stage and how far it is; what it raises stops the work.
        """
        features, plan = self.plan.feature_set, self.plan
        usable = self._usable(features, self.split(seed).training, report)
        facts = host_facts(self._workspace, features, usable)
        chosen = choose_hosts(usable, min(plan.curves, len(usable)), seed, facts)
        made = self._injected(steering_design(event, curves=plan.curves, seed=seed), features, chosen, report)
        real = self._plain(features, usable, report)
        return TrainingRows(real, made.rows, _stars(usable), _stars(made.truth["background"]))

    def injected(self, features: str, seed: int, event: str, report: Report = quiet) -> Injected:
        """The measured stars with an event.

        Parameters
        ----------
        features : str
            Feature set.
        seed : int
            Which draw of stars.
        event : str
            A key of `EVENTS`, or with `OTHER_GENERATOR` behind it.
        report : Report
            Learns the stage and how far it is; what it raises stops the work.
        """
        design = measured_design(event, self.plan.measured, seed)
        return self._injected(design, features, self.split(seed).measured, report)

    def untouched(self, features: str, seed: int, report: Report = quiet) -> tuple[list[str], Rows]:
        """The measured stars as they are: target ids, and rows.

        Parameters
        ----------
        features : str
            Feature set.
        seed : int
            Which draw of stars.
        report : Report
            Learns the stage and how far it is; what it raises stops the work.
        """
        ids = self._usable(features, self.split(seed).measured, report)
        return ids, self._plain(features, ids, report)

    # -- who scores ---------------------------------------------------------------------------------------------------

    def ranking(self, name: str, seed: int, report: Report = quiet) -> Ranking:
        """What scores stars, trained on this seed's half of them.

        Parameters
        ----------
        name : str
            An event of the plan, a preset as published, or a baseline.
        seed : int
        report : callable
            Takes a stage and its progress.
        """
        plan, training = self.plan, self.split(seed).training
        if name == "BLS":
            place = _bls_column(feature_set(BLS_FEATURES).labels)
            return Ranking(BLS_FEATURES, lambda rows: rows[:, place].astype(np.float64))
        features = PAPER_FEATURES if name in PRESETS else plan.feature_set
        real = self._plain(features, training, report)
        if name == "isolation forest":
            from sklearn.ensemble import IsolationForest

            isolation = IsolationForest(n_estimators=300, random_state=seed).fit(real)
            return Ranking(features, lambda rows: -isolation.score_samples(rows))
        settings = plan.forest.model_copy(update={"oob_score": False})
        whose: dict[str, Any] = {}
        binned = FeatureBinning.fit(real).bin(real)
        made: Any
        if name in PRESETS:
            settings = FORESTS[name].model_copy(update={"oob_score": False})
            made = self._injected(PRESETS[name], features, (), report).rows
        elif name in EVENTS:
            rows = self.training_rows(name, seed, report)
            made, whose = rows.copies, {"real_stars": rows.stars, "contrast_stars": rows.hosts}
        else:
            rng = np.random.default_rng([seed, 13, BASELINES.index(name)])
            made = (contrast.marginal if name == "marginal" else contrast.uniform_global)(binned, rng)
        fitted = UnsupervisedForest.from_settings(settings, random_state=seed).fit(binned, made, report, **whose)
        return Ranking(features, fitted.weirdness if name == "marginal" else fitted.anomaly_score)

    # -- what is scored -----------------------------------------------------------------------------------------------

    def _measured(self, features: str, seed: int, event: str, report: Report) -> Injected:
        """The measured stars with an event."""
        design = measured_design(event, self.plan.measured, seed)
        return self._injected(design, features, self.split(seed).measured, report)

    def _plain(self, features: str, ids: Sequence[str], report: Report) -> Rows:
        """Features of stars as they are; those without are left out."""
        return np.asarray(self._workspace.features.rows(features).matrix(self._usable(features, ids, report)))

    def _injected(self, design: SyntheticDesign, features: str, hosts: Sequence[str], report: Report) -> Injected:
        usable = self._usable(features, hosts, report)
        return injected_features(self._workspace, design, features, report, backgrounds=usable)

    def _usable(self, features: str, ids: Sequence[str], report: Report) -> list[str]:
        """Those of `ids` that have features, computed where they are missing."""
        store = self._workspace.features.rows(features)
        if store.missing(ids):
            extract_features(self._workspace, features, report, ids=ids)
        known = store.ids()
        return [target_id for target_id in ids if target_id in known]

    # -- what is kept -------------------------------------------------------------------------------------------------

    def _kept(self, seed: int) -> pd.DataFrame:
        path = self._path(seed)
        return read_table(path, SCORE_COLUMNS) if path.exists() else pd.DataFrame(columns=SCORE_COLUMNS)

    def _keep(self, seed: int, scores: pd.DataFrame) -> None:
        write_atomically(
            self._path(seed),
            lambda beside: write_table(scores, beside),
            home=self._workspace.folder / DATABASE_FILE,
            within=self._workspace.changing(Topic.STUDIES),
        )

    def _path(self, seed: int) -> Path:
        return self._workspace.cache.place("steering", f"scores-{self.fingerprint(seed)}.parquet")

    def fingerprint(self, seed: int) -> str:
        """All that fixes the scores of a seed: settings, designs, generators, stars, and their features."""
        split, store = self.split(seed), self._workspace.features.rows(self.plan.feature_set)
        known = store.ids()
        stars = store.fingerprint(id for id in (*split.training, *split.measured) if id in known)
        settings = self.plan.model_dump(mode="json", exclude={"contrasts", "events", "seeds", "group"})
        made_by = [generators_digest(), _designs_digest(), self._features.id]
        facts = json.dumps([made_by, seed, settings, split.training, split.measured, stars], sort_keys=True)
        return hashlib.blake2b(facts.encode(), digest_size=12).hexdigest()


def _stars(target_ids: Iterable[str]) -> list[str]:
    return [star_of(target_id) for target_id in target_ids]


def _designs_digest() -> str:
    """Hash of the parameters of every design that a cell may be made with."""
    designs = [steering_design(event) for event in EVENTS] + [unseen_design(event) for event in UNSEEN_EVENTS]
    digests = [design.digest() for design in (*designs, *PRESETS.values())]
    return hashlib.blake2b("".join(digests).encode(), digest_size=16).hexdigest()


def _bls_column(labels: Sequence[str]) -> int:
    return next(place for place, label in enumerate(labels) if label.startswith("BLS signal-to-noise"))
