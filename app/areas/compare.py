"""Runs and designs against each other: what each finds, measured."""

from __future__ import annotations

import panel as pn

from app.areas.parts import Tabs
from app.card import card
from app.panes.steering import SteeringPane
from app.panes.sweep import SweepPane
from app.session import Session

__all__ = ["CompareArea"]


class CompareArea(pn.viewable.Viewer):
    """The whole width of the page."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.tabs = Tabs({"Sweep": lambda: SweepPane(session), "Steering": lambda: SteeringPane(session)})
        self._view = card("Compare", self.tabs, tools=(self.tabs.buttons,), chip=session.param.origin)

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
