"""Runs and designs compared by measures."""

from __future__ import annotations

import panel as pn

from clara_app.areas.parts import Tabs
from clara_app.card import card
from clara_app.compared_runs import ComparedRuns
from clara_app.panes.autosteer import AutoSteerPane
from clara_app.panes.compare_runs import CompareRunsPane
from clara_app.panes.recovery import RecoveryPane
from clara_app.panes.sectors import SectorsPane
from clara_app.panes.steering import SteeringPane
from clara_app.panes.sweep import SweepPane
from clara_app.panes.wrss import WrssPane
from clara_app.session import Session

__all__ = ["CompareArea"]


class CompareArea(pn.viewable.Viewer):
    """The whole width of the page."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.compared = ComparedRuns(session)
        self.tabs = Tabs(
            {
                "Two runs": lambda: CompareRunsPane(session, self.compared, lambda: self.shows("Two runs")),
                "Recovery": lambda: RecoveryPane(session, lambda: self.shows("Recovery")),
                "Sweeps": lambda: SweepPane(session, lambda: self.shows("Sweeps")),
                "Sectors": lambda: SectorsPane(session, self.compared, lambda: self.shows("Sectors")),
                "Steering matrix": lambda: SteeringPane(session),
                "Auto-steer": lambda: AutoSteerPane(session),
                "WRSS": lambda: WrssPane(session, self.compared),
            }
        )
        self.tabs.buttons.param.watch(self._tab_changed, "value")
        session.follow(self._show_sweep, "sweep")
        self._show_sweep()
        self._view = card("Compare", self.tabs, tools=(self.tabs.buttons,), chip=session.param.origin)

    def shows(self, title: str) -> bool:
        """Whether a tab is in view."""
        tabs = getattr(self, "tabs", None)  # the first tab is made before the buttons
        return self.session.area == "compare" and (tabs is None or tabs.buttons.value == title)

    def _show_sweep(self, *events: object) -> None:
        if self.session.sweep:
            self.tabs.open("Sweeps")

    def _tab_changed(self, event: object) -> None:
        pane = self.tabs.made.get(self.tabs.buttons.value)
        if isinstance(pane, CompareRunsPane | RecoveryPane | SectorsPane | SweepPane):
            pane.refresh()

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
