"""A dialog over the page; it joins the page when it is first opened, so that the page opens sooner."""

from __future__ import annotations

from typing import Any, ClassVar

import panel as pn
import param
from panel.custom import Children

from clara_app.heard import Heard
from clara_app.theme import STATIC

__all__ = ["Dialog"]


class Window(Heard):
    """The dialog itself. The browser keeps the focus in it, and Escape closes it."""

    heading = param.String("")
    opened = param.Boolean(False)
    click_closes = param.Boolean(True, doc="Whether a click beside the dialog closes it.")
    body = Children(default=[])

    _bundle = STATIC / "window.js"
    says: ClassVar[Any] = {"opened": bool}
    _stylesheets: ClassVar[Any] = [STATIC / "window.css"]

    def receive(self, data: Any) -> None:
        """Take in what the browser says."""
        self.opened = data.get("opened", False)


class Dialog(pn.viewable.Viewer):
    """A dialog that stands nowhere until it is opened.

    Parameters
    ----------
    body : viewables
    title : str
    width : int
        Pixels, where the screen is as wide.
    click_closes : bool
        Whether a click beside the dialog closes it, too.
    """

    open = param.Boolean(False)

    def __init__(self, *body: object, title: str, width: int = 640, click_closes: bool = True) -> None:
        super().__init__()
        self.objects = list(body)
        self._window: Window | None = None
        self._options = {
            "heading": title,
            "click_closes": click_closes,
            "width": 0,
            "height": 0,
            "margin": 0,
            "stylesheets": [f":host {{ --wide: {width}px; }}"],
        }
        self._place = pn.Column(width=0, height=0, margin=0, styles={"position": "absolute"})
        self.param.watch(self._opened, "open")

    def fill(self, *body: object) -> None:
        """Have other things in it from now on."""
        self.objects = list(body)
        if self._window is not None:
            self._window.body = self.objects

    def _opened(self, *events: object) -> None:
        if self._window is None:
            self._window = Window(body=self.objects, opened=self.open, **self._options)
            self._window.param.watch(lambda event: self.param.update(open=event.new), "opened")
            self._place.append(self._window)
        self._window.opened = self.open

    def __panel__(self) -> pn.viewable.Viewable:
        return self._place
