"""Stability of a run's ranking: many forests with its settings, each trained on other light curves."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clara_engine.evaluate.one_a_star import one_a_star
from clara_engine.evaluate.stability import stability
from clara_engine.files import write_atomically
from clara_engine.forest import BinnedFeatures, ContrastSet, UnsupervisedForest, contrast
from clara_engine.progress import Report, quiet
from clara_engine.sealed import read_table, write_table
from clara_engine.setting import Range, Setting
from clara_engine.store.runs import Run, RunSpec
from clara_engine.store.versions import Topic
from clara_engine.studies.extract import binned_features
from clara_engine.studies.grouping import members_of
from clara_engine.studies.training_set import TrainingSet, training_set

if TYPE_CHECKING:
    from clara_engine.store.store import Store

__all__ = ["StabilityPlan", "kept_stability", "stability_of"]

Ranks = NDArray[np.float64]
POOLS = 2


class StabilityPlan(Setting):
    """How a run is repeated.

    Attributes
    ----------
    draws : int
        Forests that are grown.
    share : float
        Of the run's training stars, that each forest is shown, drawn at random.
    top_percent : float
        What counts as the top.
    """

    draws: Annotated[int, Range(2, 1000, "draws")] = 20
    share: Annotated[float, Range(0.1, 1.0)] = 0.8
    top_percent: Annotated[float, Range(0.01, 50, "%")] = 1.0
    seed: Annotated[int, Range(0, 2**31)] = 0


def stability_of(workspace: Store, run: Run, plan: StabilityPlan | None = None, report: Report = quiet) -> pd.DataFrame:
    """Grow a run's forest again on other contrast sets and parts of its stars, and see which places stay.

    A contrast set is drawn from a pool of `POOLS` times as many light curves, whose features are kept: the run's own,
    and those of the same design with another seed on other stars. Every star is scored by trees that never saw it.

    Parameters
    ----------
    workspace : Store
    run : Run
    plan : StabilityPlan, optional
    report : Report
        Learns the stage and how far it is; what it raises stops the work.

    Returns
    -------
    DataFrame
        A row a star, most stable at the top first: star, target_id (its strangest light curve in the run), star_rank
        (in the run), and the columns of `clara_engine.evaluate.stability.stability`.
    """
    plan = plan or StabilityPlan()
    spec = run.spec
    ids, binned = binned_features(workspace, spec.feature_set, report, ids=members_of(workspace, spec))
    pools = _pools(workspace, spec, ids, binned, report)
    stars, first = np.unique(pools[0].stars, return_index=True)
    ranks = np.empty((plan.draws, stars.size))
    report.stage("growing forests")
    for draw in range(plan.draws):
        report(draw, plan.draws)
        ranks[draw] = _ranks(spec, binned, pools, plan, draw)[first]
    report(plan.draws, plan.draws)
    table = pd.concat([pd.DataFrame({"star": stars}), stability(ranks, plan.top_percent / 100)], axis=1)
    scores = run.scores().set_index("target_id").reindex(ids)
    once = one_a_star(pools[0].stars, scores["anomaly_score"].to_numpy(float), scores.get("p_value"))
    best = once.assign(target_id=ids)[once["star_best"]].set_index("star")[["target_id", "star_rank"]]
    table = table.join(best, on="star").sort_values(["rank_median", "rank_high"], kind="stable", ignore_index=True)
    table = table[["star", "target_id", "star_rank", *(name for name in table if name.startswith(("rank_", "top_")))]]
    path = _path(run, plan)
    write_atomically(
        path,
        lambda beside: write_table(table, beside),
        home=run.folder,
        within=workspace.changing(Topic.STUDIES),
    )
    return table


def kept_stability(run: Run, plan: StabilityPlan | None = None) -> pd.DataFrame | None:
    """What `stability_of` found with this plan; None when it was not asked yet.

    Parameters
    ----------
    run : Run
    plan : StabilityPlan, optional
    """
    path = _path(run, plan or StabilityPlan())
    return read_table(path, unique="target_id") if path.exists() else None


def _pools(
    workspace: Store, spec: RunSpec, ids: list[str], binned: BinnedFeatures, report: Report
) -> list[TrainingSet]:
    """The training set of a run; with a design also that of the same design with other draws, on other stars."""
    pools = [training_set(workspace, spec, ids, binned, report)]
    if spec.variant == "URF4" and spec.design is not None:
        for more in range(1, POOLS):
            other = spec.model_copy(
                update={"design": spec.design.changed(seed=spec.design.seed + more), "seed": spec.seed + more}
            )
            pools.append(training_set(workspace, other, ids, binned, report))
    return pools


def _ranks(spec: RunSpec, binned: BinnedFeatures, pools: list[TrainingSet], plan: StabilityPlan, draw: int) -> Ranks:
    """Rank of each light curve's star by one forest, shape (light curves,)."""
    random = np.random.default_rng([plan.seed, draw, 37])
    own = pools[0]
    keep = np.unique(own.stars[own.members])
    kept = random.permutation(keep)[: max(2, round(plan.share * keep.size))]
    members = own.members[np.isin(own.stars[own.members], kept)]
    shown = replace(own, members=members, **_contrast(spec, binned, pools, members, random))
    settings = spec.forest.model_copy(update={"oob_score": spec.forest.oob_score and not spec.cross_fitted})
    forest = UnsupervisedForest.from_settings(settings, random_state=random)
    shown.fit(forest, binned, by_star=spec.cross_fitted)
    scores = forest.scores(binned, stars=own.stars if forest.stars_.size else None).anomaly
    return one_a_star(own.stars, scores)["star_rank"].to_numpy(np.float64)


def _contrast(
    spec: RunSpec,
    binned: BinnedFeatures,
    pools: list[TrainingSet],
    members: NDArray[np.intp],
    random: np.random.Generator,
) -> dict[str, Any]:
    """Another contrast set, as large as the run's."""
    own = pools[0]
    if spec.variant == "URF4":
        rows = np.concatenate([np.asarray(pool.contrast.features) for pool in pools])
        drawn = np.sort(random.permutation(len(rows))[: len(own.contrast)])
        whose = [pool.contrast_stars for pool in pools]
        stars = None if whose[0] is None else np.concatenate([names for names in whose if names is not None])[drawn]
        return {"contrast": ContrastSet(rows[drawn], own.contrast.kind), "contrast_stars": stars}
    if spec.variant in ("URF3", "picked"):
        drawn = np.sort(random.choice(own.set_aside, own.set_aside.size))
        return {"contrast": contrast.picked(binned, drawn)[0], "contrast_stars": own.stars[drawn]}
    make = contrast.marginal if spec.variant == "marginal" else contrast.uniform_global
    return {"contrast": make(binned.take(members), random), "contrast_stars": None}


def _path(run: Run, plan: StabilityPlan) -> Path:
    facts = json.dumps(plan.model_dump(mode="json"), sort_keys=True)
    return run.folder / "stability" / f"{hashlib.blake2b(facts.encode(), digest_size=12).hexdigest()}.parquet"
