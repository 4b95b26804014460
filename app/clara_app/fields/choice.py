"""Options that are all in view, and things that are on or off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import param

from clara_app.fields.field import FRAME, Field
from clara_app.fields.menu import OneOf, values_of

__all__ = ["TIGHT", "Choice", "Tick", "Ticks", "Toggle"]

#: For buttons that have little room.
TIGHT = "button { padding: 1px 5px; }"

BUTTONS = """
.choice { display: flex; width: 100%; }
button { flex: 1 1 auto; padding: 1px 7px; height: var(--height, 24px); cursor: pointer; background: none;
         border: 1px solid var(--edge); white-space: nowrap; }
.choice button + button { border-left: none; }
button:first-child { border-radius: 4px 0 0 4px; }
button:last-child { border-radius: 0 4px 4px 0; }
button:only-child { border-radius: 4px; }
button:hover:not(:disabled) { background: color-mix(in srgb, var(--text) 6%, transparent); }
button[aria-pressed=true] { color: var(--accent); font-weight: 500;
                            background: color-mix(in srgb, var(--accent) 13%, transparent); }
button:focus-visible { z-index: 1; position: relative; }
"""

TICKS = """
.title { font-size: 10.5px; color: var(--quiet-text); }
.list { max-height: 116px; overflow-y: auto; border: 1px solid var(--edge); border-radius: 4px; padding: 2px 6px; }
"""
BOX = """
label { display: flex; align-items: center; gap: 4px; white-space: nowrap; cursor: pointer; }
input { accent-color: var(--accent); margin: 0; }
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
        super().__init__(css=BOX + css, **params)


class Ticks(Field):
    """Any number of some options, with a tick each; a long list scrolls."""

    options: Any = param.ClassSelector(class_=(list, dict), default=[], doc="Values, or title to value.")
    value: Any = param.List([], doc="The chosen values, in the order of the options.")
    titles = param.List([], doc="What the options are called.")
    chosen = param.List([], doc="Places of the chosen options.")

    told = ("chosen",)
    _rename: ClassVar[Mapping[str, str | None]] = {"options": None, "value": None}

    _esm = (
        FRAME
        + """
    export function render({model, el}) {
      const title = make("span", {className: "title"}), list = make("div", {className: "list"})
      const group = make("div", {role: "group"}, title, list)
      const boxes = () => [...list.querySelectorAll("input")]
      const tick = () => { boxes().forEach((box, i) => { box.checked = model.chosen.includes(i) }) }
      const chosen = () => tell(model, {chosen: boxes().flatMap((box, i) => box.checked ? [i] : [])})
      const offer = () => {
        title.textContent = model.label
        list.replaceChildren(...model.titles.map((text) =>
          make("label", {}, make("input", {type: "checkbox", onchange: chosen}), make("span", {textContent: text}))))
        tick()
      }
      model.on(["titles", "label"], offer)
      model.on("chosen", tick)
      offer()
      named(model, group, group)
      el.append(group)
    }
    """
    )

    def __init__(self, *, css: str = "", **params: Any) -> None:
        super().__init__(css=BOX + TICKS + css, **params)
        self._offer()
        self.param.watch(self._changed, ["options", "value"])
        self.param.watch(self._picked, "chosen")

    def _changed(self, *events: Any) -> None:
        values = values_of(self.options)
        kept = [value for value in values if value in self.value]
        if kept != self.value:
            self.value = kept
        else:
            self._offer()

    def _offer(self) -> None:
        values = values_of(self.options)
        self.param.update(
            titles=[str(title) for title in self.options], chosen=[values.index(value) for value in self.value]
        )

    def _picked(self, event: Any) -> None:
        values = values_of(self.options)
        self.value = [values[place] for place in event.new if 0 <= place < len(values)]
