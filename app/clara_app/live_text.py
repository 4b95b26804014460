"""HTML that changes."""

from __future__ import annotations

from typing import Any, ClassVar

import param
from panel.custom import JSComponent

from clara_app.theme import STATIC

__all__ = ["BOXLESS", "LiveText"]

#: Style of components that change their size.
BOXLESS = (STATIC / "boxless.css").read_text("utf-8")


class LiveText(JSComponent):
    """HTML that changes with the star or a job. Unlike an HTML pane it does not lay out the whole page anew."""

    object = param.String("", doc="HTML; whoever fills it escapes what people wrote.")
    as_event = param.String("", doc="Event of the document that tells of a button in place of a message.")
    spot = param.List([0, 0], doc="Pixels, which styles know as --x and --y.")

    _bundle = STATIC / "live_text.js"
    _stylesheets: ClassVar[Any] = [BOXLESS]

    def action(self, action: str) -> None:
        """Do what a button with this ``data-action`` says."""

    def _handle_msg(self, msg: Any) -> None:
        self.action(str(msg))
