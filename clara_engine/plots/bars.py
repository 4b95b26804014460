"""Numbers with names, one below another, each beside what chance would give."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import holoviews as hv
import numpy as np

from clara_engine.plots.cells import HOVER
from clara_engine.plots.theme import framed, palette

__all__ = ["bars"]


def bars(
    names: Sequence[str],
    value: Any,
    chance: Any,
    *,
    axis_title: str,
    hover: Sequence[str],
    interval: tuple[Any, Any] | None = None,
    quiet: Any = None,
    dark: bool = False,
    **options: Any,
) -> hv.Overlay:
    """Draw a bar a number, the first on top, with a mark where chance is.

    Parameters
    ----------
    value, chance : array_like, shape (n,)
    axis_title : str
        Of the axis that the numbers are on.
    interval : (low, high), optional
        Drawn as a line, when given; the value then is a point.
    quiet : array_like of bool, optional
        Bars that do not stand out.
    """
    colours = palette(dark)
    values, levels = np.asarray(value, float), np.asarray(chance, float)
    rows = np.arange(len(names), dtype=float)[::-1]
    dims = [hv.Dimension("across", label=axis_title), hv.Dimension("row", label=" ")]
    shade = np.where(np.zeros(rows.size, bool) if quiet is None else quiet, colours.muted, colours.accent)
    words = np.array(list(hover), object)
    more = [dims[0], dims[1], "x1", "y1"]
    if interval is None:
        shown = (np.zeros(rows.size), rows - 0.36, values, rows + 0.36, shade.astype(object), words)
        points = np.empty(0)
    else:
        low, high = (np.asarray(end, float) for end in interval)
        shown = (low, rows - 0.12, high, rows + 0.12, shade.astype(object), words)
        points = values
    drawn = hv.Rectangles(shown, more, ["shade", "hover"]).opts(
        color="shade",
        line_color=None,
        tools=["hover"],
        hover_tooltips=HOVER,
        fill_alpha=1 if interval is None else 0.45,
    )
    places = rows if points.size else points
    marks = hv.Segments((levels, rows - 0.44, levels, rows + 0.44), more).opts(color=colours.warn, line_width=2)
    dots = hv.Points((points, places), dims).opts(color=colours.accent, size=9)
    known = np.concatenate([values, levels, *(() if interval is None else (np.asarray(interval[1], float),))])
    most = float(np.nanmax(known)) if known.size else 1.0
    return framed(
        [drawn, marks, dots],
        dark,
        options,
        tools=(),
        xlabel=axis_title,
        ylabel=" ",
        xlim=(0, most * 1.04 or 1.0),
        ylim=(-0.6, max(len(names) - 0.4, 0.6)),
        yticks=sorted(zip(rows, names, strict=True)),  # Bokeh leaves texts out where ticks fall
    )
