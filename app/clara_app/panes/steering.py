"""Which contrast set finds which event: the steering matrix, measured on the stars of this workspace."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd
import panel as pn

from clara_app.areas.parts import part
from clara_app.card import live_text, quiet
from clara_app.in_thread import LatestRequest
from clara_app.plot_view import PlotView
from clara_app.session import Session
from clara_app.widgets import Button, Select
from clara_engine.jobs import JobKind
from clara_engine.plots.steering_matrix import STEERING_MEASURES, steering_matrix
from clara_engine.store.versions import Topic
from clara_engine.studies.steer import SteeringMatrix, SteeringPlan
from clara_engine.text import counted
from clara_engine.workspace import Workspace

__all__ = ["SteeringPane", "matrix_note"]

CSS = """
:host { padding: 0 10px 6px; box-sizing: border-box; overflow: auto; }
"""
SIZES = {"quick look · 1 seed": 1, "3 seeds": 3, "5 seeds": 5}
LARGEST = SteeringPlan(seeds=max(SIZES.values()))


def matrix_note(table: pd.DataFrame, measure: str, feature_set: str) -> str:
    """A note on how to read the matrix."""
    title, chance = STEERING_MEASURES[measure]
    seeds = int(table["seeds"].max())
    return (
        f"{title}, mean of {counted(seeds, 'seed')}, chance {chance:g}; point at a cell for its "
        "interval. "
        "The contrast set that was made for an event is framed. "
        "Events injected into stars that did not train, against the same stars untouched. Features: "
        f"{feature_set}; P3 and P9 as published. * signals from a generator that no contrast set uses."
    )


class SteeringPane(pn.viewable.Viewer):
    """The steering matrix that was measured last, and the button that measures it anew."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.measure = Select(
            label="measure",
            options={title: name for name, (title, _) in STEERING_MEASURES.items()},
            value="auc",
            width=130,
        )
        self.seeds = Select(label="size", options=SIZES, value=1, width=150)
        self.button = Button(
            label="Measure",
            on_click=self.press,
            description="inject events into stars that did not train, and see which contrast set finds them",
        )
        self.html = live_text(css=CSS, sizing_mode="stretch_width")
        self.plot = PlotView(steering_matrix)
        self.figure = part(self.plot, "1 1 0")
        self._stage: list[Any] = []
        self._looking = LatestRequest(session)
        self._read: tuple[int, ...] = ()
        self._table = pd.DataFrame()
        self._view = pn.Column(
            pn.Row(self.measure, self.seeds, self.button, margin=(2, 10), styles={"gap": "8px"}),
            self.html,
            self.figure,
            sizing_mode="stretch_both",
            margin=0,
        )
        self.measure.param.watch(self._show, "value")
        session.follow(self._jobs_moved, "jobs")
        session.follow(self._show, "studies_changed")
        session.follow(lambda event: self.plot.paint(event.new), "dark")
        self._show()

    def press(self) -> None:
        """Queue the matrix."""
        plan = SteeringPlan(seeds=self.seeds.value)
        if self.session.server.measure_steering(plan, author=self.session.signature()) is not None:
            self.session.sync()

    def _jobs_moved(self, *events: object) -> None:
        busy = any(job.kind == JobKind.STEERING and job.state.active for job in self.session.jobs)
        self.button.param.update(disabled=busy, label="being measured" if busy else "Measure")
        stage = [(job.id, job.stage, job.state) for job in self.session.jobs if job.kind == JobKind.STEERING]
        if stage != self._stage:
            self._stage = stage
            self._show()

    def _show(self, *events: object) -> None:
        server = self.session.server
        now = tuple(server.versions[topic] for topic in (Topic.TARGETS, Topic.FEATURES, Topic.STUDIES))
        if now == self._read:
            self._draw()
        else:
            self._looking(partial(_kept_table, server.workspace), partial(self._has_read, now), self._fail)

    def _has_read(self, now: tuple[int, ...], table: pd.DataFrame) -> None:
        self._read, self._table = now, table
        self._draw()

    def _fail(self, why: str) -> None:
        self.html.object = quiet(why)

    def _draw(self) -> None:
        self.figure.visible = not self._table.empty
        if self._table.empty:
            self.html.object = (
                '<p class="quiet">Not measured yet. Measure injects planets, binaries, flares, dips … into stars that '
                "did not train, and shows which contrast set finds which. A quick look takes some minutes.</p>"
            )
        else:
            note = matrix_note(self._table, self.measure.value, LARGEST.feature_set)
            self.html.object = quiet(note)
            self.plot.draw(table=self._table, measure=self.measure.value, dark=self.session.dark)

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view


def _kept_table(workspace: Workspace) -> pd.DataFrame:
    return SteeringMatrix(workspace, LARGEST).kept_table()
