"""The queue of stars to look at, left of the star itself, and the list of those to follow up."""

from __future__ import annotations

import panel as pn

from clara_app.areas.parts import Tabs
from clara_app.card import card
from clara_app.panes.follow_up import FollowUpPane
from clara_app.panes.opinions import OpinionsPane
from clara_app.panes.queue import QueuePane
from clara_app.session import Session

__all__ = ["VetArea"]


class VetArea(pn.viewable.Viewer):
    """Left of the star."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.queue = QueuePane(session)
        self.tabs = Tabs(
            {
                "Queue": lambda: self.queue,
                "Follow-up": lambda: FollowUpPane(session),
                "Agreement": lambda: OpinionsPane(session),
            }
        )
        self._view = card("Vet", self.tabs, tools=(self.tabs.buttons,), chip=session.param.origin)

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
