"""Where stars stand on the sky."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import holoviews as hv
import numpy as np
import pandas as pd

from clara_engine.plots.points import Shade, View, extent, marks, ring
from clara_engine.plots.theme import framed, palette

__all__ = ["sky_map"]

DIMS = [hv.Dimension("ra", label="right ascension", unit="deg"), hv.Dimension("dec", label="declination", unit="deg")]


def sky_map(
    table: pd.DataFrame,
    values: pd.Series | Shade | None = None,
    *,
    selection: Collection[str] = (),
    target: str = "",
    view: View | None = None,
    dark: bool = False,
    **options: Any,
) -> hv.Overlay:
    """Draw stars at their coordinates, right ascension to the left as on the sky.

    Parameters
    ----------
    table : DataFrame, indexed by target id
        Columns ra and dec [degrees]; stars without them are left out.
    values, selection, target, view
        As in `clara_engine.plots.embedding`.
    """
    colours = palette(dark)
    known = table[table["ra"].notna() & table["dec"].notna()]
    if isinstance(values, pd.Series):
        values = values.reindex(known.index)
    shade = (
        values
        if isinstance(values, Shade)
        else Shade.of(pd.Series(np.nan, known.index, name="value") if values is None else values)
    )
    x, y = known["ra"].to_numpy(np.float32), known["dec"].to_numpy(np.float32)
    ids = known.index.to_numpy(object)
    here = np.flatnonzero(ids == target)
    picked = np.isin(ids, list(selection)) if len(selection) else None
    return framed(
        [*marks(x, y, shade, DIMS, colours, ids=ids, picked=picked, view=view), ring(x[here], y[here], DIMS, colours)],
        dark,
        options,
        tools=("pan", "wheel_zoom", "box_zoom", "lasso_select", "reset"),
        scroll="wheel_zoom",
        xlim=extent(x, 0.04),
        ylim=extent(y, 0.04),
        invert_xaxis=True,
    )
