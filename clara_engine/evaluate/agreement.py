"""Agreement of two rankings of the same stars, and the difference of their recall, with intervals over stars."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.stats import rankdata

from clara_engine.errors import FeatureError
from clara_engine.evaluate.by_star import codes_of
from clara_engine.evaluate.rates import recall_in_top
from clara_engine.evaluate.roc import roc_auc
from clara_engine.progress import Progress, silent
from clara_engine.text import agreeing, counted

__all__ = ["agreement", "spearman"]

Float = NDArray[np.float64]
Mask = NDArray[np.bool_]
LEAST_STARS = 10


def spearman(first: ArrayLike, second: ArrayLike) -> float:
    """Spearman's rank correlation; NaN where one ranking is all ties.

    Parameters
    ----------
    first, second : array_like
        Scores of the same light curves, shape (n,).

    Examples
    --------
    >>> round(spearman([1, 2, 3], [10, 20, 90]), 3)
    1.0
    """
    ranks = [rankdata(values) - (np.size(values) + 1) / 2 for values in (first, second)]
    size = np.sqrt((ranks[0] ** 2).sum() * (ranks[1] ** 2).sum())
    return float((ranks[0] * ranks[1]).sum() / size) if size > 0 else float("nan")


def agreement(
    first: ArrayLike,
    second: ArrayLike,
    labels: Mapping[str, Mask] | None = None,
    *,
    stars: ArrayLike | None = None,
    share: float = 0.05,
    draws: int = 1000,
    seed: int = 0,
    progress: Progress = silent,
) -> pd.DataFrame:
    """Compare two rankings.

    Parameters
    ----------
    first, second : array_like, shape (n,)
        Scores of the same light curves; higher is stranger.
    labels : mapping of str to ndarray of bool, shape (n,)
        Light curves to be found.
    stars : array_like, shape (n,), optional
        Whose they are; without it each is of a star of its own.
    share : float
        Of the stars, that makes the top.
    draws : int
        Bootstrap samples of stars, of which the 95 % intervals are percentiles (Efron 1979).
    seed : int
        Of the bootstrap.
    progress : callable
        Called as ``progress(done, total)``; what it raises stops the work.

    Returns
    -------
    DataFrame
        Columns measure, label, ranking ("first", "second", "difference": first − second, or "" for both together),
        value, low, high, chance and stars. Measures: Spearman; top in top (share of the first's top that is in the
        second's); and for each label ROC-AUC and recall in the top.

    Raises
    ------
    FeatureError
        With fewer than ten stars.
    """
    one, two = np.asarray(first, np.float64), np.asarray(second, np.float64)
    if one.size < LEAST_STARS:
        raise FeatureError(
            f"{counted(one.size, 'star')} in common {agreeing(one.size, 'are')} too few to compare: at least "
            f"{LEAST_STARS} are needed"
        )
    whole = np.arange(one.size)
    compute = _measures(one, two, dict(labels or {}), share)
    values = {key: measure(whole) for key, measure in compute.items()}
    rng = np.random.default_rng(seed)
    sampled = np.empty((draws, len(values)))
    codes, count = codes_of(whole if stars is None else stars)
    rows_of = np.split(np.argsort(codes, kind="stable"), np.cumsum(np.bincount(codes))[:-1])
    for draw in range(draws):
        rows = np.concatenate([rows_of[star] for star in rng.integers(count, size=count)])
        sampled[draw] = [measure(rows) for measure in compute.values()]
        progress(draw + 1, draws)
    table = []
    for column, ((name, label, ranking), value) in enumerate(values.items()):
        known = sampled[:, column][np.isfinite(sampled[:, column])]
        low, high = np.percentile(known, [2.5, 97.5]) if known.size else (np.nan, np.nan)
        chance = 0.0 if name == SPEARMAN or ranking == "difference" else 0.5 if name == AUC else share
        table.append(
            {
                "measure": name,
                "label": label,
                "ranking": ranking,
                "value": value,
                "low": float(low),
                "high": float(high),
                "chance": chance,
                "stars": count,
            }
        )
    return pd.DataFrame(table)


SPEARMAN = "Spearman"
AUC = "ROC-AUC"


def _measures(
    one: Float, two: Float, labels: dict[str, Mask], share: float
) -> dict[tuple[str, str, str], Callable[[NDArray[np.intp]], float]]:
    """Every measure as a function of the rows that are taken."""
    made: dict[tuple[str, str, str], Callable[[NDArray[np.intp]], float]] = {
        (SPEARMAN, "", ""): lambda rows: spearman(one[rows], two[rows]),
        ("top in top", "", ""): lambda rows: recall_in_top(two[rows], _top(one[rows], share), share),
    }

    def recall(scores: Float, mask: Mask) -> float:
        return recall_in_top(scores, mask, share) if mask.any() else float("nan")

    for label, mask in labels.items():
        for name, measure in ((AUC, roc_auc), (f"recall in the top {100 * share:g} %", recall)):
            by = {"first": one, "second": two}
            for ranking, scores in by.items():
                made[name, label, ranking] = lambda rows, s=scores, m=mask, f=measure: f(s[rows], m[rows])  # type: ignore[misc]
            made[name, label, "difference"] = lambda rows, m=mask, f=measure: (  # type: ignore[misc]
                f(one[rows], m[rows]) - f(two[rows], m[rows])
            )
    return made


def _top(scores: Float, share: float) -> Mask:
    places = max(1, round(share * scores.size))
    return np.asarray(scores >= np.partition(scores, -places)[-places])
