"""Every sample of the selected star against time, with a 30-minute mean, gaps, flags and the times of the events."""

from __future__ import annotations

from html import escape

import numpy as np
import panel as pn
from bokeh.models import BasicTicker, ColumnDataSource, Range1d
from numpy.typing import NDArray

from clara_app.areas.parts import part, row
from clara_app.card import card, live_text
from clara_app.dots import dots
from clara_app.fields import Menu, NumberField
from clara_app.panes.time_axis import TimeAxis
from clara_app.session import Session
from clara_app.star_view import FLUXES
from clara_app.theme import PPM_TICKS, Palette, fixed_ticks, paint_frame, palette, plot
from clara_engine.lightcurve import LightCurve
from clara_engine.periods import Ephemeris
from clara_engine.periods.fold import drawn_flux, no_level
from clara_engine.timeseries import bin_means

__all__ = ["LightCurvePane", "LightCurvePlot", "binned", "gaps"]

BIN_DAYS = 0.5 / 24
PAD = 0.04
GAP_DAYS = 0.2
# Beyond this a browser draws samples slowly, and they lie on top of each other anyway.
MOST_SAMPLES = 60_000
MOST_EVENTS = 400
ALL, BESIDE = "all", "beside"
# More figures than this are too narrow to be read; the latest sectors are shown.
MOST_BESIDE = 6

Float = NDArray[np.float64]


def binned(time: Float, flux: Float, width_days: float = BIN_DAYS) -> tuple[Float, Float]:
    """Mean time and flux in bins of `width_days`, with a NaN where bins are missing, so that a line breaks there."""
    if not time.size:
        return time, flux
    place = ((time - time.min()) / width_days).astype(int)
    filled, _, mean_time, mean_flux = bin_means(place, time, flux)
    breaks = np.flatnonzero(np.diff(filled) > 2) + 1
    return np.insert(mean_time, breaks, np.nan), np.insert(mean_flux, breaks, np.nan)


def gaps(time: Float, least_days: float = GAP_DAYS) -> tuple[Float, Float]:
    """Last time before and first time after each stretch without samples; times in order."""
    places = np.flatnonzero(np.diff(time) > least_days)
    return time[places], time[places + 1]


def limits(values: Float) -> tuple[float, float]:
    """From the lowest to the highest value with a little room."""
    if not values.size:
        return -1.0, 1.0
    low, high = float(values.min()), float(values.max())
    room = PAD * (high - low) or 1.0
    return low - room, high + room


