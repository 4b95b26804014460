"""What is it? The kinds a star may be, tests of a planet with their reasons, and the centroid against time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

import panel as pn

from clara_app.areas.parts import SMALL
from clara_app.background_job import BackgroundJob
from clara_app.card import card, live_text, quiet
from clara_app.formatting import counted
from clara_app.in_thread import LatestRequest
from clara_app.kept_plot import KeptPlot
from clara_app.panes.fold import other_orbit
from clara_app.panes.kinds import KindsPane
from clara_app.rendering import render
from clara_app.session import Session
from clara_app.time_axis import TimeAxis
from clara_app.widgets import Button
from clara_engine.errors import ClaraError
from clara_engine.jobs import JobKind
from clara_engine.lightcurve import LightCurve
from clara_engine.periods import (
    CentroidShift,
    Ephemeris,
    Transit,
    VettingResult,
    centroid_shift,
    vet,
)
from clara_engine.plots.centroid import DrawnCentroid, centroid_drawing, drawn_centroid
from clara_engine.store.store import Store
from clara_engine.studies import simultaneous
from clara_engine.studies.telescope import telescope_tests

__all__ = ["VettingPane", "outcome_of", "shift_html", "vetting_html"]

CSS = """
.test { display: grid; grid-template-columns: 12px 74px 1fr; gap: 0 6px; padding: 2px 0; line-height: 1.3; }
.fail { color: var(--danger); font-weight: 700; }
.pass { color: var(--accent); }
"""
SIGNS = {"pass": "✓", "fail": "✗", "unknown": "?"}


def vetting_html(verdicts: Sequence[VettingResult]) -> str:
    """A line a test: what it says of a planet, and why."""
    failed = [verdict.test for verdict in verdicts if verdict.outcome == "fail"]
    unknown = sum(verdict.outcome == "unknown" for verdict in verdicts)
    order = {"fail": 0, "unknown": 2, "pass": 1}
    return render(
        "vetting",
        failed=failed,
        unknown=unknown,
        passed=len(verdicts) - len(failed) - unknown,
        verdicts=sorted(verdicts, key=lambda verdict: order[verdict.outcome]),
        signs=SIGNS,
    )


def shift_html(shift: CentroidShift) -> str:
    """The shift of the centroid in the events."""
    return (
        f"in events {shift.pixel:.5f} ± {shift.error_pixel:.5f} px, {shift.sigma:.1f} σ; "
        f"per unit of depth {shift.per_depth:.2f} ± {shift.per_depth_error:.2f} px"
    )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What `VettingPane` shows of an ephemeris; `unprepared` other stars of the sector were not compared."""

    html: str
    shift: str
    centroid: DrawnCentroid | None
    unprepared: int = 0


def outcome_of(
    measure: Callable[[LightCurve, Ephemeris], Transit],
    light_curve: LightCurve,
    ephemeris: Ephemeris,
    store: Store | None = None,
) -> Outcome:
    """Fit the events and test them; what can't be had is told in words."""
    unprepared = 0
    if store is not None and light_curve.target.sector > 0:
        left = simultaneous.unprepared(store, light_curve.target.sector)
        unprepared = left if left > simultaneous.FEW else 0
    try:
        transit = measure(light_curve, ephemeris)
        outside = telescope_tests(store, light_curve, ephemeris, transit, ask=True)
        orbit = other_orbit(transit, ephemeris)
        html = (quiet(orbit) if orbit else "") + vetting_html([*vet(light_curve, transit), *outside])
    except ClaraError as error:
        html = quiet(f"{error}. Choose another period in the tab Period.")
        with suppress(ClaraError):
            if outside := telescope_tests(store, light_curve, ephemeris, ask=True):
                html += vetting_html(outside)
        return Outcome(html, "", drawn_centroid(light_curve, ephemeris), unprepared)
    try:
        shift = shift_html(centroid_shift(light_curve, transit.ephemeris, transit.depth_ppm))
    except ClaraError as error:
        shift = quiet(str(error))
    return Outcome(html, shift, drawn_centroid(light_curve, transit.ephemeris), unprepared)


