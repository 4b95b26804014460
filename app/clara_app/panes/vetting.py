"""Is it a planet? Every test of the ephemeris on the screen with its reason, and the centroid against time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from html import escape

import numpy as np
import panel as pn
from bokeh.models import BasicTicker, ColumnDataSource
from bokeh.models.annotations import Legend
from numpy.typing import NDArray

from clara_app.card import card, live_text, quiet
from clara_app.in_thread import LatestRequest
from clara_app.panes.light_curve import binned
from clara_app.panes.time_axis import TimeAxis
from clara_app.session import Session
from clara_app.theme import Palette, fixed_ticks, paint_frame, palette, plot
from clara_engine.errors import ClaraError
from clara_engine.lightcurve import LightCurve
from clara_engine.periods import (
    CentroidShift,
    Ephemeris,
    Transit,
    VettingResult,
    centroid_shift,
    flat_centroid,
    vet,
)

__all__ = ["CentroidPlot", "VettingPane", "centroid_of", "shift_html", "vetting_html"]

CSS = """
:host { padding: 0 10px 4px; box-sizing: border-box; overflow-y: auto; }
.test { display: grid; grid-template-columns: 12px 74px 1fr; gap: 0 6px; padding: 2px 0; line-height: 1.3; }
.fail { color: var(--danger); font-weight: 700; }
.pass { color: var(--accent); }
"""
SIGNS = {"pass": "✓", "fail": "✗", "unknown": "?"}
MILLIPIXEL = 1000.0
SHOWN = (2.0, 98.0)
TICKS = "return tick.toFixed(Math.abs(tick) < 10 ? 1 : 0).padStart(7)"
LINES = ("column", "row")

Float = NDArray[np.float64]


def vetting_html(verdicts: Sequence[VettingResult]) -> str:
    """A line a test: what it says of a planet, and why."""
    failed = [verdict.test for verdict in verdicts if verdict.outcome == "fail"]
    unknown = sum(verdict.outcome == "unknown" for verdict in verdicts)
    said = f"speaks against a planet: {', '.join(failed)}" if failed else "nothing speaks against a planet"
    counts = f"{len(verdicts) - len(failed) - unknown} passed, {unknown} open"
    head = f'<b>{escape(said)}</b> <span class="quiet">· {counts}</span>'
    order = {"fail": 0, "unknown": 2, "pass": 1}
    lines = "".join(
        f'<div class="test"><span class="{verdict.outcome}" title="{verdict.outcome}">{SIGNS[verdict.outcome]}</span>'
        f'<span class="{verdict.outcome}">{escape(verdict.test)}</span>'
        f'<span class="quiet">{escape(verdict.reason)}</span></div>'
        for verdict in sorted(verdicts, key=lambda verdict: order[verdict.outcome])
    )
    return f"<div>{head}</div>{lines}"


def shift_html(shift: CentroidShift) -> str:
    """The shift of the centroid in the events."""
    return (
        f"in events {MILLIPIXEL * shift.pixel:.2f} ± {MILLIPIXEL * shift.error_pixel:.2f} mpix ({shift.sigma:.1f} σ), "
        f"{shift.per_depth:.2f} ± {shift.per_depth_error:.2f} pix per depth"
    )


@dataclass(frozen=True, slots=True, eq=False)
class Centroid:
    """The flux-weighted centroid of a light curve as it is drawn.

    Attributes
    ----------
    lines : dict
        Column and row: times [BTJD, days], and offsets from the slow drift [0.001 pixel], in 30-minute means.
    starts, ends : arrays
        Of the events that lie in the light curve [BTJD, days].
    """

    lines: dict[str, tuple[Float, Float]]
    starts: Float
    ends: Float


def centroid_of(light_curve: LightCurve, ephemeris: Ephemeris | None) -> Centroid | None:
    """The centroid against time, and where the events are; None where the product has no centroid."""
    column, row = light_curve.centroid_column, light_curve.centroid_row
    if column is None or row is None:
        return None
    lines = {}
    for name, values in zip(LINES, (column, row), strict=True):
        flat = flat_centroid(light_curve, values)
        lines[name] = binned(flat.time, MILLIPIXEL * (flat.flux - 1))
    times, half = np.empty(0), 0.0
    if ephemeris is not None and ephemeris.duration_days > 0:
        time = light_curve.time[np.isfinite(light_curve.time)]
        times, half = ephemeris.expected_in(float(time.min()), float(time.max())), ephemeris.duration_days / 2
    return Centroid(lines, times - half, times + half)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What `VettingPane` shows of an ephemeris."""

    html: str
    shift: str
    centroid: Centroid | None


def outcome_of(
    measure: Callable[[LightCurve, Ephemeris], Transit], light_curve: LightCurve, ephemeris: Ephemeris
) -> Outcome:
    """Fit the events and test them; what can't be had is told in words."""
    try:
        transit = measure(light_curve, ephemeris)
        html = vetting_html(vet(light_curve, transit))
    except ClaraError as error:
        why = quiet(f"{error}. Choose another period in the tab Period.")
        return Outcome(why, "", centroid_of(light_curve, ephemeris))
    try:
        shift = shift_html(centroid_shift(light_curve, transit.ephemeris, transit.depth_ppm))
    except ClaraError as error:
        shift = quiet(str(error))
    return Outcome(html, shift, centroid_of(light_curve, transit.ephemeris))


