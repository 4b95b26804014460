"""A line of text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import param

from app.fields.field import FRAME, Field

__all__ = ["TextField"]


class TextField(Field):
    """A line of text, known as it is typed and when it is done."""

    value = param.String("", doc="The text when the field was left, or Enter pressed.")
    value_input = param.String("", doc="The text as it is typed.")
    enter_pressed = param.Event(doc="Set off by Enter.")
    placeholder = param.String("")
    max_length = param.Integer(5000)

    _rename: ClassVar[Mapping[str, str | None]] = {"enter_pressed": None}

    _esm = (
        FRAME
        + """
    export function render({model, el}) {
      const input = make("input", {type: "text", value: model.value, autocomplete: "off"})
      const show = () => Object.assign(input, {placeholder: model.placeholder, maxLength: model.max_length})
      const follow = (name) => model.on(name, () => { if (input.value !== model[name]) { input.value = model[name] } })
      input.oninput = () => { model.value_input = input.value }
      input.onchange = () => { model.value = input.value }
      input.onkeydown = (event) => {
        if (event.key !== "Enter") { return }
        model.value = input.value
        model.send_msg("enter")
      }
      follow("value")
      follow("value_input")
      model.on(["placeholder", "max_length"], show)
      show()
      framed(model, el, input)
    }
    """
    )

    def __init__(self, **params: Any) -> None:
        super().__init__(**params)
        self.value_input = self.value
        self.param.watch(lambda event: self.param.update(value_input=event.new), "value")

    def _handle_msg(self, msg: Any) -> None:
        self.param.trigger("enter_pressed")
