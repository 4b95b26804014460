"""Areas under the ROC and the precision–recall curve, pooled and matched star by star, with intervals over stars."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.stats import rankdata

from clara_engine.evaluate.by_star import codes_of, effective_interval, star_variance

__all__ = ["auc_by_star", "auc_influence", "matched_auc", "matched_by_star", "precision_influence", "roc_auc"]

Float = NDArray[np.float64]
Mask = NDArray[np.bool_]
Interval = tuple[float, float, float]


def roc_auc(scores: Float, positive: Mask) -> float:
    """Area under the ROC curve, ties counted half; NaN without both classes.

    Parameters
    ----------
    scores : ndarray of float
        Higher is stranger, shape (n,).
    positive : Mask
        What is to be found, shape (n,).

    Examples
    --------
    >>> roc_auc(np.array([0.1, 0.4, 0.8]), np.array([False, False, True]))
    1.0
    """
    count = int(positive.sum())
    if count in (0, positive.size):
        return float("nan")
    return float((rankdata(scores)[positive].sum() - count * (count + 1) / 2) / (count * (positive.size - count)))


def auc_influence(scores: Float, positive: Mask) -> Float:
    """Derivative of the ROC-AUC by the weight of each row (DeLong's placements, centred), shape (n,).

    Parameters
    ----------
    scores : ndarray of float
        Higher is stranger, shape (n,).
    positive : Mask
        What is to be found, shape (n,).
    """
    wins = np.empty(scores.size)
    for mine in (True, False):
        here, others = positive == mine, np.sort(scores[positive != mine])
        below = (np.searchsorted(others, scores[here], "left") + np.searchsorted(others, scores[here], "right")) / 2
        share = below / others.size
        wins[here] = ((share if mine else 1 - share) - roc_auc(scores, positive)) / here.sum()
    return wins


def auc_by_star(scores: ArrayLike, positive: ArrayLike, stars: ArrayLike) -> Interval:
    """ROC-AUC with its 95 % interval over stars, any of which may have rows of both classes (Obuchowski 1997).

    Parameters
    ----------
    scores, positive, stars : array_like, shape (n,)
        Higher is stranger; what should be found; whose light curve it is.

    Returns
    -------
    value, low, high : float
    """
    values, mask, owner = np.asarray(scores, np.float64), np.asarray(positive, bool), np.asarray(stars)
    value = roc_auc(values, mask)
    if not np.isfinite(value):
        return value, 0.0, 1.0
    variance = star_variance(auc_influence(values, mask), owner)
    smaller = min(codes_of(owner[mask])[1], codes_of(owner[~mask])[1])
    return value, *effective_interval(value, variance, smaller, values.size)


def precision_influence(scores: Float, positive: Mask) -> Float:
    """Derivative of the average precision by the weight of each row, shape (n,); ties as in scikit-learn.

    Parameters
    ----------
    scores : ndarray of float
        Higher is stranger, shape (n,).
    positive : Mask
        What is to be found, shape (n,).
    """
    steps, place = np.unique(-scores, return_inverse=True)
    hits = np.cumsum(np.bincount(place, positive, minlength=steps.size))
    found = np.cumsum(np.bincount(place, minlength=steps.size))
    count, own = hits[-1], np.bincount(place, positive, minlength=steps.size)
    precision = hits / found
    value = float((own * precision).sum() / count)
    # One more row at a step changes the precision there and at every step below it.
    gain = np.cumsum((own * (found - hits) / found**2)[::-1])[::-1]
    loss = np.cumsum((own * hits / found**2)[::-1])[::-1]
    return np.asarray(np.where(positive, precision[place] - value + gain[place], -loss[place]) / count)


def matched_auc(injected: ArrayLike, hosts: ArrayLike, untouched: pd.Series) -> Interval:
    """Injected light curves against the same star untouched: the mean over stars of P(injected scores higher).

    What a pooled AUC also credits, that some stars score higher whatever happens to them, plays no part here. Ties
    count half; chance is .5.

    Parameters
    ----------
    injected : array_like, shape (n,)
        Scores.
    hosts : array_like, shape (n,)
        The star that each is put into.
    untouched : Series, by star
        Score of each star as it is; stars without one are left out.

    Returns
    -------
    value, low, high : float
        With its 95 % interval over stars; NaN without stars.
    """
    by_star = matched_by_star(injected, hosts, untouched).to_numpy()
    if not by_star.size:
        return float("nan"), float("nan"), float("nan")
    value, count = float(by_star.mean()), by_star.size
    variance = float(by_star.var(ddof=1) / count) if count > 1 else 0.0
    return value, *effective_interval(value, variance, count, float(np.size(injected)))


def matched_by_star(injected: ArrayLike, hosts: ArrayLike, untouched: pd.Series) -> pd.Series:
    """P(injected scores higher than the same star untouched) of each star, by star; see `matched_auc`.

    Parameters
    ----------
    injected : array_like
        Scores of injected light curves, shape (n,).
    hosts : array_like
        Light curve that each is put into, shape (n,).
    untouched : Series
        Scores of the light curves as they are, by the same names.
    """
    plain = pd.Series(np.asarray(hosts)).map(untouched).to_numpy(np.float64)
    values = np.asarray(injected, np.float64)
    known = np.isfinite(plain) & np.isfinite(values)
    won = (values > plain) + (values == plain) / 2
    return pd.Series(won[known]).groupby(np.asarray(hosts)[known]).mean()
