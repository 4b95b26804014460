"""WRSS, the published score that joins two runs, and what it depends on (Dasgupta 2025)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from clara_engine.errors import DesignError, FeatureError
from clara_engine.text import counted

__all__ = ["PUBLISHED_WEIGHTS", "Wrss", "wrss"]

#: Of P3 and of P9.
PUBLISHED_WEIGHTS = (0.8, 0.2)


@dataclass(frozen=True, slots=True, eq=False)
class Wrss:
    """Joined scores of two runs.

    Attributes
    ----------
    table : DataFrame
        A row a target of the set, best first: target_id, first and second (the anomaly scores), raw (the weighed
        sum of square roots, which does not depend on the set), wrss (0 to 1 within the set), rank and percentile.
    common : int
        Targets with a score in both runs; those with both above 0 make the set.
    lowest, highest : float
        The raw values that became 0 and 1. WRSS of two sets compare only where these agree.
    weights : (float, float)
    """

    table: pd.DataFrame
    common: int
    lowest: float
    highest: float
    weights: tuple[float, float]


def wrss(
    first: pd.DataFrame,
    second: pd.DataFrame,
    *,
    weights: tuple[float, float] = PUBLISHED_WEIGHTS,
    score: str = "anomaly_score",
) -> Wrss:
    """Join two runs: w₁ √s₁ + w₂ √s₂, min–max normalised over the targets with both scores above 0.

    Parameters
    ----------
    first, second : DataFrame
        Columns target_id and `score`; joined by target id.
    weights : (float, float)
        Of the first and of the second run.
    score : str
        Name of the column of scores.

    Raises
    ------
    DesignError
        When a weight is negative, or both are 0.
    FeatureError
        When no target has both scores above 0.
    """
    if min(weights) < 0 or not sum(weights) > 0:
        raise DesignError(f"weights = {weights} can't be used: neither below 0, and not both 0")
    columns = ["target_id", score]
    both = first[columns].merge(second[columns], on="target_id", suffixes=("_first", "_second"), validate="1:1")
    both = both.set_axis(["target_id", "first", "second"], axis=1)
    table = both[(both["first"] > 0) & (both["second"] > 0)]
    if table.empty:
        raise FeatureError(f"none of {counted(len(both), 'target')} in common has both scores above 0: WRSS needs some")
    raw = weights[0] * np.sqrt(table["first"]) + weights[1] * np.sqrt(table["second"])
    low, high = float(raw.min()), float(raw.max())
    table = table.assign(
        raw=raw,
        wrss=(raw - low) / (high - low) if high > low else 0.0,
        rank=raw.rank(ascending=False, method="min").astype(int),
        percentile=100 * (raw.rank() - 0.5) / len(raw),
    )
    table = table.sort_values("raw", ascending=False, kind="stable").reset_index(drop=True)
    return Wrss(table, len(both), low, high, weights)
