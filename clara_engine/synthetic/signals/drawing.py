"""Drawing the parameters of events from intervals."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from clara_engine.setting import Interval, Random
from clara_engine.timeseries import median

__all__ = ["Scale", "between", "inside", "period_of_events", "power_law", "whole"]

Scale = Literal["log", "uniform"]


def between(random: Random, interval: Interval, scale: Scale = "uniform") -> float:
    """A number from an interval; ``"log"`` spreads its logarithm evenly.

    Parameters
    ----------
    random : Random
    interval : Interval
        Lower and upper end.
    scale : {"uniform", "log"}
    """
    if scale == "log":
        return float(np.exp(random.uniform(*np.log(interval))))
    return float(random.uniform(*interval))


def power_law(random: Random, interval: Interval, slope: float, count: int) -> NDArray[np.float64]:
    """Numbers from an interval, as many near x as x to the power of -`slope`.

    Parameters
    ----------
    random : Random
    interval : Interval
        Lower and upper end, above 0.
    slope : float
        Negative exponent of the density.
    count : int
        How many are wanted.

    Returns
    -------
    ndarray of float
        Shape (count,).
    """
    low, high = interval
    share = random.uniform(size=count)
    if abs(slope - 1) < 1e-6:
        return np.asarray(low * (high / low) ** share)
    ends = low ** (1 - slope), high ** (1 - slope)
    return np.asarray((ends[0] + share * (ends[1] - ends[0])) ** (1 / (1 - slope)))


def whole(random: Random, interval: Interval) -> int:
    """A whole number from an interval, both ends included, each as likely.

    Parameters
    ----------
    random : Random
    interval : Interval
        Lower and upper end.
    """
    low, high = round(interval[0]), round(interval[1])
    return min(low + int(random.uniform() * (high - low + 1)), high)


def period_of_events(random: Random, events: Interval, time: NDArray[np.float64]) -> float:
    """The period that puts a number of events into a light curve, each number of an interval as likely [days].

    Parameters
    ----------
    random : Random
    events : Interval
        Fewest and most events.
    time : ndarray of float
        Middles of the exposures, shape (n,) [days].

    Examples
    --------
    >>> period_of_events(np.random.default_rng(1), (4, 4), np.linspace(0, 20, 100))
    5.0
    """
    return float(np.ptp(time)) / whole(random, events)


def inside(random: Random, time: NDArray[np.float64], count: int = 1) -> NDArray[np.float64]:
    """Times within exposures [days], each moment as likely, so that what happens then is seen, wherever it falls.

    Parameters
    ----------
    random : Random
    time : ndarray of float
        Middles of the exposures, shape (n,) [days].
    count : int
        How many are wanted.

    Returns
    -------
    ndarray of float
        Shape (count,) [days].
    """
    place = random.uniform(size=count) * time.size
    step = median(np.abs(np.diff(time))) if time.size > 1 else 0.0
    return np.asarray(time[place.astype(np.intp)] + (place % 1 - 0.5) * step)
