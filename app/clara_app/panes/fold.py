"""The selected star folded on the ephemeris on the screen, whole or around its events, and what the events measure."""

from __future__ import annotations

from functools import partial

import numpy as np
import panel as pn

from clara_app.areas.parts import part
from clara_app.card import card, live_text, quiet
from clara_app.in_thread import LatestRequest
from clara_app.kept_plot import KeptPlot
from clara_app.panes.light_curve_tools import fold_downloads
from clara_app.session import Session
from clara_app.widgets import RadioButtonGroup, Toggle
from clara_engine.errors import ClaraError
from clara_engine.periods import Transit
from clara_engine.periods.fold import no_level
from clara_engine.plots.fold import NOTHING, DrawnFold, drawn_fold, fold_drawing
from clara_engine.text import counted

__all__ = ["FoldPane", "measured_html", "variation_html"]

#: Titles of the views to their names.
TITLES = {"phase": "phase", "event": "event"}
HINTS = "phase −0.25 to 0.75, where a secondary eclipse shows whole · the event alone, in hours"
# Of a fixed height: text that grows would lay out and draw the figure anew.
MEASURED_HEIGHT = 46
WORDS = ":host{padding:0 8px;line-height:14px;font-size:11px;overflow-y:auto;box-sizing:border-box}"


def measured_html(transit: Transit) -> str:
    """Depth, duration, signal-to-noise, odd against even events, and the secondary at its own phase, with errors."""
    odd = transit.odd_even
    parts = [
        f"depth <b>{transit.depth_ppm:,.0f}</b>{_with_error(transit.depth_error_ppm, ',.0f')} ppm",
        _duration_words(transit),
        f"S/N <b>{transit.snr:.1f}</b>",
        counted(len(transit.events), "event"),
    ]
    if np.isfinite(odd.sigma):
        parts.append(
            f"odd − even {odd.first_ppm - odd.second_ppm:+,.0f} ± {odd.error_ppm:,.0f} ppm ({odd.sigma:.1f} σ)"
        )
    if np.isfinite(transit.secondary_depth_ppm):
        error = _with_error(transit.secondary_depth_error_ppm, ",.0f")
        parts.append(f"second dip {transit.secondary_depth_ppm:,.0f}{error} ppm at phase {transit.secondary_phase:.3f}")
    return " · ".join(part for part in parts if part)


def _with_error(error: float, digits: str) -> str:
    """The error of a value; nothing where the fit says nothing."""
    return f" ± {format(error, digits)}" if np.isfinite(error) else ""


def _duration_words(transit: Transit) -> str:
    if transit.cut:
        return f"at least <b>{transit.duration_hours:.2f}</b> h long: a gap cuts it"
    if not np.isfinite(transit.duration_hours):
        return "it varies at all phases, so an event has no duration"
    return f"<b>{transit.duration_hours:.2f}</b>{_with_error(transit.duration_error_hours, '.2f')} h long"


def variation_html(amplitude_ppm: float) -> str:
    """What a variation without distinct events measures."""
    if not np.isfinite(amplitude_ppm):
        return ""
    return f"variation of <b>{amplitude_ppm:,.0f}</b> ppm, lowest to highest bin; Fit measures it as dips"


class FoldPane(pn.viewable.Viewer):
    """The fold. It works only while it is in view."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.plot = KeptPlot(fold_drawing, dark=session.dark)
        self.apart = Toggle(
            label="odd",
            value=False,
            description="bins of odd (triangles) and even events apart",
            classes="tight",
        )
        self.view = RadioButtonGroup(
            label="view of the fold", options=TITLES, value="phase", description=HINTS, classes="tight"
        )
        self._measuring = LatestRequest(session)
        self._measured = live_text(css=WORDS, height=MEASURED_HEIGHT, sizing_mode="stretch_width")
        self._figure = part(self.plot, "1 1 0")
        self._view = card(
            "Fold",
            self._figure,
            # In the title line they would leave no room for the title.
            pn.Row(
                self._measured, *fold_downloads(session), height=MEASURED_HEIGHT, margin=0, sizing_mode="stretch_width"
            ),
            tools=(self.apart, self.view),
            chip=session.param.star_origin,
        )
        self.apart.param.watch(self._show, "value")
        self.view.param.watch(self._show, "value")
        session.follow(self._show, "curve", "period_days", "epoch_btjd", "duration_days", "star_tab")
        session.follow(lambda event: self.plot.paint(event.new), "dark")
        self._show()

    def _show(self, *events: object) -> None:
        session = self.session
        if session.star_tab != "period":
            return
        curve, ephemeris = session.curve, session.ephemeris
        self._measuring.cancel()
        try:
            shown = drawn_fold(curve, ephemeris, self.view.value, apart=self.apart.value)
        except ClaraError as error:
            self._refused(str(error))
            return
        self._draw(shown)
        if curve is None or ephemeris is None:
            self._measured.object = quiet("No period: click a peak, or type one below.") if curve else ""
        elif why := no_level(curve):
            self._measured.object = quiet(why)
        elif not np.isfinite(ephemeris.duration_days):
            self._measured.object = variation_html(shown.spread_ppm)
        else:
            self._measured.object = quiet("measuring …")
            self._measuring(partial(session.server.transit, curve, ephemeris), self._say, self._refused)

    def _say(self, transit: Transit) -> None:
        self._measured.object = measured_html(transit)

    def _draw(self, shown: DrawnFold) -> None:
        self.plot.draw(shown=shown)
        self._figure.visible = bool(shown.x.size)

    def _refused(self, why: str) -> None:
        self._draw(NOTHING)
        self._measured.object = quiet(why)

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
