"""Stability of ranks: how far they depend on the contrast set and training stars that were drawn."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from clara_engine.evaluate.by_star import wilson_interval

__all__ = ["TOP_SHARE", "stability"]

TOP_SHARE = 0.01


def stability(ranks: ArrayLike, top_share: float = TOP_SHARE) -> pd.DataFrame:
    """Ranks of stars over many forests, each trained on another contrast set and another part of the real stars.

    Parameters
    ----------
    ranks : array_like, shape (draws, stars)
        1 is strangest.
    top_share : float
        What counts as the top.

    Returns
    -------
    DataFrame
        A row a star: rank_median, rank_low, rank_high (which hold 95 % of the draws), top_chance (share of the draws
        that have the star in the top), top_low and top_high (its 95 % interval, Wilson's over the draws).
    """
    table = np.asarray(ranks, np.float64)
    draws, stars = table.shape
    low, median, high = np.percentile(table, [2.5, 50, 97.5], axis=0)
    inside = (table <= max(1, round(top_share * stars))).sum(axis=0)
    ends = np.array([wilson_interval(count, draws) for count in range(draws + 1)])[inside]
    return pd.DataFrame(
        {
            "rank_median": median,
            "rank_low": low,
            "rank_high": high,
            "top_chance": inside / draws,
            "top_low": ends[:, 0],
            "top_high": ends[:, 1],
        }
    )
