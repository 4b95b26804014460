"""The two runs that the Compare area compares."""

from __future__ import annotations

from typing import Any

import panel as pn
import param

from clara_app.card import live_text
from clara_app.rendering import render
from clara_app.run_list import run_titles
from clara_app.session import Session
from clara_app.widgets import Button, Select
from clara_engine.workspace import Run

__all__ = ["ComparedRuns", "ComparedRunsBar"]


class ComparedRuns(param.Parameterized):
    """Run A is the one on the screen, run B is chosen here.

    Attributes
    ----------
    first, second : Run or None
    """

    other_id = param.String("", doc="Run B; empty when there is no other run.")
    changed = param.Integer(0, doc="Counts the times that either run became another one.")

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._known: tuple[str, str] = ("", "")
        self.param.watch(self._refresh, "other_id")
        session.follow(self._refresh, "run_id", "runs")
        self._refresh()

    @property
    def first(self) -> Run | None:
        """The run on the screen."""
        return self.session.run

    @property
    def second(self) -> Run | None:
        """The run that it is compared with."""
        return next((run for run in self.session.runs if run.id == self.other_id), None)

    def others(self) -> list[Run]:
        """Runs that A can be compared with, newest first."""
        return [run for run in self.session.runs if run.id != self.session.run_id]

    def swap(self) -> None:
        """Exchange A and B."""
        if self.second is not None:
            first = self.session.run_id
            self.session.run_id, self.other_id = self.other_id, first

    def _refresh(self, *events: object) -> None:
        others = [run.id for run in self.others()]
        if self.other_id not in others:
            before = self.session.previous_run
            usual = before.id if before is not None else next(iter(others), "")
            self.other_id = self._known[0] if self._known[0] in others else usual
        if self._known != (self.session.run_id, self.other_id):
            self._known = (self.session.run_id, self.other_id)
            self.changed += 1


class ComparedRunsBar(pn.viewable.Viewer):
    """Shows the name of run A, and a menu for run B."""

    def __init__(self, compared: ComparedRuns) -> None:
        super().__init__()
        self.compared = compared
        self.first = live_text(css=":host{white-space:nowrap}")
        self.second = Select(
            label="run B",
            options={},
            width=300,
            description="run B",
        )
        self.swap = Button(
            symbol="⇄",
            look="text",
            label="swap A and B",
            on_click=compared.swap,
        )
        bar: dict[str, Any] = {"align-items": "center", "gap": "6px"}
        self._view = pn.Row(self.first, self.second, self.swap, margin=0, styles=bar)
        self.second.param.watch(self._chosen, "value")
        compared.param.watch(self._show, "changed")
        compared.session.follow(self._show, "runs")
        self._show()

    def _chosen(self, event: object) -> None:
        if self.second.value:
            self.compared.other_id = self.second.value

    def _show(self, *events: object) -> None:
        compared, others = self.compared, self.compared.others()
        listed = {run.id for run in others}
        options = {title: one for title, one in run_titles(compared.session.runs).items() if one in listed}
        first = compared.first.name if compared.first else "no run yet"
        self.first.object = render("compared", first=first)
        self.second.param.update(options=options, value=compared.other_id or None, disabled=not others)
        self.swap.disabled = not others

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
