"""A file of the run on the screen that takes a while: made in the background, then handed over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import panel as pn

from clara_app.background_job import BackgroundJob
from clara_app.session import Session
from clara_app.widgets import Button, FileDownload
from clara_engine.jobs import JobKind, Reporter
from clara_engine.text import file_stem
from clara_engine.workspace import Run

__all__ = ["MadeFile"]


class MadeFile(pn.viewable.Viewer):
    """A button that makes a file, and beside it one that hands it over when it is ready.

    Parameters
    ----------
    make : callable
        Makes the file of a run, in a thread: its content, and what `done` is told.
    done : callable
        Called with what was made beside the content; returns a line for the person.
    label, description : str
        Of the button that makes it.
    save : str
        Of the one that hands it over.
    ending : str
        Of the name of the file, behind that of the run.
    beside : sequence of Viewable
        What stands between the two buttons.
    """

    def __init__(
        self,
        session: Session,
        make: Callable[[Run, Reporter], tuple[bytes, Any]],
        done: Callable[[Any], str],
        *,
        label: str,
        save: str,
        ending: str,
        description: str = "",
        beside: tuple[pn.viewable.Viewable, ...] = (),
    ) -> None:
        super().__init__()
        self.session, self._make, self._done, self._ending = session, make, done, ending
        self.content, self._name = b"", "run"
        self.button = Button(label=label, description=description, on_click=self.press, margin=(4, 10))
        self.save = FileDownload(
            lambda: self.content, naming=self.file_name, label=save, look="filled", visible=False, margin=(4, 10)
        )
        self.making = BackgroundJob(session, self._made, stopped="cancelled; what was computed is kept")
        self._view = pn.Column(
            pn.Row(self.button, *beside, self.save, margin=0, styles={"gap": "8px", "align-items": "center"}),
            self.making.line,
            sizing_mode="stretch_width",
            margin=0,
        )
        session.follow(self._show, "run_id")
        self._show()

    def file_name(self) -> str:
        """The name of the file that is handed over."""
        return f"{file_stem(self._name)}{self._ending}"

    def press(self) -> None:
        """Queue the work."""
        run = self.session.run
        if run is None or self.making.busy:
            return
        self.save.visible, self._name = False, run.name
        title = f"{self.button.label} of {run.name}"
        self.making.start(JobKind.REPORT, title, lambda report: self._make(run, report))

    def _made(self, found: tuple[bytes, Any]) -> None:
        self.content, told = found
        self.save.visible = True
        self.making.show_text(self._done(told))

    def _show(self, *events: object) -> None:
        self.button.disabled = self.session.run is None

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