class LightCurvePlot:
    """Figure of flux against time [BTJD, days]: in ppm off its median, or as it is where the median is not positive."""

    def __init__(self, axis: TimeAxis | None = None) -> None:
        self.axis = axis or TimeAxis()
        self.samples = ColumnDataSource({"time": [], "flux": []})
        self.flagged = ColumnDataSource({"time": [], "flux": []})
        self.mean = ColumnDataSource({"time": [], "flux": []})
        self.gaps = ColumnDataSource({"left": [], "right": []})
        self.events = ColumnDataSource({"time": [], "share": []})
        self.figure = plot(
            x_range=(0, 1),
            y_range=(-1, 1),
            tools="xpan,xwheel_zoom,box_zoom,reset,save",
            active_scroll="xwheel_zoom",
            active_drag="box_zoom",
            x_axis_label="time, BTJD = BJD − 2457000 (days)",
            y_axis_label="flux (ppm)",
        )
        self.figure.extra_y_ranges = {"share": Range1d(start=0, end=1)}
        self.axis.join(self.figure)
        fixed_ticks(self.figure, PPM_TICKS)
        self._gaps = self.figure.quad(
            left="left",
            right="right",
            bottom=0,
            top=1,
            source=self.gaps,
            line_color=None,
            fill_alpha=0.25,
            y_range_name="share",
        )
        self._dots = dots(self.figure, "time", "flux", source=self.samples, size=1.5)
        self._flags = dots(self.figure, "time", "flux", source=self.flagged, size=3)
        self._line = self.figure.line("time", "flux", source=self.mean, line_width=1.2)
        self._marks = self.figure.scatter(
            "time", "share", source=self.events, size=6, marker="triangle", line_color=None, y_range_name="share"
        )

    def show(self, light_curve: LightCurve | None, *, as_it_is: bool = False) -> str:
        """Draw a light curve, in ppm where it has a level and not `as_it_is`; returns a line about it."""
        if light_curve is None:
            for source in (self.samples, self.flagged, self.mean):
                source.data = {"time": np.empty(0), "flux": np.empty(0)}
            self.gaps.data = {"left": np.empty(0), "right": np.empty(0)}
            return ""
        clean = light_curve.finite()
        flux, unit = drawn_flux(clean, as_it_is=as_it_is)
        self.figure.yaxis.axis_label = f"flux ({unit})"
        bad = clean.quality != 0
        time, good = clean.time[~bad], flux[~bad]
        mean_time, mean_flux = binned(time, good)
        means = time.size > MOST_SAMPLES
        self.samples.data = (
            {"time": np.empty(0), "flux": np.empty(0)} if means else {"time": time, "flux": good.astype(np.float32)}
        )
        self.flagged.data = {"time": clean.time[bad], "flux": flux[bad].astype(np.float32)}
        self.mean.data = {"time": mean_time, "flux": mean_flux}
        left, right = gaps(clean.time)
        self.gaps.data = {"left": left, "right": right}
        self.axis.show(*limits(clean.time))
        start, end = limits(flux if bad.all() else good)
        self.figure.y_range.update(start=start, end=end, reset_start=start, reset_end=end)
        flagged = f" · {bad.sum():,} flagged" if bad.any() else ""
        shown = ", drawn as 30 min means" if means else ""
        level = f" · {why}" if (why := no_level(clean)) else ""
        return f"{len(clean):,} samples{shown} · {clean.span_days:.1f} d{flagged}{level}"

    def mark(self, light_curve: LightCurve | None, ephemeris: Ephemeris | None) -> None:
        """Mark the times of the events; too many to be told apart are left out."""
        times = np.empty(0)
        if light_curve is not None and ephemeris is not None and len(clean := light_curve.finite()):
            times = ephemeris.expected_in(float(clean.time.min()), float(clean.time.max()))
            times = times if times.size <= MOST_EVENTS else np.empty(0)
        self.events.data = {"time": times, "share": np.full(times.size, 0.025)}

    def paint(self, colours: Palette) -> None:
        """Take the colours of a look."""
        paint_frame(self.figure, colours)
        self.axis.paint(colours)
        self._gaps.glyph.fill_color = colours.muted
        self._dots.glyph.fill_color = colours.points
        self._flags.glyph.fill_color = colours.warn
        self._line.glyph.line_color = colours.accent
        self._marks.glyph.fill_color = colours.accent


