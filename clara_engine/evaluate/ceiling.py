"""The loss of a ROC-AUC, which is 1 − AUC, by event, by host and by untouched star."""

from __future__ import annotations

import numpy as np
import pandas as pd

__all__ = ["loss_by_part", "loss_by_star", "losses"]


def losses(injected: pd.DataFrame, untouched: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """The loss of each injected and of each untouched light curve.

    Parameters
    ----------
    injected, untouched : DataFrame
        Columns seed, star and score. Scores are compared within a seed.

    Returns
    -------
    by_injected : Series, indexed as `injected`
        Share of the untouched light curves of its seed that score higher; ties count half. Its mean is 1 − AUC.
    by_untouched : Series, indexed as `untouched`
        Share of the injected light curves of its seed that score lower.
    """
    lost, taken = pd.Series(0.0, injected.index), pd.Series(0.0, untouched.index)
    for seed, part in injected.groupby("seed"):
        plain = untouched[untouched["seed"] == seed]
        lost[part.index] = 1 - _below(part["score"].to_numpy(), plain["score"].to_numpy())
        taken[plain.index] = _below(plain["score"].to_numpy(), part["score"].to_numpy())
    return lost, taken


def loss_by_part(lost: pd.Series, values: pd.Series, edges: list[float]) -> pd.DataFrame:
    """Loss by parts of one fact of the injected light curves.

    Parameters
    ----------
    lost : Series
        What each light curve costs the ROC-AUC.
    values : Series
        The fact of each light curve, NaN where unknown; the index is that of `lost`.
    edges : list of float
        Of the parts, ascending; the first and the last are open.

    Returns
    -------
    DataFrame
        Columns from, to, share (of the light curves), auc and loss (share of all that is lost), for each part that has
        any; light curves whose fact is unknown are in none.
    """
    place = np.digitize(values.to_numpy(float), edges[1:-1])
    total = lost.sum()
    rows = []
    for part in range(len(edges) - 1):
        inside = (place == part) & values.notna().to_numpy()
        if inside.any():
            share = float(lost[inside].sum() / total) if total else 0.0
            rows.append([edges[part], edges[part + 1], float(inside.mean()), 1 - float(lost[inside].mean()), share])
    return pd.DataFrame(rows, columns=["from", "to", "share", "auc", "loss"])


def loss_by_star(taken: pd.Series, stars: pd.Series) -> pd.Series:
    """Share of all that is lost to each untouched star, the most costly first.

    Parameters
    ----------
    taken : Series
        What each untouched light curve costs the ROC-AUC.
    stars : Series
        Whose it is; the index is that of `taken`.

    Returns
    -------
    Series
        By star; sums to 1.
    """
    by_star = taken.groupby(stars).sum().sort_values(ascending=False)
    return by_star / by_star.sum() if by_star.sum() else by_star


def _below(values: np.ndarray, others: np.ndarray) -> np.ndarray:
    order = np.sort(others)
    found = np.searchsorted(order, values, "left") + np.searchsorted(order, values, "right")
    return np.asarray(found / (2 * order.size))
