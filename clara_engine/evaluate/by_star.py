"""Intervals of measures over stars: all light curves and injected copies of a star are drawn together."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri, stdtrit

__all__ = ["codes_of", "draws_of", "effective_interval", "star_variance", "wilson_interval"]

Float = NDArray[np.float64]


def wilson_interval(successes: float, trials: float) -> tuple[float, float]:
    """95 % score interval of a proportion (Wilson 1927).

    Parameters
    ----------
    successes, trials : float
        May be fractions of whole ones.

    Returns
    -------
    low, high

    Examples
    --------
    >>> low, high = wilson_interval(9, 10)
    >>> round(low, 3), round(high, 3)
    (0.596, 0.982)
    """
    if trials == 0:
        return 0.0, 1.0
    z = float(ndtri(0.975))
    share = successes / trials
    centre = (share + z**2 / (2 * trials)) / (1 + z**2 / trials)
    half = z / (1 + z**2 / trials) * np.sqrt(share * (1 - share) / trials + z**2 / (4 * trials**2))
    # Where none or all succeed the ends are exact; rounding would make 3e-17 of them.
    low = 0.0 if successes <= 0 else max(0.0, float(centre - half))
    high = 1.0 if successes >= trials else min(1.0, float(centre + half))
    return low, high


def effective_interval(value: float, variance: float, stars: int, trials: float) -> tuple[float, float]:
    """95 % interval of a measure between 0 and 1 whose variance over stars is known (Korn & Graubard 1998).

    Wilson's interval of the effective number of trials, value (1 − value) / variance, with the t quantile of as many
    stars: near 0 and 1, where a symmetric interval fails, it keeps its coverage. Where every star ends alike the
    variance can't be known, and each star counts as one trial.

    Parameters
    ----------
    value : float
        Of the measure; NaN where there is none.
    variance : float
        Over stars, see `star_variance`.
    stars : int
        That the measure depends on; with classes of its own, the smaller class.
    trials : float
        Above which the effective number of trials is not taken.

    Returns
    -------
    low, high
    """
    if not np.isfinite(value):
        return float("nan"), float("nan")
    if stars < 2 or not 0 < value < 1 or variance <= 0:
        return wilson_interval(value * stars, stars)
    quantiles = float(ndtri(0.975)) / float(stdtrit(stars - 1, 0.975))
    effective = min(trials, value * (1 - value) / variance) * quantiles**2
    return wilson_interval(value * effective, effective)


def star_variance(influence: ArrayLike, stars: ArrayLike) -> float:
    """Variance of a measure over stars from the derivative of it by the weight of each row (Efron 1982).

    The infinitesimal jackknife: what a bootstrap over stars tends to, without its draws.

    Parameters
    ----------
    influence : array_like
        Derivative by the weight of each row, shape (n,).
    stars : array_like
        Star of each row, shape (n,).

    Returns
    -------
    float
        NaN with fewer than two stars.
    """
    codes, count = codes_of(stars)
    if count < 2:
        return float("nan")
    pull = np.bincount(codes, np.asarray(influence, np.float64))
    return float(count / (count - 1) * (pull**2).sum())


def codes_of(stars: ArrayLike) -> tuple[NDArray[np.intp], int]:
    """A number for each star, shape (n,), and how many stars there are."""
    names, codes = np.unique(np.asarray(stars), return_inverse=True)
    return codes, names.size


def draws_of(stars: int, draws: int, seed: int = 0) -> NDArray[np.int32]:
    """Bootstrap samples: how often each star is in each draw, shape (draws, stars).

    Parameters
    ----------
    stars : int
        How many there are.
    draws : int
        How many samples.
    seed : int
        Fixes all that is drawn.
    """
    random = np.random.default_rng([seed, 29])
    return np.asarray(random.multinomial(stars, np.full(stars, 1 / stars), size=draws), np.int32)
