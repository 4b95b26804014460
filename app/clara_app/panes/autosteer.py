"""Lets the machine search for the design that finds what a person wants found."""

from __future__ import annotations

from functools import partial
from html import escape
from typing import Any

import pandas as pd
import panel as pn

from clara_app.act_text import ActText, act_button
from clara_app.errand import Errand
from clara_app.fields import Button, Menu, NumberField, Slider, WholeField
from clara_app.session import Session
from clara_engine.errors import ClaraError
from clara_engine.evaluate import Measures
from clara_engine.jobs import JobKind, Reporter
from clara_engine.studies.autosteer import AutoSteer, AutoSteerPlan, Steered
from clara_engine.workspace import RunSpec

__all__ = ["AutoSteerPane", "steered_html"]

TRAIN = "train"
MARKED = "the selected stars"
SHOWN = 10
STOPPED = "stopped; the trials are kept, and Search goes on from them"


def _rate(found: Measures) -> str:
    auc, top = found.roc_auc, found.recall_top[0.05]
    return (
        f"<td>{auc.value:.3f} ({auc.low:.3f}–{auc.high:.3f})</td>"
        f"<td>{top.value:.2f} ({top.low:.2f}–{top.high:.2f})</td>"
    )


def trials_html(trials: pd.DataFrame) -> str:
    """The best trials so far, by what they reached on the stars they are chosen on."""
    best = trials.sort_values("objective", ascending=False).head(SHOWN)
    rows = "".join(
        f"<tr><td class='text'>{escape(str(row.design))}</td><td>{row.curves:,}</td><td>{row.objective:.3f}</td></tr>"
        for row in best.itertuples()
    )
    head = "<tr><th class='text'>design</th><th>curves</th><th>objective, on search stars</th></tr>"
    return f"<h3>{len(trials)} trials, best first</h3><table>{head}{rows}</table>"


def steered_html(found: Steered) -> str:
    """The best design, measured on stars that it was not chosen on, beside the published one."""
    measures = found.measures
    return (
        f"<h3>Best: {escape(found.spec.name)}</h3><p>Objective {found.searched:.3f} on the stars it was chosen on, "
        f"<b>{found.objective:.3f}</b> on {measures.targets:,} others, {measures.positives:,} of them wanted. "
        f"{act_button(TRAIN, 'Train it on all stars')}</p><table><tr><th></th><th>ROC-AUC, chance .5</th>"
        f"<th>recall in the top 5 %, chance .05</th></tr><tr><td class='text'>best trial</td>{_rate(measures)}</tr>"
        f"<tr><td class='text'>P9 as published</td>{_rate(found.published)}</tr></table>{trials_html(found.trials)}"
    )


class AutoSteerPane(pn.viewable.Viewer):
    """Asks what is wanted, searches as a job, shows the best so far; stopping keeps it."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        named: dict[str, Any] = {"labelled": True}
        self.wanted = Menu(label="find stars like", options={}, width=230, **named)
        self.alpha = Slider(label="α, 1: many, 0: at the top", value=0.5, start=0, end=1, step=0.05, width=190, **named)
        self.trials = WholeField(label="designs to try", value=20, start=1, end=1000, width=120, **named)
        self.minutes = NumberField(label="minutes at most", value=10, start=0.1, width=120, **named)
        self.button = Button(label="Search", on_click=self.press)
        self.errand = Errand(session, self._done, stopped=STOPPED, after_stop=self._measure)
        self.text = ActText(self._act, css=":host{padding:4px 12px} table{width:auto}", sizing_mode="stretch_both")
        self._plan: AutoSteerPlan | None = None
        self._spec: RunSpec | None = None
        self._seen, self._measuring = 0, False
        self._view = pn.Column(
            pn.Row(
                self.wanted,
                self.alpha,
                self.trials,
                self.minutes,
                self.button,
                margin=(8, 10),
                styles={"gap": "10px", "align-items": "center"},
            ),
            self.errand.line,
            self.text,
            sizing_mode="stretch_both",
            margin=0,
        )
        session.follow(self._offer, "scored", "verdicts_changed", "selection")
        session.follow(self._look, "jobs")
        self._offer()
        self.text.object = (
            '<p class="quiet">Search tries designs one after another, each a forest, and keeps the one that brings the '
            "wanted stars to the top. It is chosen on half of them and measured on the other half.</p>"
        )
        last: Steered | None = session.server.finding(JobKind.AUTOSTEER)
        if last is not None:
            self._show(last)

    def plan(self) -> AutoSteerPlan:
        """What the widgets ask for; `ClaraError` when it can't be."""
        wanted = self.wanted.value
        return AutoSteerPlan(
            label=None if wanted in (None, MARKED) else wanted,
            marked=tuple(self.session.selection) if wanted == MARKED else (),
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
            self.errand.say(str(error), problem=True)
            return
        self._seen, self._measuring = 0, False
        work = self.session.server.keeping(JobKind.AUTOSTEER, "", partial(self._search, steering))
        self.errand.go(JobKind.AUTOSTEER, "auto-steer", work)

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
            work = self.session.server.keeping(JobKind.AUTOSTEER, "", steering.best)
            self.errand.go(JobKind.AUTOSTEER, "auto-steer: the best so far, on stars it was not chosen on", work)

    def _done(self, found: Steered) -> None:
        if self._measuring:
            self.errand.say(STOPPED)
        self._show(found)

    def _show(self, found: Steered) -> None:
        self._spec = found.spec
        self.text.object = steered_html(found)

    def _look(self, *events: object) -> None:
        """Show the trials while they are made, and what is kept when they were stopped."""
        if self._plan is None or not self.errand.busy:
            return
        try:
            trials = AutoSteer(self.session.server.workspace, self._plan).trials()
        except ClaraError:  # features are still to come
            return
        if len(trials) != self._seen:
            self._seen = len(trials)
            self.text.object = trials_html(trials)

    def _act(self, act: str) -> None:
        if act == TRAIN and self._spec is not None:
            self.session.retrain(self._spec)

    def _offer(self, *events: object) -> None:
        session = self.session
        members = session.server.workspace.labels.members(list(session.table.index))
        options: dict[str, Any] = {
            f"{family}: {value}  ({mask.sum():,})": (family, value)
            for (family, value), mask in members.items()
            if 3 < mask.sum() < mask.size
        }
        if session.selection:
            options = {f"{MARKED} ({len(session.selection):,})": MARKED} | options
        value = self.wanted.value if self.wanted.value in options.values() else next(iter(options.values()), None)
        self.wanted.param.update(options=options, value=value)
        self.button.disabled = not options

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
