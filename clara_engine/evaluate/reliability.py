"""Reliability of predicted probabilities."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["expected_calibration_error", "reliability"]

Float = NDArray[np.float64]


def reliability(
    chance: Float, truth: NDArray[np.intp], weights: Float | None = None, bins: int = 10
) -> list[dict[str, float]]:
    """How often the class that is named is right, against the chance it is named with.

    Parameters
    ----------
    chance : ndarray, shape (n, classes)
    truth : ndarray of int, shape (n,)
        Class of each row.
    weights : ndarray, shape (n,), optional
        How much each row counts: the share of its class in the sky, by the number of its rows.
    bins : int
        Of equal width in the chance, from 0 to 1; empty ones are left out.

    Returns
    -------
    list of dict
        For each bin: n, weight (share of all), says (mean chance) and right (share that is right).
    """
    named, says = chance.argmax(axis=1), chance.max(axis=1)
    weight = np.ones(truth.size) if weights is None else np.asarray(weights, float)
    place = np.minimum((says * bins).astype(int), bins - 1)
    rows: list[dict[str, Any]] = []
    for which in np.unique(place):
        inside = place == which
        share = weight[inside]
        rows.append(
            {
                "n": int(inside.sum()),
                "weight": float(share.sum() / weight.sum()),
                "says": float(np.average(says[inside], weights=share)),
                "right": float(np.average(named[inside] == truth[inside], weights=share)),
            }
        )
    return rows


def expected_calibration_error(rows: list[dict[str, float]]) -> float:
    """Mean of how far `right` is from `says`, by weight (Naeini et al. 2015)."""
    return float(sum(row["weight"] * abs(row["right"] - row["says"]) for row in rows))
