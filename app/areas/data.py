"""What light curves and catalogues there are, where they came from, and what failed."""

from __future__ import annotations

import panel as pn

from app.card import card, html
from app.panes.jobs import jobs_html
from app.session import Session

__all__ = ["DataArea"]


class DataArea(pn.viewable.Viewer):
    """The whole width of the page."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._view = card("Jobs", html(pn.bind(jobs_html, session.param.jobs), css=":host{padding:0 10px}"))

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
