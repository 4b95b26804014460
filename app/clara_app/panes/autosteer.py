"""Lets the machine search for the design that finds what a person wants found."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd
import panel as pn

from clara_app.action_text import ActionText
from clara_app.background_job import BackgroundJob
from clara_app.card import quiet
from clara_app.formatting import label_options
from clara_app.glossary import hint
from clara_app.rendering import render
from clara_app.session import Session
from clara_app.widgets import Button, FloatInput, IntInput, Select, Slider
from clara_engine.errors import ClaraError
from clara_engine.jobs import JobKind, Reporter
from clara_engine.studies.autosteer import LEAST_WANTED, AutoSteer, AutoSteerPlan, Steered
from clara_engine.workspace import RunSpec

__all__ = ["AutoSteerPane", "steered_html"]

TRAIN = "train"
MARKED = "the selected stars"
VERDICT = "your verdict"
SHOWN = 10
#: Designs to try, and minutes at most: in the wheel somebody waits for it.
WIDE, NARROW = (20, 10.0), (12, 3.0)
UNLABELLED = (
    "Which stars are to be found? Draw around at least four on the map of Explore, vet some, or bring in a table of "
    "labels (Files, in Data); then Search tries designs that bring such stars to the top."
)
STOPPED = "stopped; the trials are kept, and Search goes on from them"


def _best(trials: pd.DataFrame) -> dict[str, Any]:
    best = trials.sort_values("objective", ascending=False).head(SHOWN)
    return {"count": len(trials), "best": list(best.itertuples())}


def trials_html(trials: pd.DataFrame) -> str:
    """The best trials so far, by what they reached on the stars they are chosen on."""
    return render("trials", **_best(trials))


def steered_html(found: Steered) -> str:
    """The best design, measured on stars that it was not chosen on, beside the published one."""
    return render("steered", found=found, train=TRAIN, **_best(found.trials))


class AutoSteerPane(pn.viewable.Viewer):
    """Asks which stars to find, searches as a job, and shows the best so far, which stays when the job is stopped.

    Parameters
    ----------
    narrow : bool
        For the wheel: it asks for the stars alone, and tells the best in a few lines.
    """

    def __init__(self, session: Session, *, narrow: bool = False) -> None:
        super().__init__()
        self.session, self.narrow = session, narrow
        named: dict[str, Any] = {"labelled": True}
        self.goal = Select(label="find stars like", options={}, width=230, **named)
        self.alpha = Slider(
            label="α, 1: many, 0: at the top", value=0.5, start=0, end=1, step=0.05, width=190, description=hint("α")
        )
        trials, minutes = NARROW if narrow else WIDE
        self.trials = IntInput(label="designs to try", value=trials, start=1, end=1000, width=120, **named)
        self.minutes = FloatInput(label="minutes at most", value=minutes, start=0.1, width=120, **named)
        self.button = Button(label="Search", on_click=self.press)
        self.job = BackgroundJob(session, self._done, stopped=STOPPED, on_cancelled=self._measure)
        self.text = ActionText(
            self.on_action, css=":host{padding:4px 12px} table{width:auto}", sizing_mode="stretch_both"
        )
        self._plan: AutoSteerPlan | None = None
        self._spec: RunSpec | None = None
        self._seen, self._measuring = 0, False
        if narrow:
            for asked in (self.goal, self.button):
                asked.param.update(sizing_mode="stretch_width", margin=(7, 8, 3, 8))
            fields: list[Any] = [self.goal, self.button]
        else:
            row = (self.goal, self.alpha, self.trials, self.minutes, self.button)
            fields = [pn.Row(*row, margin=(8, 10), styles={"gap": "10px", "align-items": "center"})]
        self._view = pn.Column(*fields, self.job.line, self.text, sizing_mode="stretch_both", margin=0)
        session.follow(self._offer, "scored", "verdicts_changed", "selection")
        session.follow(self._jobs_changed, "jobs")
        self._idle = render("steering_asked", minutes=minutes, trials=trials)
        last: Steered | None = session.server.finding(JobKind.AUTOSTEER)
        self._empty = last is None
        self._offer()
        if last is not None:
            self._show(last)

    def plan(self) -> AutoSteerPlan:
        """What the widgets ask for; `ClaraError` when it can't be."""
        goal, label = self.goal.value, None
        marked: tuple[str, ...] = ()
        if goal == MARKED:
            marked = tuple(self.session.selection)
        elif goal is not None and goal[0] == VERDICT:
            verdicts = self.session.table["verdict"]
            marked = tuple(verdicts.index[verdicts == goal[1]])
        else:
            label = goal
        return AutoSteerPlan(
            label=label,
            marked=marked,
            alpha=self.alpha.value,
            trials=self.trials.value or 1,
            seconds=60 * (self.minutes.value or 1),
        )

    def press(self) -> None:
        """Queue the search."""
        try:
            self._plan = self.plan()
            steering = AutoSteer(self.session.server.workspace, self._plan)
        except ClaraError as error:
            self.job.show_text(str(error), problem=True)
            return
        self._seen, self._measuring = 0, False
        work = self.session.server.storing_result(JobKind.AUTOSTEER, "", partial(self._search, steering))
        self.job.start(JobKind.AUTOSTEER, "auto-steer", work)

    def _search(self, steering: AutoSteer, report: Reporter) -> Steered:
        steering.search(report)
        return steering.best(report)

    def _measure(self) -> None:
        """Say how good the best of a stopped search is, on the stars that it was not chosen on."""
        if self._plan is None or self._measuring:
            return
        steering = AutoSteer(self.session.server.workspace, self._plan)
        if len(steering.trials()):
            self._measuring = True
            work = self.session.server.storing_result(JobKind.AUTOSTEER, "", steering.best)
            self.job.start(JobKind.AUTOSTEER, "auto-steer: the best so far, on stars it was not chosen on", work)

    def _done(self, found: Steered) -> None:
        if self._measuring:
            self.job.show_text(STOPPED)
        self._show(found)

    def _show(self, found: Steered) -> None:
        self._spec, self._empty = found.spec, False
        self.text.object = render("steered_narrow", found=found, train=TRAIN) if self.narrow else steered_html(found)

    def _jobs_changed(self, *events: object) -> None:
        """Show the trials while they are made, and what is kept when they were stopped."""
        if self._plan is None or not self.job.busy:
            return
        try:
            trials = AutoSteer(self.session.server.workspace, self._plan).trials()
        except ClaraError:  # there are no features yet
            return
        if len(trials) != self._seen:
            self._seen, self._empty = len(trials), False
            self.text.object = render("trials_narrow", **_best(trials)) if self.narrow else trials_html(trials)

    def on_action(self, action: str) -> None:
        """Do what a button says."""
        if action == TRAIN and self._spec is not None:
            self.session.retrain(self._spec)

    def _offer(self, *events: object) -> None:
        session = self.session
        members = session.server.labels.members(session.table.index)
        verdicts = session.table["verdict"] if len(session.table) else pd.Series(dtype=object)
        given = {(VERDICT, str(name)): (verdicts == name).to_numpy() for name in verdicts.dropna().unique()}
        options: dict[str, Any] = label_options(given, least=LEAST_WANTED) | label_options(members, least=LEAST_WANTED)
        if session.selection:
            options = {f"{MARKED} ({len(session.selection):,})": MARKED} | options
        value = self.goal.value if self.goal.value in options.values() else next(iter(options.values()), None)
        self.goal.param.update(options=options, value=value)
        self.button.disabled = not options
        if self._empty:
            self.text.object = self._idle if options else quiet(UNLABELLED)

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
