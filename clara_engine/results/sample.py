"""Measurements on the stars of one workspace."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from clara_engine.evaluate.ceiling import loss_by_part, loss_by_star, losses
from clara_engine.evaluate.conformal import null_cut
from clara_engine.evaluate.draws import Draw, mean_auc, mean_auc_difference
from clara_engine.evaluate.rates import clustered_interval
from clara_engine.features import feature_set
from clara_engine.lightcurve import star_of
from clara_engine.progress import Report, Step, quiet
from clara_engine.results.cross_fitting import HALF, fairness
from clara_engine.results.goals import DETECTED
from clara_engine.results.kept import Kept
from clara_engine.results.kind_confusion import confusion, named
from clara_engine.studies.claims import ORDINARY
from clara_engine.studies.extract import extract_features
from clara_engine.studies.grouping import ids_in_group
from clara_engine.studies.host_facts import host_facts
from clara_engine.studies.kinds import FOREST, KIND, NONE
from clara_engine.studies.nulls import NullPlan, null_features
from clara_engine.studies.steer import OTHER_GENERATOR, UNTOUCHED, SteeringMatrix, SteeringPlan
from clara_engine.synthetic import EVENTS

if TYPE_CHECKING:
    from clara_engine.store.store import Store

__all__ = ["measure_sample"]

FAR = 0.25
STRENGTHS = [DETECTED, 10.0, 15.0, 30.0, np.inf]
THIRDS = (0, 1 / 3, 2 / 3, 1)
COSTLY = 3
LEAST_NULLS = 20
NOTHING: Mapping[str, str] = MappingProxyType({})


def measure_sample(
    workspace: Store,
    plan: SteeringPlan,
    *,
    name: str,
    kinds: bool = True,
    nulls: NullPlan | None = None,
    seen: Mapping[str, str] = NOTHING,
    report: Report = quiet,
) -> dict[str, Any]:
    """Measure the steering matrix and what else the stars of a workspace can tell.

    Cells are kept in the workspace: stopped, it resumes.

    Parameters
    ----------
    workspace : Store
    plan : SteeringPlan
    name : str
        Of the sample, for progress.
    kinds : bool
        Also name the kind of every measured light curve.
    nulls : NullPlan, optional
        The null light curves of all seeds.
    seen : mapping of star to text
        Stars that no table knows to show an event, and what was seen on them: what is measured without them, too.
    report : Report
        Learns the stage and how far it is; what it raises stops the work.

    Returns
    -------
    dict
        Ready for JSON: ``sample`` (its numbers), ``matrix`` and ``detected`` (`over_stars`, all events and those above
        `DETECTED`), ``by_strength``, ``events`` (of each event that has its own contrast set: recall above the cut of
        the null light curves, what another generator loses, who can be told to be a host, new files, the ceiling),
        and ``kinds``.
    """
    step = Step(report, name)
    matrix, kept = SteeringMatrix(workspace, plan), Kept(workspace.cache)
    ids = ids_in_group(workspace.targets.groups(), plan.group)
    extract_features(workspace, plan.feature_set, step, ids=ids)
    scores = matrix.scores(step)
    events = [event for event in plan.contrasts if event in EVENTS]
    cells = [(event, seed) for event in events for seed in range(plan.seeds)]
    fair = pd.concat([_fairness(workspace, matrix, kept, *cell, nulls or NullPlan(), step) for cell in cells])
    facts = host_facts(workspace, plan.feature_set, ids).join(workspace.targets.frame().set_index("target_id")["tmag"])
    facts = facts.loc[:, ~facts.columns.duplicated()]
    found: dict[str, Any] = {
        "sample": _numbers(workspace, matrix, ids, fair),
        "matrix": matrix.kept_table().to_dict("records"),
        "detected": matrix.kept_table(least_signal_to_noise=DETECTED).to_dict("records"),
        "by_strength": _own(matrix.by_signal_to_noise(step)).to_dict("records"),
        "events": {event: _event(event, scores, fair[fair["event"] == event], facts, seen) for event in events},
    }
    if kinds:
        found["kinds"] = _kinds(matrix, kept, events, scores, step)
    return found


def _fairness(
    workspace: Store, matrix: SteeringMatrix, kept: Kept, event: str, seed: int, plan: NullPlan, report: Report
) -> pd.DataFrame:
    """See `fairness`, on the stars of a seed."""

    def make() -> pd.DataFrame:
        step = Step(report, f"seed {seed + 1}, fairness of {event}")
        step.stage("null light curves")
        features = matrix.plan.feature_set
        ids = ids_in_group(workspace.targets.groups(), matrix.plan.group)
        stars = workspace.targets.stars()
        chosen = plan.choose(workspace.labels.uneventful(ids, ORDINARY), stars)
        nulls = null_features(workspace, chosen, features, step)
        training = matrix.split(seed).training
        still = {star_of(one) for one in workspace.labels.uneventful(training, matrix.plan.quiet_labels)}
        step.stage("growing trees")
        return fairness(
            matrix.training_rows(event, seed, step),
            matrix.plan.forest,
            seed,
            quiet_stars=still,
            nulls=nulls,
            null_stars=stars[nulls.target_ids].to_numpy(str),
            report=step,
        )

    table = kept.table(["fairness 4", matrix.fingerprint(seed), event, plan.model_dump()], make)
    return table.assign(event=event, seed=seed)


def _numbers(workspace: Store, matrix: SteeringMatrix, ids: Sequence[str], fair: pd.DataFrame) -> dict[str, Any]:
    plan = matrix.plan
    splits = [matrix.split(seed) for seed in range(plan.seeds)]
    targets = workspace.targets.frame().set_index("target_id").loc[list(ids)]
    nulls = fair[fair["of"] == "nulls"]
    return {
        "light_curves": len(ids),
        "stars": len({star_of(one) for one in ids}),
        "group": str(workspace.targets.groups()[ids[0]]),
        "seeds": plan.seeds,
        "curves": plan.curves,
        "measured": plan.measured,
        "halves": plan.halves,
        "simulated": bool(targets["simulated"].any()),
        "training_stars": _mean(len({star_of(one) for one in split.training}) for split in splits),
        "measured_stars": _mean(len({star_of(one) for one in split.measured}) for split in splits),
        "least_measured_stars": min(len({star_of(one) for one in split.measured}) for split in splits),
        "tmag": [float(targets["tmag"].min()), float(targets["tmag"].max())],
        "eventful": len(ids) - len(workspace.labels.uneventful(ids, plan.quiet_labels)),
        "null_stars": int(nulls["star"].nunique()),
        "nulls": int(len(nulls) / max(1, nulls.groupby(["event", "seed"]).ngroups)),
        "features": feature_set(plan.feature_set).size,
    }


def _mean(counts: Any) -> float:
    return float(np.mean(list(counts)))


def _own(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["contrast"] == table["event"].str.removesuffix(OTHER_GENERATOR)]


def _draws(scores: pd.DataFrame, event: str, contrast: str, least: float) -> list[Draw]:
    mine = scores[scores["contrast"] == contrast]
    draws = []
    for _, part in mine.groupby("seed"):
        up = part[part["event"] == event]
        up = up[up["signal_to_noise"] >= least] if least > 0 else up
        still = part[part["event"] == UNTOUCHED]
        both = pd.concat([up, still])
        hit = np.repeat([True, False], [len(up), len(still)])
        draws.append((both["score"].to_numpy(float), hit, both["star"].to_numpy(str)))
    return draws


def _event(
    event: str, scores: pd.DataFrame, fair: pd.DataFrame, facts: pd.DataFrame, seen: Mapping[str, str]
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    mine = scores[scores["contrast"] == event]
    for name, generator in (("", event), (" (other)", event + OTHER_GENERATOR)):
        if not (mine["event"] == generator).any():
            continue
        above = mine[(mine["event"] == generator) & (mine["signal_to_noise"] >= DETECTED)]
        share = (mine.loc[mine["event"] == generator, "signal_to_noise"] >= DETECTED).mean()
        found[f"null recall{name}"] = _null_recall(above, mine, fair) | {"detected": float(share)}
    if (mine["event"] == event + OTHER_GENERATOR).any():
        for name, least in (("lost", DETECTED), ("lost, all", 0.0)):
            draws = (_draws(scores, event + end, event, least) for end in ("", OTHER_GENERATOR))
            found[name] = _interval(mean_auc_difference(*draws))
    halves = [
        part for _, part in fair[fair["of"].str.startswith(HALF)].groupby(["seed", "of"]) if part["hit"].nunique() == 2
    ]
    if halves:
        found["host"] = _interval(
            mean_auc(
                [
                    (part["score"].to_numpy(float), part["hit"].to_numpy(bool), part["star"].to_numpy(str))
                    for part in halves
                ]
            )
        )
        found["host"]["stars"] = int(pd.concat(halves)["star"].nunique())
    new = fair[fair["of"] == "new files"]
    far = (new["score"] > FAR).to_numpy()
    found["new files"] = {
        "mean": float(new["score"].mean()),
        "far": float(far.mean()),
        "stars": len(new),
        "far_high": clustered_interval(far, new["star"].to_numpy())[1],
    }
    found["ceiling"] = _ceiling(event, mine, facts)
    if found["ceiling"]:
        costly = [one["star"] for one in found["ceiling"]["costly"]]
        there = {star: text for star, text in seen.items() if (mine["star"] == star).any()}
        found["ceiling"]["without costly"] = _without(event, mine, fair, costly)
        found["ceiling"]["above cut"] = _above_cut(fair)
        if there:
            found["ceiling"]["without seen"] = {"stars": there} | _without(event, mine, fair, there)
    return found


def _interval(found: tuple[float, float, float]) -> dict[str, float]:
    return dict(zip(("value", "low", "high"), found, strict=True))


def _null_recall(above: pd.DataFrame, mine: pd.DataFrame, fair: pd.DataFrame) -> dict[str, Any]:
    """Recall above the cut that 1 % of the null light curves reach; and how many untouched light curves do."""
    nulls = fair[fair["of"] == "nulls"]
    if nulls["star"].nunique() < LEAST_NULLS or above.empty:
        return {"value": None}
    cuts = _cuts(nulls)
    hits = (above["score"] > above["seed"].map(cuts)).to_numpy()
    plain = mine[mine["event"] == UNTOUCHED]
    false = (plain["score"] > plain["seed"].map(cuts)).to_numpy()
    ends = clustered_interval(hits, above["star"].to_numpy())
    return _interval((float(hits.mean()), *ends)) | {"untouched": float(false.mean())}


def _cuts(nulls: pd.DataFrame) -> dict[int, float]:
    """The score that 1 % of the null light curves are above, by seed."""
    return {seed: null_cut(part["score"], 0.01, null_stars=part["star"]) for seed, part in nulls.groupby("seed")}


def _above_cut(fair: pd.DataFrame) -> list[dict[str, Any]]:
    """The stars whose null light curves set the cut: their shares of those that reach it."""
    nulls = fair[fair["of"] == "nulls"]
    if nulls["star"].nunique() < LEAST_NULLS:
        return []
    reach = nulls[nulls["score"] >= nulls["seed"].map(_cuts(nulls))]
    shares = reach["star"].value_counts(normalize=True).head(COSTLY)
    return [{"star": str(star), "share": float(share)} for star, share in shares.items()]


def _without(event: str, mine: pd.DataFrame, fair: pd.DataFrame, stars: Collection[str]) -> dict[str, float]:
    """The figures of an event when some of the stars are neither measured nor made nulls of."""
    mine, fair = mine[~mine["star"].isin(list(stars))], fair[~fair["star"].isin(list(stars))]
    draws = _draws(mine, event, event, DETECTED)
    found = {"auc": mean_auc(draws)[0]}
    others = _draws(mine, event + OTHER_GENERATOR, event, DETECTED)
    if all(hit.any() for _, hit, _ in others):
        found["lost"] = mean_auc_difference(draws, others)[0]
    above = mine[(mine["event"] == event) & (mine["signal_to_noise"] >= DETECTED)]
    recall = _null_recall(above, mine, fair)["value"]
    return found | ({} if recall is None else {"recall": recall})


def _ceiling(event: str, mine: pd.DataFrame, facts: pd.DataFrame) -> dict[str, Any]:
    """Where the ROC-AUC of detectable events loses what it lacks."""
    up = mine[(mine["event"] == event) & (mine["signal_to_noise"] >= DETECTED)].reset_index(drop=True)
    still = mine[mine["event"] == UNTOUCHED].reset_index(drop=True)
    if up.empty:
        return {}
    lost, taken = losses(up, still)
    parts = {"signal-to-noise": loss_by_part(lost, up["signal_to_noise"], STRENGTHS)}
    for title, column in (("noise of a sample, ppm", "noise_ppm"), ("Tmag", "tmag"), ("variability", "variability")):
        if column in facts:
            values = up["target_id"].map(facts[column]).astype(float)
            edges = np.unique(values.quantile(list(THIRDS)))
            if edges.size > 2:
                parts[title] = loss_by_part(lost, values, edges.tolist())
    by_star = loss_by_star(taken, still["star"]).head(COSTLY)
    return {
        "lost": float(lost.mean()),
        "parts": {title: part.to_dict("records") for title, part in parts.items()},
        "untouched_stars": int(still["star"].nunique()),
        "costly": [{"star": str(star), "loss": float(share)} for star, share in by_star.items()],
    }


def _kinds(
    matrix: SteeringMatrix, kept: Kept, events: list[str], scores: pd.DataFrame, report: Report
) -> dict[str, Any]:
    tables = []
    for seed in range(matrix.plan.seeds):
        step = Step(report, f"seed {seed + 1}, kinds")
        make = partial(named, matrix, events, seed, step)
        tables.append(kept.table(["kinds 5", matrix.fingerprint(seed), events, FOREST.model_dump()], make))
    table = pd.concat(tables, ignore_index=True)
    areas = []
    for event in events:
        draws = []
        for _, part in table.groupby("seed"):
            up = part[(part["kind"] == KIND[event]) & (part["generator"] == "own")]
            still = part[(part["generator"] == "untouched") & (part["called"] == KIND[event])]
            both = pd.concat([up, still])
            hit = np.repeat([True, False], [len(up), len(still)])
            draws.append((both["score"].to_numpy(float), hit, both["star"].to_numpy(str)))
        lost = mean_auc_difference(_draws(scores, event, event, 0.0), draws)
        areas.append({"kind": KIND[event], "event": event, "auc": mean_auc(draws)[0], **_interval(lost)})
    sure = table[table["generator"] != "untouched"]
    right = (sure["called"] == sure["kind"]).to_numpy(float)
    return {
        "classes": [NONE, *(KIND[event] for event in events)],
        "all": confusion(table),
        "detected": confusion(table, DETECTED),
        "areas": areas,
        "says": float(sure["chance"].mean()),
        "is": float(right.mean()),
    }
