"""The figures and tables of the run on the screen, as a zip file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import panel as pn

from clara_app.card import live_text, quiet
from clara_app.made_file import MadeFile
from clara_app.rendering import render
from clara_app.session import Session
from clara_app.widgets import Checkbox
from clara_engine.jobs import Reporter
from clara_engine.workspace import Run

if TYPE_CHECKING:
    from clara_engine.report.book import Written

__all__ = ["BookPane"]

HELP = (
    "The figures of the publication for the run on the screen, with their tables and a page that says what each shows: "
    "performance, map, clusters, importances, similarity, Gaia, stellar parameters, steering matrix."
)


class BookPane(pn.viewable.Viewer):
    """Makes the book of a run, and says what is missing in it."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.missing = Checkbox(
            label="compute what is missing",
            description="map, clusters, importances, similarity and steering matrix, which takes minutes",
            margin=(4, 0),
        )
        self.file = MadeFile(
            session,
            self._make,
            self._made,
            label="Make figures",
            save="Save figures (.zip)",
            ending="-figures.zip",
            beside=(self.missing,),
        )
        self.told = live_text(css=":host{padding:4px 10px}", sizing_mode="stretch_width")
        self._view = pn.Column(
            live_text(quiet(HELP), css=":host{padding:8px 10px 4px}", sizing_mode="stretch_width"),
            self.file,
            self.told,
            sizing_mode="stretch_both",
            margin=0,
            scroll=True,
        )

    def _make(self, run: Run, report: Reporter) -> tuple[bytes, Written]:
        from clara_engine.report.book import book_zip  # with all that studies need

        return book_zip(self.session.server.workspace, run, make=bool(self.missing.value), report=report)

    def _made(self, written: Written) -> str:
        self.told.object = render("book", chapters=written.chapters)
        return "The figures are ready: save them, unpack the file and open index.html."

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
