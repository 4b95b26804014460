"""HTML with buttons, for tables whose rows offer actions."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import param

from clara_app.component import Component
from clara_app.theme import CSS, progress_css

__all__ = ["ActionText", "action_button"]

STYLE = """
:host { overflow: auto; box-sizing: border-box; }
button { font: inherit; color: var(--accent); background: none; border: 1px solid currentColor;
         border-radius: 4px; padding: 0 7px; cursor: pointer; line-height: 18px; white-space: nowrap; }
button:hover { background: color-mix(in srgb, var(--accent) 12%, transparent); }
button[aria-pressed=true] { color: var(--on-accent, white); background: var(--accent);
                            border-color: var(--accent); }
button:disabled { opacity: .45; cursor: default; }
h3 { font-size: 12px; font-weight: 600; margin: 12px 0 2px; }
h3:first-child { margin-top: 2px; }
td { border-top: 1px solid color-mix(in srgb, var(--text) 10%, transparent); vertical-align: top; }
td.text, th.text { text-align: left; white-space: normal; overflow-wrap: anywhere; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: 2px 0; max-height: 240px; overflow: auto; }
summary { cursor: pointer; }
p { margin: 4px 0; }
""" + progress_css("height: 6px; width: 80px; vertical-align: middle;")


def action_button(
    action: str, title: str, label: str = "", *, pressed: bool | None = None, disabled: bool = False
) -> str:
    """A button; `label` is for screen readers where the title is not enough, `pressed` for a choice."""
    said = f' aria-label="{escape(label, quote=True)}" title="{escape(label, quote=True)}"' if label else ""
    chosen = "" if pressed is None else f' aria-pressed="{str(pressed).lower()}"'
    off = " disabled" if disabled else ""
    return f'<button data-action="{escape(action, quote=True)}"{said}{chosen}{off}>{escape(title)}</button>'


class ActionText(Component):
    """HTML that is updated in place, so that focus, open details and the scroll position stay.

    Parameters
    ----------
    action : callable
        Called with the ``data-action`` of a button that was pressed.
    """

    object = param.String("", doc="HTML; whoever fills it escapes what people wrote.")
    as_event = param.String(
        "", doc="Event of the document that is sent for a button, in place of a message to the server."
    )

    _esm = """
    const change = (old, wanted) => {
      if (old.nodeType !== wanted.nodeType || old.nodeName !== wanted.nodeName) {
        old.replaceWith(wanted)
      } else if (old.nodeType !== Node.ELEMENT_NODE) {
        if (old.data !== wanted.data) { old.data = wanted.data }
      } else {
        for (const {name, value} of [...wanted.attributes]) {
          if (old.getAttribute(name) !== value) { old.setAttribute(name, value) }
        }
        for (const {name} of [...old.attributes]) {
          if (!wanted.hasAttribute(name) && name !== "open") { old.removeAttribute(name) }
        }
        fill(old, wanted)
      }
    }
    const fill = (old, wanted) => {
      const before = [...old.childNodes], after = [...wanted.childNodes]
      after.forEach((node, i) => i < before.length ? change(before[i], node) : old.append(node))
      before.slice(after.length).forEach((node) => node.remove())
    }

    export function render({model, el}) {
      const box = document.createElement("div")
      el.append(box)
      const show = () => {
        const wanted = document.createElement("template")
        wanted.innerHTML = model.object
        fill(box, wanted.content)
      }
      box.addEventListener("click", (event) => {
        const button = event.target.closest("[data-action]")
        if (!button) { return }
        if (model.as_event) { document.dispatchEvent(new CustomEvent(model.as_event, {detail: button.dataset.action})) }
        else { model.send_msg(button.dataset.action) }
      })
      model.on("object", show)
      show()
    }
    """

    def __init__(self, action: Callable[[str], Any], *, css: str = "", **params: Any) -> None:
        super().__init__(**({"stylesheets": [CSS, STYLE, css], "margin": 0} | params))
        self._on_action = action

    def _handle_msg(self, msg: Any) -> None:
        self._on_action(str(msg))
