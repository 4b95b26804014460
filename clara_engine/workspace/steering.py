"""Steering measured on the stars of a workspace: train on one event, find another."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clara_engine.errors import DesignError
from clara_engine.evaluate.steering import Split, cell, over_seeds, recovery, split_stars
from clara_engine.features import feature_rows, feature_set
from clara_engine.files import write_atomically
from clara_engine.forest import FeatureBinning, ForestSettings, UnsupervisedForest, contrast
from clara_engine.lightcurve import LightCurve
from clara_engine.progress import Report, quiet
from clara_engine.synthetic import (
    EVENTS,
    PRESETS,
    UNSEEN_EVENTS,
    SyntheticDesign,
    generate,
    steering_design,
    unseen_design,
)
from clara_engine.synthetic.fields import Range, Setting
from clara_engine.workspace.matrices import save_array

if TYPE_CHECKING:
    from clara_engine.workspace.workspace import Workspace

__all__ = ["BASELINES", "OTHER_GENERATOR", "SteeringMatrix", "SteeringPlan"]

Rows = NDArray[np.float32]
Scorer = Callable[[Rows], NDArray[np.float64]]
#: Contrast sets and rankings that no event steers.
BASELINES = ("P3", "P9", "URF1", "marginal", "isolation forest", "BLS")
OTHER_GENERATOR = " (other generator)"


class SteeringPlan(Setting):
    """What a steering matrix is measured with.

    Attributes
    ----------
    contrasts, events : tuple of str
        Rows: events or `BASELINES`. Columns: events, with `OTHER_GENERATOR` behind those of the unseen generators.
    seeds : int
        Splits and draws that intervals are taken over.
    curves, measured : int
        Light curves of a contrast set, and injected light curves that are measured.
    most_stars : int
        Stars of the workspace that are used at most.
    """

    contrasts: tuple[str, ...] = (
        "planets",
        "binaries",
        "flares",
        "dippers",
        "pulsators",
        "single transits",
        "faults",
        *BASELINES,
    )
    events: tuple[str, ...] = (
        "planets", "binaries", "flares", "dippers", "pulsators", "single transits", "faults",
        *(event + OTHER_GENERATOR for event in UNSEEN_EVENTS),
    )  # fmt: skip
    feature_set: str = "steering"
    seeds: Annotated[int, Range(1, 100, "seeds")] = 5
    curves: Annotated[int, Range(10, 10_000, "curves")] = 300
    measured: Annotated[int, Range(10, 10_000, "curves")] = 200
    most_stars: Annotated[int, Range(12, 100_000, "stars")] = 600
    forest: ForestSettings = ForestSettings(n_estimators=300, oob_score=False)

    def model_post_init(self, context: Any) -> None:
        """Refuse names that nothing stands for."""
        for name in self.contrasts:
            if name not in EVENTS and name not in BASELINES:
                raise DesignError(f"there is no contrast set {name!r}; known: {', '.join([*EVENTS, *BASELINES])}")
        for name in self.events:
            _measured_design(name, 10, 0)


class SteeringMatrix:
    """Measures contrast sets against events; what has been computed is kept, so it resumes where it stopped."""

    def __init__(self, workspace: Workspace, plan: SteeringPlan) -> None:
        self.plan = plan
        self._workspace = workspace
        self._features = feature_set(plan.feature_set)
        self._cache = workspace.folder / "cache" / "steering"

    def cells(self, report: Report = quiet) -> pd.DataFrame:
        """Every cell for every seed: columns contrast, event, seed, auc, recall_1, recall_5."""
        rows = []
        for seed in range(self.plan.seeds):
            for name, scorer in self._scorers(seed, report):
                still = scorer(self._measured(seed, "", report)[0])
                for event in self.plan.events:
                    scores = scorer(self._measured(seed, event, report)[0])
                    rows.append({"contrast": name, "event": event, "seed": seed, **cell(scores, still)})
        return pd.DataFrame(rows)

    def table(self, report: Report = quiet) -> pd.DataFrame:
        """The matrix: mean and 95 % interval over seeds of every cell; see `over_seeds`."""
        return over_seeds(self.cells(report), ("contrast", "event"))

    def recovery(
        self, contrast_name: str, event: str, *, x: str = "depth", y: str | None = "period_days", bins: int = 5,
        share: float = 0.05, report: Report = quiet,
    ) -> pd.DataFrame:  # fmt: skip
        """Recovery of an event by one contrast set, over all seeds; see `clara_engine.evaluate.steering.recovery`."""
        injected, still = [], []
        plan = type(self.plan)(**self.plan.model_dump() | {"contrasts": (contrast_name,), "events": (event,)})
        one = SteeringMatrix(self._workspace, plan)
        for seed in range(plan.seeds):
            for _, scorer in one._scorers(seed, report):
                baseline = scorer(one._measured(seed, "", report)[0])
                features, truth = one._measured(seed, event, report)
                # Ranks among the uninjected of the same seed: scores of two forests have no common scale.
                ranks = np.searchsorted(np.sort(baseline), scorer(features), "right") / baseline.size
                injected.append(truth.assign(score=ranks))
                still.append(np.arange(1, baseline.size + 1) / baseline.size)
        return recovery(pd.concat(injected), np.concatenate(still), x=x, y=y, bins=bins, share=share)

    def split(self, seed: int) -> Split:
        """The stars of one seed."""
        return split_stars(self._workspace.targets.ids(), seed, most=self.plan.most_stars)

    # -- who scores ---------------------------------------------------------------------------------------------------

    def _scorers(self, seed: int, report: Report) -> list[tuple[str, Scorer]]:
        real = self._plain(self.split(seed).training, report)
        made = []
        for number, name in enumerate(self.plan.contrasts):
            report.stage(f"seed {seed + 1} of {self.plan.seeds}: {name}")
            made.append((name, self._scorer(name, seed, number, real, report)))
        return made

    def _scorer(self, name: str, seed: int, number: int, real: Rows, report: Report) -> Scorer:
        rng = np.random.default_rng([seed, 13, number])
        if name == "isolation forest":
            from sklearn.ensemble import IsolationForest

            forest = IsolationForest(n_estimators=300, random_state=seed, n_jobs=-1).fit(real)
            return lambda rows: -forest.score_samples(rows)
        if name == "BLS":
            place = _bls_column(self._features.labels)
            return lambda rows: rows[:, place].astype(np.float64)
        binned = FeatureBinning.fit(real).bin(real)
        made: Any
        if name in PRESETS:
            made = self._injected(PRESETS[name].changed(curves=self.plan.curves), (), report)[0]
        elif name in EVENTS:
            design = steering_design(name, curves=self.plan.curves, seed=seed)
            made = self._injected(design, self.split(seed).background, report)[0]
        else:
            made = (contrast.marginal if name == "marginal" else contrast.uniform_global)(binned, rng)
        fitted = UnsupervisedForest.from_settings(self.plan.forest, random_state=seed).fit(binned, made, report)
        return fitted.weirdness if name == "marginal" else fitted.anomaly_score

    # -- what is scored -----------------------------------------------------------------------------------------------

    def _measured(self, seed: int, event: str, report: Report) -> tuple[Rows, pd.DataFrame]:
        """Features and truth of the measured stars with an event, or as they are when `event` is empty."""
        stars = self.split(seed).measured
        if not event:
            return self._plain(stars, report), pd.DataFrame()
        return self._injected(_measured_design(event, self.plan.measured, seed), stars, report)

    def _plain(self, ids: Sequence[str], report: Report) -> Rows:
        """Features of stars as they are; those without are left out."""
        matrices, name = self._workspace.matrices, self.plan.feature_set
        store = matrices.store(name)
        if store.missing(ids):
            matrices.extract(name, report)
        known = set(store.ids())
        return np.asarray(store.matrix([target_id for target_id in ids if target_id in known]))

    def _injected(self, design: SyntheticDesign, hosts: Sequence[str], report: Report) -> tuple[Rows, pd.DataFrame]:
        """Features and truth of a design put on stars; computed once."""
        key = json.dumps([design.digest(), self._features.id, *hosts])
        folder = self._cache / hashlib.blake2b(key.encode(), digest_size=12).hexdigest()
        rows, truth = folder / "rows.npy", folder / "truth.parquet"
        if not (rows.exists() and truth.exists()):
            report.stage(f"{design.name}: light curves and features")
            observed = [self._light_curve(target_id) for target_id in hosts]
            made = generate(design, observed=[curve for curve in observed if curve is not None])
            found = feature_rows(made.light_curves, self._features, progress=report)
            table = made.truth.iloc[found.kept][["background", "shape", "period_days", "duration_hours", "depth"]]
            table = table.assign(tmag=[made.light_curves[place].target.tmag for place in found.kept])
            write_atomically(truth, lambda beside: table.to_parquet(beside, index=False))
            write_atomically(rows, lambda beside: save_array(beside, found.rows))
        return np.load(rows, allow_pickle=False), pd.read_parquet(truth)

    def _light_curve(self, target_id: str) -> LightCurve | None:
        curve = self._workspace.targets.light_curve(target_id)
        good = np.isfinite(curve.flux)
        return curve if good.any() and np.median(curve.flux[good]) > 0 else None


def _measured_design(event: str, curves: int, seed: int) -> SyntheticDesign:
    plain = event.removesuffix(OTHER_GENERATOR)
    make = steering_design if plain == event else unseen_design
    return make(plain, curves=curves, seed=1_000_003 + seed)  # other draws than the contrast set's


def _bls_column(labels: Sequence[str]) -> int:
    for place, label in enumerate(labels):
        if label.lower().startswith("bls") and "signal-to-noise" in label.lower():
            return place
    raise DesignError("this feature set has no BLS signal-to-noise: leave BLS out of the rows, or take another set")
