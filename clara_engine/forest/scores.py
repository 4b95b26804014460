"""Scores of light curves: anomaly score, spread, weirdness."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

__all__ = ["Scores"]

Float = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Scores:
    """Scores of n light curves, in the order they were given.

    Attributes
    ----------
    anomaly : ndarray, shape (n,)
        Probability of the contrast class, 0 to 1: the mean over trees of the leaf's weighted share of contrast rows.
    spread : ndarray, shape (n,)
        Standard deviation of that share over the trees.
    weirdness : ndarray, shape (n,)
        1 - mean over trees of the fraction of real training rows in the same leaf (Baron & Poznanski 2017).
    """

    anomaly: Float
    spread: Float
    weirdness: Float

    def __len__(self) -> int:
        return int(self.anomaly.size)

    @property
    def rank(self) -> NDArray[np.int64]:
        """Place by anomaly score, 1 the most anomalous; equal scores share the better place."""
        return rankdata(-self.anomaly, method="min").astype(np.int64)

    @property
    def percentile(self) -> Float:
        """Per cent of these light curves with a lower anomaly score, ties counted half."""
        if not len(self):
            return np.empty(0)
        return np.asarray(100 * (rankdata(self.anomaly) - 0.5) / len(self))

    @classmethod
    def joined(cls, parts: Iterable[Scores]) -> Scores:
        """One `Scores` of several, in order."""
        held = list(parts) or [cls(np.empty(0), np.empty(0), np.empty(0))]
        return cls(*(np.concatenate([getattr(p, name) for p in held]) for name in ("anomaly", "spread", "weirdness")))
