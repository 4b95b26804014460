"""What only a browser can do for the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import param

from clara_app.heard import Heard
from clara_app.panes.verdict_entry import ACTION_EVENT
from clara_app.theme import STATIC

__all__ = ["FIND_KEY", "NOTE_KEY", "SYSTEM_COOKIE", "THEME_COOKIE", "Tab"]

#: The theme that somebody chose, and the one that the system of the browser prefers.
THEME_COOKIE, SYSTEM_COOKIE = "clara-look", "clara-system"
#: Put the cursor into the note, and where a star is searched for; the browser does that by itself.
NOTE_KEY, FIND_KEY = "c", "/"
#: How the fields begin that those keys go to.
FIELDS = {NOTE_KEY: "note", FIND_KEY: "TIC"}


class Tab(Heard):
    """A tab of the browser: its address, its keys, whether the server answers it, its theme, and names of widgets.

    The page and the server may lose each other in three ways. A server that stands still answers again, and what was
    sent meanwhile arrives. One that was started anew, and one to which only the way was cut, know nothing of this page
    any more: it is loaded again, at the address that holds what is on the screen. What people wrote is in the
    browser's storage all the while (`clara_app.panes.verdict_entry`).

    Parameters
    ----------
    acts : callables
        What is called with what the browser says: `went` to an address, pressed a `key`, has a system that is `dark`,
        a screen that is `wide`.
    """

    names_only = param.Boolean(False, doc="Whether address, keys and line are those of others, as in a notebook.")
    query = param.String("", doc="What follows the question mark of the address.")
    keys = param.List([], item_type=str, doc="Keys, and keys one after the other, that do something.")
    events = param.Dict({}, doc="What those keys tell the document that the browser handles itself.")
    event = param.String(ACTION_EVENT, constant=True)
    fields = param.Dict(FIELDS, constant=True, doc="Keys that go to a field, and how its placeholder begins.")
    theme = param.String("", doc="The theme that was chosen here, light or dark; a cookie keeps it.")
    known = param.Boolean(False, doc="Whether the address or the cookie named the theme; else the system decides.")
    dark = param.Boolean(False, doc="Whether the page is dark.")
    wide = param.Boolean(False, doc="Whether the page takes the screen for wide.")
    cookie = param.String(THEME_COOKIE, constant=True)
    system_cookie = param.String(SYSTEM_COOKIE, constant=True)
    trouble = param.String("", doc="Why the workspace can't be used just now, in one line.")
    drawn = param.Boolean(
        False, doc="Whether the browser has drawn the page; when it is set to false, the browser looks again."
    )
    whole = param.Boolean(
        False, doc="Whether the page shows all that it has; until then it is busy, for screen readers."
    )
    every_ms = param.Integer(900, doc="From an answer of the server to the next question whether it answers [ms].")
    patience_ms = param.Integer(2700, doc="How long after an answer of the server the next one may come [ms].")

    _bundle = STATIC / "tab.js"
    says: ClassVar[Any] = {"asked": (int, float), "went": str, "key": str, "dark": bool, "wide": bool}
    _stylesheets: ClassVar[Any] = [STATIC / "tab.css"]

    def __init__(self, acts: dict[str, Callable[[Any], object]] | None = None, **params: Any) -> None:
        super().__init__(**({"width": 0, "height": 0, "margin": 0} | params))
        self._acts = acts or {}

    def receive(self, data: dict[str, Any]) -> None:
        """Take in what the browser says."""
        for kind, said in data.items():
            if kind == "asked":
                self._send_msg({"answer": said})
            elif kind in self._acts:
                self._acts[kind](said)