class CentroidPlot:
    """Figure of the flux-weighted centroid, less its slow drift [0.001 pixel], against time, in 30-minute means."""

    def __init__(self, axis: TimeAxis | None = None) -> None:
        self.axis = axis or TimeAxis()
        self.lines = {name: ColumnDataSource({"time": [], "offset": []}) for name in LINES}
        self.events = ColumnDataSource({"left": [], "right": []})
        self.figure = plot(
            x_range=(0, 1),
            y_range=(-1, 1),
            tools="xpan,xwheel_zoom,box_zoom,reset",
            active_scroll="xwheel_zoom",
            active_drag="box_zoom",
            x_axis_label="time (BTJD, days)",
            y_axis_label="centroid (0.001 px)",
        )
        self.axis.join(self.figure)
        fixed_ticks(self.figure, TICKS)
        self.figure.xaxis.ticker = BasicTicker(desired_num_ticks=4)
        self._bands = self.figure.quad(
            left="left", right="right", bottom=-1e9, top=1e9, source=self.events, line_color=None, fill_alpha=0.6
        )
        self._drawn = [
            self.figure.line("time", "offset", source=self.lines[name], line_width=1.2, legend_label=name)
            for name in LINES
        ]
        for legend in self.figure.select({"type": Legend}):
            legend.update(
                orientation="horizontal",
                location="top_right",
                padding=2,
                margin=2,
                border_line_color=None,
                background_fill_alpha=0,
                label_text_font_size="10px",
                glyph_width=14,
            )

    def show(self, centroid: Centroid | None) -> None:
        """Draw the centroid, with the events shaded; or nothing where the product has none."""
        nothing = np.empty(0)
        if centroid is None:
            for source in self.lines.values():
                source.data = {"time": nothing, "offset": nothing}
            self.events.data = {"left": nothing, "right": nothing}
            return
        for name, (time, offset) in centroid.lines.items():
            self.lines[name].data = {"time": time, "offset": offset}
        shown = [offset[np.isfinite(offset)] for _, offset in centroid.lines.values()]
        low, high = np.percentile(np.concatenate(shown), SHOWN) if any(part.size for part in shown) else (-1, 1)
        room = 0.15 * (high - low) or 1.0
        ends = {"start": float(low - room), "end": float(high + 2 * room)}
        self.figure.y_range.update(**ends, reset_start=ends["start"], reset_end=ends["end"])
        self.events.data = {"left": centroid.starts, "right": centroid.ends}

    def paint(self, colours: Palette) -> None:
        """Take the colours of a look."""
        paint_frame(self.figure, colours)
        self.axis.paint(colours)
        self._bands.glyph.fill_color = colours.accent_soft
        for drawn, shade in zip(self._drawn, (colours.accent, colours.warn), strict=True):
            drawn.glyph.line_color = shade
        for legend in self.figure.select({"type": Legend}):
            legend.update(label_text_color=colours.text)


class VettingPane(pn.viewable.Viewer):
    """Tests of the ephemeris on the screen. It works only while it is in view."""

    def __init__(self, session: Session, axis: TimeAxis | None = None) -> None:
        super().__init__()
        self.session = session
        self.plot = CentroidPlot(axis)
        self._testing = LatestRequest(session)
        self._html = live_text(css=CSS, sizing_mode="stretch_both", styles={"flex": "1.2 1 0", "min-height": "0"})
        self._shift = live_text(
            css=":host{padding:0 8px;line-height:14px;font-size:11px}", height=30, sizing_mode="stretch_width"
        )
        self._figure = pn.Column(
            pn.pane.Bokeh(self.plot.figure, sizing_mode="stretch_both", margin=0),
            self._shift,
            sizing_mode="stretch_both",
            margin=0,
            styles={"flex": "1 1 0", "min-width": "0", "min-height": "0"},
        )
        self._view = card(
            "Is it a planet?",
            pn.Row(self._html, self._figure, sizing_mode="stretch_both", margin=0),
            chip=session.param.star_origin,
        )
        session.follow(self._show, "curve", "period_days", "epoch_btjd", "duration_days", "star_tab")
        session.follow(self._paint, "dark")
        self._show()
        self._paint()

    def _show(self, *events: object) -> None:
        session = self.session
        if session.star_tab != "vetting":
            return
        curve, ephemeris = session.curve, session.ephemeris
        self._testing.cancel()
        if curve is None:
            self._put(Outcome(quiet(session.curve_problem), "", None))
        elif ephemeris is None:
            none = quiet("Nothing to test: choose a period in the tab Period.")
            self._testing(partial(centroid_of, curve, None), lambda centroid: self._put(Outcome(none, "", centroid)))
        else:
            self._html.object, self._shift.object = quiet("testing …"), ""
            self._testing(partial(outcome_of, session.server.transit, curve, ephemeris), self._put)

    def _put(self, outcome: Outcome) -> None:
        self._html.object, self._shift.object = outcome.html, outcome.shift
        self.plot.show(outcome.centroid)

    def _paint(self, *events: object) -> None:
        self.plot.paint(palette(self.session.dark))

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
