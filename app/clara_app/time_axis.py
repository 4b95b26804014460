"""The time axis and the time cursor that the plots of one star share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bokeh.events import MouseLeave, MouseMove, RangesUpdate
from bokeh.models import ColumnDataSource, CustomJS, Range1d
from bokeh.models.renderers import GlyphRenderer
from bokeh.plotting import figure

from clara_app.theme import palette

__all__ = ["TimeAxis"]

# Without `sync: false` every movement of the mouse would travel to the server.
MOVE = "cursor.setv({data: {time: [cb_obj.x]}}, {sync: false})"
LEAVE = "cursor.setv({data: {time: []}}, {sync: false})"


class TimeAxis:
    """One range and one vertical line under the mouse, in every figure that joins.

    Attributes
    ----------
    range : bokeh Range1d
        Time [BTJD, days].
    cursor : bokeh ColumnDataSource
        Where the mouse is; lives in the browser alone.
    """

    def __init__(self) -> None:
        self.range = Range1d(start=0, end=1)
        self.cursor = ColumnDataSource({"time": []})
        self._lines: list[GlyphRenderer] = []
        self._acts: list[Callable[[Any], object]] = []

    def when_moved(self, act: Callable[[Any], object]) -> None:
        """Call `act` with the event of Bokeh whenever somebody has moved the view of a figure that has joined."""
        self._acts.append(act)

    def join(self, drawn: figure) -> None:
        """Give a figure the shared range and cursor."""
        drawn.x_range = self.range
        self._lines.append(drawn.vspan(x="time", source=self.cursor, line_width=1, level="overlay"))
        drawn.on_event(RangesUpdate, self._moved)
        drawn.js_on_event(MouseMove, CustomJS(args={"cursor": self.cursor}, code=MOVE))
        drawn.js_on_event(MouseLeave, CustomJS(args={"cursor": self.cursor}, code=LEAVE))

    def _moved(self, event: Any) -> None:
        for act in self._acts:
            act(event)

    def show(self, start: float, end: float) -> None:
        """Show these times; a reset comes back to them."""
        self.range.update(start=start, end=end, reset_start=start, reset_end=end)

    def paint(self, dark: bool) -> None:
        """Take a theme."""
        for line in self._lines:
            line.glyph.line_color = palette(dark).quiet
