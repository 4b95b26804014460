"""Copy as Python: the lines that make what is on the screen, in a dialog."""

from __future__ import annotations

from collections.abc import Callable

import panel as pn

from clara_app.as_python import python_lines, screen_of
from clara_app.card import live_text
from clara_app.dialog import Dialog
from clara_app.rendering import render
from clara_app.session import Session
from clara_app.widgets import Button, FileDownload
from clara_engine.errors import ClaraError
from clara_engine.workspace import RunSpec

__all__ = ["PythonLines"]

CSS = "pre { font: 12px ui-monospace, Menlo, Consolas, monospace; margin: 0; max-height: 62vh; overflow: auto; }"
#: A browser has a clipboard where the page is of this machine or encrypted; elsewhere the lines can be marked or saved.
COPY = "if (navigator.clipboard) { navigator.clipboard.writeText(source.tags[0].lines) }"


class PythonLines(pn.viewable.Viewer):
    """Shows the lines, copies them, and hands them over as a file.

    Parameters
    ----------
    session : Session
    spec : callable
        The run that the wheel would train; raises `ClaraError` where its fields can't be taken.
    """

    def __init__(self, session: Session, spec: Callable[[], RunSpec]) -> None:
        super().__init__()
        self.session, self._spec = session, spec
        self.lines = ""
        self.text = live_text(css=CSS, sizing_mode="stretch_width")
        self.copy = Button(label="Copy", look="filled")
        self.copy.js_on_click(code=COPY)
        self.save = FileDownload(lambda: self.lines.encode(), filename="clara.py", label="Save as .py", look="text")
        self.save.disabled = True
        buttons = pn.Row(self.copy, self.save, margin=(8, 0, 0, 0), styles={"gap": "6px"})
        self.dialog = Dialog(self.text, buttons, title="What is on the screen, as Python", width=860)

    def open(self) -> None:
        """Write the lines anew, and open the dialog."""
        try:
            spec = self._spec()
        except ClaraError:  # the wheel says so itself
            spec = None
        self.lines = python_lines(screen_of(self.session, spec))
        self.text.object = render("lines", lines=self.lines)
        self.copy.more = {"lines": self.lines}
        self.copy.tell()
        self.save.disabled = False
        self.dialog.open = True

    def __panel__(self) -> pn.viewable.Viewable:
        return self.dialog.__panel__()