class LightCurvePane(pn.viewable.Viewer):
    """The light curve of the selected star, in the flux and the sectors that were chosen."""

    def __init__(self, session: Session, axis: TimeAxis | None = None) -> None:
        super().__init__()
        self.session = session
        self.plot = LightCurvePlot(axis)
        self.flux = Menu.from_param(
            session.param.flux,
            label="flux",
            options={title: name for name, title in FLUXES.items()},
            width=94,
            description="PDCSAP, or what the product has in its place; SAP, the plain sum over the aperture; "
            "detrended: without its slow changes. What is stored stays as it is.",
        )
        self.window = NumberField.from_param(
            session.param.window_days,
            label="window of the filter, days",
            width=44,
            step=0.1,
            places=1,
            description="window of the biweight filter [days]: three times the longest event or more",
        )
        self._unit = live_text("d window", css=":host{white-space:nowrap;opacity:.65}", align="center")
        self.sector = Menu(
            label="sector",
            options=[""],
            value="",
            width=106,
            description="sector of this star, or all of them stitched",
        )
        self._facts = live_text(css=":host{white-space:nowrap}", styles={"opacity": ".65"}, align="center")
        self._problem = live_text(css=":host{padding:8px 12px}", visible=False)
        self._figure = part(pn.pane.Bokeh(self.plot.figure, sizing_mode="stretch_both", margin=0), "1 1 0")
        self.besides: list[LightCurvePlot] = []
        self._beside = row()
        self._beside.visible = False
        self._view = card(
            "Light curve",
            self._problem,
            self._figure,
            self._beside,
            tools=(self._facts, self.sector, self.flux, self.window, self._unit),
            chip=session.param.star_origin,
        )
        self.sector.param.watch(self._sector_chosen, "value")
        session.follow(self._show, "curve", "curve_problem", "beside")
        session.follow(self._mark, "curve", "period_days", "epoch_btjd")
        session.follow(self._paint, "dark")
        self._show()
        self._mark()
        self._paint()

    def _show(self, *events: object) -> None:
        session = self.session
        detrended = session.flux == "detrended"
        self.window.visible = self._unit.visible = detrended
        self._facts.object = self.plot.show(session.curve)
        missing = session.curve is None
        self._problem.object = escape(session.curve_problem) if missing else ""
        self._problem.visible = missing
        sectors = session.sectors(session.target_id)
        several = len(sectors) > 1
        self.sector.visible = several
        if several:
            # Its product and cadence where another is shown than the star's own: "sector 2, QLP-1800"
            own = session.target_id.split("-", 2)[-1]
            kinds = {target_id: target_id.split("-", 2)[-1] for target_id in sectors}
            options = {
                f"sector {number}" + ("" if kinds[target_id] == own else f", {kinds[target_id]}"): target_id
                for number, target_id in sectors.items()
            }
            options |= {f"{len(sectors)} sectors": ALL, "side by side": BESIDE}
            self.sector.param.update(options=options, value=self._sectors_shown())
        beside = several and session.stitched and session.beside and not missing
        self._figure.visible, self._beside.visible = not beside, beside
        if beside:
            self._show_beside()

    def _sectors_shown(self) -> str:
        session = self.session
        return (BESIDE if session.beside else ALL) if session.stitched else session.target_id

    def _show_beside(self) -> None:
        """A figure a sector, all with one flux axis."""
        parts = dict(list(self.session.parts.items())[-MOST_BESIDE:])
        while len(self.besides) < len(parts):
            made = LightCurvePlot()
            if self.besides:
                made.figure.y_range = self.besides[0].figure.y_range
                made.figure.yaxis.visible = False
            made.paint(palette(self.session.dark))
            made.figure.xaxis.ticker = BasicTicker(desired_num_ticks=4)
            drawn = pn.pane.Bokeh(made.figure, sizing_mode="stretch_both", margin=0)
            self._beside.append(part(drawn, "1 1 0" if self.besides else "1 1 86px"))  # the first has the flux axis
            self.besides.append(made)
        as_it_is = any(no_level(curve) for curve in parts.values())  # one axis has one unit
        lows, highs = [], []
        for place, pane in enumerate(self._beside):
            pane.visible = place < len(parts)
        for made, (sector, curve) in zip(self.besides, parts.items(), strict=False):
            made.show(curve, as_it_is=as_it_is)
            made.figure.xaxis.axis_label = f"sector {sector}, BTJD (days)"
            made.mark(curve, self.session.ephemeris)
            clean = curve.finite()
            low, high = limits(drawn_flux(clean, as_it_is=as_it_is)[0][clean.quality == 0])
            lows.append(low)
            highs.append(high)
        if lows:
            ends = {"start": min(lows), "end": max(highs)}
            self.besides[0].figure.y_range.update(**ends, reset_start=ends["start"], reset_end=ends["end"])

    def _sector_chosen(self, event: object) -> None:
        session, chosen = self.session, self.sector.value
        if not self.sector.visible or chosen == self._sectors_shown():
            return
        if chosen in (ALL, BESIDE):
            session.param.update(stitched=True, beside=chosen == BESIDE)
        elif chosen == session.target_id:
            session.stitched = False
        else:
            session.stitched = False
            session.show(chosen)

    def _mark(self, *events: object) -> None:
        self.plot.mark(self.session.curve, self.session.ephemeris)
        if self._beside.visible:
            for made, curve in zip(self.besides, list(self.session.parts.values())[-MOST_BESIDE:], strict=False):
                made.mark(curve, self.session.ephemeris)

    def _paint(self, *events: object) -> None:
        for drawn in (self.plot, *self.besides):
            drawn.paint(palette(self.session.dark))

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
