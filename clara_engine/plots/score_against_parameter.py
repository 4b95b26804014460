"""Are strange stars hot, fast or not single? The anomaly score against one stellar parameter."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import holoviews as hv
import numpy as np
import pandas as pd

from clara_engine.plots.points import Shade, View, extent, marks, ring
from clara_engine.plots.theme import framed, palette

__all__ = ["TITLES", "score_against_parameter"]

#: Parameters of `clara_engine.evaluate.population` to what they are called and their unit.
TITLES = {
    "teff_k": ("Teff", "K"),
    "logg": ("log g", "dex"),
    "radius_rsun": ("radius", "R☉"),
    "mass_msun": ("mass", "M☉"),
    "lum_lsun": ("luminosity", "L☉"),
    "mh": ("[M/H]", "dex"),
    "ruwe": ("RUWE", ""),
    "vtan_kms": ("tangential velocity", "km/s"),
    "bp_rp": ("BP − RP", "mag"),
    "tmag": ("T magnitude", "mag"),
}
LOG = ("lum_lsun", "ruwe", "vtan_kms")


def score_against_parameter(
    score: pd.Series,
    parameter: pd.Series,
    *,
    selection: Collection[str] = (),
    target: str = "",
    view: View | None = None,
    dark: bool = False,
    **options: Any,
) -> hv.Overlay:
    """Draw the anomaly score of each star against a parameter, as points and as medians of eight equal parts.

    Parameters
    ----------
    score : Series, by target id
        0 to 1.
    parameter : Series, by target id
        Its name is one of `TITLES`, or a title with its unit.
    selection, target, view
        As in `clara_engine.plots.embedding`.
    """
    colours = palette(dark)
    table = pd.DataFrame({"x": parameter, "y": score}).astype(float).dropna()
    title, unit = TITLES.get(str(parameter.name), (str(parameter.name), ""))
    log = parameter.name in LOG
    table = table[table["x"] > 0] if log else table
    dims = [
        hv.Dimension("parameter", label=title, unit=unit or None),
        hv.Dimension("score", label="anomaly score (0 to 1)"),
    ]
    x, y, ids = table["x"].to_numpy(), table["y"].to_numpy(), table.index.to_numpy(object)
    picked = np.isin(ids, list(selection)) if len(selection) else np.zeros(ids.size, bool)
    shade = Shade("", np.zeros(ids.size, np.float32), -0.5, 0.5, ("star",))
    parts = [
        part.opts(color=tone, line_color=None) if isinstance(part, hv.Points) else part.opts(cmap=[tone])
        for part, tone in zip(
            marks(x, y, shade, dims, colours, ids=ids, picked=picked, view=view, size=4),
            (colours.points, colours.accent) * 2,
            strict=True,
        )
    ]
    here = np.flatnonzero(ids == target)
    return framed(
        [
            *parts,
            _medians(x, y, dims).opts(color=colours.warn, line_width=2),
            ring(x[here], y[here], dims, colours, 12),
        ],
        dark,
        options,
        tools=("pan", "wheel_zoom", "box_zoom", "lasso_select", "box_select", "reset"),
        drag="lasso_select",
        logx=log,
        xlim=_log_extent(x) if log else extent(x, 0.04),
        ylim=extent(y, 0.04),
    )


def _medians(x: np.ndarray, y: np.ndarray, dims: list[hv.Dimension], parts: int = 8) -> hv.Curve:
    if x.size < 4 * parts:
        return hv.Curve([], dims[0], dims[1])
    order = np.array_split(np.argsort(x, kind="stable"), parts)
    return hv.Curve(([np.median(x[part]) for part in order], [np.median(y[part]) for part in order]), dims[0], dims[1])


def _log_extent(x: np.ndarray) -> tuple[float, float]:
    if not x.size:
        return 0.1, 10.0
    low, high = extent(np.log10(x), 0.04)
    return 10**low, 10**high
