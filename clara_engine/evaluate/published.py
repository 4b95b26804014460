"""The publication's own measures of a ranking, and its test sets (Dasgupta 2025)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from clara_engine.errors import FeatureError
from clara_engine.evaluate.rates import shares_in_first
from clara_engine.text import counted

__all__ = ["TEST_SET_SIZE", "PublishedMeasures", "min_max", "published_measures", "representative_sets"]

Float = NDArray[np.float64]

PERCENTS: Final = np.arange(5, 101, 5)
TOP_PERCENT = 20
MOST_IMPORTANT_PERCENT = 10
#: Light curves in a published test set.
TEST_SET_SIZE = 4000
#: That was a quarter of a sector. Where there are fewer than three times as many, a quarter is taken.
TEST_SET_SHARE = 0.25
FEWEST = 3 * TEST_SET_SIZE


@dataclass(frozen=True, slots=True)
class PublishedMeasures:
    """What the publication measured of a ranking.

    Attributes
    ----------
    recall, anomaly_rate : float
        Share of the TOIs, and of all, with a score above 0.
    recall_auc : float
        Trapezoid of the share of TOIs in the top 5, 10 … 100 %; chance is .49875.
    importance_auc : float
        Trapezoid of the mean importance of the TOIs in the top 5, 10 … 100 %; by chance .95 of their mean importance.
    importance_top_20 : float
        Of those with a score above 0 alone: mean importance of the TOIs in their top 20 %. 0 where there is none.
    t10_low, t10 : float
        Of those with a score above 0 alone: the highest and the lowest place, 0 strangest to 1, of the 10 % most
        important TOIs. 1 where none of known importance is flagged.
    """

    recall: float
    anomaly_rate: float
    recall_auc: float
    importance_auc: float
    importance_top_20: float
    t10_low: float
    t10: float


def published_measures(
    scores: ArrayLike, positive: ArrayLike, product: ArrayLike | None = None, *, threshold: float = 0.0
) -> PublishedMeasures:
    """Measure a ranking as published, but for ties.

    The publication leaves the order of equal scores to the sort. Here each of them counts by its chance to be within
    the top, so that the same scores always give the same numbers, and no order of files helps a model.

    Parameters
    ----------
    scores : array_like, shape (n,)
        Higher is stranger.
    positive : array_like of bool, shape (n,)
        Which targets are TOIs.
    product : array_like, shape (n,), optional
        Signal-to-noise × depth × duration of the TOIs, min–max normalised here over the TOIs that are given. NaN where
        unknown: it is left out of the means. Without it all count as 1.
    threshold : float
        A target is flagged above this score.

    Raises
    ------
    FeatureError
        When no target is a TOI, or scores are not finite.
    """
    scores, positive = np.asarray(scores, np.float64), np.asarray(positive, bool)
    if not positive.any():
        raise FeatureError("no target carries the label that is measured against: choose another label")
    if not np.isfinite(scores).all():
        raise FeatureError("scores contain NaN or infinity: leave those targets out before measuring")
    if product is None:
        weight = np.where(positive, 1.0, np.nan)
    else:
        weight = min_max(np.where(positive, np.asarray(product, np.float64), np.nan))
    found, mean = [], []
    for percent in PERCENTS:
        inside = shares_in_first(scores, scores.size * int(percent) // 100)
        found.append(float(inside[positive].mean()))
        mean.append(_mean(weight, inside))
    flagged = scores > threshold
    among, importance = scores[flagged], weight[flagged]
    top = _mean(importance, shares_in_first(among, among.size * TOP_PERCENT // 100))
    places = _places_of_most_important(among, importance)
    return PublishedMeasures(
        recall=float(flagged[positive].mean()),
        anomaly_rate=float(flagged.mean()),
        recall_auc=float(np.trapezoid(found, PERCENTS / 100)),
        importance_auc=float(np.trapezoid(mean, PERCENTS / 100)),
        importance_top_20=top,
        t10_low=float(places.min()),
        t10=float(places.max()),
    )


def min_max(values: Float) -> Float:
    """Values scaled to 0 … 1 over those that are finite, which are 0 where all are equal; NaN stays NaN.

    Examples
    --------
    >>> min_max(np.array([2.0, np.nan, 4.0, 3.0]))
    array([0. , nan, 1. , 0.5])
    """
    finite = values[np.isfinite(values)]
    if not finite.size:
        return np.full(values.shape, np.nan)
    low, high = finite.min(), finite.max()
    return (values - low) / (high - low) if high > low else np.where(np.isfinite(values), 0.0, np.nan)


def representative_sets(
    positive: ArrayLike, count: int, *, seed: int = 42, size: int | None = None
) -> NDArray[np.intp]:
    """Test sets as published: drawn at random without replacement, with the share of TOIs that all targets have.

    Parameters
    ----------
    positive : array_like of bool, shape (n,)
        Which targets are TOIs.
    count : int
        How many sets; they overlap.
    seed : int
        Of the draws.
    size : int, optional
        Targets in a set. By default the published 4,000, which were a quarter of a sector, or a quarter of the targets
        where these are fewer than 12,000.

    Returns
    -------
    ndarray of intp, shape (count, size)
        Places of the targets, ascending.

    Raises
    ------
    FeatureError
        When a set would have no TOI, or nothing else.
    """
    mask = np.asarray(positive, bool)
    if size is None:
        size = TEST_SET_SIZE if mask.size >= FEWEST else round(TEST_SET_SHARE * mask.size)
    some, others = np.flatnonzero(mask), np.flatnonzero(~mask)
    wanted = round(size * some.size / max(mask.size, 1))
    if not 0 < wanted < size or size > mask.size:
        raise FeatureError(
            f"test sets of {size} of {counted(mask.size, 'target')} with the same share of labelled ones would hold "
            f"{wanted} of the {some.size} labelled: measure on all targets instead"
        )
    rng = np.random.default_rng(seed)
    drawn = [
        np.concatenate([rng.choice(some, wanted, replace=False), rng.choice(others, size - wanted, replace=False)])
        for _ in range(count)
    ]
    return np.sort(np.array(drawn, np.intp).reshape(count, size), axis=1)


def _mean(weight: Float, inside: Float) -> float:
    """Mean of the known weights, each counted by its share that is inside; 0 where none is."""
    known = np.isfinite(weight)
    total = inside[known].sum()
    return float((weight[known] * inside[known]).sum() / total) if total else 0.0


def _places_of_most_important(scores: Float, weight: Float) -> Float:
    """Places, 0 to 1, of the most important; equal scores share the mean of their places."""
    known = np.flatnonzero(np.isfinite(weight))
    if not known.size:
        return np.ones(1)
    count = max(1, known.size * MOST_IMPORTANT_PERCENT // 100)
    most = known[np.argsort(-weight[known], kind="stable")[:count]]
    above = (scores[None, :] > scores[most, None]).sum(axis=1)
    equal = (scores[None, :] == scores[most, None]).sum(axis=1)
    return np.asarray((above + (equal - 1) / 2) / scores.size)
