"""How well a contrast set finds each kind of event: splits, cells of the steering matrix, and recovery."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clara_engine.errors import DesignError
from clara_engine.evaluate.rates import wilson_interval

__all__ = ["Split", "cell", "over_seeds", "recovery", "split_stars"]

Float = NDArray[np.float64]
LEAST_STARS = 12
# Two-sided 95 % points of Student's t for 1, 2, 3 … degrees of freedom.
STUDENT = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262)


@dataclass(frozen=True, slots=True)
class Split:
    """Three parts of the stars; none is in two of them.

    Attributes
    ----------
    background : tuple of target ids
        Signals of the contrast set are injected into these.
    training : tuple of target ids
        The real class.
    measured : tuple of target ids
        Signals are injected into these, and the scores compared with those of the same stars as they are.
    """

    background: tuple[str, ...]
    training: tuple[str, ...]
    measured: tuple[str, ...]


def split_stars(ids: Sequence[str], seed: int, *, most: int = 1000) -> Split:
    """Share out stars at random: 30 % background, 35 % training, 35 % measured.

    Parameters
    ----------
    most : int
        Stars that are used at most.

    Raises
    ------
    DesignError
        When there are too few.
    """
    if len(ids) < LEAST_STARS:
        raise DesignError(f"{len(ids)} stars are too few to train and measure on: ingest at least {LEAST_STARS}")
    order = np.random.default_rng([seed, 11]).permutation(len(ids))[:most]
    shuffled = [ids[place] for place in order]
    first, second = round(0.3 * len(shuffled)), round(0.65 * len(shuffled))
    return Split(tuple(shuffled[:first]), tuple(shuffled[first:second]), tuple(shuffled[second:]))


def cell(injected: Float, quiet: Float) -> dict[str, float]:
    """Measure scores of injected light curves against those of uninjected ones; chance is .5, .01 and .05.

    Returns
    -------
    dict
        ``auc``; ``recall_1`` and ``recall_5``: the share of injected light curves above the top 1 and 5 % of the
        uninjected ones.
    """
    order = np.sort(quiet)
    below = np.searchsorted(order, injected, "left") + np.searchsorted(order, injected, "right")
    facts = {"auc": float(below.mean() / (2 * quiet.size))}
    for percent in (1, 5):
        facts[f"recall_{percent}"] = float((injected > np.quantile(quiet, 1 - percent / 100)).mean())
    return facts


def over_seeds(cells: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Mean of each measure over seeds with its 95 % interval (Student's t, clipped to 0 … 1).

    Parameters
    ----------
    cells : DataFrame
        Columns `by`, seed, auc, recall_1, recall_5.

    Returns
    -------
    DataFrame
        Columns `by`, seeds, and for each measure m: m, m_low, m_high; both ends NaN with one seed.
    """
    rows = []
    for names, group in cells.groupby(list(by), sort=False):
        count = len(group)
        row: dict[str, object] = dict(zip(by, names if isinstance(names, tuple) else (names,), strict=True))
        row["seeds"] = count
        for measure in ("auc", "recall_1", "recall_5"):
            values = group[measure].to_numpy(float)
            half = np.nan
            if count > 1:
                point = STUDENT[count - 2] if count - 2 < len(STUDENT) else 1.96 + 2.5 / (count - 1)
                half = point * values.std(ddof=1) / np.sqrt(count)
            mean = float(values.mean())
            ends = np.clip([mean - half, mean + half], 0, 1)
            row |= {measure: mean, f"{measure}_low": float(ends[0]), f"{measure}_high": float(ends[1])}
        rows.append(row)
    return pd.DataFrame(rows)


def recovery(
    injected: pd.DataFrame, quiet: Float, *, x: str, y: str | None = None, bins: int = 5, share: float = 0.05
) -> pd.DataFrame:
    """Share of injected events that are found, by what they are.

    Parameters
    ----------
    injected : DataFrame
        A row an injected light curve: ``score``, and the columns `x` and `y`, such as depth, period_days, tmag.
    quiet : ndarray
        Scores of the uninjected light curves.
    share : float
        An event is found when it scores above this highest share of the uninjected light curves.

    Returns
    -------
    DataFrame
        A row a cell: ``{x}_low``, ``{x}_high`` (and for `y`), n, found, recovery, low and high (95 %, Wilson 1927).
    """
    cut = np.quantile(quiet, 1 - share)
    axes = [x] if y is None else [x, y]
    known = injected.dropna(subset=axes)
    places = []
    for axis in axes:
        values = known[axis].to_numpy(float)
        log = values.size and values.min() > 0 and axis != "tmag"
        ends = (np.geomspace if log else np.linspace)(values.min(), values.max(), bins + 1)
        place = np.clip(np.searchsorted(ends, values, "right") - 1, 0, bins - 1)
        places.append((axis, ends, place))
    rows = []
    for at in np.ndindex(*(bins for _ in axes)):
        inside = np.logical_and.reduce([place == here for (_, _, place), here in zip(places, at, strict=True)])
        n, found = int(inside.sum()), int((known["score"].to_numpy(float)[inside] > cut).sum())
        low, high = wilson_interval(found, n)
        row: dict[str, float] = {}
        for (axis, ends, _), here in zip(places, at, strict=True):
            row |= {f"{axis}_low": float(ends[here]), f"{axis}_high": float(ends[here + 1])}
        rows.append({**row, "n": n, "found": found, "recovery": found / n if n else np.nan, "low": low, "high": high})
    return pd.DataFrame(rows)
