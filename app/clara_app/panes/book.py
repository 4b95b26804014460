"""The figures and tables of the run on the screen, as a zip file."""

from __future__ import annotations

import re

import panel as pn

from clara_app.background_job import BackgroundJob
from clara_app.card import live_text, quiet
from clara_app.rendering import render
from clara_app.session import Session
from clara_app.widgets import Button, Checkbox, FileDownload
from clara_engine.jobs import JobKind, Reporter

__all__ = ["BookPane"]

HELP = (
    "The figures of the publication for the run on the screen, with their tables and a page that says what each shows: "
    "performance, map, clusters, importances, similarity, Gaia, stellar parameters, steering matrix."
)


class BookPane(pn.viewable.Viewer):
    """Makes the book of a run in the background, and hands it over."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.content, self._name = b"", "run"
        self.make = Button(label="Make figures", on_click=self.press, margin=(4, 10))
        self.missing = Checkbox(
            label="compute what is missing",
            description="map, clusters, importances, similarity and steering matrix, which takes minutes",
            margin=(4, 0),
        )
        self.save = FileDownload(
            lambda: self.content,
            naming=self.file_name,
            label="Save figures (.zip)",
            look="filled",
            visible=False,
            margin=(4, 10),
        )
        self.making = BackgroundJob(session, self._made, stopped="cancelled; what was computed is kept")
        self._told = live_text(css=":host{padding:4px 10px}", sizing_mode="stretch_width")
        self._view = pn.Column(
            live_text(quiet(HELP), css=":host{padding:8px 10px 4px}", sizing_mode="stretch_width"),
            pn.Row(self.make, self.missing, self.save, margin=0, styles={"gap": "8px", "align-items": "center"}),
            self.making.line,
            self._told,
            sizing_mode="stretch_both",
            margin=0,
            scroll=True,
        )
        session.follow(self._show, "run_id")
        self._show()

    def file_name(self) -> str:
        """The name of the file that is handed over."""
        return f"{re.sub('[^-_.a-zA-Z0-9]', '-', self._name)}-figures.zip"

    def press(self) -> None:
        """Queue the figures."""
        run, workspace, make = self.session.run, self.session.server.workspace, bool(self.missing.value)
        if run is None:
            return
        self.save.visible, self._name, self._told.object = False, run.name, ""

        def work(report: Reporter) -> tuple[bytes, list[tuple[str, str, str]]]:
            from clara_engine.report.book import book_zip

            content, written = book_zip(workspace, run, make=make, report=report)
            return content, [(one.title, one.missing, one.command) for one in written.chapters]

        self.making.start(JobKind.REPORT, f"figures of {run.name}", work)

    def _made(self, found: tuple[bytes, list[tuple[str, str, str]]]) -> None:
        self.content, chapters = found
        self.save.visible = True
        self.making.show_text(f"The figures of {self._name} are ready: open index.html of the zip file.")
        self._told.object = render("book", chapters=chapters)

    def _show(self, *events: object) -> None:
        self.make.disabled = self.session.run is None

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
