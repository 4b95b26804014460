"""The figure of the map: points while they are few, one picture when they are many; both pan, zoom and select alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from bokeh.core.property.descriptors import UnsetValueError
from bokeh.events import MouseLeave, MouseMove, RangesUpdate, SelectionGeometry, Tap
from bokeh.models import BasicTicker, ColumnDataSource, CustomJS, LinearColorMapper
from bokeh.models.annotations import ColorBar
from bokeh.models.tools import RegionSelectTool
from numpy.typing import NDArray

from clara_app.colouring import Colouring
from clara_app.map_choice import MOST_POINTS
from clara_app.plot_view import inside
from clara_app.theme import CATEGORIES, Palette, paint_frame, plot

__all__ = ["MapPlot"]

REACH_PIXELS = 14
CROWD_PIXELS = 4
FAINT = 0.12

Float = NDArray[np.floating[Any]]
# The pointer rests this long [ms] before anybody asks which star is below it.
REST = 15
POINT = f"""
clearTimeout(pointer.tags[0])
pointer.tags = [setTimeout(() => {{
  pointer.data = {{x: [cb_obj.x], y: [cb_obj.y], sx: [cb_obj.sx], sy: [cb_obj.sy]}}
}}, {REST})]
"""
LEAVE = "clearTimeout(pointer.tags[0]); pointer.data = {x: [], y: [], sx: [], sy: []}"


class MapPlot:
    """Figure of the map.

    Attributes
    ----------
    ids : ndarray of str
        Targets in the order in which they are drawn, the highest value last.
    """

    def __init__(self) -> None:
        self.ids: NDArray[np.object_] = np.empty(0, object)
        self.x, self.y = np.empty(0, np.float32), np.empty(0, np.float32)
        self.values = np.empty(0, np.float32)
        self.picked = np.empty(0, np.bool_)
        self._place: dict[str, int] = {}
        self._colour = Colouring("", self.values, 0.0, 1.0)
        self._palette: Sequence[str] = ("#888888", "#888888")
        self._muted = "#888888"
        none: dict[str, Any] = {"x": [], "y": [], "value": []}
        self.points, self.chosen = ColumnDataSource(none), ColumnDataSource(none)
        self.one = ColumnDataSource({"x": [], "y": []})
        self.names = ColumnDataSource({"x": [], "y": [], "text": []})
        self.pictures = ColumnDataSource({"image": [], "x": [], "y": [], "dw": [], "dh": []})
        self.pointer = ColumnDataSource({"x": [], "y": [], "sx": [], "sy": []}, tags=[0])
        self.mapper = LinearColorMapper(palette=["#888888"], low=0, high=1)
        self.figure = plot(
            x_range=(-1, 1),
            y_range=(-1, 1),
            tools="pan,wheel_zoom,lasso_select,box_select,reset,save",
            active_drag="lasso_select",
            active_scroll="wheel_zoom",
            output_backend="canvas",
            min_border=4,
        )
        self.figure.image_rgba("image", "x", "y", "dw", "dh", source=self.pictures)
        colour: Any = {"field": "value", "transform": self.mapper}
        self._dots = self.figure.scatter("x", "y", source=self.points, size=5, line_color=None, fill_color=colour)
        self._top = self.figure.scatter("x", "y", source=self.chosen, size=5, line_color=None, fill_color=colour)
        self._ring = self.figure.scatter("x", "y", source=self.one, size=15, fill_color=None, line_width=2)
        self._names = self.figure.text(
            "x",
            "y",
            "text",
            source=self.names,
            text_align="center",
            text_baseline="middle",
            text_font_size="11px",
            text_font_style="bold",
            text_outline_color="white",
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
        self.figure.js_on_event(MouseMove, CustomJS(args={"pointer": self.pointer}, code=POINT))
        self.figure.js_on_event(MouseLeave, CustomJS(args={"pointer": self.pointer}, code=LEAVE))
        for tool in self.figure.select({"type": RegionSelectTool}):
            tool.update(renderers=[])  # what is selected is decided here, for points and pictures alike
        self.figure.on_event(RangesUpdate, self._view_moved)

    def listen(
        self,
        tapped: Callable[[float, float], None],
        drawn_around: Callable[[NDArray[np.bool_]], None],
        pointed: Callable[[], None],
    ) -> None:
        """Call back for a click, an outline that was finished, and a pointer that came to rest or left."""
        self.figure.on_event(Tap, lambda event: tapped(event.x, event.y))

        def around(event: Any) -> None:
            if event.final and (found := self._in_outline(event.geometry)) is not None:
                drawn_around(found)

        self.figure.on_event(SelectionGeometry, around)
        self.pointer.on_change("data", lambda attr, old, new: pointed())

    def show(self, plane: pd.DataFrame, table: pd.DataFrame, colour: Colouring, *, move: bool) -> None:
        """Draw the map.

        Parameters
        ----------
        plane : DataFrame
            Columns x and y, by target id.
        table : DataFrame
            `Session.table`.
        colour : Colouring
            One value for each row of `table`.
        move : bool
            Whether to bring all points into view; False keeps the zoom.
        """
        rows = plane.index.get_indexer(table.index)
        there = np.flatnonzero(rows >= 0)
        values = colour.values[there]
        there = there[np.argsort(np.where(np.isfinite(values), values, -np.inf), kind="stable")]
        self.ids = table.index.to_numpy(object)[there]
        self._place = {target_id: place for place, target_id in enumerate(self.ids)}
        spots = plane[["x", "y"]].to_numpy(np.float32)[rows[there]]
        self.x, self.y = np.ascontiguousarray(spots[:, 0]), np.ascontiguousarray(spots[:, 1])
        self.values = colour.values[there].astype(np.float32)
        self._colour = colour
        self.picked = np.zeros(self.ids.size, np.bool_)
        if move and self.ids.size:
            for axis, places in ((self.figure.x_range, self.x), (self.figure.y_range, self.y)):
                low, high = float(places.min()), float(places.max())
                room = 0.04 * (high - low) or 1.0
                ends = {"start": low - room, "end": high + room}
                axis.update(**ends, reset_start=ends["start"], reset_end=ends["end"])

    def pick(self, target_ids: Sequence[str]) -> None:
        """Let these targets stand out; all are alike when there are none."""
        self.picked = np.zeros(self.ids.size, np.bool_)
        places = [self._place[target_id] for target_id in target_ids if target_id in self._place]
        self.picked[places] = True

    def paint(self, colours: Palette) -> None:
        """Take the colours of a look for the colouring that is shown."""
        paint_frame(self.figure, colours)
        colour = self._colour
        self._palette = CATEGORIES[: len(colour.categories)] if colour.categories else colours.ramp
        self._muted = colours.muted
        self.mapper.update(palette=list(self._palette), low=colour.low, high=colour.high, nan_color=colours.muted)
        self.bar.visible = not colour.categories
        self._ring.glyph.line_color = colours.warn
        self._names.glyph.update(text_color=colours.text, text_outline_color=colours.ground)

    def draw(self) -> None:
        """Send what is in view to the browser: as points, or as a picture where there are too many."""
        view = self._in_view()
        some = bool(self.picked.any())
        all_fit = self.ids.size <= MOST_POINTS  # then nothing need be sent when the view moves
        few = all_fit or int(view.sum()) <= MOST_POINTS
        size = 7.0 if self.ids.size < 500 else 5.0 if self.ids.size < 5000 else 3.5
        self._dots.glyph.update(size=size, fill_alpha=FAINT if some else 0.85)
        self._top.glyph.update(size=size, fill_alpha=0.95)
        base = np.flatnonzero(~self.picked & (view | all_fit)) if few else np.empty(0, np.int64)
        top = np.flatnonzero(self.picked & (view | all_fit))
        pictures = [] if few else [self._picture(~self.picked & view, FAINT if some else 1.0)]
        if top.size > MOST_POINTS:
            pictures.append(self._picture(self.picked & view, 1.0))
            top = top[:0]
        self.points.data = self._data(base)
        self.chosen.data = self._data(top)
        x0, x1, y0, y1 = self._ends()
        place = {"x": x0, "y": y0, "dw": x1 - x0, "dh": y1 - y0}
        self.pictures.data = {"image": pictures} | {name: [at] * len(pictures) for name, at in place.items()}

    def name(self, names: dict[str, str]) -> None:
        """Write a name over the middle of each category; no name for those that are missing here."""
        spots: dict[str, list[Any]] = {"x": [], "y": [], "text": []}
        for place, category in enumerate(self._colour.categories):
            members = self.values == place
            if category in names and members.any():
                spots["x"].append(float(np.median(self.x[members])))
                spots["y"].append(float(np.median(self.y[members])))
                spots["text"].append(names[category])
        self.names.data = spots

    def ring(self, target_id: str) -> None:
        """Mark the selected star."""
        place = self._place.get(target_id)
        here = slice(0, 0) if place is None else slice(place, place + 1)
        self.one.data = {"x": self.x[here], "y": self.y[here]}

    def at(self, x: float, y: float) -> str | None:
        """The target below a place: the strongest of a crowd, else the nearest within reach, else None."""
        if not self.ids.size:
            return None
        (width, height), (x0, x1, y0, y1) = self._size(), self._ends()
        away = np.hypot((self.x - x) * (width / (x1 - x0)), (self.y - y) * (height / (y1 - y0)))
        crowd = np.flatnonzero(away <= CROWD_PIXELS)
        if self.ids.size > MOST_POINTS and crowd.size:
            return str(self.ids[crowd[-1]])  # drawn last, so the one that is seen
        closest = int(np.argmin(away))
        return str(self.ids[closest]) if away[closest] <= REACH_PIXELS else None

    def _view_moved(self, event: Any) -> None:
        if self.ids.size > MOST_POINTS:
            self.draw()

    def _data(self, places: NDArray[np.int64]) -> dict[str, Any]:
        return {"x": self.x[places], "y": self.y[places], "value": self.values[places]}

    def _picture(self, which: NDArray[np.bool_], alpha: float) -> NDArray[np.uint32]:
        from clara_app.raster import raster

        (width, height), (x0, x1, y0, y1) = self._size(), self._ends()
        return raster(
            self.x[which],
            self.y[which],
            self.values[which],
            colours=self._palette,
            low=self._colour.low,
            high=self._colour.high,
            categories=len(self._colour.categories),
            muted=self._muted,
            alpha=alpha,
            x_range=(x0, x1),
            y_range=(y0, y1),
            width=width,
            height=height,
        )

    def _in_view(self) -> NDArray[np.bool_]:
        x0, x1, y0, y1 = self._ends()
        return (self.x >= x0) & (self.x <= x1) & (self.y >= y0) & (self.y <= y1)

    def _in_outline(self, geometry: Any) -> NDArray[np.bool_] | None:
        if geometry["type"] == "poly":
            return inside(self.x, self.y, np.asarray(geometry["x"], float), np.asarray(geometry["y"], float))
        if geometry["type"] == "rect":
            (x0, x1), (y0, y1) = sorted((geometry["x0"], geometry["x1"])), sorted((geometry["y0"], geometry["y1"]))
            return (self.x >= x0) & (self.x <= x1) & (self.y >= y0) & (self.y <= y1)
        return None

    def _ends(self) -> tuple[float, float, float, float]:
        x: Any = self.figure.x_range
        y: Any = self.figure.y_range
        return x.start, max(x.end, np.nextafter(x.start, np.inf)), y.start, max(y.end, np.nextafter(y.start, np.inf))

    def _size(self) -> tuple[int, int]:
        try:
            return int(self.figure.inner_width), int(self.figure.inner_height)
        except UnsetValueError:  # no browser has drawn it yet
            return 500, 400
