"""Injection and recovery for a run: signals put into light curves that its forest has not learned from."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pandas as pd

from clara_engine.errors import DesignError, WorkspaceError
from clara_engine.evaluate.completeness import completeness
from clara_engine.evaluate.rates import Rate, clustered_interval
from clara_engine.evaluate.recovery import AXES, recovery_cells, usual_axes
from clara_engine.evaluate.roc import auc_by_star, matched_auc
from clara_engine.files import write_atomically
from clara_engine.lightcurve import star_of
from clara_engine.progress import Report, quiet
from clara_engine.sealed import read_json, read_table, sealed, write_table
from clara_engine.setting import Range, Setting
from clara_engine.store.runs import Run
from clara_engine.store.versions import Topic
from clara_engine.studies.injections import injected_features
from clara_engine.studies.kept_with_run import kept_completeness
from clara_engine.synthetic import SyntheticDesign, steering_design, unseen_design
from clara_engine.text import counted

if TYPE_CHECKING:
    from clara_engine.forest import UnsupervisedForest
    from clara_engine.store.store import Store

__all__ = [
    "OTHER_GENERATOR",
    "Recovery",
    "RecoveryPlan",
    "kept_completeness",
    "kept_recovery",
    "measured_design",
    "recover",
]

#: Behind the name of an event: from a generator that no contrast set uses.
OTHER_GENERATOR = " (other generator)"
LEAST_STARS = 12
MEASURED_SEED = 1_000_003


class RecoveryPlan(Setting):
    """What is injected, and what counts as found.

    Attributes
    ----------
    event : str
        One of `clara_engine.synthetic.EVENTS`, with `OTHER_GENERATOR` behind those of the unseen generators.
    design : SyntheticDesign, optional
        Instead of an event: any design that is injected into observed light curves.
    curves : int
        Injected light curves.
    stars : int
        Light curves that carry them, at most.
    top_percent : float
        Found is what scores within this highest part of the uninjected light curves, which is also the chance level.
    x, y : str, optional
        Axes of the map, of `clara_engine.evaluate.recovery.AXES`; depth and period, or magnitude, when not given.
    bins : int
        Cells along each.
    """

    event: str = "planets"
    design: SyntheticDesign | None = None
    curves: Annotated[int, Range(10, 20_000, "curves")] = 500
    stars: Annotated[int, Range(1, 20_000, "stars")] = 300
    top_percent: Annotated[float, Range(0.01, 50, "%")] = 5.0
    x: str | None = None
    y: str | None = None
    bins: Annotated[int, Range(1, 50, "cells")] = 5
    seed: Annotated[int, Range(0, 2**31)] = 0

    def model_post_init(self, context: Any) -> None:
        """Refuse events and axes that there are not."""
        self.injected_design()
        for axis in (self.x, self.y):
            if axis is not None and axis not in AXES:
                raise DesignError(f"there is no axis {axis!r}; known: {', '.join(AXES)}")
        if self.y is not None and self.y == self.x:
            raise DesignError(f"both axes are {self.x}: choose two, or leave y out")

    def injected_design(self) -> SyntheticDesign:
        """The design that is injected; its draws are not those of a contrast set."""
        if self.design is None:
            return measured_design(self.event, self.curves, self.seed)
        if not self.design.needs_observed:
            raise DesignError(f"design {self.design.name!r} is not injected into observed light curves")
        return self.design.changed(curves=self.curves, seed=MEASURED_SEED + self.seed)


@dataclass(frozen=True, slots=True, eq=False)
class Recovery:
    """What a run finds of injected events.

    Attributes
    ----------
    cells : DataFrame
        The map; see `clara_engine.evaluate.recovery.recovery`.
    axes : (str, str)
    injected : DataFrame
        A row an injected light curve: background, star, tmag, crowdsap, camera, kind, shape, period_days,
        duration_hours, depth, signal_to_noise, score, percentile (among the uninjected), untouched (score of its light
        curve as it is) and found.
    overall : Rate
        Share that is found, with its 95 % interval and chance.
    stars, quiet : int
        Light curves that carry events, and uninjected ones that set the threshold.
    threshold : float
        Anomaly score above which an event counts as found.
    auc, matched_auc : Rate
        ROC-AUC against all the uninjected, and against the same light curve uninjected
        (`clara_engine.evaluate.roc.matched_auc`).
    completeness : DataFrame
        Share that is found by signal-to-noise, magnitude, crowding and camera; see
        `clara_engine.evaluate.completeness.completeness`.
    """

    cells: pd.DataFrame
    axes: tuple[str, str | None]
    injected: pd.DataFrame
    overall: Rate
    stars: int
    quiet: int
    threshold: float
    auc: Rate
    matched_auc: Rate
    completeness: pd.DataFrame


def recover(workspace: Store, run: Run, plan: RecoveryPlan, report: Report = quiet) -> Recovery:
    """Inject events and see which ones a run finds; `kept_recovery` knows it afterwards.

    Light curves that made the contrast set, or carry a label that says that something happens, take no events. Those of
    a star that trained the forest are scored by the trees that never saw it. Features are kept: stopped, it resumes.

    Parameters
    ----------
    workspace : Store
    run : Run
    plan : RecoveryPlan
    report : Report
        Learns the stage and how far it is; what it raises stops the work.

    Raises
    ------
    WorkspaceError
        When too few light curves are left to inject into.
    """
    name = run.spec.feature_set
    scores = run.scores().set_index("target_id")
    forest = run.forest()
    still = _hosts(workspace, scores, forest, run)
    drawn = np.random.default_rng([plan.seed, 17]).permutation(len(still))[: plan.stars]
    hosts = [still[place] for place in np.sort(drawn)]
    made = injected_features(workspace, plan.injected_design(), name, report, backgrounds=hosts)
    report.stage("scoring")
    values = forest.scores(made.rows, stars=[star_of(host) for host in made.truth["background"]]).anomaly
    baseline = scores.loc[still, "anomaly_score"].to_numpy(float)
    share = plan.top_percent / 100
    threshold = float(np.quantile(baseline, 1 - share))
    percentile = 100 * np.searchsorted(np.sort(baseline), values, "left") / baseline.size
    injected = made.truth.assign(score=values, percentile=percentile, found=values > threshold)
    injected = _with_hosts(workspace, injected, scores["anomaly_score"])
    both = np.r_[values, baseline], np.r_[np.ones(values.size, bool), np.zeros(baseline.size, bool)]
    auc = auc_by_star(*both, np.r_[injected["star"].to_numpy(str), [star_of(id) for id in still]])
    facts: dict[str, Any] = {"stars": len(hosts), "quiet": len(still), "threshold": threshold, "auc": auc}
    _keep(workspace, run, plan, injected, facts)
    return _recovery(plan, injected, **facts)


def kept_recovery(run: Run, plan: RecoveryPlan) -> Recovery | None:
    """What `recover` last found with this plan, but for the axes of its map; None when it was not asked yet.

    Parameters
    ----------
    run : Run
    plan : RecoveryPlan
    """
    path = _path(run, plan)
    if not path.with_suffix(".json").exists():
        return None
    facts = read_json(path.with_suffix(".json"))
    injected = read_table(path, ("background", "found"), finite=("score", "percentile"))
    known = {name: facts[name] for name in ("stars", "quiet", "threshold", "auc") if name in facts}
    return _recovery(plan, injected, **known) if "auc" in facts else None  # older runs lack some of these


def _with_hosts(workspace: Store, injected: pd.DataFrame, scores: pd.Series) -> pd.DataFrame:
    """Injected light curves with what is known of the ones that they are put into."""
    hosts = injected["background"]
    about = workspace.targets.frame().set_index("target_id")[["crowdsap", "camera"]].astype(float).reindex(hosts)
    return injected.assign(
        star=[star_of(host) for host in hosts],
        untouched=scores.reindex(hosts).to_numpy(float),
        **{name: about[name].to_numpy() for name in about},
    )


def _path(run: Run, plan: RecoveryPlan) -> Path:
    facts = plan.model_dump_json(exclude={"x", "y", "bins"})
    return run.folder / "recovery" / f"{hashlib.blake2b(facts.encode(), digest_size=12).hexdigest()}.parquet"


def _keep(workspace: Store, run: Run, plan: RecoveryPlan, injected: pd.DataFrame, facts: dict[str, Any]) -> None:
    path = _path(run, plan)
    facts = facts | {
        "event": plan.injected_design().name,
        "top_percent": plan.top_percent,
        "created": time.time(),
    }
    write_atomically(path, lambda beside: write_table(injected, beside), home=run.folder)
    write_atomically(
        path.with_suffix(".json"),
        lambda beside: beside.write_text(sealed(facts)),
        home=run.folder,
        within=workspace.changing(Topic.STUDIES),
    )


def _recovery(
    plan: RecoveryPlan,
    injected: pd.DataFrame,
    *,
    stars: int,
    quiet: int,
    threshold: float,
    auc: tuple[float, float, float],
) -> Recovery:
    usual = usual_axes(injected)
    x = plan.x or usual[0]
    y = plan.y or (usual[1] if plan.x is None else None)
    interval = clustered_interval(injected["found"], injected["star"])
    untouched = injected.drop_duplicates("background").set_index("background")["untouched"]
    matched = matched_auc(injected["score"], injected["background"], untouched)
    return Recovery(
        cells=recovery_cells(injected, x=x, y=y, bins=plan.bins),
        axes=(x, y),
        injected=injected,
        overall=Rate(float(injected["found"].mean()), *interval, chance=plan.top_percent / 100),
        stars=stars,
        quiet=quiet,
        threshold=threshold,
        auc=Rate(*auc, chance=0.5),
        matched_auc=Rate(*matched, chance=0.5),
        completeness=completeness(injected),
    )


def measured_design(event: str, curves: int, seed: int) -> SyntheticDesign:
    """An event as it is measured: other draws than any contrast set's, and perhaps another generator.

    Parameters
    ----------
    event : str
        A key of `EVENTS`, or with `OTHER_GENERATOR` behind it.
    curves : int
        How many.
    seed : int
        Fixes all that is drawn.
    """
    plain = event.removesuffix(OTHER_GENERATOR)
    make = steering_design if plain == event else unseen_design
    return make(plain, curves=curves, seed=MEASURED_SEED + seed)


def _hosts(workspace: Store, scores: pd.DataFrame, forest: UnsupervisedForest, run: Run) -> list[str]:
    """Targets of the run that may carry events, in order; those that trained it only if some trees missed the star."""
    usable = ~scores["set_aside"]
    if hasattr(forest, "oob_trees_"):
        usable &= forest.trees_for([star_of(id) for id in scores.index]).any(axis=1)
    else:
        star = pd.Series([star_of(id) for id in scores.index], scores.index)
        usable &= ~star.isin(set(star[scores["trained"]]))
    present = set(workspace.features.ids(run.spec.feature_set))
    found = [id for id in workspace.labels.uneventful(sorted(scores.index[usable])) if id in present]
    if len(found) < LEAST_STARS:
        raise WorkspaceError(
            f"run {run.name!r} leaves {counted(len(found), 'light curve')} to inject into, at least {LEAST_STARS} "
            "are needed: "
            "train it again, with a smaller --training-size or with bootstrap"
        )
    return found
