"""How alike two groupings of the same stars are: the adjusted Rand index, with its interval over stars and chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from clara_engine.errors import FeatureError
from clara_engine.evaluate.by_star import codes_of, draws_of
from clara_engine.text import agreeing, counted

__all__ = ["Likeness", "adjusted_rand", "likeness"]

Float = NDArray[np.float64]
LEAST_STARS = 10


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two groupings are.

    Attributes
    ----------
    index : float
        Adjusted Rand index (Hubert & Arabie 1985): 1 for the same groups, 0 by chance.
    low, high : float
        95 % interval by bootstrap over stars.
    chance_high : float
        Below this lie 95 % of the groupings of the same sizes that are drawn at random.
    stars : int
    groups : (int, int)
        Of the first and of the second, those in no cluster not counted.
    """

    index: float
    low: float
    high: float
    chance_high: float
    stars: int
    groups: tuple[int, int]


def adjusted_rand(first: ArrayLike, second: ArrayLike, weights: ArrayLike | None = None) -> Float:
    """Adjusted Rand index of two groupings, for each way of weighting the rows.

    Pairs of a row with its own copies do not count, so that a bootstrap is not biased upwards by them.

    Parameters
    ----------
    first, second : array_like
        Group of each row, shape (n,).
    weights : array_like, optional
        How often each row counts, shape (ways, n); once when not given.

    Returns
    -------
    ndarray
        Shape (ways,), or (1,) without weights; 1 where each grouping is one group, or each row its own.

    Examples
    --------
    >>> adjusted_rand([0, 0, 1, 1], [5, 5, 3, 3]), adjusted_rand([0, 0, 1, 1], [0, 1, 0, 1])
    (array([1.]), array([-0.5]))
    """
    one, two = codes_of(first)[0], codes_of(second)[0]
    times = np.ones((1, one.size)) if weights is None else np.atleast_2d(np.asarray(weights, np.float64))

    def pairs(codes: NDArray[np.intp]) -> Float:
        """Pairs of different rows in one group, summed over groups."""
        members = csr_array((np.ones(codes.size), (codes, np.arange(codes.size))))
        return np.asarray(((members @ times.T) ** 2 - members @ (times**2).T).sum(axis=0) / 2)

    both = pairs(codes_of(one * (int(two.max()) + 1) + two)[0])
    inside, other, total = pairs(one), pairs(two), pairs(np.zeros_like(one))
    expected, most = inside * other / np.maximum(total, 1), (inside + other) / 2
    return np.where(most == expected, 1.0, (both - expected) / np.where(most == expected, 1.0, most - expected))


def likeness(
    first: ArrayLike, second: ArrayLike, stars: ArrayLike | None = None, *, draws: int = 1000, seed: int = 0
) -> Likeness:
    """Compare two groupings of the same light curves; what is in no cluster (−1) is a group of its own.

    Parameters
    ----------
    first, second : array_like of int
        Cluster of each, shape (n,).
    stars : array_like, optional
        Whose they are, shape (n,); without it each is of a star of its own.
    draws : int
        Bootstrap samples of stars, and random groupings.
    seed : int
        Fixes all that is drawn.

    Raises
    ------
    FeatureError
        With fewer than ten stars.
    """
    one, two = np.asarray(first), np.asarray(second)
    codes, count = codes_of(np.arange(one.size) if stars is None else stars)
    if count < LEAST_STARS:
        raise FeatureError(
            f"{counted(count, 'star')} in common {agreeing(count, 'are')} too few to compare groups: at least "
            f"{LEAST_STARS} are needed"
        )
    sampled = adjusted_rand(one, two, draws_of(count, draws, seed)[:, codes])
    low, high = np.percentile(sampled, [2.5, 97.5])
    random = np.random.default_rng([seed, 41])
    chance = [float(adjusted_rand(one, random.permutation(two))[0]) for _ in range(min(draws, 200))]
    groups = tuple(int(np.unique(labels[labels >= 0]).size) for labels in (one, two))
    index = float(adjusted_rand(one, two)[0])
    return Likeness(index, float(low), float(high), float(np.percentile(chance, 95)), count, (groups[0], groups[1]))
