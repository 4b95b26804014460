"""Stars that end in the same leaves of the forest as the selected one, and labelled stars with similar features."""

from __future__ import annotations

from functools import partial

import pandas as pd
import panel as pn

from clara_app.areas.parts import Tabs, part
from clara_app.card import card, live_text, quiet
from clara_app.formatting import star_name
from clara_app.hiding import HIDDEN, show
from clara_app.in_thread import LatestRequest
from clara_app.paged_table import PagedTable
from clara_app.panes.label_match import LabelMatchPane
from clara_app.session import Session
from clara_app.widgets import Button
from clara_engine.studies.reasons import similar_stars

__all__ = ["SimilarPane"]

COUNT = 50
FOREST, LABELS = "to the forest", "to labelled stars"
COLUMNS = (
    ("target", "star", "click to see it", "left"),
    ("proximity", "same leaves", "share of the trees in which both end in the same leaf, 0 to 1", "right"),
    ("rank", "#", "rank by anomaly score in this run", "right"),
    ("score", "score", "anomaly score, 0 to 1", "right"),
    ("verdict", "verdict", "last standing verdict", "left"),
)


class SimilarPane(pn.viewable.Viewer):
    """The nearest stars by forest proximity. They are computed only while the pane is in view."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.ids: list[str] = []
        self._looking = LatestRequest(session)
        self.table = PagedTable(
            self.row_clicked,
            sizing_mode="stretch_both",
            columns=[{"name": n, "title": t, "help": h, "side": s} for n, t, h, s in COLUMNS],
        )
        self.note = live_text(css=":host{padding:0 10px}", styles=HIDDEN)
        self.select = Button(
            label="select them",
            description="select these stars on the map and in the ranking",
            look="text",
            on_click=self.select_similar,
        )
        self.tabs = Tabs(
            {
                FOREST: lambda: pn.Column(self.note, part(self.table, "1 1 0"), sizing_mode="stretch_both", margin=0),
                LABELS: lambda: LabelMatchPane(session),
            }
        )
        self.tabs.buttons.param.watch(lambda event: show(self.select, event.new == FOREST), "value")
        self._view = card(
            "Similar stars", self.tabs, tools=(self.select, self.tabs.buttons), chip=session.param.star_origin
        )
        session.follow(self._show, "star", "scored", "views")
        self._show()

    def _show(self, *events: object) -> None:
        session = self.session
        if "similar" not in session.views:
            return
        if session.run is None or not session.target_id:
            self._looking.cancel()
            none = session.run is None
            self._say("No run yet: press Retrain." if none else "Choose a star on the map or in the ranking.")
        else:
            look = partial(similar_stars, session.server.workspace, session.run, session.target_id, COUNT)
            self._looking(look, self._list, self._say)

    def _say(self, words: str) -> None:
        self._list(pd.DataFrame({"target_id": [], "proximity": []}), words)

    def _list(self, found: pd.DataFrame, words: str = "") -> None:
        self.note.object = quiet(words)
        show(self.note, bool(words))
        found = found[found["target_id"].isin(self.session.table.index)]
        self.ids = found["target_id"].tolist()
        self.table.rows = [self._texts(row.target_id, row.proximity) for row in found.itertuples()]

    def _texts(self, target_id: str, proximity: float) -> list[str]:
        row = self.session.table.loc[target_id]
        verdict = row.get("verdict")
        return [
            star_name(row),
            f"{proximity:.2f}",
            f"{row['rank']:.0f}",
            f"{row['anomaly_score']:.3f}",
            verdict if isinstance(verdict, str) else "",
        ]

    def row_clicked(self, place: int) -> None:
        """Show what stands in a row."""
        if 0 <= place < len(self.ids):
            self.session.show(self.ids[place])

    def select_similar(self) -> None:
        """Select the star on the screen and those like it."""
        if self.ids:
            self.session.selection = [self.session.target_id, *self.ids]

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
