"""What may be claimed of the stars of a run: p-values, discovery lines, one rank a star."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clara_engine.evaluate.conformal import conformal_p_by_class, smallest_p, thirds
from clara_engine.evaluate.corrections import benjamini_hochberg
from clara_engine.evaluate.discoveries import lines
from clara_engine.evaluate.one_a_star import one_a_star
from clara_engine.features import feature_set as feature_set_of
from clara_engine.progress import Report, quiet
from clara_engine.store.labels import QUIET
from clara_engine.store.versions import Topic
from clara_engine.studies.kept_with_run import CLAIM_COLUMNS, Claims, keep_claims, kept_claims
from clara_engine.studies.nulls import NullPlan, null_features

if TYPE_CHECKING:
    from clara_engine.forest import UnsupervisedForest
    from clara_engine.store.runs import Run
    from clara_engine.store.store import Store

__all__ = ["CLAIM_COLUMNS", "Claims", "claims_of", "keep_claims", "kept_claims", "make_claims"]

#: Labels of stars without events: null light curves are made from these stars, and from stars without a label.
ORDINARY = (*QUIET, "rotator")
#: Feature sets of the published method, whose contrast set is white noise: null light curves have no meaning there.
PAPER_FEATURES = "flux_power"
LEAST_STARS = 20
#: Stars that vary alike are compared with each other: by thirds of this feature, where each holds so many with nulls.
PERIODIC, LEAST_ALIKE = "power at the best frequency", 150
NULLS, QUIET_STARS, NONE = "null light curves", "stars labelled quiet", "none"


def claims_of(
    workspace: Store,
    forest: UnsupervisedForest,
    scores: pd.DataFrame,
    feature_set: str,
    *,
    plan: NullPlan | None = None,
    make: bool = True,
    report: Report = quiet,
) -> tuple[pd.DataFrame, Claims]:
    """Give scores their p-values, and each star one p-value and one rank.

    Parameters
    ----------
    workspace : Store
    forest : UnsupervisedForest
    scores : DataFrame
        Columns target_id, anomaly_score and set_aside, as `clara_engine.store.runs.Run.scores`, of one group of
        light curves. What was set aside has no p-value.
    feature_set : str
        Its name.
    plan : NullPlan, optional
        Of the null light curves.
    make : bool
        Whether to make null light curves that are missing.
    report : Report
        Learns the stage and how far it is; what it raises stops the work.

    Returns
    -------
    DataFrame, Claims
        `scores` with `CLAIM_COLUMNS`; star_q_value is the least level of a line that the star is above.

    Raises
    ------
    NotMade
        When null light curves are missing and are not to be made.
    """
    ids = scores["target_id"].tolist()
    stars = workspace.targets.stars().reindex(ids)
    values = scores["anomaly_score"].where(~scores["set_aside"].astype(bool)).to_numpy(np.float64)
    nulls = _compared_with(workspace, forest, scores, feature_set, stars, plan or NullPlan(), make, report)
    p: NDArray[np.float64] = np.full(len(ids), np.nan)
    if nulls.source != NONE:
        classes, null_classes = _classes(workspace, ids, values, feature_set, nulls)
        p = conformal_p_by_class(values, nulls.scores, classes, null_classes, null_stars=nulls.stars)
    each = one_a_star(stars.to_numpy(), scores["anomaly_score"].to_numpy(np.float64), p)
    first = each["star_best"].to_numpy()
    q = pd.Series(benjamini_hochberg(each.loc[first, "star_p_value"]), each.loc[first, "star"])
    each = each.assign(star_q_value=each["star"].map(q), p_value=p).set_axis(scores.index)
    table = pd.concat([scores.drop(columns=CLAIM_COLUMNS, errors="ignore"), each[CLAIM_COLUMNS]], axis=1)
    if nulls.source == NONE:
        return table, Claims(NONE, nulls.reason, stars=int(first.sum()))
    least = min(smallest_p(nulls.stars[null_classes == each]) for each in np.unique(null_classes))
    tested = each.loc[first, "star_p_value"]
    return table, Claims(
        nulls.source,
        nulls.reason,
        nulls=len(nulls.scores),
        null_stars=int(np.unique(nulls.stars).size),
        smallest_p=least,
        classes=int(np.unique(null_classes).size),
        stars=int(tested.notna().sum()),
        lines=[asdict(line) for line in lines(tested, least)],
    )


def make_claims(workspace: Store, run: Run, plan: NullPlan | None = None, report: Report = quiet) -> Claims:
    """Make the p-values of a run anew, with other nulls perhaps, and keep them with it.

    Parameters
    ----------
    workspace : Store
    run : Run
    plan : NullPlan, optional
        Of the null light curves.
    report : Report
        Learns the stage and how far it is; what it raises stops the work.
    """
    table, found = claims_of(workspace, run.forest(), run.scores(), run.spec.feature_set, plan=plan, report=report)
    keep_claims(run.folder, table, found, workspace.changing(Topic.CLAIMS))
    return found


@dataclass(frozen=True, slots=True, eq=False)
class _Compared:
    """Scores that a quiet star might have, the stars they are of, and where they come from.

    `reason` is what to say of it; `rows`, the features of the nulls where they are light curves of their own.
    """

    source: str
    reason: str = ""
    scores: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    stars: NDArray[np.str_] = field(default_factory=lambda: np.empty(0, np.str_))
    rows: NDArray[np.float32] | None = None


def _classes(
    workspace: Store, ids: list[str], values: NDArray[np.float64], name: str, nulls: _Compared
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Which light curves and which nulls are as periodic, by thirds of the nulls; all in one class where that is open.

    Spots that come and go are less tame than a null of them is, but much like the nulls of other rotating stars.
    """
    labels = feature_set_of(name).labels
    classes, one = np.zeros(len(ids), np.intp), np.zeros(nulls.scores.size, np.intp)
    tested = np.flatnonzero(np.isfinite(values))
    if nulls.rows is None or PERIODIC not in labels or not tested.size:
        return classes, one
    column = labels.index(PERIODIC)
    blocks = workspace.features.rows(name).blocks([ids[place] for place in tested])
    own = np.concatenate([block[:, column] for block in blocks])
    classes[tested], null_classes = thirds(own, nulls.rows[:, column], null_stars=nulls.stars, least=LEAST_ALIKE)
    return classes, null_classes


