"""How much of what varies between runs each parameter of their designs explains, and in which direction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats

__all__ = [
    "Anova",
    "anova",
    "bootstrapped",
    "encoded",
    "few_tree_shares",
    "forest_shares",
    "marginal_curve",
    "spearman",
]

Float = NDArray[np.float64]

#: A parameter with more values than this is cut into so many groups of equal size before an ANOVA.
MOST_LEVELS = 6
PERCENTS = (2.5, 97.5)


@dataclass(frozen=True, slots=True, eq=False)
class Anova:
    """An analysis of variance with main effects.

    Attributes
    ----------
    shares : ndarray, shape (parameters,)
        Of the variance: what leaving the parameter out of the model loses (type II sums of squares). NaN where the
        runs do not tell it from others, or nothing varies.
    p_values : ndarray, shape (parameters,)
        Of the F test; NaN where no run is left to measure the noise.
    rest : float
        Share that no parameter explains on its own: interactions and chance.
    """

    shares: Float
    p_values: Float
    rest: float


def forest_shares(design: ArrayLike, values: ArrayLike, *, trees: int = 100, seed: int = 42) -> Float:
    """Importances of the parameters in a random forest that predicts a measure, as published (Dasgupta 2025).

    Parameters
    ----------
    design : array_like, shape (runs, parameters)
        Numbers; see `encoded`.
    values : array_like, shape (runs,)
        The measure.
    trees : int
    seed : int
        The published one is 42.

    Returns
    -------
    ndarray
        Shape (parameters,), sum 1: shares of the decrease of the squared error. NaN where nothing varies.
    """
    from sklearn.ensemble import RandomForestRegressor  # half a second to import

    design, values = np.asarray(design, float), np.asarray(values, float)
    if np.ptp(values) == 0:
        return np.full(design.shape[1], np.nan)
    found = RandomForestRegressor(n_estimators=trees, random_state=seed).fit(design, values)
    return np.asarray(found.feature_importances_, float)


def few_tree_shares(design: ArrayLike, values: ArrayLike, *, trees: int = 20, seed: int = 0) -> Float:
    """`forest_shares` of a small forest, in a third of the time: for the bootstrap.

    Parameters
    ----------
    design : array_like, shape (runs, parameters)
    values : array_like, shape (runs,)
    trees : int
    seed : int
    """
    from sklearn import config_context
    from sklearn.tree import DecisionTreeRegressor

    rows, values = np.asarray(design, np.float32), np.asarray(values, float)
    rng = np.random.default_rng(seed)
    tree, total = DecisionTreeRegressor(random_state=seed), np.zeros(rows.shape[1])
    with config_context(skip_parameter_validation=True):  # it takes longer than such a tree
        for _ in range(trees):
            bag = rng.integers(values.size, size=values.size)
            total += tree.fit(rows[bag], values[bag], check_input=False).tree_.compute_feature_importances()
    return np.asarray(total / total.sum()) if total.sum() > 0 else np.full(rows.shape[1], np.nan)


def anova(design: ArrayLike, values: ArrayLike) -> Anova:
    """Shares of the variance of a measure that each parameter explains, its values taken as levels.

    Parameters
    ----------
    design : array_like, shape (runs, parameters)
        Numbers; one with more than `MOST_LEVELS` values is cut into as many groups.
    values : array_like, shape (runs,)
        The measure.
    """
    design, values = np.asarray(design, float), np.asarray(values, float)
    blocks = [_levels(column) for column in design.T]
    total = float(((values - values.mean()) ** 2).sum())
    unknown = np.full(len(blocks), np.nan)
    if total <= 0:
        return Anova(unknown, unknown, np.nan)
    whole, rank = _left(blocks, values)
    free = values.size - rank
    shares, p_values = unknown.copy(), unknown.copy()
    for place in range(len(blocks)):
        without, smaller = _left(blocks[:place] + blocks[place + 1 :], values)
        steps = rank - smaller
        if not steps:
            continue
        shares[place] = (without - whole) / total
        if free > 0 and whole > 1e-12 * total:
            p_values[place] = stats.f.sf((without - whole) / steps / (whole / free), steps, free)
    return Anova(shares, p_values, whole / total)


def spearman(column: ArrayLike, values: ArrayLike) -> float:
    """Rank correlation; NaN where either does not vary.

    Parameters
    ----------
    column, values : array_like, shape (runs,)
    """
    column, values = np.asarray(column, float), np.asarray(values, float)
    if np.ptp(column) == 0 or np.ptp(values) == 0:
        return float("nan")
    return float(stats.spearmanr(column, values).statistic)


def bootstrapped(
    measure: Callable[[Float, Float], Float], design: ArrayLike, values: ArrayLike, draws: int, seed: int
) -> tuple[Float, Float]:
    """95 % interval of each number that `measure` gives, by drawing runs with replacement.

    Parameters
    ----------
    measure : callable
        Called with the design and the values of the drawn runs; returns numbers, NaN where it has none.
    design : array_like, shape (runs, parameters)
    values : array_like, shape (runs,)
    draws : int
    seed : int
        Of the draws.

    Returns
    -------
    low, high : ndarray
        As `measure` returns; NaN where fewer than half of the draws gave a number.
    """
    design, values = np.asarray(design, float), np.asarray(values, float)
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(draws):
        rows = rng.integers(values.size, size=values.size)
        found.append(measure(design[rows], values[rows]))
    table = np.array(found)
    enough = np.isfinite(table).mean(axis=0) >= 0.5
    ends = np.full((2, table.shape[1]), np.nan)
    if enough.any():
        ends[:, enough] = np.nanpercentile(table[:, enough], PERCENTS, axis=0)
    return ends[0], ends[1]


def marginal_curve(column: pd.Series, values: ArrayLike, *, draws: int = 1000, seed: int = 0) -> pd.DataFrame:
    """Mean of a measure at each value of a parameter, over all that the other parameters are.

    Parameters
    ----------
    column : Series, length runs
        The parameter.
    values : array_like, shape (runs,)
        The measure.
    draws : int
        Of the bootstrap.
    seed : int
        Of the draws.

    Returns
    -------
    DataFrame
        Columns value, mean, low, high (95 %, by drawing runs of this value with replacement; NaN of one run), runs.
    """
    rng = np.random.default_rng(seed)
    rows = []
    for value, some in pd.Series(np.asarray(values, float)).groupby(column.to_numpy()):
        numbers = some.to_numpy()
        low = high = np.nan
        if numbers.size > 1:
            means = rng.choice(numbers, (draws, numbers.size)).mean(axis=1)
            low, high = np.percentile(means, PERCENTS)
        rows.append((value, float(numbers.mean()), float(low), float(high), numbers.size))
    return pd.DataFrame(rows, columns=["value", "mean", "low", "high", "runs"])


def encoded(column: pd.Series) -> Float:
    """A parameter as numbers: as it is, or words by their order.

    Examples
    --------
    >>> encoded(pd.Series(["planets", "flares", "planets"]))
    array([1., 0., 1.])
    """
    if pd.api.types.is_numeric_dtype(column):
        return column.to_numpy(float)
    return np.unique(column.astype(str), return_inverse=True)[1].astype(float)


def _levels(column: Float) -> Float:
    """Columns of a linear model, one for each level but the first."""
    known = np.unique(column)
    if known.size > MOST_LEVELS:
        edges = np.quantile(column, np.linspace(0, 1, MOST_LEVELS + 1)[1:-1])
        column = np.searchsorted(edges, column, "right").astype(float)
        known = np.unique(column)
    return np.asarray(column[:, None] == known[1:], float)


def _left(blocks: list[Float], values: Float) -> tuple[float, int]:
    """Sum of squares that a linear model of these levels leaves, and its rank."""
    model = np.column_stack([np.ones(values.size), *blocks])
    fitted, _, rank, _ = np.linalg.lstsq(model, values, rcond=None)
    return float(((values - model @ fitted) ** 2).sum()), int(rank)
