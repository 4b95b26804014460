"""How well scores find the targets that carry a label, beside what chance would do."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaincinv, expit, ndtri, stdtrit
from scipy.stats import rankdata
from sklearn.metrics import average_precision_score

from clara_engine.errors import FeatureError

__all__ = ["Measures", "Rate", "auc_interval", "clustered_interval", "measure", "wilson_interval"]

TOP = (0.01, 0.05, 0.10)


@dataclass(frozen=True, slots=True)
class Rate:
    """A number with its 95 % interval and what chance would give."""

    value: float
    low: float
    high: float
    chance: float


@dataclass(frozen=True, slots=True)
class Measures:
    """What a ranking does for one label.

    Attributes
    ----------
    positives, targets : int
        Labelled targets, and all targets.
    anomaly_rate : float
        Share of all targets that is flagged (anomaly score > `threshold`).
    recall : Rate
        Share of the labelled targets that is flagged; chance is the anomaly rate.
    lift : Rate
        Recall over anomaly rate; chance is 1.
    recall_top : dict of float to Rate
        Recall among the highest-scored 1, 5 and 10 % of all targets; ties count by their share.
    roc_auc, average_precision : Rate
        Chance is 0.5, and the share of labelled targets.
    """

    positives: int
    targets: int
    anomaly_rate: float
    recall: Rate
    lift: Rate
    recall_top: dict[float, Rate]
    roc_auc: Rate
    average_precision: Rate


def wilson_interval(successes: float, trials: float) -> tuple[float, float]:
    """95 % score interval of a proportion (Wilson 1927)."""
    if trials == 0:
        return 0.0, 1.0
    z = float(ndtri(0.975))
    share = successes / trials
    centre = (share + z**2 / (2 * trials)) / (1 + z**2 / trials)
    half = z / (1 + z**2 / trials) * np.sqrt(share * (1 - share) / trials + z**2 / (4 * trials**2))
    return max(0.0, float(centre - half)), min(1.0, float(centre + half))


def clustered_interval(found: ArrayLike, clusters: ArrayLike) -> tuple[float, float]:
    """95 % interval of a proportion whose trials come in clusters, such as events put into the same star.

    Wilson's interval of the effective number of trials (Korn & Graubard 1998): the number over the design effect, which
    is never taken below 1, with the t quantile of as many clusters. Where all trials end alike the design effect can't
    be known, and each cluster counts as one trial.

    Parameters
    ----------
    found : array_like of bool, shape (n,)
    clusters : array_like, shape (n,)
        Which cluster each trial belongs to.
    """
    ends = np.asarray(found, np.float64)
    if ends.size == 0:
        return 0.0, 1.0
    _, member = np.unique(np.asarray(clusters), return_inverse=True)
    sizes, share = np.bincount(member), float(ends.mean())
    count = sizes.size
    if count == 1 or share in (0.0, 1.0):
        effective = float(count)
    else:
        excess = np.bincount(member, ends) - share * sizes
        variance = count / (count - 1) * float((excess**2).sum()) / ends.size**2
        design_effect = max(1.0, variance * ends.size / (share * (1 - share)))
        quantiles = float(ndtri(0.975)) / float(stdtrit(count - 1, 0.975))
        effective = min(float(ends.size), ends.size / design_effect) * quantiles**2
    return wilson_interval(share * effective, effective)


def auc_interval(auc: float, positives: int, negatives: int) -> tuple[float, float]:
    """95 % interval of a ROC-AUC (Hanley & McNeil 1982).

    Their variance is zero at an AUC of exactly 0 or 1; there the exact bound of as many trials as positives stands in.
    """
    q1, q2 = auc / (2 - auc), 2 * auc**2 / (1 + auc)
    variance = auc * (1 - auc) + (positives - 1) * (q1 - auc**2) + (negatives - 1) * (q2 - auc**2)
    half = float(ndtri(0.975)) * np.sqrt(max(variance, 0.0) / (positives * negatives))
    if half == 0:
        edge = float(betaincinv(positives, 1, 0.05))
        return (edge, 1.0) if auc == 1 else (0.0, 1 - edge)
    return max(0.0, auc - half), min(1.0, auc + half)


def precision_interval(precision: float, positives: int) -> tuple[float, float]:
    """95 % logit interval of an average precision (Boyd, Eng & Page 2013)."""
    if precision >= 1:
        return float(betaincinv(positives, 1, 0.05)), 1.0
    centre = np.log(precision / (1 - precision))
    half = float(ndtri(0.975)) / np.sqrt(positives * precision * (1 - precision))
    return float(expit(centre - half)), float(expit(centre + half))


def recall_in_top(scores: NDArray[np.float64], positive: NDArray[np.bool_], share: float) -> float:
    """Expected recall among the highest-scored `share` of targets when ties are broken at random."""
    places = max(1, round(share * scores.size))
    cut = np.partition(scores, -places)[-places]
    above, tied = scores > cut, scores == cut
    of_tied = (places - above.sum()) / tied.sum()
    return float(((positive & above).sum() + of_tied * (positive & tied).sum()) / positive.sum())


def measure(scores: ArrayLike, positive: ArrayLike, *, threshold: float = 0.0) -> Measures:
    """Measure a ranking against one label.

    Parameters
    ----------
    scores : array-like, shape (n,)
        Higher is stranger.
    positive : array-like of bool, shape (n,)
        Which targets carry the label.
    threshold : float
        A target is flagged when its score exceeds this (0 in the paper).

    Raises
    ------
    FeatureError
        When no target, or every target, carries the label, or a score is not finite.
    """
    scores = np.asarray(scores, np.float64)
    positive = np.asarray(positive, bool)
    count, total = int(positive.sum()), positive.size
    if count in (0, total):
        raise FeatureError(
            f"{count} of {total} targets carry the label: measures need some that do and some that don't"
        )
    if not np.isfinite(scores).all():
        raise FeatureError("scores contain NaN or infinity: leave those targets out before measuring")
    flagged = scores > threshold
    hits, false = int((flagged & positive).sum()), int((flagged & ~positive).sum())
    rate = flagged.mean()
    low, high = wilson_interval(hits, count)

    def lift(recall: float) -> float:
        share = (recall * count + false) / total
        return recall / share if share else 1.0

    top = {}
    for share in TOP:
        recall = recall_in_top(scores, positive, share)
        top[share] = Rate(recall, *wilson_interval(recall * count, count), chance=max(1, round(share * total)) / total)
    ranks = rankdata(scores)
    auc = float((ranks[positive].sum() - count * (count + 1) / 2) / (count * (total - count)))
    precision = float(average_precision_score(positive, scores))
    return Measures(
        positives=count,
        targets=total,
        anomaly_rate=float(rate),
        recall=Rate(hits / count, low, high, chance=float(rate)),
        lift=Rate(lift(hits / count), lift(low), lift(high), chance=1.0),
        recall_top=top,
        roc_auc=Rate(auc, *auc_interval(auc, count, total - count), chance=0.5),
        average_precision=Rate(precision, *precision_interval(precision, count), chance=count / total),
    )