def _compared_with(
    workspace: Store,
    forest: UnsupervisedForest,
    scores: pd.DataFrame,
    feature_set: str,
    stars: pd.Series,
    plan: NullPlan,
    make: bool,
    report: Report,
) -> _Compared:
    fair = scores.loc[~scores["set_aside"].astype(bool) & scores["anomaly_score"].notna(), "target_id"].tolist()
    if feature_set == PAPER_FEATURES:
        return _among_quiet_stars(workspace, scores, fair, stars)
    if scores["trained"].any() and not forest.stars_.size:
        return _Compared(
            NONE, "no p-values: no tree is known to be without a star that trained it; train again, with bootstrap"
        )
    chosen = plan.choose(workspace.labels.uneventful(fair, ORDINARY), stars)
    if len({target_id for target_id, _ in chosen}) < LEAST_STARS:
        reason = f"no p-values: they need {LEAST_STARS} stars without a label to make null light curves of"
        return _Compared(NONE, reason)
    made = null_features(workspace, chosen, feature_set, report, make=make)
    owners = stars.reindex(made.target_ids).to_numpy(np.str_)
    found = forest.scores(made.rows, stars=owners).anomaly
    known = np.isfinite(found)
    if np.unique(owners[known]).size < LEAST_STARS:
        return _Compared(NONE, f"no p-values: fewer than {LEAST_STARS} null light curves could be made and scored")
    return _Compared(NULLS, "", found[known], owners[known], made.rows[known])


def _among_quiet_stars(workspace: Store, scores: pd.DataFrame, fair: list[str], stars: pd.Series) -> _Compared:
    labels = workspace.labels.frame(guessed=False)
    said = set(labels.loc[labels["value"].isin(QUIET), "target_id"])
    still = [target_id for target_id in workspace.labels.uneventful(fair) if target_id in said]
    owners = stars.reindex(still).to_numpy(np.str_)
    if np.unique(owners).size < LEAST_STARS:
        reason = "no p-values: the published features have no null light curves, and few stars are labelled quiet"
        return _Compared(NONE, reason)
    values = scores.set_index("target_id").loc[still, "anomaly_score"].to_numpy(np.float64)
    reason = "Ranked among the stars labelled quiet: published features have no null ones."
    return _Compared(QUIET_STARS, reason, values, owners)
