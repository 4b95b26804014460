"""Rates: how well scores find labelled targets, with intervals and chance levels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from clara_engine.errors import FeatureError
from clara_engine.evaluate.by_star import codes_of, effective_interval, star_variance, wilson_interval
from clara_engine.evaluate.roc import auc_by_star, precision_influence
from clara_engine.text import agreeing, counted

__all__ = ["Measures", "Rate", "clustered_interval", "measure", "recall_in_top", "wilson_interval"]

TOP = (0.01, 0.05, 0.10)


@dataclass(frozen=True, slots=True)
class Rate:
    """A number with its 95 % interval over stars and what chance would give."""

    value: float
    low: float
    high: float
    chance: float


@dataclass(frozen=True, slots=True)
class Measures:
    """Measures of a ranking for one label.

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


def clustered_interval(found: ArrayLike, clusters: ArrayLike) -> tuple[float, float]:
    """95 % interval of a proportion whose trials come in clusters, such as events put into the same star.

    See `clara_engine.evaluate.by_star.effective_interval`; there are never more effective trials than trials.

    Parameters
    ----------
    found : array_like of bool, shape (n,)
        Or the chance of each to be found, 0 to 1.
    clusters : array_like, shape (n,)
        Which cluster each trial belongs to.
    """
    ends = np.asarray(found, np.float64)
    if ends.size == 0:
        return 0.0, 1.0
    share, stars = float(ends.mean()), codes_of(clusters)[1]
    return effective_interval(share, star_variance((ends - share) / ends.size, clusters), stars, ends.size)


def shares_in_top(scores: NDArray[np.float64], share: float) -> NDArray[np.float64]:
    """Chance of each target to be among the highest-scored `share` when ties are broken at random."""
    return shares_in_first(scores, max(1, round(share * scores.size)))


def shares_in_first(scores: NDArray[np.float64], places: int) -> NDArray[np.float64]:
    """Chance of each target to be among the first `places` when ties are broken at random."""
    if not places:
        return np.zeros(scores.size)
    cut = np.partition(scores, -places)[-places]
    above, tied = scores > cut, scores == cut
    return np.asarray(above + tied * (places - above.sum()) / tied.sum())


def recall_in_top(scores: NDArray[np.float64], positive: NDArray[np.bool_], share: float) -> float:
    """Expected recall among the highest-scored `share` of targets when ties are broken at random.

    Parameters
    ----------
    scores : ndarray of float
        Higher is stranger, shape (n,).
    positive : ndarray of bool
        What is to be found, shape (n,).
    share : float
        Of the targets, 0 to 1; by chance it is the recall.

    Examples
    --------
    >>> recall_in_top(np.array([0.9, 0.8, 0.1, 0.2]), np.array([True, False, True, False]), 0.25)
    0.5
    """
    return float(shares_in_top(scores, share)[positive].mean())


def measure(
    scores: ArrayLike, positive: ArrayLike, *, threshold: float = 0.0, stars: ArrayLike | None = None
) -> Measures:
    """Measure a ranking against one label.

    Parameters
    ----------
    scores : array-like, shape (n,)
        Higher is stranger.
    positive : array-like of bool, shape (n,)
        Which targets carry the label.
    threshold : float
        A target is flagged when its score exceeds this (0 in the paper).
    stars : array-like, shape (n,), optional
        Whose light curve each target is: intervals are over stars. Without it each target is a star.

    Raises
    ------
    FeatureError
        When no target, or every target, carries the label, or a score is not finite.
    """
    from sklearn.metrics import average_precision_score

    scores = np.asarray(scores, np.float64)
    positive = np.asarray(positive, bool)
    count, total = int(positive.sum()), positive.size
    if count in (0, total):
        raise FeatureError(
            f"{count} of {counted(total, 'target')} {agreeing(count, 'carry')} the label: measures need some that "
            "do and some that don't"
        )
    if not np.isfinite(scores).all():
        raise FeatureError("scores contain NaN or infinity: leave those targets out before measuring")
    owner = np.arange(total) if stars is None else codes_of(stars)[0]
    flagged = scores > threshold
    hits, false = int((flagged & positive).sum()), int((flagged & ~positive).sum())
    rate = flagged.mean()
    low, high = clustered_interval(flagged[positive], owner[positive])

    def lift(recall: float) -> float:
        share = (recall * count + false) / total
        return recall / share if share else 1.0

    top = {}
    for share in TOP:
        found = shares_in_top(scores, share)[positive]
        ends = clustered_interval(found, owner[positive])
        top[share] = Rate(float(found.mean()), *ends, chance=max(1, round(share * total)) / total)
    precision = float(average_precision_score(positive, scores))
    variance = star_variance(precision_influence(scores, positive), owner)
    carriers = codes_of(owner[positive])[1]
    return Measures(
        positives=count,
        targets=total,
        anomaly_rate=float(rate),
        recall=Rate(hits / count, low, high, chance=float(rate)),
        lift=Rate(lift(hits / count), lift(low), lift(high), chance=1.0),
        recall_top=top,
        roc_auc=Rate(*auc_by_star(scores, positive, owner), chance=0.5),
        average_precision=Rate(
            precision, *effective_interval(precision, variance, carriers, total), chance=count / total
        ),
    )
