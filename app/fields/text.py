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

    told = ("value", "value_input", "enter_pressed")
    _rename: ClassVar[Mapping[str, str | None]] = {"enter_pressed": None, "value_input": None}

    _esm = (
        FRAME
        + """
    export function render({model, el}) {
      const input = make("input", {type: "text", value: model.value, autocomplete: "off"})
      const show = () => Object.assign(input, {placeholder: model.placeholder, maxLength: model.max_length})
      let told = null
      const done = () => {
        told = input.value
        tell(model, {value: told})
      }
      input.oninput = () => tell(model, {value_input: input.value})
      input.onchange = done
      input.onkeydown = (event) => {
        if (event.key !== "Enter") { return }
        done()
        tell(model, {enter_pressed: true})
      }
      model.on("value", () => {
        if (model.value !== told) { input.value = model.value }  // its own words come back while more is typed
        told = null
      })
      model.on("msg:custom", (text) => { input.value = text })
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

    def clear(self) -> None:
        """Empty the field, whatever is being typed."""
        self.param.update(value="", value_input="")
        self._send_msg("")
