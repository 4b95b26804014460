"""Keyboard shortcuts, and the listener in the browser."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any

import param

from clara_app.component import Component
from clara_app.panes.verdict_entry import ACTION_EVENT, GIVE
from clara_app.session import AREAS, Session

__all__ = ["NOTE_KEY", "Keyboard", "Shortcut", "help_html", "shortcuts"]

#: Key that puts the cursor into the note; the browser handles it.
NOTE_KEY = "c"


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


def shortcuts(session: Session, give: Callable[[str], object], show_help: Callable[[], object]) -> tuple[Shortcut, ...]:
    """Every key of the page; those of the labels are those of the workspace.

    Parameters
    ----------
    give : callable
        Gives the verdict of this name.
    """

    def going(area: str) -> Callable[[], object]:
        return lambda: session.param.update(area=area)

    def saying(name: str) -> Callable[[], object]:
        return lambda: give(name)

    labels = [Shortcut("Verdict", (one.key,), one.name, saying(one.name), GIVE + one.name) for one in session.labels]
    return (
        Shortcut("Stars", ("j", "ArrowDown"), "next star", lambda: session.step(1)),
        Shortcut("Stars", ("k", "ArrowUp"), "previous star", lambda: session.step(-1)),
        Shortcut("Stars", ("n",), "next unreviewed star", session.next_unreviewed),
        Shortcut("Stars", ("[",), "half the period", lambda: session.scale_period(0.5)),
        Shortcut("Stars", ("]",), "double the period", lambda: session.scale_period(2)),
        *labels,
        Shortcut("Verdict", ("u",), "undo the last verdict I gave here", session.undo_verdict, "undo"),
        Shortcut("Verdict", ("r",), "redo what I took back", session.redo_verdict, "redo"),
        Shortcut("Verdict", (NOTE_KEY,), "write a note; Escape leaves it", lambda: None),
        *(Shortcut("Page", (f"g {area[0]}",), f"go to {area.capitalize()}", going(area)) for area in AREAS),
        Shortcut("Page", ("?",), "this sheet", show_help),
    )


NAMES = {"ArrowDown": "↓", "ArrowUp": "↑", "ArrowLeft": "←", "ArrowRight": "→"}


def help_html(listed: tuple[Shortcut, ...]) -> str:
    """The help sheet."""
    parts = []
    for group in dict.fromkeys(one.group for one in listed):
        rows = "".join(
            f"<tr><td><code>{escape('  '.join(NAMES.get(key, key) for key in one.keys))}</code></td>"
            f"<td style='text-align:left'>{escape(one.what)}</td></tr>"
            for one in listed
            if one.group == group
        )
        parts.append(f"<div><b>{escape(group)}</b><table>{rows}</table></div>")
    return (
        f"<div style='display:flex;gap:28px;align-items:flex-start'>{''.join(parts)}</div>"
        "<p class='quiet'>On the map: click a point to see the star, draw a lasso to select several, scroll to zoom. "
        "On the periodogram: click a peak to fold on it.</p>"
    )


class Keyboard(Component):
    """Listens to keys of the whole page, except while a dialog is open or a field or menu is in use."""

    keys = param.List([], item_type=str, doc="Keys, and sequences of keys, that have an action.")
    events = param.Dict({}, doc="Key to event, for keys that the browser handles.")
    event = param.String(ACTION_EVENT, constant=True)
    note_key = param.String(NOTE_KEY)

    _esm = """
    const PATIENCE_MS = 1500

    function typing(event) {
      return event.composedPath().find((node) => node instanceof HTMLElement && (
        node.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(node.tagName)
        || ["listbox", "menu", "slider", "combobox"].includes(node.getAttribute("role"))
      ))
    }

    function first(node, fits) {
      for (const child of node.querySelectorAll("*")) {
        if (fits(child)) { return child }
        const inside = child.shadowRoot && first(child.shadowRoot, fits)
        if (inside) { return inside }
      }
      return null
    }
    const is_note = (node) => node.tagName === "INPUT" && node.placeholder.startsWith("note") && node.checkVisibility()
    const is_on_top = (node) => node.tagName === "DIALOG" && node.open

    export function render({model, el}) {
      el.style.display = "none"
      let begun = "", since = 0
      const listen = (event) => {
        if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.defaultPrevented) { return }
        const field = typing(event)
        if (field) {
          if (event.key === "Escape" && field.placeholder?.startsWith("note")) { field.blur() }
          return
        }
        const after = begun && Date.now() - since < PATIENCE_MS ? `${begun} ${event.key}` : ""
        const pressed = model.keys.includes(after) ? after : event.key
        begun = ""
        const known = model.keys.includes(pressed) || model.keys.some((keys) => keys.startsWith(`${pressed} `))
        if (known && first(document, is_on_top)) { return }
        if (model.keys.includes(pressed)) {
          event.preventDefault()
          const told = model.events[pressed]
          if (told && event.repeat) { return }  // a key that is held down is one verdict
          if (told) { document.dispatchEvent(new CustomEvent(model.event, {detail: told})) }
          else if (pressed === model.note_key) { first(document, is_note)?.focus() }
          else if (document.documentElement.dataset.line !== "lost") { model.send_msg(pressed) }
        } else if (model.keys.some((keys) => keys.startsWith(`${pressed} `))) {
          [begun, since] = [pressed, Date.now()]
        }
      }
      document.addEventListener("keydown", listen)
      model.on("remove", () => document.removeEventListener("keydown", listen))
    }
    """

    def __init__(self, **params: Any) -> None:
        super().__init__(width=0, height=0, margin=0, **params)
        self._actions: dict[str, Callable[[], object]] = {}

    def listen(self, listed: tuple[Shortcut, ...]) -> None:
        """Use these shortcuts from now on."""
        self._actions = {key: one.action for one in listed for key in one.keys}
        self.param.update(
            keys=list(self._actions), events={key: one.event for one in listed for key in one.keys if one.event}
        )

    def _handle_msg(self, msg: str) -> None:
        if msg in self._actions:
            self._actions[msg]()
