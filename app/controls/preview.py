"""What a synthetic design looks like: some of its curves, and its features against those of the real stars."""

from __future__ import annotations

import numpy as np
import panel as pn
from bokeh.models import ColumnDataSource, NumeralTickFormatter
from numpy.typing import NDArray

from app.card import html
from app.session import Session
from app.theme import Look, look, plot
from clara_engine.errors import ClaraError
from clara_engine.features import feature_set
from clara_engine.lightcurve import LightCurve
from clara_engine.periods.fold import relative_ppm
from clara_engine.synthetic import SyntheticDesign, generate

__all__ = ["CURVES", "Preview", "PreviewPlot", "stacked"]

CURVES = 4
#: Samples drawn of each curve and features of each block: the figures are some 240 pixels wide.
MOST_DRAWN = 1500
FEATURE_SET = "flux_power"

Float = NDArray[np.float64]


def envelope(x: Float, y: Float, most: int = MOST_DRAWN) -> tuple[Float, Float]:
    """Thin a curve to the lowest and highest of each run of samples, so that no dip is lost."""
    step = -(-x.size // (most // 2))
    if step <= 2:
        return x, y
    whole = x.size // step * step
    blocks = y[:whole].reshape(-1, step)
    first = np.arange(len(blocks)) * step
    both = np.stack([first + blocks.argmin(axis=1), first + blocks.argmax(axis=1)], axis=1)
    both.sort(axis=1)
    places = both.ravel()
    return x[places], y[places]


def stacked(curves: tuple[LightCurve, ...]) -> tuple[list[Float], list[Float]]:
    """Times [days] and fluxes [ppm] of curves, each shifted below the one before."""
    times, fluxes, floor = [], [], 0.0
    for curve in curves:
        time, flux = envelope(curve.time, relative_ppm(curve.flux))
        times.append(time)
        fluxes.append(flux + floor - flux.max())
        floor += float(flux.min() - flux.max()) * 1.08
    return times, fluxes


class PreviewPlot:
    """Three small figures: curves, flux features, power features."""

    def __init__(self) -> None:
        self.curves = ColumnDataSource({"x": [], "y": []})
        self.rows = {name: ColumnDataSource({"x": [], "synthetic": []}) for name in ("flux", "power")}
        self.real = {name: ColumnDataSource({"x": [], "real": []}) for name in ("flux", "power")}
        small = {"tools": "", "toolbar_location": None, "min_width": 60, "sizing_mode": "stretch_width"}
        self.curve_figure = plot(height=120, x_axis_label="days", y_axis_label="ppm", **small)
        self.flux_figure = plot(height=95, x_axis_label="sample", y_axis_label="z-score", **small)
        self.power_figure = plot(
            height=95, x_axis_type="log", x_axis_label="period (days)", y_axis_label="power", **small
        )
        self.curve_figure.yaxis.formatter = NumeralTickFormatter(format="0,0")
        for drawn in (self.curve_figure, self.flux_figure, self.power_figure):
            drawn.yaxis.ticker.desired_num_ticks = 3
            drawn.axis.axis_label_standoff = 2
        self._lines = [self.curve_figure.multi_line("x", "y", source=self.curves, line_width=0.8)]
        self._real = []
        for name, drawn in (("flux", self.flux_figure), ("power", self.power_figure)):
            self._lines.append(drawn.line("x", "synthetic", source=self.rows[name], line_width=0.9))
            self._real.append(drawn.line("x", "real", source=self.real[name], line_width=1.4))

    def show(self, curves: tuple[LightCurve, ...]) -> None:
        """Draw curves and the features of the first of them."""
        times, fluxes = stacked(curves)
        self.curves.data = {"x": times, "y": fluxes}
        chosen = feature_set(FEATURE_SET)
        rows = np.array([chosen.compute(curve) for curve in curves])
        for block in chosen.blocks:
            shown = rows[0] if block.name == "flux" else np.median(rows, axis=0)
            x, y = envelope(block.axis, shown[block.slice], 800)
            self.rows[block.name].data = {"x": x, "synthetic": y}

    def show_real(self, median: NDArray[np.float32] | None) -> None:
        """Draw the median features of the real stars."""
        for block in feature_set(FEATURE_SET).blocks:
            x, y = (np.empty(0), np.empty(0)) if median is None else envelope(block.axis, median[block.slice], 800)
            self.real[block.name].data = {"x": x, "real": y}

    def paint(self, colours: Look) -> None:
        """Take the colours of a look."""
        for line in self._lines:
            line.glyph.line_color = colours.accent
        for line in self._real:
            line.glyph.line_color = colours.warn


class Preview(pn.viewable.Viewer):
    """Live preview of the design under the sliders."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.plot = PreviewPlot()
        self._words = html(css=":host{padding:2px 0}")
        self._caption = html(css=":host{padding:2px 0}")
        figures = [
            pn.pane.Bokeh(drawn, sizing_mode="stretch_width", margin=0)
            for drawn in (self.plot.curve_figure, self.plot.flux_figure, self.plot.power_figure)
        ]
        self._view = pn.Column(
            self._words, figures[0], self._caption, *figures[1:], sizing_mode="stretch_width", margin=(0, 8)
        )
        session.param.watch(self._paint, "dark")
        session.param.watch(self._show_real, "maps_changed")
        self._paint()
        self._show_real()

    def show(self, design: SyntheticDesign) -> None:
        """Show the first curves that `design` makes."""
        few = design.changed(curves=min(CURVES, design.curves))
        try:
            curves = generate(few).light_curves
            self.plot.show(curves)
        except ClaraError as error:
            self._words.object = f'<span class="problem">{error}</span>'
            return
        self._words.object = (
            f'<span class="quiet">the first {len(curves)} of {design.curves:,} curves, one below another</span>'
        )

    def _show_real(self, *events: object) -> None:
        self.plot.show_real(self.session.server.real_median())
        self._paint()

    def _paint(self, *events: object) -> None:
        colours = look(self.session.dark)
        self.plot.paint(colours)
        self._caption.object = (
            f'<span class="quiet">features:</span> <span style="color:{colours.accent}">synthetic</span> '
            f'<span class="quiet">against</span> <span style="color:{colours.warn}">median of all stars</span>'
        )

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
