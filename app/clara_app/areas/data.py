"""Light curves and catalogues of the workspace: what is there, ingesting and fetching more, failures, jobs."""

from __future__ import annotations

import panel as pn

from clara_app.areas.parts import Tabs, part, row
from clara_app.card import card
from clara_app.panes.book import BookPane
from clara_app.panes.catalogues import CataloguesPane
from clara_app.panes.failures import FailuresPane
from clara_app.panes.fetch import FetchPane
from clara_app.panes.forests import ForestsPane
from clara_app.panes.holdings import HoldingsPane, WorkspacesPane
from clara_app.panes.ingest import IngestPane
from clara_app.panes.jobs import JobsPane
from clara_app.session import Session

__all__ = ["DataArea"]


class DataArea(pn.viewable.Viewer):
    """The whole width of the page: the content of the workspace on the left, actions on the right."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.holdings = HoldingsPane(session)
        self.tabs = Tabs(
            {
                "Files": lambda: IngestPane(session),
                "Fetch": lambda: FetchPane(session),
                "Catalogues": lambda: CataloguesPane(session),
                "Forests": lambda: ForestsPane(session),
                "Figures": lambda: BookPane(session),
                "Failures": lambda: FailuresPane(session),
                "Jobs": lambda: JobsPane(session, lambda: self.shows("Jobs")),
                "Workspaces": lambda: WorkspacesPane(session),
            }
        )
        self.session = session
        self.tabs.buttons.param.watch(self._tab_changed, "value")
        left = card("What there is", self.holdings, chip=session.param.origin)
        right = card("Bring in", self.tabs, tools=(self.tabs.buttons,), chip=session.param.origin)
        self._view = row(part(left, "1 1 0"), part(right, "1.05 1 0"))

    def shows(self, title: str) -> bool:
        """Whether a tab is in view."""
        return self.session.area == "data" and self.tabs.buttons.value == title

    def _tab_changed(self, event: object) -> None:
        pane = self.tabs.made.get(self.tabs.buttons.value)
        if isinstance(pane, JobsPane | FailuresPane | CataloguesPane):
            pane.refresh()

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
