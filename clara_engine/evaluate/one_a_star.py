"""One p-value and one rank a star, whatever the number of its light curves."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

__all__ = ["one_a_star", "sidak"]

Float = NDArray[np.float64]


def sidak(smallest: ArrayLike, tests: ArrayLike) -> Float:
    """P-value of the smallest of several: 1 − (1 − p)^k (Šidák 1967).

    Exact when the tests are independent, and on the safe side when they go together, as light curves of one star do.

    Parameters
    ----------
    smallest : array_like
        The least p-value of each star, shape (n,).
    tests : array_like
        Number of p-values of each star, shape (n,).

    Returns
    -------
    ndarray of float
        Shape (n,).

    Examples
    --------
    >>> sidak([0.01, 0.01], [1, 3]).round(4)
    array([0.01  , 0.0297])
    """
    p, k = np.asarray(smallest, np.float64), np.asarray(tests, np.float64)
    return np.where(k == 1, p, -np.expm1(k * np.log1p(-np.minimum(p, 1 - 1e-16))))


def one_a_star(stars: ArrayLike, scores: ArrayLike, p_values: ArrayLike | None = None) -> pd.DataFrame:
    """The rule: a star is as strange as its strangest light curve, corrected for how many it has (`sidak`).

    Parameters
    ----------
    stars : array_like, shape (n,)
        Whose light curve each row is.
    scores : array_like, shape (n,)
        Higher is stranger; NaN is not ranked.
    p_values : array_like, shape (n,), optional

    Returns
    -------
    DataFrame
        A row a light curve, in the order given, its star's numbers in each: star, star_light_curves, star_best (whether
        it is the strangest of its star), star_p_value, and star_rank: by p-value; where the nulls don't tell stars
        apart, by the share of all light curves that score at least as high, corrected alike; ties share the best rank.
    """
    table = pd.DataFrame({"star": np.asarray(stars), "score": np.asarray(scores, np.float64)})
    table["p"] = np.nan if p_values is None else np.asarray(p_values, np.float64)
    known = table[table["score"].notna()]
    by_star = known.assign(tail=known["score"].rank(ascending=False, method="max") / max(1, len(known))).groupby("star")
    star = pd.DataFrame({"light_curves": by_star.size(), "best": by_star["score"].idxmax()})
    for name in ("p", "tail"):
        star[name] = sidak(by_star[name].min(), star["light_curves"])
    ordered = star.sort_values(["p", "tail"], kind="stable")
    fresh = ordered[["p", "tail"]].fillna(2.0).diff().ne(0).any(axis=1)
    star["rank"] = pd.Series(np.arange(1.0, len(ordered) + 1), ordered.index).where(fresh).ffill()
    of = star.reindex(table["star"]).reset_index(drop=True)
    return pd.DataFrame(
        {
            "star": table["star"],
            "star_light_curves": of["light_curves"].fillna(0).astype(int),
            "star_best": of["best"] == table.index,
            "star_p_value": of["p"],
            "star_rank": of["rank"],
        }
    )
