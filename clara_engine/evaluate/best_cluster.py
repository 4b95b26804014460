"""The cluster in which the most of something gathers, beside what choosing the best of several gives by chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from clara_engine.errors import FeatureError
from clara_engine.evaluate.by_star import wilson_interval

__all__ = ["BestCluster", "best_cluster"]


@dataclass(frozen=True, slots=True)
class BestCluster:
    """The cluster that holds the most.

    Attributes
    ----------
    cluster : int
        Its number.
    size, hits : int
        Stars in it, and those of them that are what is looked for.
    share, low, high : float
        hits over size, with its 95 % interval (Wilson 1927).
    chance : float
        Share among all that were clustered.
    best_by_chance : float
        Mean share of the best cluster when the labels are dealt out anew among the same clusters: what choosing the
        best of several gives without any knowledge.
    p_value : float
        How often that best share is as high as this one; it accounts for the choice.
    stars, positives : int
        All that were clustered, and those of them that are what is looked for.
    """

    cluster: int
    size: int
    hits: int
    share: float
    low: float
    high: float
    chance: float
    best_by_chance: float
    p_value: float
    stars: int
    positives: int


def best_cluster(
    labels: ArrayLike, positive: ArrayLike, *, least: int = 10, draws: int = 2000, seed: int = 0
) -> BestCluster:
    """Find the cluster with the largest share of positives, and what chance and choice would give.

    Parameters
    ----------
    labels : array_like of int, shape (n,)
        Cluster of each star; below 0 for none.
    positive : array_like of bool, shape (n,)
    least : int
        Smaller clusters are not chosen.
    draws : int
        How often labels are dealt out anew.
    seed : int
        Of these.

    Raises
    ------
    FeatureError
        When no cluster is large enough, or nothing is positive.
    """
    groups, hit = np.asarray(labels, np.intp), np.asarray(positive, bool)
    sizes = np.bincount(groups[groups >= 0], minlength=1)
    allowed = sizes >= least
    if not allowed.any():
        raise FeatureError(f"no cluster has {least} stars: lower the least size, or cluster otherwise")
    if not hit.any():
        raise FeatureError("none of the clustered stars carries the label")

    def shares(found: np.ndarray) -> np.ndarray:
        inside = (groups >= 0) & found
        hits = np.bincount(groups[inside], minlength=sizes.size)
        return np.where(allowed, hits / np.maximum(sizes, 1), -1.0)

    own = shares(hit)
    best = int(np.argmax(own))
    hits = int(hit[groups == best].sum())
    rng = np.random.default_rng(seed)
    by_chance = np.array([shares(rng.permutation(hit)).max() for _ in range(draws)])
    low, high = wilson_interval(hits, int(sizes[best]))
    return BestCluster(
        cluster=best,
        size=int(sizes[best]),
        hits=hits,
        share=float(own[best]),
        low=low,
        high=high,
        chance=float(hit.mean()),
        best_by_chance=float(by_chance.mean()),
        p_value=float((1 + (by_chance >= own[best] - 1e-12).sum()) / (1 + draws)),
        stars=int(groups.size),
        positives=int(hit.sum()),
    )
