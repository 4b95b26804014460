"""Scores by parts of the sky or of the instrument: whether stars of one camera or detector score higher than others."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.stats import mannwhitneyu

from clara_engine.evaluate.by_star import wilson_interval
from clara_engine.evaluate.corrections import holm

__all__ = ["scores_by_part"]

TOP = 0.05


def scores_by_part(scores: pd.Series, parts: pd.DataFrame, names: Sequence[str], *, share: float = TOP) -> pd.DataFrame:
    """Compare the scores of each part with those of all others.

    Parameters
    ----------
    scores : Series, by target id
        One light curve a star: several of one star make the p-values too small.
    parts : DataFrame, by target id
        Which part each is in.
    names : sequence of str
        Columns of `parts`; their values together are a part, such as camera and ccd.
    share : float
        What counts as the top.

    Returns
    -------
    DataFrame
        A row a part: the columns of `names`, stars, median (of the score), top, top_share (of its stars among the top
        of all) with top_low and top_high (95 %, Wilson), top_chance, auc (chance that a star of it scores above one of
        another part; 0.5 by chance), p_value (Mann & Whitney 1947, two-sided) and p_corrected (Holm 1979).
    """
    known = pd.concat([scores.rename("score"), parts[list(names)]], axis=1, join="inner").dropna()
    values = known["score"].to_numpy(np.float64)
    count = max(1, round(share * len(known)))
    cut = np.sort(values)[-count] if len(known) else np.nan
    rows = []
    for keys, inside in known.groupby(list(names), sort=True).indices.items():
        place = keys if isinstance(keys, tuple) else (keys,)
        mask = np.zeros(len(known), bool)
        mask[inside] = True
        row: dict[str, object] = {name: int(value) for name, value in zip(names, place, strict=True)}
        in_top = int((values[mask] >= cut).sum())
        low, high = wilson_interval(in_top, int(mask.sum()))
        row |= {"stars": int(mask.sum()), "median": float(np.median(values[mask]))}
        row |= {"top": in_top, "top_share": in_top / mask.sum(), "top_low": low, "top_high": high}
        row |= {"top_chance": float((values >= cut).mean()), "auc": np.nan, "p_value": np.nan}
        if mask.any() and not mask.all():
            test = mannwhitneyu(values[mask], values[~mask], alternative="two-sided")
            row |= {"auc": float(test.statistic) / (mask.sum() * (~mask).sum()), "p_value": float(test.pvalue)}
        rows.append(row)
    columns = [*names, "stars", "median", "top", "top_share", "top_low", "top_high", "top_chance", "auc", "p_value"]
    table = pd.DataFrame(rows, columns=columns)
    return table.assign(p_corrected=holm(table["p_value"].to_numpy(float)))
