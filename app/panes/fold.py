"""The selected star folded on the period on the screen, which can be edited, halved and doubled."""

from __future__ import annotations

import numpy as np
import panel as pn
import panel_material_ui as pmui
from bokeh.models import ColumnDataSource

from app.card import card
from app.panes.light_curve import limits
from app.session import Session
from app.theme import PPM_TICKS, Look, fixed_ticks, look, paint_frame, plot
from clara_engine.lightcurve import LightCurve
from clara_engine.periods import fold

__all__ = ["FoldPane", "FoldPlot"]

PLAIN_FIELD = {
    "& input": {"padding": "2px 4px", "fontSize": "12px"},
    "& .MuiInputAdornment-root": {"display": "none"},
    "& .MuiInputBase-root": {"padding": 0},
}


class FoldPlot:
    """Figure of relative flux [ppm] against phase, with binned medians."""

    def __init__(self) -> None:
        self.samples = ColumnDataSource({"phase": [], "flux": []})
        self.bins = ColumnDataSource({"phase": [], "flux": []})
        self.figure = plot(
            x_range=(-0.5, 0.5), y_range=(-1, 1), tools="pan,xwheel_zoom,box_zoom,reset", active_drag="box_zoom",
            x_axis_label="phase (deepest bin at 0)", y_axis_label="flux (ppm)",
        )  # fmt: skip
        fixed_ticks(self.figure, PPM_TICKS)
        self._dots = self.figure.scatter(
            "phase", "flux", source=self.samples, size=1.5, line_color=None, fill_alpha=0.5, marker="square"
        )
        self._means = self.figure.scatter("phase", "flux", source=self.bins, size=4, line_color=None)

    def show(self, light_curve: LightCurve | None, period_days: float | None) -> None:
        """Draw a folded light curve, or nothing."""
        if light_curve is None or not period_days:
            self.samples.data = self.bins.data = {"phase": np.empty(0), "flux": np.empty(0)}
            return
        folded = fold(light_curve, period_days)
        self.samples.data = {"phase": folded.phase.astype(np.float32), "flux": folded.flux_ppm.astype(np.float32)}
        filled = np.isfinite(folded.bin_flux_ppm)
        self.bins.data = {"phase": folded.bin_phase[filled], "flux": folded.bin_flux_ppm[filled]}
        start, end = limits(folded.flux_ppm)
        self.figure.y_range.update(start=start, end=end, reset_start=start, reset_end=end)

    def paint(self, colours: Look) -> None:
        """Take the colours of a look."""
        paint_frame(self.figure, colours)
        self._dots.glyph.fill_color = colours.points
        self._means.glyph.fill_color = colours.accent


class FoldPane(pn.viewable.Viewer):
    """The phase fold and its period."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.plot = FoldPlot()
        self.period = pmui.FloatInput(
            value=session.period_days, step=0.0001, start=1e-4, end=1e4, width=74, margin=0, size="small",
            format="0.000000", label="", sx=PLAIN_FIELD,
        )  # fmt: skip
        half = self._button("½×", "half the period  [", lambda event: session.scale_period(0.5))
        double = self._button("2×", "double the period  ]", lambda event: session.scale_period(2))
        unit = pn.pane.HTML("d", margin=0, align="center")
        self._view = card(
            "Fold", pn.pane.Bokeh(self.plot.figure, sizing_mode="stretch_both", margin=0),
            tools=(self.period, unit, half, double),
            chip=session.param.star_origin,
        )  # fmt: skip
        self.period.param.watch(self._edited, "value")
        session.follow(self._show, "star", "period_days")
        session.follow(self._paint, "dark")
        self._show()
        self._paint()

    @staticmethod
    def _button(label: str, description: str, act: object) -> pmui.Button:
        return pmui.Button(
            label=label, description=description, on_click=act, variant="outlined", size="small", margin=0,
            sx={"minWidth": "25px", "padding": "0 2px", "fontSize": "12px", "lineHeight": 1, "height": "22px"},
        )  # fmt: skip

    def _edited(self, event: object) -> None:
        if self.period.value and self.period.value > 0:
            self.session.period_days = self.period.value

    def _show(self, *events: object) -> None:
        if self.period.value != self.session.period_days:
            self.period.value = self.session.period_days
        self.plot.show(self.session.star.light_curve, self.session.period_days)

    def _paint(self, *events: object) -> None:
        self.plot.paint(look(self.session.dark))

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
