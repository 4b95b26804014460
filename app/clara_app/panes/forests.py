"""Forests from elsewhere, and this run's forest for elsewhere."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path

import panel as pn

from clara_app.background_job import BackgroundJob
from clara_app.card import live_text, quiet
from clara_app.file_field import FileField
from clara_app.session import Session
from clara_app.widgets import FileDownload
from clara_engine.errors import ClaraError
from clara_engine.jobs import JobKind, Reporter
from clara_engine.studies.transfer import ENDING, export_forest, import_forest
from clara_engine.text import file_stem

__all__ = ["ForestsPane"]

LARGEST_BYTES = 300_000_000
HELP = (
    "A forest file holds the trees of a run and what fixed them; it is checked, and nothing in it is executed. The "
    "published forests P3, P5 and P9 are taken as arrays (P9.npz), and score as published. The 36 designs and URF1 to "
    "URF4 are made by clara export-forests FOLDER."
)


class ForestsPane(pn.viewable.Viewer):
    """Takes a forest file as a run, and hands over that of the run on the screen."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.save = FileDownload(self.content, naming=self.file_name, label="Save this run's forest", margin=(4, 10))
        self.field = FileField(
            self.take,
            label="Take a forest",
            description=f"a {ENDING} file, or .npz with the arrays of a published forest",
            accept=f"{ENDING},.npz",
            most_bytes=LARGEST_BYTES,
            margin=(4, 10),
        )
        self.taking = BackgroundJob(session, self._taken)
        self._view = pn.Column(
            live_text(quiet(HELP), css=":host{padding:8px 10px 4px}", sizing_mode="stretch_width"),
            pn.Row(self.field, self.save, margin=0, styles={"gap": "8px", "align-items": "center"}),
            self.taking.line,
            sizing_mode="stretch_both",
            margin=0,
        )
        session.follow(self._show, "run_id")
        self._show()

    def file_name(self) -> str:
        """The name of the file that is handed over."""
        run = self.session.run
        name = run.name if run is not None else "run"
        return f"{file_stem(name)}{ENDING}"

    def content(self) -> bytes:
        """The forest of the run on the screen as a file."""
        run = self.session.run
        if run is None:
            return b""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"forest{ENDING}"
            export_forest(run, path)
            return path.read_bytes()

    def take(self, files: dict[str, bytes]) -> None:
        """Queue that a forest is taken and scores every star."""
        for name, content in files.items():
            self.taking.start(
                JobKind.FOREST, f"forest {Path(name).name}", partial(self._work, Path(name).name, content)
            )
            return

    def _work(self, name: str, content: bytes, report: Reporter) -> str:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / name
            path.write_bytes(content)
            try:
                return import_forest(self.session.server.workspace, path, report=report).id
            except ClaraError as error:  # the folder is nobody's
                raise type(error)(str(error).replace(f"{folder}/", "")) from None

    def _taken(self, run_id: str) -> None:
        self.session.sync()
        self.session.run_id = run_id
        run = self.session.run
        self.taking.show_text(
            f"{run.name} is on the screen: its forest was trained elsewhere" if run is not None else ""
        )

    def _show(self, *events: object) -> None:
        self.save.disabled = self.session.run is None

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
