"""Things to press: a button that does something, and one that hands over a file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import param

from clara_app.fields.field import FRAME, Field

__all__ = ["Button", "Download"]

PRESS = """
button { width: 100%; height: var(--height, 24px); padding: 0 8px; border-radius: 4px; cursor: pointer;
         background: none; border: 1px solid currentColor; color: var(--accent); white-space: nowrap; }
button.text { border-color: transparent; padding: 0 5px; }
button.filled { background: var(--accent); border-color: var(--accent);
                color: var(--on-accent, white); font-weight: 500; }
button:disabled { cursor: default; }
button:hover:not(:disabled, .filled) { background: color-mix(in srgb, currentColor 12%, transparent); }
button.filled:hover:not(:disabled) { filter: brightness(1.1); }
"""

#: JavaScript: the button itself, which tells when it is pressed.
BUTTON = """
const pressed = (model, el) => {
  const button = make("button", {type: "button", onclick: () => tell(model, {pressed: true})})
  const show = () => {
    button.textContent = model.symbol || model.label
    button.className = model.look
  }
  model.on(["label", "symbol", "look"], show)
  show()
  named(model, button, button)
  el.append(button)
}
"""


class Button(Field):
    """A button.

    Parameters
    ----------
    on_click : callable
        Called without arguments.
    """

    symbol = param.String("", doc="A sign in place of the label, which is then only said.")
    look: Any = param.Selector(default="outlined", objects=["outlined", "filled", "text"])

    _esm = (
        FRAME
        + BUTTON
        + """
    export function render({model, el}) { pressed(model, el) }
    """
    )

    def __init__(self, *, on_click: Callable[[], object] = lambda: None, css: str = "", **params: Any) -> None:
        super().__init__(css=PRESS + css, **params)
        self.on_click = on_click

    def press(self) -> None:
        """Do what a click does."""
        if not self.disabled:
            self.on_click()

    def _handle_msg(self, msg: Any) -> None:
        self.press()


class Download(Button):
    """A button that hands a file to the browser.

    Parameters
    ----------
    content : callable
        Makes the file, as bytes.
    """

    filename = param.String("")

    _esm = (
        FRAME
        + BUTTON
        + """
    export function render({model, el}) {
      model.on("msg:custom", ({name, content}) => {
        const url = URL.createObjectURL(new Blob([content]))
        make("a", {href: url, download: name}).click()
        setTimeout(() => URL.revokeObjectURL(url), 60_000)
      })
      pressed(model, el)
    }
    """
    )

    def __init__(self, content: Callable[[], bytes], **params: Any) -> None:
        super().__init__(on_click=lambda: self._send_msg({"name": self.filename, "content": content()}), **params)
