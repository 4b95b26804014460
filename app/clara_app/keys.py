"""The keyboard: which key does what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import param

from clara_app.panes.verdict_entry import GIVE
from clara_app.rendering import render
from clara_app.session import AREAS, STAR_TABS, Session
from clara_app.tab import FIND_KEY, NOTE_KEY

__all__ = ["Keyboard", "Shortcut", "help_html", "shortcuts"]


#: Second key, and view of the star.
STAR_KEYS = {"p": "period", "w": "why", "s": "similar", "i": "vetting", "g": "gaia"}


@dataclass(frozen=True, slots=True)
class Shortcut:
    """An action and its keys. Keys with a space between them are pressed one after the other.

    Attributes
    ----------
    event : str
        Event that the browser sends to the document instead of a message to the server; see
        `clara_app.panes.verdict_entry`.
    """

    group: str
    keys: tuple[str, ...]
    what: str
    action: Callable[[], object]
    event: str = ""


def shortcuts(
    session: Session,
    give: Callable[[str], object],
    show_help: Callable[[], object],
    show_python: Callable[[], object],
) -> tuple[Shortcut, ...]:
    """Every key of the page; those of the labels are those of the workspace.

    Parameters
    ----------
    session : Session
    give : callable
        Gives the verdict of this name.
    show_help : callable
        Opens the help sheet.
    show_python : callable
        Opens the lines that make what is on the screen.
    """

    def going(area: str) -> Callable[[], object]:
        return lambda: session.param.update(area=area)

    def showing(tab: str) -> Callable[[], object]:
        return lambda: session.param.update(star_tab=tab)

    def saying(name: str) -> Callable[[], object]:
        return lambda: give(name)

    labels = [Shortcut("Verdict", (one.key,), one.name, saying(one.name), GIVE + one.name) for one in session.labels]
    return (
        Shortcut("Stars", ("j", "ArrowDown"), "next star", lambda: session.step(1)),
        Shortcut("Stars", ("k", "ArrowUp"), "previous star", lambda: session.step(-1)),
        Shortcut("Stars", ("n",), "next unreviewed star", session.next_unreviewed),
        Shortcut("Stars", (FIND_KEY,), "find a star by its TIC; Escape leaves the field", lambda: None),
        Shortcut("Stars", ("[",), "half the period", lambda: session.scale_period(0.5)),
        Shortcut("Stars", ("]",), "double the period", lambda: session.scale_period(2)),
        Shortcut("Events", (".",), "next event of the light curve", lambda: session.step_event(1)),
        Shortcut("Events", (",",), "event before", lambda: session.step_event(-1)),
        Shortcut("Events", ("Escape",), "take marked events back", session.unmark),
        *labels,
        Shortcut("Verdict", ("u",), "undo the last verdict I gave here", session.undo_verdict, "undo"),
        Shortcut("Verdict", ("r",), "redo what I took back", session.redo_verdict, "redo"),
        Shortcut("Verdict", (NOTE_KEY,), "write a note; Escape leaves it", lambda: None),
        *(Shortcut("Page", (f"g {area[0]}",), f"go to {area.capitalize()}", going(area)) for area in AREAS),
        *(Shortcut("Page", (f"g {key}",), f"show {STAR_TABS[tab]}", showing(tab)) for key, tab in STAR_KEYS.items()),
        Shortcut("Page", ("g y",), "copy as Python what is on the screen", show_python),
        Shortcut("Page", ("?",), "this sheet", show_help),
    )


NAMES = {"ArrowDown": "↓", "ArrowUp": "↑", "ArrowLeft": "←", "ArrowRight": "→"}


def help_html(listed: tuple[Shortcut, ...]) -> str:
    """The help sheet."""
    groups = {
        name: [("  ".join(NAMES.get(key, key) for key in one.keys), one.what) for one in listed if one.group == name]
        for name in dict.fromkeys(one.group for one in listed)
    }
    return render("keys", groups=groups)


class Keyboard(param.Parameterized):
    """Which keys do something, and what."""

    keys = param.List([], item_type=str, doc="Keys, and keys one after the other.")
    events = param.Dict({}, doc="What those keys tell the document that the browser handles itself.")

    def __init__(self) -> None:
        super().__init__()
        self._actions: dict[str, Callable[[], object]] = {}

    def listen(self, listed: tuple[Shortcut, ...]) -> None:
        """Use these shortcuts from now on."""
        self._actions = {key: one.action for one in listed for key in one.keys}
        self.param.update(
            keys=list(self._actions), events={key: one.event for one in listed for key in one.keys if one.event}
        )

    def press(self, key: str) -> None:
        """Do what a key does."""
        if key in self._actions:
            self._actions[key]()
