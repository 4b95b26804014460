"""Cells on a grid, coloured by a number, with the number in them and the rest in the hover."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from bokeh.events import Tap
from bokeh.models import BasicTicker, ColumnDataSource, FixedTicker, HoverTool, LinearColorMapper
from bokeh.models.annotations import ColorBar

from clara_app.theme import Look, look, paint_frame, plot

__all__ = ["HeatMap"]

TOOLTIP = '<div style="white-space:pre-line;max-width:320px">@hover</div>'
Ticks = Mapping[float, str]


class HeatMap:
    """A figure of equal cells; cell (0, 0) is at the lower left.

    Parameters
    ----------
    tapped : callable, optional
        Called with column and row of a cell that was clicked.
    """

    def __init__(self, tapped: Callable[[int, int], object] | None = None) -> None:
        self._colours = look(False)
        self._ends = (0.0, 1.0)
        self.cells = ColumnDataSource({name: [] for name in ("column", "row", "value", "text", "hover", "ink")})
        self.here = ColumnDataSource({"column": [], "row": []})
        self.mapper = LinearColorMapper(palette=["#888888"], low=0, high=1)
        self.figure = plot(
            x_range=(-0.5, 0.5),
            y_range=(-0.5, 0.5),
            tools="",
            toolbar_location=None,
            min_border=4,
            x_axis_label=" ",
            y_axis_label=" ",
        )
        shade: Any = {"field": "value", "transform": self.mapper}
        self._boxes = self.figure.rect(
            "column", "row", width=1, height=1, source=self.cells, fill_color=shade, line_width=1
        )
        self._text = self.figure.text(
            "column",
            "row",
            "text",
            source=self.cells,
            text_align="center",
            text_baseline="middle",
            text_font_size="11px",
            text_color="ink",
        )
        self._ring = self.figure.rect(
            "column", "row", width=0.94, height=0.94, source=self.here, fill_color=None, line_width=3
        )
        self.bar = ColorBar(
            color_mapper=self.mapper,
            width=8,
            padding=2,
            margin=0,
            ticker=BasicTicker(desired_num_ticks=5),
            label_standoff=4,
        )
        self.figure.add_layout(self.bar, "right")
        self.figure.add_tools(HoverTool(renderers=[self._boxes], tooltips=TOOLTIP))
        if tapped is not None:
            self._tapped = tapped
            self.figure.on_event(Tap, self._tap)

    def show(
        self, cells: pd.DataFrame, *, x: tuple[str, Ticks], y: tuple[str, Ticks], ends: tuple[float, float]
    ) -> None:
        """Draw cells.

        Parameters
        ----------
        cells : DataFrame
            Columns column and row (from 0), value (NaN stays without a colour), text and hover.
        x, y : (title, mapping of place to text)
            Axes; ticks may stand between cells.
        ends : (float, float)
            Values of the first and the last colour.
        """
        self._ends = low, high = ends if ends[1] > ends[0] else (ends[0] - 0.5, ends[0] + 0.5)
        self.mapper.update(low=low, high=high)
        columns, rows = (int(cells[name].max()) + 1 if len(cells) else 1 for name in ("column", "row"))
        for span, size in ((self.figure.x_range, columns), (self.figure.y_range, rows)):
            span.update(start=-0.5, end=size - 0.5)
        for axis, (title, ticks) in ((self.figure.xaxis[0], x), (self.figure.yaxis[0], y)):
            axis.update(
                axis_label=title,
                ticker=FixedTicker(ticks=list(ticks)),
                major_label_overrides=dict(ticks),
            )
        names = ("column", "row", "value", "text", "hover")
        self.cells.data = {name: cells[name].tolist() for name in names} | {"ink": self._ink(cells["value"])}

    def mark(self, column: int | None, row: int | None) -> None:
        """Frame one cell, or none."""
        known = column is not None and row is not None
        self.here.data = {"column": [column] if known else [], "row": [row] if known else []}

    def paint(self, colours: Look) -> None:
        """Take the colours of a look."""
        self._colours = colours
        paint_frame(self.figure, colours)
        self.mapper.update(palette=list(colours.ramp), nan_color=colours.muted)
        self._boxes.glyph.line_color = colours.ground
        self._ring.glyph.line_color = colours.warn
        self.cells.data = dict(self.cells.data) | {"ink": self._ink(self.cells.data["value"])}

    def _tap(self, event: Any) -> None:
        self._tapped(round(event.x), round(event.y))

    def _ink(self, values: Any) -> list[str]:
        """Black or white, whichever is read better on each cell."""
        ramp, (low, high) = self._colours.ramp, self._ends
        found = []
        for value in np.asarray(values, float):
            if value != value:
                found.append(self._colours.text)
                continue
            place = min(max((value - low) / (high - low), 0.0), 1.0)
            shade = ramp[round(place * (len(ramp) - 1))]
            red, green, blue = (int(shade[at : at + 2], 16) for at in (1, 3, 5))
            found.append("#000000" if 0.299 * red + 0.587 * green + 0.114 * blue > 140 else "#ffffff")
        return found
