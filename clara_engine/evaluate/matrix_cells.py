"""How well a contrast set finds each kind of event: splits of the stars, and cells of the steering matrix."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clara_engine.errors import DesignError
from clara_engine.evaluate.by_star import codes_of, draws_of, effective_interval, star_variance
from clara_engine.evaluate.roc import auc_influence, matched_by_star
from clara_engine.text import agreeing, counted

__all__ = ["MEASURES", "Split", "cell", "over_stars", "split_stars"]

Float = NDArray[np.float64]
LEAST_STARS = 12
#: Of a cell; chance is .5, .5, .01 and .05.
MEASURES = ("auc", "matched_auc", "recall_1", "recall_5")


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


def split_stars(
    ids: Sequence[str],
    seed: int,
    *,
    eventful: Collection[str] = (),
    most: int = 1000,
    stars: Mapping[str, str] | None = None,
    halves: bool = False,
) -> Split:
    """Share out stars at random: three quarters train, one quarter is measured.

    Parameters
    ----------
    ids : sequence of str
        Target ids.
    seed : int
        Fixes all that is drawn.
    eventful : collection of target ids
        Stars known to show an event of their own, which are not measured.
    most : int
        Light curves that are used at most.
    stars : mapping of target id to star, optional
        Light curves of one star are never in both parts; each is a star of its own when not given.
    halves : bool
        Half of the stars train, and of the other half all that are not eventful are measured. So the training stars are
        a fair draw, where there are enough.

    Raises
    ------
    DesignError
        When there are too few.
    """
    order = np.random.default_rng([seed, 11]).permutation(len(ids))[:most]
    whose = {target_id: (stars or {}).get(target_id, target_id) for target_id in ids}
    places: dict[str, int] = {}
    for place in order:
        places.setdefault(whose[ids[place]], len(places))
    shuffled = sorted((ids[place] for place in order), key=lambda target_id: places[whose[target_id]])
    quiet = [target_id for target_id in shuffled if target_id not in eventful]
    if len(quiet) < LEAST_STARS:
        raise DesignError(
            f"{counted(len(quiet), 'star')} without a label {agreeing(len(quiet), 'are')} too few to train and "
            f"measure on: ingest at least {LEAST_STARS}"
        )
    if halves:
        names = list(dict.fromkeys(whose[target_id] for target_id in shuffled))
        first = set(names[: len(names) // 2])
        return Split(
            tuple(target_id for target_id in shuffled if whose[target_id] not in first),
            tuple(target_id for target_id in quiet if whose[target_id] in first),
        )
    measured = quiet[: min(len(quiet) - LEAST_STARS // 2, max(2, round(len(shuffled) / 4)))]
    aside = {whose[target_id] for target_id in measured}
    return Split(tuple(target_id for target_id in shuffled if whose[target_id] not in aside), tuple(measured))


def cell(injected: Float, quiet: Float) -> dict[str, float]:
    """Measure scores of injected light curves against those of uninjected ones; chance is .5, .01 and .05.

    Parameters
    ----------
    injected, quiet : ndarray of float
        Scores, higher is stranger.

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


def over_stars(injected: pd.DataFrame, untouched: pd.DataFrame, by: Sequence[str], *, draws: int = 400) -> pd.DataFrame:
    """Measures of each cell, the mean over seeds, with 95 % intervals over stars.

    A star that several seeds measure is one star: its light curves are drawn together in all of them.

    Parameters
    ----------
    injected : DataFrame
        A row an injected light curve: the columns `by`, seed, star and score; and target_id where stars have several
        light curves, which are then matched one by one.
    untouched : DataFrame
        A row a measured star as it is: seed, star, score, and those of `by` that its score depends on.
    by : sequence of str
        Columns that name a cell.
    draws : int
        Bootstrap samples of stars for the intervals of recall, whose cut moves with the stars. The areas have theirs
        from the infinitesimal jackknife over stars, which needs no draws.

    Returns
    -------
    DataFrame
        Columns `by`, seeds, stars (measured, in any seed), and for each measure m of `MEASURES`: m, m_low, m_high.
    """
    rows = []
    shared = [name for name in by if name in untouched]
    plain = dict(iter(untouched.groupby(shared, sort=False))) if shared else {(): untouched}
    for names, group in injected.groupby(list(by), sort=False):
        row: dict[str, object] = dict(zip(by, names, strict=True))
        rows.append(row | _measured(group, plain[tuple(row[name] for name in shared)], draws))
    return pd.DataFrame(rows)


