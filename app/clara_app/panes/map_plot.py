"""The plot of the map: points while they are few, one picture when they are many; both pan, zoom and select alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import holoviews as hv
import numpy as np
import pandas as pd
from bokeh.events import MouseLeave, MouseMove, SelectionGeometry
from bokeh.models import ColumnDataSource, CustomJS
from bokeh.models.annotations import ColorBar
from bokeh.plotting import figure
from numpy.typing import NDArray

from clara_app.kept_plot import KeptPlot
from clara_app.plot_view import by_server_alone, inside
from clara_engine.plots import Shade, View
from clara_engine.plots.drawing import Drawing, Layer
from clara_engine.plots.embedding import embedding_drawing, star_layers
from clara_engine.plots.points import MOST_POINTS, drawing_order

__all__ = ["MapPlot"]

REACH_PIXELS = 14
CROWD_PIXELS = 4
NOWHERE = pd.DataFrame({"x": np.empty(0, np.float32), "y": np.empty(0, np.float32)}, index=np.empty(0, object))

# The pointer rests this long [ms] before anybody asks which star is below it.
REST = 15
POINT = f"""
clearTimeout(pointer.tags[0])
pointer.tags = [setTimeout(() => {{
  pointer.data = {{x: [cb_obj.x], y: [cb_obj.y], sx: [cb_obj.sx], sy: [cb_obj.sy]}}
}}, {REST})]
"""
LEAVE = "clearTimeout(pointer.tags[0]); pointer.data = {x: [], y: [], sx: [], sy: []}"


class MapPlot(KeptPlot):
    """The map.

    Parameters
    ----------
    tapped : callable
        Called with the place of a click.
    outlined : callable
        Called with the target ids in an outline that was finished, the highest value first.
    pointed : callable
        Called when the pointer came to rest or left; see `pointer`.
    """

    def __init__(
        self,
        *,
        dark: bool = False,
        tapped: Callable[[float, float], object],
        outlined: Callable[[list[str]], object],
        pointed: Callable[[], None],
    ) -> None:
        self._stars: tuple[tuple[Any, ...], list[Layer]] = ((), [])
        super().__init__(
            self._map,
            stays=("plane", "shade", "selection", "axes", "target", "names"),
            tapped=tapped,
            plane=NOWHERE,
            shade=Shade(""),
            dark=dark,
        )
        self.pointer = ColumnDataSource({"x": [], "y": [], "sx": [], "sy": []}, tags=[0])
        self.pointer.on_change("data", lambda attr, old, new: pointed())
        self._outlined = outlined

    def _join(self, made: figure) -> None:
        super()._join(made)
        made.js_on_event(MouseMove, CustomJS(args={"pointer": self.pointer}, code=POINT))
        made.js_on_event(MouseLeave, CustomJS(args={"pointer": self.pointer}, code=LEAVE))
        made.on_event(SelectionGeometry, self._around)

    def _around(self, event: Any) -> None:
        if event.final and (found := self._in_outline(event.geometry)) is not None:
            order = drawing_order(self.shade.values)[::-1]
            self._outlined(self.ids[order[found[order]]].tolist())

    @property
    def plane(self) -> pd.DataFrame:
        """Where each target is: columns x and y by target id."""
        return self.given["plane"]

    @property
    def shade(self) -> Shade:
        """What colours the targets of `plane`."""
        return self.given["shade"]

    @property
    def ids(self) -> NDArray[np.object_]:
        """Targets in the order of `plane`."""
        return self.plane.index.to_numpy(object)

    @property
    def crowded(self) -> bool:
        """Whether what is drawn depends on the view, also where that shows few of very many stars."""
        return len(self.plane) > MOST_POINTS

    def ring(self, target_id: str) -> None:
        """Mark the selected star."""
        self.draw(target=target_id)

    def at(self, x: float, y: float) -> str | None:
        """The target below a place: the strongest of a crowd, else the nearest within reach, else None."""
        if not len(self.plane):
            return None
        (width, height), (x0, x1), (y0, y1) = self.pixels, *self.ends
        across, up = self.plane["x"].to_numpy(), self.plane["y"].to_numpy()
        away = np.hypot((across - x) * (width / ((x1 - x0) or 1.0)), (up - y) * (height / ((y1 - y0) or 1.0)))
        crowd = away <= CROWD_PIXELS
        if len(self.plane) > MOST_POINTS and crowd.any():
            places = np.flatnonzero(crowd)
            return str(
                self.ids[places[drawing_order(self.shade.values[places])[-1]]]
            )  # drawn last: the one that is seen
        closest = int(np.argmin(away))
        return str(self.ids[closest]) if away[closest] <= REACH_PIXELS else None

    def middles(self) -> dict[str, tuple[float, float]]:
        """Middle of each category, by its name."""
        found = {}
        for place, name in enumerate(self.shade.categories):
            members = self.plane[self.shade.values == place]
            if len(members):
                found[name] = (float(members["x"].median()), float(members["y"].median()))
        return found

    def _map(
        self,
        plane: pd.DataFrame,
        shade: Shade,
        selection: tuple[str, ...] = (),
        axes: tuple[str, str] | None = None,
        target: str = "",
        names: dict[str, tuple[float, float]] | None = None,
        seen: View | None = None,
        dark: bool = False,
    ) -> Drawing:
        """The drawing of `embedding`; stars that are the same are not laid out anew."""
        titles = axes or ("x", "y")
        asked = (plane, shade, selection, titles, seen, dark)
        if len(self._stars[0]) != len(asked) or any(a is not b for a, b in zip(self._stars[0], asked, strict=True)):
            self._stars = asked, star_layers(plane, shade, titles, selection=selection, seen=seen, dark=dark)
        return embedding_drawing(plane, self._stars[1], titles, target=target, names=names, dark=dark)

    def finish(self, plot: Any, element: hv.Overlay) -> None:
        """What HoloViews has no option for; one of its hooks."""
        super().finish(plot, element)
        by_server_alone(plot, element)
        plot.state.min_border = 4
        for bar in plot.state.right:
            if isinstance(bar, ColorBar):
                bar.update(visible=not self.shade.categories, title=None)  # the menu above it says what it is
        self._show_axes(plot.state)

    def _title_axes(self) -> None:
        super()._title_axes()
        self._show_axes(self.figure)

    def _show_axes(self, drawn: figure) -> None:
        for axis in drawn.axis:
            axis.visible = self.given.get("axes") is not None

    def _in_outline(self, geometry: Any) -> NDArray[np.bool_] | None:
        x, y = self.plane["x"].to_numpy(), self.plane["y"].to_numpy()
        if geometry["type"] == "poly":
            return inside(x, y, np.asarray(geometry["x"], float), np.asarray(geometry["y"], float))
        if geometry["type"] == "rect":
            (x0, x1), (y0, y1) = sorted((geometry["x0"], geometry["x1"])), sorted((geometry["y0"], geometry["y1"]))
            return np.asarray((x >= x0) & (x <= x1) & (y >= y0) & (y <= y1))
        return None
