"""Injection and recovery: the share of injected events that are found, by their parameters."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clara_engine.errors import DesignError
from clara_engine.evaluate.rates import clustered_interval

__all__ = ["AXES", "known_axes", "recovery", "recovery_cells", "usual_axes"]

Float = NDArray[np.float64]
#: Parameters that recovery can be mapped against.
AXES = ("depth", "period_days", "duration_hours", "tmag", "signal_to_noise")


def recovery(
    injected: pd.DataFrame, quiet: Float, *, x: str, y: str | None = None, bins: int = 5, share: float = 0.05
) -> pd.DataFrame:
    """Share of injected events that are found, by what they are.

    Parameters
    ----------
    injected : DataFrame
        A row an injected light curve: ``score``, ``background`` (the light curve it is put into), ``star`` (whose that
        is; where not given each light curve is of a star of its own), and the columns `x` and
        `y`, such as depth, period_days, tmag.
    quiet : ndarray
        Scores of the uninjected light curves.
    x, y : str
        Columns of the two axes; without `y` there is one.
    bins : int
        Cells along each axis, even in the logarithm (in magnitude for tmag).
    share : float
        An event is found when it scores above this highest share of the uninjected light curves; chance is `share`.

    Returns
    -------
    DataFrame
        A row a cell: ``{x}_low``, ``{x}_high`` (and for `y`), n, stars, found, recovery, low and high (95 %; see
        `clara_engine.evaluate.rates.clustered_interval`: events of one star are alike).

    Raises
    ------
    DesignError
        When these events have no such axis.
    """
    cut = np.quantile(quiet, 1 - share)
    return recovery_cells(injected.assign(found=injected["score"].to_numpy(float) > cut), x=x, y=y, bins=bins)


def recovery_cells(injected: pd.DataFrame, *, x: str, y: str | None = None, bins: int = 5) -> pd.DataFrame:
    """Share of injected events that are found; like `recovery`, of events whose column ``found`` says so already.

    Parameters
    ----------
    injected : DataFrame
        As in `recovery`, with a column ``found`` instead of ``score``.
    x, y : str
        Columns of the two axes; without `y` there is one.
    bins : int
        Cells along each axis.

    Returns
    -------
    DataFrame
        As `recovery`.

    Raises
    ------
    DesignError
        When these events have no such axis.
    """
    axes = [x] if y is None else [x, y]
    known = injected.dropna(subset=axes) if set(axes) <= set(injected) else injected.iloc[:0]
    if known.empty:
        raise DesignError(f"these events have no {' and '.join(axes)}: choose among {', '.join(known_axes(injected))}")
    found, stars = known["found"].to_numpy(bool), known["star" if "star" in known else "background"].to_numpy()
    edges = [_edges(known[axis].to_numpy(float), bins, log=axis != "tmag") for axis in axes]
    places = [
        np.clip(np.searchsorted(ends, known[axis].to_numpy(float), "right") - 1, 0, bins - 1)
        for axis, ends in zip(axes, edges, strict=True)
    ]
    rows = []
    for at in np.ndindex(*(bins for _ in axes)):
        inside = np.logical_and.reduce([place == here for place, here in zip(places, at, strict=True)])
        row: dict[str, float] = {}
        for axis, ends, here in zip(axes, edges, at, strict=True):
            row |= {f"{axis}_low": float(ends[here]), f"{axis}_high": float(ends[here + 1])}
        rows.append(row | _rate(found[inside], stars[inside]))
    return pd.DataFrame(rows)


def usual_axes(injected: pd.DataFrame) -> tuple[str, str]:
    """The two axes that tell most of these events apart: depth, and the period where most have one."""
    return "depth", "period_days" if injected["period_days"].notna().mean() > 0.5 else "tmag"


def known_axes(injected: pd.DataFrame) -> list[str]:
    """Those of `AXES` that these events have."""
    return [axis for axis in AXES if axis in injected and injected[axis].notna().any()]


def _edges(values: Float, bins: int, *, log: bool) -> Float:
    low, high = values.min(), values.max()
    return np.geomspace(low, high, bins + 1) if log and low > 0 else np.linspace(low, high, bins + 1)


def _rate(found: NDArray[np.bool_], stars: NDArray[np.object_]) -> dict[str, float]:
    low, high = clustered_interval(found, stars)
    return {
        "n": found.size,
        "stars": len(set(stars)),
        "found": int(found.sum()),
        "recovery": float(found.mean()) if found.size else np.nan,
        "low": low,
        "high": high,
    }
