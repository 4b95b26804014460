"""Columns without names: taken as time, flux and perhaps its error, if the numbers allow it; a line says which."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from clara_engine.readers.columns import Columns

__all__ = ["meaning"]

#: An error larger than this many times the scatter of its flux is no error.
MOST_SCATTERS = 10.0


def meaning(names: Sequence[str], flux: NDArray[np.float64], third: NDArray[np.float64] | None) -> tuple[Columns, str]:
    """The meaning of columns without names, and a line that says so.

    Parameters
    ----------
    names : sequence of str
        ``"1"``, ``"2"`` …
    flux, third : ndarray of float64, shape (n,)
        The second and the third column; None where there is no third.
    """
    taken = f"columns without names: {names[0]} is time, {names[1]} flux"
    reason = "" if third is None else _no_error(flux, third)
    error = names[2] if third is not None and not reason else ""
    left = names[3:] if error else names[2:]
    if error:
        taken += f", {error} its error"
    if left:
        taken += f"; left out {', '.join(left[:8])}" + (f" ({names[2]} {reason})" if reason else "")
    return Columns(names[0], names[1], error), taken


def _no_error(flux: NDArray[np.float64], third: NDArray[np.float64]) -> str:
    """Why a column can't be the error of a flux; empty if it can."""
    usable = np.isfinite(flux) & np.isfinite(third)
    if not usable.any():
        return "holds no numbers"
    flux, third = flux[usable], third[usable]
    middle = float(np.median(third))
    if third.min() < 0:
        return "holds negative numbers"
    if middle == 0:
        return "is 0 mostly; flags?"
    quartiles = np.percentile(flux, [25, 75])
    scatter = float(quartiles[1] - quartiles[0]) / 1.349
    if scatter > 0 and middle > MOST_SCATTERS * scatter:
        return f"is around {middle:.3g}, too much for the error of a flux that scatters by {scatter:.2g}"
    return ""
