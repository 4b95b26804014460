"""Options that are all in view, and things that are on or off."""

from __future__ import annotations

from typing import Any

import param

from app.fields.field import FRAME, Field
from app.fields.menu import OneOf

__all__ = ["Choice", "Tick", "Toggle"]

BUTTONS = """
.choice { display: flex; width: 100%; }
button { flex: 1 1 auto; padding: 1px 7px; height: var(--height, 24px); cursor: pointer; background: none;
         border: 1px solid var(--edge); white-space: nowrap; }
.choice button + button { border-left: none; }
button:first-child { border-radius: 4px 0 0 4px; }
button:last-child { border-radius: 0 4px 4px 0; }
button:only-child { border-radius: 4px; }
button:hover:not(:disabled) { background: color-mix(in srgb, var(--panel-on-surface-color) 6%, transparent); }
button[aria-pressed=true] { color: var(--panel-primary-color); font-weight: 500;
                            background: color-mix(in srgb, var(--panel-primary-color) 13%, transparent); }
button:focus-visible { z-index: 1; position: relative; }
"""


class Choice(OneOf):
    """Buttons side by side, of which one is pressed."""

    _esm = (
        FRAME
        + """
    export function render({model, el}) {
      const group = make("div", {className: "choice", role: "group"})
      const press = () => {
        [...group.children].forEach((button, i) => button.setAttribute("aria-pressed", String(i === model.chosen)))
      }
      const offer = () => {
        group.replaceChildren(...model.titles.map((title, i) => make("button", {
          type: "button", textContent: title, disabled: model.disabled, onclick: () => tell(model, {chosen: i}),
        })))
        press()
      }
      model.on(["titles", "disabled"], offer)
      model.on("chosen", press)
      offer()
      named(model, group, group)
      el.append(group)
    }
    """
    )

    def __init__(self, *, css: str = "", **params: Any) -> None:
        super().__init__(css=BUTTONS + css, **params)


class Toggle(Field):
    """A button that stays pressed."""

    value = param.Boolean(False)

    _esm = (
        FRAME
        + """
    export function render({model, el}) {
      const button = make("button", {type: "button", onclick: () => tell(model, {value: !model.value})})
      const show = () => {
        button.textContent = model.label
        button.setAttribute("aria-pressed", String(model.value))
      }
      model.on(["label", "value"], show)
      show()
      named(model, button, button)
      el.append(button)
    }
    """
    )

    def __init__(self, *, css: str = "", **params: Any) -> None:
        super().__init__(css=BUTTONS + css, **params)


class Tick(Field):
    """A box with a tick or without one."""

    value = param.Boolean(False)

    _esm = (
        FRAME
        + """
    export function render({model, el}) {
      const box = make("input", {type: "checkbox", onchange: () => tell(model, {value: box.checked})})
      const text = make("span"), label = make("label", {}, box, text)
      const show = () => {
        text.textContent = model.label
        box.checked = model.value
      }
      model.on(["label", "value"], show)
      show()
      named(model, box, label)
      el.append(label)
    }
    """
    )

    def __init__(self, *, css: str = "", **params: Any) -> None:
        tick = "label { display: flex; align-items: center; gap: 4px; white-space: nowrap; cursor: pointer; } "
        box = "input { accent-color: var(--panel-primary-color); margin: 0; }"
        super().__init__(css=tick + box + css, **params)
