"""The keyboard: which key does what, and the listener in the browser."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import param
from panel.custom import JSComponent

from app.panes.verdict import LABELS

__all__ = ["HELP", "Keyboard", "help_html"]

#: What the help sheet says.
HELP = (
    ("j  ↓", "next star in the ranking"),
    ("k  ↑", "previous star"),
    *((str(key), f"verdict: {label}") for key, label in enumerate(LABELS, start=1)),
    ("u", "undo my last verdict"),
    ("[", "half the period"),
    ("]", "double the period"),
    ("?", "this sheet"),
)


def help_html() -> str:
    """The help sheet."""
    rows = "".join(f"<tr><td><code>{escape(keys)}</code></td><td>{escape(what)}</td></tr>" for keys, what in HELP)
    return (
        f"<table>{rows}</table><p class='quiet'>On the map: click a point to see the star, draw a lasso to select "
        "several, scroll to zoom. On the periodogram: click a peak to fold on it.</p>"
    )


class Keyboard(JSComponent):
    """Listens to the whole page; keys typed into a field, a menu or with Ctrl, Alt or Meta stay where they are."""

    handle = param.Callable(doc="Called with the key.")

    _rename = {"handle": None}  # noqa: RUF012
    _esm = """
    const KEYS = new Set(["j", "k", "ArrowDown", "ArrowUp", "u", "[", "]", "?", ...Array.from("123456789")])

    function typing(event) {
      return event.composedPath().some((node) => node instanceof HTMLElement && (
        node.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(node.tagName)
        || ["listbox", "menu", "slider", "combobox"].includes(node.getAttribute("role"))
      ))
    }

    export function render({model, el}) {
      el.style.display = "none"
      const listen = (event) => {
        if (event.ctrlKey || event.altKey || event.metaKey || !KEYS.has(event.key) || typing(event)) { return }
        event.preventDefault()
        model.send_msg(event.key)
      }
      document.addEventListener("keydown", listen)
      model.on("remove", () => document.removeEventListener("keydown", listen))
    }
    """

    def __init__(self, handle: Callable[[str], None], **params: object) -> None:
        super().__init__(handle=handle, width=0, height=0, margin=0, **params)

    def _handle_msg(self, msg: str) -> None:
        self.handle(msg)


def acts(session: object, verdict: object, show_help: Callable[[], None]) -> dict[str, Callable[[], object]]:
    """What each key does, for one session."""
    step, scale = session.step, session.scale_period  # type: ignore[attr-defined]
    table: dict[str, Callable[[], object]] = {
        "j": lambda: step(1),
        "ArrowDown": lambda: step(1),
        "k": lambda: step(-1),
        "ArrowUp": lambda: step(-1),
        "u": session.undo_verdict,  # type: ignore[attr-defined]
        "[": lambda: scale(0.5),
        "]": lambda: scale(2),
        "?": show_help,
    }
    for key in range(1, len(LABELS) + 1):
        table[str(key)] = lambda key=key: verdict.give(key)  # type: ignore[attr-defined,misc]
    return table
