"""A plot whose figure is kept: HoloViews makes it, and what changes with a click is written into its columns."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import holoviews as hv
import numpy as np
import panel as pn
from bokeh.core.property.descriptors import UnsetValueError
from bokeh.document import Document
from bokeh.events import RangesUpdate, Tap
from bokeh.models import ColumnDataSource
from bokeh.plotting import figure as Figure
from numpy.typing import NDArray
from panel.io import hold

from clara_app.dots import quick_dots
from clara_app.plot_view import ONE_AT_A_TIME
from clara_app.time_axis import TimeAxis
from clara_engine.plots import View
from clara_engine.plots.drawing import Drawing, Layer

__all__ = ["Ends", "KeptPlot", "figures_later"]

Ends = tuple[float, float]

#: Of a renderer of Bokeh, besides its glyph.
_NO_OTHER_LOOKS = dict.fromkeys(("selection_glyph", "nonselection_glyph", "muted_glyph", "hover_glyph"))
#: What never moves the view.
STAYS = frozenset({"dark", "seen"})
#: What HoloViews calls the values that have the first and the last colour.
ENDS = "clim"

#: Plots whose figures are made later.
_WAITING: ContextVar[list[KeptPlot] | None] = ContextVar("waiting", default=None)


@contextmanager
def figures_later() -> Iterator[list[KeptPlot]]:
    """Leave the figures of new plots to whoever goes through the list, since each takes a while."""
    waiting: list[KeptPlot] = []
    before = _WAITING.set(waiting)
    try:
        yield waiting
    finally:
        _WAITING.reset(before)


class KeptPlot(pn.viewable.Viewer):
    """A plot of what changes with every click on a star.

    One Pipe and one DynamicMap draw it when it is first shown, and whenever its looks change. A click changes its
    columns, its ends and its titles alone; those are written into the figure, which takes a tenth of the time.

    Parameters
    ----------
    drawing : callable
        Gives the `Drawing` of what is shown; without arguments an empty one.
    stays : collection of str
        What of its arguments leaves the view where it is.
    tapped : callable, optional
        Called with the place of a click, in the units of the axes.
    axis : TimeAxis, optional
        That it shares with other plots.
    leads : bool
        Whether the ends of the x axis are those of this plot; else another one of the axis sets them.
    given : keywords
        Of `drawing`; more come by `draw`.
    """

    def __init__(
        self,
        drawing: Callable[..., Drawing],
        *,
        stays: Collection[str] = (),
        tapped: Callable[[float, float], object] | None = None,
        axis: TimeAxis | None = None,
        leads: bool = True,
        **given: Any,
    ) -> None:
        super().__init__()
        self._drawing, self._stays = drawing, STAYS | set(stays)
        self.given = given
        self.drawn = drawing(**given)
        self.pipe = hv.streams.Pipe(data=0)
        self.plot = hv.DynamicMap(self._overlay, streams=[self.pipe])
        self._axis, self._leads, self.tapped = axis, leads, tapped
        self._made: Any = None
        self._then: list[Callable[[], object]] = []
        self._pane = pn.pane.Bokeh(None, sizing_mode="stretch_both", margin=0)

    @property
    def figure(self) -> Figure:
        """The figure, which is made when it is first asked for or drawn."""
        self.make()
        made: Figure = self._made.state
        return made

    def make(self) -> None:
        """Make the figure, unless there is one."""
        if self._made is None:
            # A document of its own: else that of whoever makes it would keep it.
            bokeh = hv.renderer("bokeh")
            with ONE_AT_A_TIME:
                self._made = bokeh.instance(mode="server").get_plot(self.plot, doc=Document(), renderer=bokeh)
            self._join(self._made.state)
            self._show_ends()
            self._pane.object = self._made.state
            while self._then:
                self._then.pop()()

    def when_made(self, act: Callable[[], object]) -> None:
        """Call `act` once there is a figure, which it does not wait for."""
        if self._made is not None:
            act()
        elif act not in self._then:
            self._then.append(act)

    def _join(self, made: Figure) -> None:
        """Give a new figure what HoloViews knows nothing of."""
        if self._axis is not None:
            self._axis.join(made)
            self._axis.paint(self.drawn.dark)
        if self.tapped is not None:
            made.on_event(Tap, self._on_tap)
        made.on_event(RangesUpdate, self.view_moved)

    def draw(self, *, move: bool | None = None, **given: Any) -> None:
        """Draw what is given, and the rest as before.

        Parameters
        ----------
        move : bool, optional
            Whether to bring all of it into view; by default, where something is given that does not leave it.
        """
        move = not given.keys() <= self._stays if move is None else move
        with hold():  # an event of a widget comes without the lock that Bokeh wants
            self._draw(move, given)

    def _draw(self, move: bool, given: dict[str, Any]) -> None:
        if move:
            self.given.pop("seen", None)
            if self._made is not None and self.crowded:
                self.given["seen"] = View(None, None, *self.pixels)
        self.given |= given
        with ONE_AT_A_TIME:
            before, self.drawn = self.drawn, self._drawing(**self.given)
        if self._made is None:
            if (waiting := _WAITING.get()) is None:
                self.make()
            elif self not in waiting:
                waiting.append(self)
            return
        if _looks(before) == _looks(self.drawn):
            self._write(before)
        else:
            with ONE_AT_A_TIME:
                self.pipe.send(self.pipe.data + 1)
        if move:
            self._show_ends()

    def paint(self, dark: bool) -> None:
        """Take a theme."""
        if self._made is None:
            self.given["dark"] = dark
        elif self.given.get("dark", False) != dark:
            with hold():
                self.draw(dark=dark)
                if self._axis is not None:
                    self._axis.paint(dark)

    def columns(self, group: str) -> dict[str, Any]:
        """What the figure has of a layer."""
        return dict(self.source(group).data)

    def source(self, group: str) -> ColumnDataSource:
        """The columns of a layer, as the browser has them."""
        _ = self.figure
        source: ColumnDataSource = self._parts[group].handles["source"]
        return source

    @property
    def cursor_id(self) -> str:
        """What Bokeh calls the source of the time below the pointer; empty where there is none."""
        return "" if self._axis is None else self._axis.cursor.id

    @property
    def _parts(self) -> dict[str, Any]:
        """What HoloViews has made of each layer."""
        return {group: part for (group, *_), part in self._made.subplots.items()}

    def _overlay(self, data: int) -> hv.Overlay:
        return self.drawn.overlay(min_height=60, hooks=[_Finish(self)], framewise=False)

    def finish(self, plot: Any, element: hv.Overlay) -> None:
        """What HoloViews has no option for; one of its hooks."""
        plot.state.update(sizing_mode="stretch_both", min_border=2)
        for (group, *_), part in plot.subplots.items():
            if group == "Samples":
                quick_dots(part.handles["glyph"])
            # A browser holds all points once more for each of these; only the server selects and draws what is chosen.
            part.handles["glyph_renderer"].update(**_NO_OTHER_LOOKS)

    def _write(self, before: Drawing) -> None:
        parts = self._parts
        for old, layer in zip(before.layers, self.drawn.layers, strict=True):
            handles = parts[layer.group].handles
            if not _same(old, layer):
                handles["source"].data = _columns(layer, set(handles["source"].data))
            if ENDS in layer.style and layer.style[ENDS] != old.style[ENDS]:
                low, high = layer.style[ENDS]
                handles["color_mapper" if layer.kind is hv.Image else "color_color_mapper"].update(low=low, high=high)
        self._title_axes()

    def _title_axes(self) -> None:
        for axes, title in ((self.figure.xaxis, self.drawn.x_title), (self.figure.yaxis, self.drawn.y_title)):
            for axis in axes:
                axis.axis_label = title

    def _show_ends(self) -> None:
        ends = [(self.figure.y_range, self.drawn.y)] + ([(self.figure.x_range, self.drawn.x)] if self._leads else [])
        for axis, (start, end) in ends:
            axis.update(start=start, end=end, reset_start=start, reset_end=end)

    def _on_tap(self, event: Any) -> None:
        if self.tapped is not None:
            self.tapped(event.x, event.y)

    def view_moved(self, event: Any) -> None:
        """Draw a picture of what is in view now, where samples are too many to be sent."""
        if self.crowded:
            self.draw(seen=View(*self.ends, *self.pixels))

    @property
    def ends(self) -> tuple[Ends, Ends]:
        """What is in view, across and up."""
        across: Any = self.figure.x_range
        up: Any = self.figure.y_range
        return (across.start, across.end), (up.start, up.end)

    @property
    def crowded(self) -> bool:
        """Whether what is drawn depends on the view: something is a picture."""
        return any(layer.kind is hv.Image and layer.columns[layer.dims[0].name].size for layer in self.drawn.layers)

    @property
    def pixels(self) -> tuple[int, int]:
        """Width and height of what is inside the axes."""
        try:
            return int(self.figure.inner_width), int(self.figure.inner_height)
        except UnsetValueError:  # no browser has drawn it yet
            return View.width, View.height

    def __panel__(self) -> pn.viewable.Viewable:
        return self._pane


class _Finish:
    """A hook that holds its plot weakly: HoloViews keeps options, and their hooks, for as long as their elements."""

    def __init__(self, kept: KeptPlot) -> None:
        self._kept = weakref.ref(kept)

    def __call__(self, plot: Any, element: hv.Overlay) -> None:
        if (kept := self._kept()) is not None:
            kept.finish(plot, element)


def _looks(drawing: Drawing) -> tuple[Any, ...]:
    """Everything but the data, and the values at the ends of colours."""
    layers = drawing.layers
    return drawing.dark, [(one.kind, one.group, {**one.style, ENDS: ENDS in one.style}) for one in layers]


def _columns(layer: Layer, names: set[str]) -> dict[str, Any]:
    """What a source of HoloViews holds of a layer: a value that gives a colour is its column ``color``."""
    if layer.kind is hv.Image:
        across, up, image, *_ = layer.columns.values()
        if not image.size:
            return {name: [] for name in ("x", "y", "dw", "dh", "image")}
        (left, right), (bottom, top) = _edges(across), _edges(up)
        return {"x": [left], "y": [bottom], "dw": [right - left], "dh": [top - bottom], "image": [image]}
    found = {name: layer.columns["value" if name == "color" else name] for name in names}
    return {name: values.tolist() if values.dtype == object else values for name, values in found.items()}


def _edges(middles: NDArray[Any]) -> tuple[float, float]:
    """Outer edges of pixels."""
    half = 0.5 * (middles[-1] - middles[0]) / max(middles.size - 1, 1)
    return float(middles[0] - half), float(middles[-1] + half)


def _same(one: Layer, other: Layer) -> bool:
    return all(_equal(a, b) for a, b in zip(one.columns.values(), other.columns.values(), strict=True))


def _equal(one: NDArray[Any], other: NDArray[Any]) -> bool:
    return one is other or np.array_equal(one, other, equal_nan=one.dtype.kind == other.dtype.kind == "f")
