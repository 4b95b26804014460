"""The colour–magnitude diagram of Gaia."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import holoviews as hv
import numpy as np
import pandas as pd

from clara_engine.plots.points import Shade, View, extent, marks, ring
from clara_engine.plots.theme import framed, palette

__all__ = ["colour_magnitude"]

DIMS = [hv.Dimension("bp_rp", label="BP − RP", unit="mag"), hv.Dimension("abs_g", label="M_G", unit="mag")]
ROOM = 0.06


def colour_magnitude(
    places: pd.DataFrame,
    values: pd.Series | None = None,
    *,
    selection: Collection[str] = (),
    target: str = "",
    view: View | None = None,
    dark: bool = False,
    **options: Any,
) -> hv.Overlay:
    """Draw absolute G against BP − RP [mag], the bright end up.

    Parameters
    ----------
    places : DataFrame, indexed by target id
        As `clara_engine.evaluate.population.colour_magnitude` gives it; stars without a place are left out.
    values : Series, optional
        What colours the stars, by target id; without it they are all alike.
    selection, target, view
        As in `clara_engine.plots.embedding`.
    """
    colours = palette(dark)
    known = places[places["abs_g"].notna() & places["bp_rp"].notna()]
    x, y = known["bp_rp"].to_numpy(np.float32), known["abs_g"].to_numpy(np.float32)
    ids = known.index.to_numpy(object)
    picked = np.isin(ids, list(selection)) if len(selection) else np.zeros(ids.size, bool)
    if values is None:  # one colour for all, another for the selected
        shade = Shade("", np.zeros(ids.size, np.float32), -0.5, 0.5, ("star",))
        parts = marks(x, y, shade, DIMS, colours, ids=ids, picked=picked, view=view, size=4)
        parts = [
            part.opts(color=shade, line_color=None) if isinstance(part, hv.Points) else part.opts(cmap=[shade])
            for part, shade in zip(parts, (colours.points, colours.accent) * 2, strict=True)
        ]
    else:
        parts = marks(x, y, Shade.of(values.reindex(known.index)), DIMS, colours, ids=ids, picked=picked, view=view)
    here = np.flatnonzero(ids == target)
    low, high = extent(y, ROOM) if ids.size else (-3.0, 15.0)
    return framed(
        [*parts, ring(x[here], y[here], DIMS, colours, size=12)],
        dark,
        options,
        tools=("pan", "wheel_zoom", "box_zoom", "lasso_select", "box_select", "reset"),
        drag="lasso_select",
        xlim=extent(x, ROOM) if ids.size else (-0.5, 4.0),
        ylim=(low, high),
        invert_yaxis=True,
    )
