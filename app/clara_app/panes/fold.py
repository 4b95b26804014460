"""The selected star folded on the ephemeris on the screen, whole or around its events, and what the events measure."""

from __future__ import annotations

import re
from functools import partial

import numpy as np
import panel as pn

from clara_app.areas.parts import part
from clara_app.card import card, live_text, quiet
from clara_app.formatting import counted
from clara_app.hiding import show
from clara_app.in_thread import LatestRequest
from clara_app.kept_plot import KeptPlot
from clara_app.panes.light_curve_tools import fold_downloads
from clara_app.rendering import render
from clara_app.session import Session
from clara_app.widgets import RadioButtonGroup, Toggle
from clara_engine.errors import ClaraError
from clara_engine.periods import Ephemeris, Transit, event_words
from clara_engine.periods.fold import no_level
from clara_engine.plots.fold import NOTHING, DrawnFold, drawn_fold, fold_drawing
from clara_engine.studies.joined_event import JoinedEvent

__all__ = ["FoldPane", "measured_html", "other_orbit", "variation_html"]

#: Titles of the views to their names.
TITLES = {"phase": "phase", "event": "event"}
FIRST_NUMBER = re.compile(r"\d[\d,.]*")
#: Share by which a period is another one than that on the screen.
OTHER_PERIOD = 0.1
HINTS = "phase −0.25 to 0.75, where a secondary eclipse shows whole · the event alone, in hours"
# Of a fixed height: text that grows would lay out and draw the figure anew.
MEASURED_HEIGHT = 74
WORDS = ":host{padding:0 8px;line-height:14px;font-size:11px;overflow-y:auto;box-sizing:border-box}"


def measured_html(measured: Transit, shown: Ephemeris) -> str:
    """What an event measures, with errors, and how it lies to the ephemeris on the screen.

    Parameters
    ----------
    measured : Transit
        From `clara_engine.periods.measure_event`.
    shown : Ephemeris
        What the fold is drawn on.
    """
    at = measured.ephemeris
    looked_for = 3 if at.single else 4  # period, depth, duration, signal-to-noise
    words = event_words(measured)
    parts = [*map(_bold, words[:looked_for]), *(render("plain", words=one) for one in words[looked_for:])]
    if orbit := other_orbit(measured, shown):
        parts.insert(0, orbit)
    elif not at.single and at != shown:
        phase = float(shown.turns(np.array([at.epoch_btjd]))[0]) % 1
        deeper = min(phase, 1 - phase) * shown.period_days > shown.duration_days / 2
        parts.insert(0, f"the deeper dip, at phase {phase:.3f} here:" if deeper else "fitted:")
    return " · ".join(parts).replace(": ·", ":")


def joined_html(found: JoinedEvent) -> str:
    """What exports say, where one light curve of several is on the screen."""
    number = len(found.target_ids)
    if number == 1:
        return quiet("the other sectors can't be joined to it: its period is too unsure")
    said = [*event_words(found.event)[:2], counted(len(found.event.events), "event")]
    return quiet(f"all {number} sectors joined, as in exports: {' · '.join(said)}")


def other_orbit(measured: Transit, shown: Ephemeris) -> str:
    """The period of the orbit where it is not the one on the screen; else empty.

    Parameters
    ----------
    measured : Transit
    shown : Ephemeris
        What is on the screen.
    """
    period = measured.ephemeris.period_days
    if measured.ephemeris.single or shown.single or abs(period / shown.period_days - 1) < OTHER_PERIOD:
        return ""
    return f"alternate events differ, so the orbit is {period:.6g} d"


def _bold(words: str) -> str:
    """With its first number in bold."""
    found = FIRST_NUMBER.search(words)
    start, end = found.span() if found else (len(words), len(words))
    return render("bold", before=words[:start], bold=words[start:end], after=words[end:])


def variation_html(amplitude_ppm: float, measured: Transit | None = None) -> str:
    """What a variation without distinct events measures: its range, and the minima of one that repeats from both sides.

    Parameters
    ----------
    amplitude_ppm : float
        From the lowest to the highest bin.
    measured : Transit, optional
        Its minima, where they could be measured.
    """
    if not np.isfinite(amplitude_ppm):
        return ""
    said = f"variation of <b>{amplitude_ppm:,.0f}</b> ppm, lowest to highest bin; Fit measures it as dips"
    if measured is None or not measured.varies:
        return said
    return f"{said} · minima: {' · '.join(_bold(words) for words in event_words(measured, minima=True))}"


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
        self.measured = live_text(css=WORDS, height=MEASURED_HEIGHT, sizing_mode="stretch_width")
        self.figure = part(self.plot, "1 1 0")
        self._view = card(
            "Fold",
            self.figure,
            # In the title line they would leave no room for the title, side by side hardly any for the numbers.
            pn.Row(
                self.measured,
                pn.Column(*fold_downloads(session), margin=0),
                height=MEASURED_HEIGHT,
                margin=0,
                sizing_mode="stretch_width",
            ),
            tools=(self.apart, self.view),
            chip=session.param.star_origin,
        )
        self.apart.param.watch(self._show, "value")
        self.view.param.watch(self._show, "value")
        session.follow(self._show, "curve", "period_days", "epoch_btjd", "duration_days", "to_fit", "views")
        session.follow(lambda event: self.plot.paint(event.new), "dark")
        self._show()

    def _show(self, *events: object) -> None:
        session = self.session
        if "period" not in session.views:
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
            self.measured.object = quiet("No period: click a peak, or type one below.") if curve else ""
        elif why := no_level(curve):
            self.measured.object = quiet(why)
        elif not np.isfinite(ephemeris.duration_days):
            self.measured.object = variation_html(shown.spread_ppm)
            if not ephemeris.single:
                self._measuring(
                    partial(session.server.transit, curve, ephemeris),
                    partial(self._say_minima, shown.spread_ppm),
                    lambda why: None,
                )
        elif (known := session.server.transit.known(curve, ephemeris)) is not None and not session.to_fit:
            self._say(ephemeris, known)
        else:
            self.measured.object = quiet("measuring …")
            if not session.to_fit:  # else what is fitted is measured
                work = partial(session.server.transit, curve, ephemeris)
                self._measuring(work, partial(self._say, ephemeris), self._refused)

    def _say(self, shown: Ephemeris, measured: Transit) -> None:
        said = self.measured.object = measured_html(measured, shown)
        session = self.session
        if session.one_of_several:
            work = partial(session.server.joined_event, session.target_id, shown)
            self._measuring(work, partial(self._say_joined, said), lambda why: None)

    def _say_joined(self, said: str, found: JoinedEvent) -> None:
        self.measured.object = f"{said}<br>{joined_html(found)}"

    def _say_minima(self, amplitude_ppm: float, measured: Transit) -> None:
        self.measured.object = variation_html(amplitude_ppm, measured)

    def _draw(self, shown: DrawnFold) -> None:
        self.plot.draw(shown=shown)
        show(self.figure, bool(shown.x.size))

    def _refused(self, why: str) -> None:
        self._draw(NOTHING)
        self.measured.object = quiet(why)

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
