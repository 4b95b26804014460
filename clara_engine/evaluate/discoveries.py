"""False-discovery rates of the cuts of a ranking."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import ArrayLike

from clara_engine.evaluate.corrections import benjamini_hochberg

__all__ = ["LEVELS", "Line", "lines", "stars_needed"]

#: Expected shares of false discoveries at which lines are drawn.
LEVELS = (0.01, 0.05, 0.10, 0.20, 0.50)


@dataclass(frozen=True, slots=True)
class Line:
    """A cut of the ranking.

    Attributes
    ----------
    level : float
        Expected share of quiet stars above it, at most (Benjamini & Hochberg 1995; valid for p-values that share
        their nulls: Bates, Candès, Lei, Romano & Sesia 2023).
    stars : int
        How many stars are above it.
    needed : int
        How many would have to be above all nulls for a line to be drawn at all.
    """

    level: float
    stars: int
    needed: int


def lines(p_values: ArrayLike, smallest: float, levels: tuple[float, ...] = LEVELS) -> list[Line]:
    """The cut at each level.

    Parameters
    ----------
    p_values : array_like, shape (n,)
        One a star; NaN is no test.
    smallest : float
        The least p-value that the nulls allow.
    levels : tuple of float
        False-discovery rates, 0 to 1.
    """
    p = np.asarray(p_values, np.float64)
    q = benjamini_hochberg(p)
    tests = int(np.isfinite(p).sum())
    return [Line(level, int((q <= level).sum()), stars_needed(tests, level, smallest)) for level in levels]


def stars_needed(tests: int, level: float, smallest: float) -> int:
    """Stars that must reach the smallest p-value before Benjamini and Hochberg's rule calls any a discovery.

    Parameters
    ----------
    tests : int
        Stars with a p-value.
    level : float
        False-discovery rate, 0 to 1.
    smallest : float
        The least p-value that the null light curves allow.

    Examples
    --------
    >>> stars_needed(tests=1000, level=0.1, smallest=0.001)
    10
    """
    return ceil(tests * smallest / level - 1e-9)
