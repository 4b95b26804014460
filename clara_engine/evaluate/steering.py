"""How well a contrast set finds each kind of event: splits of the stars, and cells of the steering matrix."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clara_engine.errors import DesignError

__all__ = ["Split", "cell", "over_seeds", "split_stars"]

Float = NDArray[np.float64]
LEAST_STARS = 12
# Two-sided 95 % points of Student's t for 1, 2, 3 … degrees of freedom.
STUDENT = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262)


@dataclass(frozen=True, slots=True)
class Split:
    """Two parts of the stars; none is in both.

    Attributes
    ----------
    training : tuple of target ids
        As they are, the real class; with a signal injected, the contrast set. A star that is in both shows the forest
        what the signal changes, and not which star it is.
    measured : tuple of target ids
        Signals are injected into these, and the scores compared with those of the same stars as they are.
    """

    training: tuple[str, ...]
    measured: tuple[str, ...]


def split_stars(ids: Sequence[str], seed: int, *, eventful: Collection[str] = (), most: int = 1000) -> Split:
    """Share out stars at random: three quarters train, one quarter is measured.

    Parameters
    ----------
    eventful : collection of target ids
        Stars known to show an event of their own, which are not measured.
    most : int
        Stars that are used at most.

    Raises
    ------
    DesignError
        When there are too few.
    """
    order = np.random.default_rng([seed, 11]).permutation(len(ids))[:most]
    shuffled = [ids[place] for place in order]
    quiet = [target_id for target_id in shuffled if target_id not in eventful]
    if len(quiet) < LEAST_STARS:
        raise DesignError(
            f"{len(quiet)} stars without a label are too few to train and measure on: ingest at least {LEAST_STARS}"
        )
    measured = quiet[: min(len(quiet) - LEAST_STARS // 2, max(2, round(len(shuffled) / 4)))]
    aside = set(measured)
    return Split(tuple(target_id for target_id in shuffled if target_id not in aside), tuple(measured))


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
