"""The map: every star a point, alike near alike."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import holoviews as hv
import numpy as np
import pandas as pd

from clara_engine.plots.drawing import Drawing, Layer
from clara_engine.plots.points import MOST_POINTS, Shade, View, extent, mark_layers, ring_layer
from clara_engine.plots.theme import palette, plate

__all__ = ["embedding", "embedding_drawing", "star_layers"]

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
    shade = values if isinstance(values, Shade) else Shade.of(_values(values, plane))
    titles = axes or ("x", "y")
    drawn = embedding_drawing(
        plane,
        star_layers(plane, shade, titles, selection=selection, seen=view, dark=dark),
        titles,
        target=target,
        names=names,
        dark=dark,
    )
    return drawn.overlay(**{"xaxis": "bottom" if axes else None, "yaxis": "left" if axes else None} | options)


def star_layers(
    plane: pd.DataFrame,
    shade: Shade,
    axes: tuple[str, str],
    *,
    selection: Collection[str] = (),
    seen: View | None = None,
    dark: bool = False,
) -> list[Layer]:
    """The stars of `embedding`: what takes long with very many of them."""
    picked = plane.index.isin(list(selection)) if len(selection) else None
    x, y = plane["x"].to_numpy(np.float32), plane["y"].to_numpy(np.float32)
    ids = plane.index.to_numpy(object)
    many = len(plane) > MOST_POINTS
    return mark_layers(x, y, shade, _dims(axes), palette(dark), ids=ids, picked=picked, view=seen, pictures=many)


def embedding_drawing(
    plane: pd.DataFrame,
    stars: Sequence[Layer],
    axes: tuple[str, str],
    *,
    target: str = "",
    names: Mapping[str, tuple[float, float]] | None = None,
    dark: bool = False,
) -> Drawing:
    """The layers of `embedding`: `stars`, a ring around the target, and words."""
    colours, dims = palette(dark), _dims(axes)
    here = plane.loc[[target]] if target in plane.index else plane.iloc[:0]
    spots = np.array(list((names or {}).values()), float).reshape(-1, 2)
    words = np.array(list(names or {}), object)
    style = {
        "text_color": colours.text,
        "text_font_size": "12px",
        "text_font_style": "bold",
    } | plate(colours)
    return Drawing(
        (
            *stars,
            ring_layer(here["x"].to_numpy(np.float32), here["y"].to_numpy(np.float32), dims, colours),
            Layer(
                hv.Labels,
                "Names",
                {"x": spots[:, 0], "y": spots[:, 1], "name": words},
                (*dims, hv.Dimension("name")),
                style,
            ),
        ),
        extent(plane["x"].to_numpy(np.float32), ROOM),
        extent(plane["y"].to_numpy(np.float32), ROOM),
        *axes,
        dark,
        {
            "tools": ("pan", "wheel_zoom", "lasso_select", "box_select", "reset", "save"),
            "drag": "lasso_select",
            "scroll": "wheel_zoom",
        },
    )


def _dims(axes: tuple[str, str]) -> tuple[hv.Dimension, hv.Dimension]:
    return hv.Dimension("x", label=axes[0]), hv.Dimension("y", label=axes[1])


def _values(values: pd.Series | None, plane: pd.DataFrame) -> pd.Series:
    return pd.Series(np.nan, plane.index, name="value") if values is None else values.reindex(plane.index)
