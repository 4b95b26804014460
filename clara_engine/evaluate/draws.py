"""Measures of several draws of stars: their mean, with its interval over stars, which may be in several draws."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import stdtrit

from clara_engine.evaluate.by_star import effective_interval
from clara_engine.evaluate.roc import auc_influence, roc_auc

__all__ = ["Draw", "mean_auc", "mean_auc_difference"]

Float = NDArray[np.float64]
Interval = tuple[float, float, float]
#: Scores, which of them should be high, and whose they are.
Draw = tuple[Float, NDArray[np.bool_], NDArray[np.str_]]


def mean_auc(draws: Sequence[Draw]) -> Interval:
    """ROC-AUC, the mean over draws, and its 95 % interval over stars."""
    value, pull = _mean(draws)
    smaller = min(len({star for _, hit, stars in draws for star in stars[hit == side]}) for side in (True, False))
    return value, *effective_interval(value, _variance(pull), smaller, float(sum(len(draw[0]) for draw in draws)))


def mean_auc_difference(first: Sequence[Draw], second: Sequence[Draw]) -> Interval:
    """ROC-AUC of the first less that of the second, means over draws, and its 95 % interval over the same stars.

    Parameters
    ----------
    first, second : sequence of Draw
        One entry a draw of stars, in the same order.

    Returns
    -------
    difference, low, high
    """
    (one, pull), (other, against) = _mean(first), _mean(second)
    apart = pull.sub(against, fill_value=0.0)
    half = float(stdtrit(max(1, len(apart) - 1), 0.975)) * float(np.sqrt(_variance(apart)))
    return one - other, one - other - half, one - other + half


def _mean(draws: Sequence[Draw]) -> tuple[float, pd.Series]:
    """The mean area, and by star the derivative of it by the star's weight."""
    areas = [roc_auc(scores, hit) for scores, hit, _ in draws]
    pulls = [pd.Series(auc_influence(scores, hit), stars) / len(draws) for scores, hit, stars in draws]
    return float(np.mean(areas)), pd.concat(pulls).groupby(level=0).sum()


def _variance(pull: pd.Series) -> float:
    count = len(pull)
    return float(count / (count - 1) * (pull**2).sum()) if count > 1 else 0.0
