"""How far the people who vetted the same stars agree, and the stars on which they differ."""

from __future__ import annotations

import panel as pn

from clara_app.card import live_text
from clara_app.in_thread import LatestRequest
from clara_app.paged_table import PagedTable
from clara_app.rendering import render
from clara_app.session import Session
from clara_engine.studies.opinions import Opinions, opinions

__all__ = ["OpinionsPane"]

PAGE = 200
COLUMNS = [
    {"name": "star", "title": "star", "help": "click to see it", "side": "left"},
    {"name": "said", "title": "verdicts", "help": "everybody's last standing verdict", "side": "left"},
]


class OpinionsPane(pn.viewable.Viewer):
    """Cohen's kappa of each two people, and below it the stars on which any differ; a click shows one."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._ask = LatestRequest(session)
        self._ids: list[str] = []
        self.text = live_text(css=":host{padding:4px 10px}", sizing_mode="stretch_width")
        self.list = PagedTable(
            self.row_clicked,
            columns=COLUMNS,
            sizing_mode="stretch_both",
            min_height=100,
            empty="There is no star on which people differ.",
        )
        self._view = pn.Column(self.text, self.list, sizing_mode="stretch_both", margin=0)
        session.follow(self._read, "verdicts_changed")
        session.follow(self._mark, "target_id")
        self._read()

    def _read(self, *events: object) -> None:
        workspace = self.session.server.workspace
        self._ask(lambda: opinions(workspace), self._show)

    def _show(self, found: Opinions) -> None:
        self.text.object = render("opinions", found=found, pairs=list(found.pairs.itertuples()))
        self._ids = list(found.differing["target_id"].head(PAGE))
        self.list.rows = found.differing[["star", "said"]].head(PAGE).to_numpy().tolist()
        self._mark()

    def _mark(self, *events: object) -> None:
        target_id = self.session.target_id
        self.list.selected = self._ids.index(target_id) if target_id in self._ids else -1

    def row_clicked(self, place: int) -> None:
        """Show what stands in a row."""
        if 0 <= place < len(self._ids):
            self.session.show(self._ids[place])

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