def _measured(injected: pd.DataFrame, untouched: pd.DataFrame, draws: int) -> dict[str, float]:
    both = pd.concat([injected.assign(hit=True), untouched.assign(hit=False)], ignore_index=True)
    seeds = injected["seed"].unique()
    both = both[both["seed"].isin(seeds)]
    codes, stars = codes_of(both["star"])
    curves = both["target_id" if "target_id" in both else "star"].to_numpy()
    drawn = draws_of(stars, draws)
    facts: dict[str, float] = {"seeds": len(seeds), "stars": stars}
    values: dict[str, list[float]] = {name: [] for name in MEASURES}
    pulls = {name: np.zeros(stars) for name in ("auc", "matched_auc")}
    recalls: dict[str, list[Float]] = {"recall_1": [], "recall_5": []}
    for _, part in both.groupby("seed", sort=False):
        star, hit, score = codes[part.index], part["hit"].to_numpy(bool), part["score"].to_numpy(np.float64)
        curve = curves[part.index]
        owner = pd.Series(star[~hit], curve[~hit])
        found = cell(score[hit], score[~hit])
        pulls["auc"] += np.bincount(star, auc_influence(score, hit), stars) / len(seeds)
        by_curve = matched_by_star(score[hit], curve[hit], pd.Series(score[~hit], curve[~hit]))
        alone = by_curve.groupby(owner[by_curve.index].to_numpy()).mean()
        found["matched_auc"] = float(alone.mean())
        pulls["matched_auc"][alone.index] += (alone - alone.mean()).to_numpy() / len(alone) / len(seeds)
        for name, percent in (("recall_1", 1), ("recall_5", 5)):
            cuts = _quantiles(score[~hit], drawn[:, star[~hit]], 1 - percent / 100)
            weight = drawn[:, star[hit]]
            with np.errstate(invalid="ignore"):  # a draw may have no star of this seed
                recalls[name].append(((score[hit] > cuts[:, None]) * weight).sum(axis=1) / weight.sum(axis=1))
        for name in MEASURES:
            values[name].append(found[name])
    for name in MEASURES:
        mean = float(np.mean(values[name]))
        if name in pulls:
            variance = star_variance(pulls[name], np.arange(stars))
        else:
            variance = float(np.nanvar(np.nanmean(recalls[name], axis=0), ddof=1))
        trials = len(injected) if name.startswith("recall") else len(both)
        ends = effective_interval(mean, variance, stars, trials)
        facts |= {name: mean, f"{name}_low": ends[0], f"{name}_high": ends[1]}
    return facts


def _quantiles(values: Float, times: NDArray[np.int32], share: float) -> Float:
    """Quantile of `values` for each row of how often they are taken, shape (draws,); NaN where none is."""
    order = np.argsort(values)
    ordered, upto = values[order], np.cumsum(times[:, order], axis=1)
    place = np.maximum(upto[:, -1] - 1, 0) * share
    low = np.floor(place)
    ends = [
        ordered[np.minimum((upto <= np.minimum(at, upto[:, -1] - 1)[:, None]).sum(axis=1), values.size - 1)]
        for at in (low, low + 1)
    ]
    return np.asarray(np.where(upto[:, -1] > 0, ends[0] + (place - low) * (ends[1] - ends[0]), np.nan))
