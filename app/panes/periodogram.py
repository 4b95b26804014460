"""Lomb–Scargle power of the selected star; a click chooses the period."""

from __future__ import annotations

from html import escape

import numpy as np
import panel as pn
from bokeh.events import Tap
from bokeh.models import ColumnDataSource
from bokeh.models.annotations import Span

from app.card import card, live_text
from app.session import Session
from app.theme import POWER_TICKS, Look, fixed_ticks, look, paint_frame, plot
from clara_engine.periods import Periodogram

__all__ = ["PeriodogramPane", "PeriodogramPlot", "nearest_peak"]

# A click within this factor of a listed peak means the peak.
REACH = 1.06


def nearest_peak(period_days: float, found: Periodogram | None) -> float:
    """The highest peak near a clicked period [days], or the clicked period itself."""
    peaks = found.peaks if found is not None else ()
    near = [peak for peak in peaks if max(peak.period_days / period_days, period_days / peak.period_days) < REACH]
    return round(near[0].period_days if near else period_days, 6)


class PeriodogramPlot:
    """Figure of power against period [days]."""

    def __init__(self) -> None:
        self.power = ColumnDataSource({"period": [], "power": []})
        self.peaks = ColumnDataSource({"period": [], "power": []})
        self.figure = plot(
            x_axis_type="log", x_range=(0.1, 30), y_range=(0, 1), tools="xpan,xwheel_zoom,box_zoom,tap,reset",
            active_drag="box_zoom", x_axis_label="period (days)", y_axis_label="power",
        )  # fmt: skip
        fixed_ticks(self.figure, POWER_TICKS)
        self._line = self.figure.line("period", "power", source=self.power, line_width=1)
        self._tops = self.figure.scatter(
            "period", "power", source=self.peaks, size=5, marker="inverted_triangle", line_color=None
        )
        self.here = Span(dimension="height", line_width=1, line_dash="dashed", location=None)
        self.figure.add_layout(self.here)

    def show(self, found: Periodogram | None) -> None:
        """Draw a periodogram, or nothing."""
        if found is None:
            self.power.data = self.peaks.data = {"period": np.empty(0), "power": np.empty(0)}
            return
        self.power.data = {"period": found.period_days, "power": found.power.astype(np.float32)}
        self.peaks.data = {
            "period": [peak.period_days for peak in found.peaks],
            "power": [peak.power for peak in found.peaks],
        }
        top = float(found.power.max()) * 1.1 or 1.0
        shortest, longest = float(found.period_days.min()), float(found.period_days.max())
        self.figure.x_range.update(start=shortest, end=longest, reset_start=shortest, reset_end=longest)
        self.figure.y_range.update(start=0, end=top, reset_start=0, reset_end=top)

    def mark(self, period_days: float | None) -> None:
        """Mark the period on the screen."""
        self.here.location = period_days

    def paint(self, colours: Look) -> None:
        """Take the colours of a look."""
        paint_frame(self.figure, colours)
        self._line.glyph.line_color = colours.points
        self._tops.glyph.fill_color = colours.accent
        self.here.line_color = colours.accent


class PeriodogramPane(pn.viewable.Viewer):
    """The periodogram of the selected star."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.plot = PeriodogramPlot()
        self.plot.figure.on_event(Tap, lambda event: self.choose(event.x))
        self._best = live_text(styles={"opacity": ".65"}, align="center")
        self._view = card(
            "Periodogram", pn.pane.Bokeh(self.plot.figure, sizing_mode="stretch_both", margin=0), tools=(self._best,),
            chip=session.param.star_origin,
        )  # fmt: skip
        session.follow(self._show, "star")
        session.follow(lambda event: self.plot.mark(event.new), "period_days")
        session.follow(self._paint, "dark")
        self._show()
        self.plot.mark(session.period_days)
        self._paint()

    def choose(self, period_days: float | None) -> None:
        """Take a clicked period, or the peak beside it."""
        if period_days and period_days > 0:
            self.session.period_days = nearest_peak(period_days, self.session.star.periodogram)

    def _show(self, *events: object) -> None:
        found = self.session.star.periodogram
        self.plot.show(found)
        self._best.object = escape(self.session.star.found)

    def _paint(self, *events: object) -> None:
        self.plot.paint(look(self.session.dark))

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
