"""HTML that changes."""

from __future__ import annotations

from typing import Any, ClassVar

import param

from clara_app.heard import Heard
from clara_app.hiding import show
from clara_app.theme import STATIC

__all__ = ["BOXLESS", "Boxless", "LiveText"]

#: Style of components that change their size.
BOXLESS = (STATIC / "boxless.css").read_text("utf-8")


class Boxless(Heard):
    """A component without a box; the style of those that are says `display`, which hides Bokeh's own of hidden ones."""

    _stylesheets: ClassVar[Any] = [BOXLESS]

    def __init__(self, **params: Any) -> None:
        super().__init__(**params)
        self.param.watch(self._hide_too, "visible")
        if not self.visible:
            self._hide_too()

    def _hide_too(self, *events: object) -> None:
        show(self, self.visible)


class LiveText(Boxless):
    """HTML that changes with the star or a job. Unlike an HTML pane it does not lay out the whole page anew."""

    object = param.String("", doc="HTML; whoever fills it escapes what people wrote.")
    as_event = param.String("", doc="Event of the document that tells of a button in place of a message.")
    spot = param.List([0, 0], doc="Pixels, which styles know as --x and --y.")

    _bundle = STATIC / "live_text.js"
    says = str

    def action(self, action: str) -> None:
        """Do what a button with this ``data-action`` says."""

    def receive(self, data: Any) -> None:
        """Take in what the browser says."""
        self.action(data)
