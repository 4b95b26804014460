"""A plot in a pane: a function of `clara_engine.plots` with its Pipe, DynamicMap and mouse events."""

from __future__ import annotations

from collections.abc import Callable
from threading import RLock
from typing import Any

import holoviews as hv
import numpy as np
import panel as pn
from bokeh.models.tools import RegionSelectTool
from numpy.typing import NDArray
from panel.io import hold

from clara_engine.plots import View

__all__ = ["ONE_AT_A_TIME", "PlotView", "by_server_alone", "inside"]

#: HoloViews keeps its options in one place for all threads, and `preload` draws in one while the first page is made.
ONE_AT_A_TIME = RLock()

#: A change of these keeps the view that the user has zoomed to.
STAYS = frozenset({"dark", "target", "selection", "run_id", "view"})
SMALL = {"min_height": 60}


def by_server_alone(plot: Any, element: Any) -> None:
    """Keep Bokeh from selecting points: the server decides, for points and pictures alike. A hook of HoloViews."""
    for tool in plot.state.tools:
        if isinstance(tool, RegionSelectTool):
            tool.renderers = []


Float = NDArray[np.floating[Any]]


def inside(x: Float, y: Float, corners_x: Float, corners_y: Float) -> NDArray[np.bool_]:
    """Which points lie in a polygon (even-odd rule); points outside its bounding box are sorted out first."""
    near = (x >= corners_x.min()) & (x <= corners_x.max()) & (y >= corners_y.min()) & (y <= corners_y.max())
    places = np.flatnonzero(near)
    px, py = x[places], y[places]
    crossed = np.zeros(places.size, np.bool_)
    for ax, ay, bx, by in zip(corners_x, corners_y, np.roll(corners_x, -1), np.roll(corners_y, -1), strict=True):
        between = (ay > py) != (by > py)
        with np.errstate(divide="ignore", invalid="ignore"):
            crossed ^= between & (px < ax + (bx - ax) * (py - ay) / (by - ay))
    found = np.zeros(x.size, np.bool_)
    found[places[crossed]] = True
    return found


class PlotView(pn.viewable.Viewer):
    """A plot that is drawn when it is first shown, and again when its arguments change.

    Parameters
    ----------
    plot : callable
        A plot of `clara_engine.plots`.
    tapped : callable, optional
        Called with the place of a click, in the units of the axes.
    outlined : callable, optional
        Called with the corners of what somebody drew around, x and y, by lasso or as a box.
    given : keywords
        Of `plot`; more come by `draw`.
    """

    def __init__(
        self,
        plot: Callable[..., hv.Overlay],
        *,
        tapped: Callable[[float, float], object] | None = None,
        outlined: Callable[[Float, Float], object] | None = None,
        **given: Any,
    ) -> None:
        super().__init__()
        self._plot = plot
        self.given: dict[str, Any] = SMALL | given | ({"hooks": [by_server_alone]} if outlined else {})
        self._moved = True
        self.pipe = hv.streams.Pipe(data=0)
        # HoloViews hears what is done on a plot of several elements only where one of its own streams is of that kind.
        self.plot = hv.DynamicMap(self._drawn, streams=[self.pipe, hv.streams.PlotReset()])
        self.tap = self._listen(hv.streams.SingleTap, self.tapped, tapped)
        self.lasso = self._listen(hv.streams.Lasso, self._lassoed, outlined)
        self.box = self._listen(hv.streams.BoundsXY, self._boxed, outlined)
        self._tell_tap, self._tell_outline = tapped, outlined
        self.crowded = False  # whether a picture is drawn anew when the view moves
        self.range = hv.streams.RangeXY(source=self.plot)
        self.size = hv.streams.PlotSize(source=self.plot)
        for stream in (self.range, self.size):
            stream.add_subscriber(self.view_moved)
        self._pane = pn.pane.HoloViews(None, backend="bokeh", linked_axes=False, sizing_mode="stretch_both", margin=0)

    def draw(self, **given: Any) -> None:
        """Draw with these arguments changed, and the others as before."""
        self.given |= given
        self._moved = not given.keys() <= STAYS
        if self._moved:
            self.given.pop("view", None)
        with hold(), ONE_AT_A_TIME:  # an event of a widget comes without the lock that Bokeh wants
            if self._pane.object is None:
                self._moved = True
                self._pane.object = self.plot
            else:
                self.pipe.send(self.pipe.data + 1)

    def paint(self, dark: bool) -> None:
        """Set the theme; a plot that has not been shown yet is drawn later."""
        if self._pane.object is None:
            self.given["dark"] = dark
        elif self.given.get("dark") != dark:
            self.draw(dark=dark)

    @property
    def drawn(self) -> hv.Overlay:
        """What is on the screen."""
        return self._plot(**self.given)

    def part(self, kind: type[hv.Element], place: int = 0) -> Any:
        """The non-empty element of one type at this place."""
        return [one for one in self.drawn if isinstance(one, kind) and len(one)][place]

    def _drawn(self, data: int, resetting: bool) -> hv.Overlay:
        return self._plot(**self.given, framewise=self._moved)

    @property
    def ends(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """The ranges of x and y in view."""
        home = self.drawn.opts.get("plot").kwargs
        return self.range.x_range or home["xlim"], self.range.y_range or home["ylim"]

    def view_moved(self, **seen: Any) -> None:
        """Draw what is in view, where a picture of it is needed."""
        if self.crowded and self.range.x_range and self.range.y_range:
            size = {name: int(pixels) for name in ("width", "height") if (pixels := getattr(self.size, name))}
            self.draw(view=View(self.range.x_range, self.range.y_range, **size))

    def _listen(self, stream: type, action: Callable[..., None], wanted: object) -> Any:
        if wanted is None:
            return None
        made = stream(source=self.plot)
        made.add_subscriber(action)
        return made

    def tapped(self, x: float | None, y: float | None) -> None:
        """Tell the place of a click."""
        if x is not None and y is not None and self._tell_tap is not None:
            self._tell_tap(float(x), float(y))

    def _lassoed(self, geometry: Float | None) -> None:
        if geometry is not None and self._tell_outline is not None:
            self._tell_outline(geometry[:, 0].astype(float), geometry[:, 1].astype(float))

    def _boxed(self, bounds: tuple[float, float, float, float] | None) -> None:
        if bounds is not None and self._tell_outline is not None:
            x0, y0, x1, y1 = (float(end) for end in bounds)
            self._tell_outline(np.array([x0, x1, x1, x0]), np.array([y0, y0, y1, y1]))

    def __panel__(self) -> pn.viewable.Viewable:
        return self._pane
