"""Agreement of two people beyond chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Kappa", "cohens_kappa"]

DRAWS = 1000


@dataclass(frozen=True, slots=True)
class Kappa:
    """How often two people say the same of the same things.

    Attributes
    ----------
    count : int
        Things that both have judged.
    agreed : float
        Share of them of which both say the same, 0 to 1.
    chance : float
        That share if each used their words as often, but on things drawn at random.
    value : float
        Cohen's kappa, (agreed − chance) / (1 − chance): 0 is chance, 1 is full agreement; NaN where both use one and
        the same word only, or have judged nothing together.
    low, high : float
        95 % interval, by drawing the things anew; NaN where kappa is.
    """

    count: int
    agreed: float
    chance: float
    value: float
    low: float
    high: float


def cohens_kappa(first: Sequence[str], second: Sequence[str], *, seed: int = 0, draws: int = DRAWS) -> Kappa:
    """Cohen's kappa (Cohen 1960, Educ. Psychol. Meas. 20, 37) of two lists of words on the same things.

    Parameters
    ----------
    first, second : sequence of str, length n
        What each person calls each thing.
    seed : int
        Of the bootstrap.
    draws : int
        Bootstrap samples.

    Examples
    --------
    >>> found = cohens_kappa(["planet"] * 4 + ["binary"] * 4, ["planet"] * 3 + ["binary"] * 5)
    >>> found.agreed, found.chance, found.value
    (0.875, 0.5, 0.75)
    """
    words = sorted({*first, *second})
    place = {word: number for number, word in enumerate(words)}
    pairs = np.array([len(words) * place[a] + place[b] for a, b in zip(first, second, strict=True)], np.int64)
    size = len(words) ** 2
    if not pairs.size:
        return Kappa(0, *(float("nan"),) * 5)
    agreed, chance, value = _of_counts(np.bincount(pairs, minlength=size)[None], len(words))
    drawn = np.random.default_rng(seed).multinomial(
        pairs.size, np.bincount(pairs, minlength=size) / pairs.size, size=draws
    )
    spread = _of_counts(drawn, len(words))[2]
    known = spread[np.isfinite(spread)]
    whole = np.isfinite(value[0]) and known.size > 0
    low, high = np.percentile(known, (2.5, 97.5)) if whole else (np.nan, np.nan)
    return Kappa(pairs.size, float(agreed[0]), float(chance[0]), float(value[0]), float(low), float(high))


def _of_counts(
    counts: NDArray[np.int64], words: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Shares that agree, those by chance, and kappas of tables of counts, a row a table."""
    tables = counts.reshape(-1, words, words) / counts.sum(axis=1)[:, None, None]
    agreed = np.trace(tables, axis1=1, axis2=2)
    chance = (tables.sum(axis=1) * tables.sum(axis=2)).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        value = np.where(chance < 1, (agreed - chance) / (1 - chance), np.nan)
    return agreed, chance, value
