"""The queue of stars to look at, left of the star itself."""

from __future__ import annotations

import panel as pn

from app.card import card
from app.panes.ranking import RankingPane
from app.session import Session

__all__ = ["VetArea"]


class VetArea(pn.viewable.Viewer):
    """Left of the star."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._view = card("Queue", RankingPane(session), chip=session.param.origin)

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
