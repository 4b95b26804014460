"""Completeness of the run on the screen: which injected events it finds, in stars it was not trained on."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import panel as pn

from clara_app.areas.parts import column, part, row
from clara_app.background_job import BackgroundJob
from clara_app.card import live_text
from clara_app.plot_view import PlotView
from clara_app.rendering import render
from clara_app.session import Session
from clara_app.widgets import Button, FloatInput, IntInput, Select
from clara_engine.evaluate.recovery import AXES, known_axes
from clara_engine.jobs import JobKind, Reporter
from clara_engine.plots.recovery import RECOVERY_TITLES, recovery_along, recovery_map
from clara_engine.studies.recover import OTHER_GENERATOR, Recovery, RecoveryPlan, kept_recovery, recover
from clara_engine.synthetic import EVENTS, UNSEEN_EVENTS
from clara_engine.workspace import Run

__all__ = ["RecoveryPane", "summary_html"]

EMPTY = (
    "<p class='quiet'>Not measured yet for this run and event. <b>Measure</b> puts events into light curves that carry "
    "no label and that the trees which score them have not seen, and counts which of them end up above the top "
    "{share:g} % of the untouched ones.</p>"
)
NO_RUN = "<p class='quiet'>No run yet: set the wheel in Explore and press Retrain.</p>"


def summary_html(found: Recovery, plan: RecoveryPlan, run: Run) -> str:
    """One paragraph that says what was found, of what, and beside what chance."""
    count = int(found.injected["found"].sum())
    event = plan.injected_design().name
    return render("recovery", found=found, plan=plan, run=run, rate=found.overall, count=count, event=event)


class RecoveryPane(pn.viewable.Viewer):
    """Injection and recovery of the run on the screen.

    Parameters
    ----------
    shown : callable
        Whether the pane is in view; hidden, it does nothing.
    """

    def __init__(self, session: Session, shown: Callable[[], bool] = lambda: True) -> None:
        super().__init__()
        self.session, self._in_view = session, shown
        self.found: Recovery | None = None
        self._filling = False
        named: dict[str, Any] = {"labelled": True}
        events = {event: event for event in EVENTS} | {
            f"{event}, other generator": event + OTHER_GENERATOR for event in UNSEEN_EVENTS
        }
        self.event = Select(options=events, value="planets", label="event", width=190, **named)
        self.curves = IntInput(value=500, start=10, end=20_000, label="light curves", width=110, **named)
        self.top = FloatInput(value=5.0, start=0.01, end=50, label="found: top, %", width=110, **named)
        self.button = Button(
            label="Measure",
            on_click=self.press,
            description="inject events, and count which are found",
        )
        titles = {RECOVERY_TITLES[axis][0]: axis for axis in AXES}
        self.x = Select(options=titles, value="period_days", label="across", width=170, **named)
        self.y = Select(options=titles, value="depth", label="up", width=170, **named)
        self.bins = IntInput(value=5, start=1, end=20, label="cells along each", width=110, **named)
        self.job = BackgroundJob(
            session, lambda result: self.refresh(), stopped="stopped; what was made is kept for next time"
        )
        self.map, self.across, self.along = (PlotView(plot) for plot in (recovery_map, recovery_along, recovery_along))
        self.html = live_text(css=":host{padding:0 10px} p{margin:4px 0}", sizing_mode="stretch_width")
        along = column(part(self.across, "1 1 0"), part(self.along, "1 1 0"))
        self.figures = row(part(self.map, "1.7 1 0"), part(along, "1 1 0"))
        self._view = pn.Column(
            pn.Row(
                self.event,
                self.curves,
                self.top,
                self.button,
                pn.layout.HSpacer(),
                self.x,
                self.y,
                self.bins,
                margin=(8, 10, 2, 10),
                sizing_mode="stretch_width",
                styles={"align-items": "center", "gap": "8px"},
            ),
            self.job.line,
            self.html,
            self.figures,
            sizing_mode="stretch_both",
            margin=0,
        )
        for choice in (self.event, self.curves, self.top):
            choice.param.watch(self.refresh, "value")
        for choice in (self.x, self.y, self.bins):
            choice.param.watch(self._draw, "value")
        session.follow(self.refresh, "run_id", "area", "studies_changed")
        session.follow(self._paint, "dark")
        self._paint()
        self.refresh()

    def plan(self) -> RecoveryPlan:
        """The plan as the widgets are set."""
        return RecoveryPlan(event=self.event.value, curves=self.curves.value or 500, top_percent=self.top.value or 5.0)

    def press(self) -> None:
        """Queue the measurement of the run on the screen."""
        run = self.session.run
        if run is not None:
            self.job.start(JobKind.RECOVERY, self._title(run), partial(self._measure, run, self.plan()), share=True)

    def _title(self, run: Run) -> str:
        plan = self.plan()
        return f"recovery of {plan.event} ({run.id[-6:]}, {plan.curves}, {plan.top_percent:g} %)"

    def _measure(self, run: Run, plan: RecoveryPlan, report: Reporter) -> None:
        recover(self.session.server.workspace, run, plan, report)

    def refresh(self, *events: object) -> None:
        """Show the stored result for the run on the screen and this event."""
        if not self._in_view():
            return
        run = self.session.run
        self.button.disabled = run is None
        self.found = kept_recovery(run, self.plan()) if run is not None else None
        self.figures.visible = self.found is not None
        if run is None or self.found is None:
            self.html.object = NO_RUN if run is None else EMPTY.format(share=self.plan().top_percent)
            return
        self.html.object = summary_html(self.found, self.plan(), run)
        known = known_axes(self.found.injected)
        wanted = [axis for axis in (self.x.value, self.y.value) if axis in known]
        if len(set(wanted)) < 2 <= len(known):
            usual = list(dict.fromkeys([*self.found.axes[::-1], *known]))
            first, second = [axis for axis in usual if axis in known][:2]
            self._filling = True
            try:
                self.x.value, self.y.value = first, second
            finally:
                self._filling = False
        self._draw()

    def _draw(self, *events: object) -> None:
        if self.found is None or self._filling:
            return
        x, y, bins = self.x.value, self.y.value, self.bins.value or 5
        known = known_axes(self.found.injected)
        if x == y or not {x, y} <= set(known):
            words = (
                f"both axes are {RECOVERY_TITLES[x][0]}: choose two"
                if x == y
                else f"these events have {', '.join(known)} only"
            )
            self.job.show_text(words, problem=True)
            return
        if not self.job.busy:
            self.job.show_text("")
        injected, chance = self.found.injected, self.found.overall.chance
        self.map.draw(injected=injected, x=x, y=y, bins=bins)
        for drawn, axis in ((self.across, x), (self.along, y)):
            drawn.draw(injected=injected, axis=axis, chance=chance, bins=bins)

    def _paint(self, *events: object) -> None:
        for drawn in (self.map, self.across, self.along):
            drawn.paint(self.session.dark)

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
