"""HTML with buttons, for tables whose rows offer actions."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar

from clara_app.live_text import BOXLESS, LiveText
from clara_app.rendering import part
from clara_app.theme import STATIC
from clara_app.widgets import after_typing

__all__ = ["ActionText", "action_button"]


def action_button(
    action: str, title: str, label: str = "", *, pressed: bool | None = None, disabled: bool = False
) -> str:
    """A button; `label` is for screen readers where the title is not enough, `pressed` for a choice."""
    return part("action", action, title, label, pressed=pressed, disabled=disabled)


class ActionText(LiveText):
    """HTML with buttons in it.

    Parameters
    ----------
    action : callable
        Called with the ``data-action`` of a button that was pressed.
    """

    _stylesheets: ClassVar[Any] = [BOXLESS, STATIC / "text.css", STATIC / "action_text.css"]

    def __init__(self, action: Callable[[str], Any], *, css: str = "", **params: Any) -> None:
        super().__init__(**({"stylesheets": [css] if css else [], "margin": 0} | params))
        self.on_action = action

    def action(self, action: str) -> None:
        """Do what a button says, with what was typed before."""
        after_typing(partial(self.on_action, action))
