"""Rank correlation of two quantities at given values of others: Spearman's ρ of what the others do not explain."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import rankdata
from scipy.stats import t as student

__all__ = ["Partial", "partial_spearman"]


Float = NDArray[np.float64]


class Partial(NamedTuple):
    """A partial correlation with its 95 % interval and two-sided p-value; all NaN where it can't be told.

    Attributes
    ----------
    stars : int
        Those that have all quantities.
    rho, low, high, p_value : float
    """

    stars: int
    rho: float
    low: float
    high: float
    p_value: float


def partial_spearman(
    first: pd.Series, second: pd.Series, given: pd.DataFrame, *, resamples: int = 1000, seed: int = 0
) -> Partial:
    """Spearman's ρ of two quantities, given others (Kendall 1942; Conover & Iman 1981).

    All are replaced by their ranks; what the ranks of `given` explain linearly is taken off the ranks of both.

    Parameters
    ----------
    first, second : Series, indexed by star
    given : DataFrame, indexed by star
        A column a quantity that is held.
    resamples : int
        Bootstrap samples of the interval (percentiles).
    seed : int
        Of the bootstrap.

    Returns
    -------
    Partial
        The p-value is of Student's t with n − 2 − k degrees of freedom, k held quantities.
    """
    columns = [first.rename("first"), second.rename("second"), given.add_prefix("given ")]
    table = pd.concat(columns, axis=1, join="inner").astype(float).replace([np.inf, -np.inf], np.nan).dropna()
    held = [name for name in table if str(name).startswith("given ") and table[name].nunique() > 1]
    n, freedom = len(table), len(table) - 2 - len(held)
    nothing = Partial(n, np.nan, np.nan, np.nan, np.nan)
    if freedom < 1 or (table[["first", "second"]].nunique() < 2).any():
        return nothing
    rows = table[["first", "second", *held]].to_numpy()
    rho = _of_ranks(rows)
    if not np.isfinite(rho):
        return nothing
    random = np.random.default_rng(seed)
    found = [_of_ranks(rows[random.integers(0, n, n)]) for _ in range(resamples)]
    low, high = np.nanpercentile(found, [2.5, 97.5])
    ratio = rho * np.sqrt(freedom / max(1 - rho**2, 1e-300))
    return Partial(n, rho, float(low), float(high), float(2 * student.sf(abs(ratio), freedom)))


def _of_ranks(rows: Float) -> float:
    ranks = rankdata(rows, axis=0)
    ranks -= ranks.mean(axis=0)
    both, held = ranks[:, :2], ranks[:, 2:]
    if held.shape[1]:
        both = both - held @ np.linalg.lstsq(held, both, rcond=None)[0]
    size = np.linalg.norm(both, axis=0)
    if (size <= 1e-9 * np.linalg.norm(ranks[:, :2], axis=0)).any():  # nothing is left beside what is held
        return np.nan
    return float(both[:, 0] @ both[:, 1] / size.prod())
