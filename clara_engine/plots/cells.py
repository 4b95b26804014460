"""Cells on a grid, coloured by a number, with the number in them and the rest in the hover."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import holoviews as hv
import numpy as np
import pandas as pd

from clara_engine.plots.theme import Palette, bar, framed, palette

__all__ = ["HOVER", "Axis", "cells", "ink"]

HOVER = '<div style="white-space:pre-line;max-width:320px">@hover</div>'
BLACK, WHITE = "#000000", "#ffffff"
#: HoloViews draws no axis without any.
NO_TICK = [(0.0, " ")]
#: The title of an axis, with its unit, and where it says what.
Axis = tuple[str, Mapping[float, str]]


def cells(
    table: pd.DataFrame,
    *,
    x: Axis,
    y: Axis,
    ends: tuple[float, float],
    value: hv.Dimension | str = "value",
    ringed: pd.Series | None = None,
    dark: bool = False,
    **options: Any,
) -> hv.Overlay:
    """Equal cells; cell (0, 0) is at the lower left.

    Parameters
    ----------
    table : DataFrame
        Columns column and row (from 0), value (NaN stays without a colour), text and hover.
    x, y : (title, mapping of place to text)
        Axes; ticks may stand between cells.
    ends : (float, float)
        Values of the first and the last colour.
    ringed : Series of bool, optional
        Which cells are framed.
    """
    colours = palette(dark)
    low, high = ends if ends[1] > ends[0] else (ends[0] - 0.5, ends[0] + 0.5)
    column, row = table["column"].to_numpy(float), table["row"].to_numpy(float)
    shown = table["value"].to_numpy(float)
    boxes = hv.Rectangles(
        (column - 0.5, row - 0.5, column + 0.5, row + 0.5, shown, table["hover"].to_numpy(object)),
        vdims=[hv.Dimension("value") if isinstance(value, str) else value, "hover"],
    ).opts(
        color=boxed(value),
        cmap=list(colours.ramp),
        clim=(low, high),
        clipping_colors={"NaN": colours.muted},
        line_color=colours.ground,
        line_width=1,
        tools=["hover"],
        hover_tooltips=HOVER,
        **bar(),
    )
    # Words of a colour each: Bokeh can't draw fewer words than before where each has a colour of its own.
    text, inks = table["text"].to_numpy(object), np.array(ink(shown, colours, (low, high)), object)
    words = [
        hv.Labels((column[inks == one], row[inks == one], text[inks == one]), ["x", "y"], "text").opts(
            text_color=one, text_font_size="11px"
        )
        for one in dict.fromkeys((BLACK, WHITE, colours.text))
    ]
    around = np.zeros(len(table), bool) if ringed is None else ringed.to_numpy(bool)
    c, r = column[around], row[around]
    rings = hv.Rectangles((c - 0.47, r - 0.47, c + 0.47, r + 0.47)).opts(
        fill_alpha=0, line_color=colours.warn, line_width=3
    )
    columns, rows = (int(places.max()) + 1 if places.size else 1 for places in (column, row))
    return framed(
        (boxes, *words, rings),
        dark,
        options,
        tools=(),
        xlim=(-0.5, columns - 0.5),
        ylim=(-0.5, rows - 0.5),
        xlabel=x[0] or " ",
        ylabel=y[0] or " ",
        xticks=list(x[1].items()) or NO_TICK,
        yticks=list(y[1].items()) or NO_TICK,
    )


def boxed(value: hv.Dimension | str) -> str:
    """The name of a dimension."""
    return value if isinstance(value, str) else value.name


def ink(values: Any, colours: Palette, ends: tuple[float, float]) -> list[str]:
    """Black or white, whichever is read better on each cell."""
    low, high = ends
    found = []
    for value in np.asarray(values, float):
        if value != value:
            found.append(colours.text)
            continue
        place = min(max((value - low) / (high - low), 0.0), 1.0)
        shade = colours.ramp[round(place * (len(colours.ramp) - 1))]
        red, green, blue = (int(shade[at : at + 2], 16) for at in (1, 3, 5))
        found.append(BLACK if 0.299 * red + 0.587 * green + 0.114 * blue > 140 else WHITE)
    return found