class VettingPane(pn.viewable.Viewer):
    """The kinds of the star, and tests of the ephemeris on the screen. It works only while it is in view."""

    def __init__(self, session: Session, axis: TimeAxis | None = None) -> None:
        super().__init__()
        self.session = session
        shared = axis or TimeAxis()
        self.plot = KeptPlot(centroid_drawing, axis=shared, leads=axis is None, dark=session.dark)
        self.kinds = KindsPane(session, shared)
        self._testing = LatestRequest(session)
        self.html = live_text(css=CSS, sizing_mode="stretch_width", styles={"flex": "none", "max-height": "none"})
        self._words = pn.Column(
            self.kinds,
            self.html,
            sizing_mode="stretch_both",
            margin=0,
            styles={"flex": "1.6 1 0", "min-height": "0", "overflow-y": "auto", "padding": "0 10px 4px"},
            stylesheets=[SMALL % "flex: 1 1 0 !important"],
        )
        self._shift = live_text(
            css=":host{padding:0 8px;line-height:14px;font-size:11px}", height=30, sizing_mode="stretch_width"
        )
        self.prepare = Button(
            label="",
            margin=(2, 8),
            visible=False,
            on_click=self._prepare,
            description="30-minute means of every star of the sector are made once and kept; then it can be said of an "
            "event how many other stars dip at its moment",
        )
        self.job = BackgroundJob(session, lambda result: self._show())
        self.figure = pn.Column(
            self.plot,
            self._shift,
            self.prepare,
            self.job.line,
            sizing_mode="stretch_both",
            margin=0,
            styles={"flex": "1 1 0", "min-width": "0", "min-height": "0"},
        )
        self._view = card(
            "What is it?",
            pn.Row(
                self._words,
                self.figure,
                sizing_mode="stretch_both",
                margin=0,
                stylesheets=[SMALL % "flex-direction: column !important"],
            ),
            chip=session.param.star_origin,
        )
        session.follow(self._show, "curve", "period_days", "epoch_btjd", "duration_days", "to_fit", "views")
        session.follow(lambda event: self.plot.paint(event.new), "dark")
        self.plot.draw()  # the frame, before anything is known
        self._show()

    def _show(self, *events: object) -> None:
        session = self.session
        if "vetting" not in session.views:
            return
        curve, ephemeris = session.curve, session.ephemeris
        self._testing.cancel()
        if curve is None:
            self._put(Outcome(quiet(session.curve_problem), "", None))
        elif ephemeris is None:
            none = quiet("Nothing to test: choose a period in the tab Period.")
            self._testing(partial(drawn_centroid, curve, None), lambda centroid: self._put(Outcome(none, "", centroid)))
        else:
            self.html.object, self._shift.object = quiet("testing …"), ""
            server = session.server
            if session.to_fit:
                return  # what is fitted is tested
            self._testing(partial(outcome_of, server.transit, curve, ephemeris, server.workspace), self._put)

    def _prepare(self, *events: object) -> None:
        """Make the means of the other stars, in the background."""
        curve, store = self.session.curve, self.session.server.workspace
        if curve is None:
            return
        sector = curve.target.sector
        self.prepare.visible = False
        work = partial(simultaneous.prepare_sector, store, sector)
        self.job.start(JobKind.LOOK, f"30-minute means of sector {sector}", work, passing=True, share=True)

    def _put(self, outcome: Outcome) -> None:
        self.html.object, self._shift.object = outcome.html, outcome.shift
        self.prepare.visible = bool(outcome.unprepared) and not self.job.busy
        self.prepare.label = f"Prepare {counted(outcome.unprepared, 'other star')}"
        self.plot.draw(shown=outcome.centroid)

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
