"""The keyboard: which key does what, and the listener in the browser."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any

import param

from app.component import Component
from app.session import AREAS, Session

__all__ = ["NOTE_KEY", "Keyboard", "Shortcut", "help_html", "shortcuts"]

#: Puts the cursor into the note; the browser does that by itself.
NOTE_KEY = "c"


@dataclass(frozen=True, slots=True)
class Shortcut:
    """What some keys do. Keys with a space in them are pressed one after the other."""

    group: str
    keys: tuple[str, ...]
    what: str
    act: Callable[[], object]


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

    labels = [Shortcut("Verdict", (one.key,), one.name, saying(one.name)) for one in session.labels]
    return (
        Shortcut("Stars", ("j", "ArrowDown"), "next star", lambda: session.step(1)),
        Shortcut("Stars", ("k", "ArrowUp"), "previous star", lambda: session.step(-1)),
        Shortcut("Stars", ("n",), "next unreviewed star", session.next_unreviewed),
        Shortcut("Stars", ("[",), "half the period", lambda: session.scale_period(0.5)),
        Shortcut("Stars", ("]",), "double the period", lambda: session.scale_period(2)),
        *labels,
        Shortcut("Verdict", ("u",), "undo my last verdict", session.undo_verdict),
        Shortcut("Verdict", ("r",), "redo what I took back", session.redo_verdict),
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
    """Listens to the whole page; keys typed into a field, a menu or with Ctrl, Alt or Meta stay where they are."""

    keys = param.List([], item_type=str, doc="Keys, and keys one after the other, that do something.")
    note_key = param.String(NOTE_KEY)

    _esm = """
    const PATIENCE_MS = 1500

    function typing(event) {
      return event.composedPath().find((node) => node instanceof HTMLElement && (
        node.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(node.tagName)
        || ["listbox", "menu", "slider", "combobox"].includes(node.getAttribute("role"))
      ))
    }

    function note(node) {
      for (const child of node.querySelectorAll("*")) {
        if (child.tagName === "INPUT" && child.placeholder.startsWith("note") && child.offsetParent) { return child }
        const inside = child.shadowRoot && note(child.shadowRoot)
        if (inside) { return inside }
      }
      return null
    }

    export function render({model, el}) {
      el.style.display = "none"
      let begun = "", since = 0
      const listen = (event) => {
        if (event.ctrlKey || event.altKey || event.metaKey) { return }
        const field = typing(event)
        if (field) {
          if (event.key === "Escape" && field.placeholder?.startsWith("note")) { field.blur() }
          return
        }
        const after = begun && Date.now() - since < PATIENCE_MS ? `${begun} ${event.key}` : ""
        const pressed = model.keys.includes(after) ? after : event.key
        begun = ""
        if (model.keys.includes(pressed)) {
          event.preventDefault()
          if (pressed === model.note_key) { note(document)?.focus() } else { model.send_msg(pressed) }
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
        self._acts: dict[str, Callable[[], object]] = {}

    def listen(self, listed: tuple[Shortcut, ...]) -> None:
        """Do what these say from now on."""
        self._acts = {key: one.act for one in listed for key in one.keys}
        self.keys = list(self._acts)

    def _handle_msg(self, msg: str) -> None:
        if msg in self._acts:
            self._acts[msg]()
