"""Every sample of the selected star against time, with a 30-minute mean."""

from __future__ import annotations

from html import escape

import numpy as np
import panel as pn
from bokeh.models import ColumnDataSource
from numpy.typing import NDArray

from app.card import card, live_text
from app.session import Session
from app.theme import PPM_TICKS, Look, fixed_ticks, look, paint_frame, plot
from clara_engine.lightcurve import LightCurve
from clara_engine.periods.fold import relative_ppm

__all__ = ["LightCurvePane", "LightCurvePlot", "binned"]

BIN_DAYS = 0.5 / 24
PAD = 0.04

Float = NDArray[np.float64]


def binned(time: Float, flux: Float, width_days: float = BIN_DAYS) -> tuple[Float, Float]:
    """Mean time and flux in bins of `width_days`, with a NaN where bins are missing, so that a line breaks there."""
    if not time.size:
        return time, flux
    place = ((time - time.min()) / width_days).astype(int)
    filled, first = np.unique(place, return_index=True)
    count = np.diff(np.append(first, time.size))
    mean_time, mean_flux = np.add.reduceat(time, first) / count, np.add.reduceat(flux, first) / count
    gaps = np.flatnonzero(np.diff(filled) > 2) + 1
    return np.insert(mean_time, gaps, np.nan), np.insert(mean_flux, gaps, np.nan)


def limits(values: Float) -> tuple[float, float]:
    """From the lowest to the highest value with a little room."""
    if not values.size:
        return -1.0, 1.0
    low, high = float(values.min()), float(values.max())
    room = PAD * (high - low) or 1.0
    return low - room, high + room


class LightCurvePlot:
    """Figure of relative flux [ppm] against time [BTJD, days]."""

    def __init__(self) -> None:
        self.samples = ColumnDataSource({"time": [], "flux": []})
        self.flagged = ColumnDataSource({"time": [], "flux": []})
        self.mean = ColumnDataSource({"time": [], "flux": []})
        self.figure = plot(
            x_range=(0, 1), y_range=(-1, 1), tools="xpan,xwheel_zoom,box_zoom,reset,save",
            active_scroll="xwheel_zoom", active_drag="box_zoom",
            x_axis_label="time, BTJD = BJD − 2457000 (days)", y_axis_label="flux (ppm)",
        )  # fmt: skip
        fixed_ticks(self.figure, PPM_TICKS)
        self._dots = self.figure.scatter(
            "time", "flux", source=self.samples, size=1.5, line_color=None, marker="square"
        )
        self._flags = self.figure.scatter("time", "flux", source=self.flagged, size=3, line_color=None, marker="square")
        self._line = self.figure.line("time", "flux", source=self.mean, line_width=1.2)

    def show(self, light_curve: LightCurve | None) -> str:
        """Draw a light curve; returns a line about it."""
        if light_curve is None:
            for source in (self.samples, self.flagged, self.mean):
                source.data = {"time": np.empty(0), "flux": np.empty(0)}
            return ""
        clean = light_curve.finite()
        flux = relative_ppm(clean.flux)
        bad = clean.quality != 0
        mean_time, mean_flux = binned(clean.time[~bad], flux[~bad])
        self.samples.data = {"time": clean.time[~bad], "flux": flux[~bad].astype(np.float32)}
        self.flagged.data = {"time": clean.time[bad], "flux": flux[bad].astype(np.float32)}
        self.mean.data = {"time": mean_time, "flux": mean_flux}
        for axis, values in (
            (self.figure.x_range, clean.time),
            (self.figure.y_range, flux if bad.all() else flux[~bad]),
        ):
            start, end = limits(values)
            axis.update(start=start, end=end, reset_start=start, reset_end=end)
        flagged = f" · {bad.sum():,} flagged" if bad.any() else ""
        return f"{len(clean):,} samples · {clean.span_days:.1f} d{flagged}"

    def paint(self, colours: Look) -> None:
        """Take the colours of a look."""
        paint_frame(self.figure, colours)
        self._dots.glyph.fill_color = colours.points
        self._flags.glyph.fill_color = colours.warn
        self._line.glyph.line_color = colours.accent


class LightCurvePane(pn.viewable.Viewer):
    """The light curve of the selected star."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.plot = LightCurvePlot()
        self._facts = live_text(styles={"opacity": ".65"}, align="center")
        self._problem = live_text(css=":host{padding:8px 12px}", visible=False)
        self._figure = pn.pane.Bokeh(self.plot.figure, sizing_mode="stretch_both", margin=0)
        self._view = card(
            "Light curve", self._problem, self._figure, tools=(self._facts,),
            chip=session.param.star_origin,
        )  # fmt: skip
        session.follow(self._show, "star")
        session.follow(self._paint, "dark")
        self._show()
        self._paint()

    def _show(self, *events: object) -> None:
        star = self.session.star
        self._facts.object = self.plot.show(star.light_curve)
        missing = star.light_curve is None
        self._problem.object = escape(star.problem) if missing else ""
        self._problem.visible = missing

    def _paint(self, *events: object) -> None:
        self.plot.paint(look(self.session.dark))

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
