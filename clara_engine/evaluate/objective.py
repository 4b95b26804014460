"""The published objective by which one design is chosen among many, each of its terms kept (Dasgupta 2025)."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from clara_engine.errors import DesignError, FeatureError
from clara_engine.evaluate.published import min_max
from clara_engine.evaluate.rates import recall_in_top

__all__ = [
    "OBJECTIVES",
    "PUBLISHED",
    "RECALL_AUC_CHANCE",
    "Objective",
    "Terms",
    "importance",
    "ranked",
    "scaled_importance",
    "terms",
]

Float = NDArray[np.float64]
Objective = Literal["final", "auc", "published", "published_auc"]
#: Before the column of a measure that is taken as published (`clara_engine.evaluate.published`).
PUBLISHED: Final = "published_"

SHARES: Final = np.arange(1, 21) / 20
#: Recall AUC of a random ranking: the trapezoid of y = x from .05 to 1.
RECALL_AUC_CHANCE: Final = 0.49875
TOP_SHARE = 0.20
MOST_IMPORTANT = 0.10

#: Weights of the normalised terms in the parts that α and 1 − α weigh; a negative one stands for 1 − term.
OBJECTIVES: MappingProxyType[Objective, tuple[dict[str, float], dict[str, float]]] = MappingProxyType(
    {
        "final": (
            {"recall": 0.5, "anomaly_rate": -0.2, "excess": 0.3},
            {"importance_top_20": 0.5, "t10": -0.5},
        ),
        "auc": ({"recall_auc": 1.0}, {"importance_auc": 1.0}),
        "published": (
            {"recall": 0.5, "anomaly_rate": -0.2, "excess": 0.3},
            {f"{PUBLISHED}importance_top_20": 0.5, f"{PUBLISHED}t10": -0.5},
        ),
        "published_auc": ({f"{PUBLISHED}recall_auc": 1.0}, {f"{PUBLISHED}importance_auc": 1.0}),
    }
)


@dataclass(frozen=True, slots=True)
class Terms:
    """What the objectives are made of, for one ranking.

    Attributes
    ----------
    recall, anomaly_rate, excess : float
        Share of the labelled targets that is flagged, share of all that is, and their difference.
    recall_auc : float
        Area under recall in the top 5, 10 … 100 %; chance is `RECALL_AUC_CHANCE`.
    importance_auc : float
        The same area for the share of the summed importance.
    importance_top_20 : float
        Mean importance of the labelled targets in the top 20 %; 0 when there is none.
    t10 : float
        Place, 0 strangest to 1, above which the most important 10 % of the labelled targets all are.
    """

    recall: float
    anomaly_rate: float
    excess: float
    recall_auc: float
    importance_auc: float
    importance_top_20: float
    t10: float


def importance(snr: ArrayLike, depth_ppm: ArrayLike, duration_hours: ArrayLike) -> Float:
    """Importance of TOIs, 0 to 1: signal-to-noise × depth × duration, scaled over these TOIs; 0 where unknown.

    Parameters
    ----------
    snr, depth_ppm, duration_hours : array_like, shape (n,)
        1 for all where the catalogue has no such column.
    """
    product = np.asarray(snr, float) * np.asarray(depth_ppm, float) * np.asarray(duration_hours, float)
    return scaled_importance(product)


def scaled_importance(product: ArrayLike) -> Float:
    """Products of signal-to-noise, depth and duration scaled to 0 … 1 over these TOIs; 0 where unknown."""
    return np.nan_to_num(min_max(np.asarray(product, float)), nan=0.0)


def terms(scores: ArrayLike, positive: ArrayLike, weight: ArrayLike | None = None, *, threshold: float = 0.0) -> Terms:
    """Measure one ranking.

    Parameters
    ----------
    scores : array_like, shape (n,)
        Higher is stranger.
    positive : array_like of bool, shape (n,)
        Which targets carry the label, such as TOI.
    weight : array_like, shape (n,), optional
        Importance of each labelled target; without it every one counts alike.
    threshold : float
        A target is flagged above this score (0 in the paper).

    Raises
    ------
    FeatureError
        When no target carries the label.
    """
    scores, positive = np.asarray(scores, np.float64), np.asarray(positive, bool)
    if not positive.any():
        raise FeatureError("no target carries the label that the objective is measured on: choose another label")
    known = np.ones(scores.size) if weight is None else np.nan_to_num(np.asarray(weight, np.float64))
    known = np.where(positive, known, 0.0)
    if not known.any():
        known = positive.astype(float)
    flagged = scores > threshold
    recall, rate = float(flagged[positive].mean()), float(flagged.mean())
    found = [recall_in_top(scores, positive, share) for share in SHARES]
    weighed = [_weight_in_top(scores, known, share) for share in SHARES]
    top = positive & (scores >= _cut(scores, TOP_SHARE))
    most = np.argsort(-np.where(positive, known, -1.0), kind="stable")[: max(1, round(MOST_IMPORTANT * positive.sum()))]
    lowest = scores[most].min()
    return Terms(
        recall=recall,
        anomaly_rate=rate,
        excess=recall - rate,
        recall_auc=float(np.trapezoid(found, SHARES)),
        importance_auc=float(np.trapezoid(weighed, SHARES)),
        importance_top_20=float(known[top].mean()) if top.any() else 0.0,
        t10=float((scores > lowest).mean() + (scores == lowest).mean() / 2),
    )


def ranked(candidates: pd.DataFrame, alpha: float, kind: Objective = "final") -> pd.DataFrame:
    """Order candidates by an objective, best first.

    Parameters
    ----------
    candidates : DataFrame
        A row a candidate, with the columns of `Terms` that the objective needs.
    alpha : float
        0 to 1: weight of finding many; 1 − α weighs finding the important ones.
    kind : {"final", "auc", "published", "published_auc"}
        The objective that chose P3, P5 and P9, or α·RecallAUC + (1 − α)·ImportanceAUC; each with our measures, which
        are of all targets, or with the publication's own.

    Returns
    -------
    DataFrame
        The rows with ``objective`` and, for each term t, ``{t}_part``: what it adds, min–max normalised over the
        candidates (0 where all are equal) and weighed. The parts add up to the objective.
    """
    if not 0 <= alpha <= 1:
        raise DesignError(f"alpha = {alpha:g} is out of range: 0 to 1")
    parts: dict[str, Float] = {}
    for share, weights in zip((alpha, 1 - alpha), OBJECTIVES[kind], strict=True):
        for term, weight in weights.items():
            height = min_max(np.sign(weight) * candidates[term].to_numpy(float))
            parts[f"{term}_part"] = share * abs(weight) * np.nan_to_num(height)
    table = candidates.assign(**parts, objective=np.sum(list(parts.values()), axis=0))
    return table.sort_values("objective", ascending=False, kind="stable").reset_index(drop=True)


def _cut(scores: Float, share: float) -> float:
    places = max(1, round(share * scores.size))
    return float(np.partition(scores, -places)[-places])


def _weight_in_top(scores: Float, weight: Float, share: float) -> float:
    """Share of the summed weight in the highest-scored `share` of targets; ties count by their share."""
    places = max(1, round(share * scores.size))
    cut = _cut(scores, share)
    above, tied = scores > cut, scores == cut
    of_tied = (places - above.sum()) / tied.sum()
    return float((weight[above].sum() + of_tied * weight[tied].sum()) / weight.sum())
