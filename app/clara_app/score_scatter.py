"""Score against score: every star of two runs in one figure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from bokeh.events import Tap
from bokeh.models import ColumnDataSource
from numpy.typing import NDArray

from clara_app.raster import raster
from clara_app.theme import Look, look, paint_frame, plot

__all__ = ["MOST_DOTS", "ScoreScatter"]

MOST_DOTS = 20_000
PIXELS = 500
REACH = 0.02
ROOM = 0.03


class ScoreScatter:
    """A dot a star: score in run B across, score in run A up; above the line, A finds it stranger.

    Parameters
    ----------
    tapped : callable
        Called with the target id of the star that was clicked.
    """

    def __init__(self, tapped: Callable[[str], object]) -> None:
        self._tapped = tapped
        self._colours = look(False)
        self.ids: NDArray[np.object_] = np.empty(0, object)
        self.x, self.y = np.empty(0, np.float32), np.empty(0, np.float32)
        none: dict[str, list[float]] = {"x": [], "y": []}
        self.dots, self.labelled, self.here = (ColumnDataSource(none) for _ in range(3))
        self.crowd = ColumnDataSource({"image": [], "x": [], "y": [], "dw": [], "dh": []})
        self.figure = plot(
            x_range=(0, 1),
            y_range=(0, 1),
            tools="pan,wheel_zoom,box_zoom,reset",
            active_drag="box_zoom",
            x_axis_label="anomaly score in B (0 to 1)",
            y_axis_label="anomaly score in A (0 to 1)",
        )
        self.figure.image_rgba("image", "x", "y", "dw", "dh", source=self.crowd)
        self._equal = self.figure.line([-1, 2], [-1, 2], line_dash="dashed", line_alpha=0.5)
        self._dots, self._labelled, self._here = (
            self.figure.scatter("x", "y", source=source, size=size, line_color=None, fill_alpha=alpha)
            for source, size, alpha in ((self.dots, 4, 0.45), (self.labelled, 6, 0.95), (self.here, 14, 0.0))
        )
        self._here.glyph.update(line_width=2)
        self.figure.on_event(Tap, lambda event: self.tap(event.x, event.y))

    def show(self, table: pd.DataFrame, labelled: NDArray[np.bool_]) -> None:
        """Draw the stars of two runs.

        Parameters
        ----------
        table : DataFrame
            As `clara_engine.studies.compare.moves`.
        labelled : ndarray of bool
            Which of them stand out.
        """
        self.ids = table.index.to_numpy()
        self.x = table["score_second"].to_numpy(np.float32)
        self.y = table["score_first"].to_numpy(np.float32)
        for axis, values in ((self.figure.x_range, self.x), (self.figure.y_range, self.y)):
            low, high = (float(values.min()), float(values.max())) if values.size else (0.0, 1.0)
            room = ROOM * (high - low) or 0.05
            axis.update(start=low - room, end=high + room, reset_start=low - room, reset_end=high + room)
        crowded = self.ids.size > MOST_DOTS
        plain = np.zeros(self.ids.size, bool) if crowded else ~labelled
        for source, chosen in ((self.dots, plain), (self.labelled, labelled)):
            source.data = {"x": self.x[chosen], "y": self.y[chosen]}
        self._draw_crowd(crowded)

    def mark(self, target_id: str) -> None:
        """Put a ring around one star."""
        place = np.flatnonzero(self.ids == target_id)
        self.here.data = {"x": self.x[place], "y": self.y[place]}

    def tap(self, x: float, y: float) -> None:
        """Choose the star nearest to a place, where one is near."""
        if not self.ids.size:
            return
        (left, right), (bottom, top) = self._ends()
        distance = np.hypot((self.x - x) / (right - left), (self.y - y) / (top - bottom))
        nearest = int(np.argmin(distance))
        if distance[nearest] < REACH:
            self._tapped(str(self.ids[nearest]))

    def paint(self, colours: Look) -> None:
        """Take the colours of a look."""
        self._colours = colours
        paint_frame(self.figure, colours)
        self._dots.glyph.fill_color = colours.points
        self._labelled.glyph.fill_color = colours.accent
        self._here.glyph.line_color = colours.warn
        self._equal.glyph.line_color = colours.quiet
        self._draw_crowd(self.ids.size > MOST_DOTS)

    def _ends(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """What is in view, across and up."""
        x: Any = self.figure.x_range
        y: Any = self.figure.y_range
        return (x.start, x.end), (y.start, y.end)

    def _draw_crowd(self, crowded: bool) -> None:
        """More stars than dots can be told apart are drawn as one picture."""
        if not crowded:
            if len(self.crowd.data["image"]):
                self.crowd.data = {"image": [], "x": [], "y": [], "dw": [], "dh": []}
            return
        across, up = self._ends()
        shade = self._colours.points
        picture = raster(
            self.x,
            self.y,
            np.zeros(self.x.size, np.float32),
            colours=(shade, shade),
            low=0,
            high=1,
            categories=0,
            muted=shade,
            alpha=0.6,
            x_range=across,
            y_range=up,
            width=PIXELS,
            height=PIXELS,
        )
        self.crowd.data = {
            "image": [picture],
            "x": [across[0]],
            "y": [up[0]],
            "dw": [across[1] - across[0]],
            "dh": [up[1] - up[0]],
        }
