"""The map: every star a point, alike near alike."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import holoviews as hv
import numpy as np
import pandas as pd

from clara_engine.plots.points import Shade, View, extent, marks, ring
from clara_engine.plots.theme import framed, palette

__all__ = ["embedding"]

ROOM = 0.04


def embedding(
    plane: pd.DataFrame,
    values: pd.Series | Shade | None = None,
    *,
    selection: Collection[str] = (),
    target: str = "",
    axes: tuple[str, str] | None = None,
    names: Mapping[str, tuple[float, float]] | None = None,
    view: View | None = None,
    dark: bool = False,
    **options: Any,
) -> hv.Overlay:
    """Draw a map of stars.

    Parameters
    ----------
    plane : DataFrame, indexed by target id
        Columns x and y.
    values : Series or Shade, optional
        What colours the stars, a row a row of `plane`: numbers or words.
    selection : collection of str
        Target ids that stand out.
    target : str
        Target id with a ring around it.
    axes : (str, str), optional
        Titles with units, where the places mean something; without them the axes are not drawn.
    names : mapping of str to (x, y), optional
        Words on the map.
    view : View, optional
        What is in view, for a picture of more than `MOST_POINTS` stars.

    Returns
    -------
    holoviews.Overlay
    """
    colours = palette(dark)
    shade = values if isinstance(values, Shade) else Shade.of(_values(values, plane))
    across, up = axes or ("x", "y")
    dims = [hv.Dimension("x", label=across), hv.Dimension("y", label=up)]
    x, y = plane["x"].to_numpy(np.float32), plane["y"].to_numpy(np.float32)
    ids = plane.index.to_numpy(object)
    here = np.flatnonzero(ids == target)
    known = names or {}
    spots = np.array(list(known.values()), float).reshape(-1, 2)
    words = hv.Labels((spots[:, 0], spots[:, 1], np.array(list(known), object)), dims, "name").opts(
        text_color=colours.text, text_font_size="11px", text_font_style="bold", text_outline_color=colours.ground
    )
    picked = np.isin(ids, list(selection)) if len(selection) else None
    return framed(
        [
            *marks(x, y, shade, dims, colours, ids=ids, picked=picked, view=view),
            ring(x[here], y[here], dims, colours),
            words,
        ],
        dark,
        options,
        tools=("pan", "wheel_zoom", "lasso_select", "box_select", "reset", "save"),
        drag="lasso_select",
        scroll="wheel_zoom",
        xaxis="bottom" if axes else None,
        yaxis="left" if axes else None,
        xlabel=across,
        ylabel=up,
        xlim=extent(x, ROOM),
        ylim=extent(y, ROOM),
    )


def _values(values: pd.Series | None, plane: pd.DataFrame) -> pd.Series:
    return pd.Series(np.nan, plane.index, name="value") if values is None else values.reindex(plane.index)
