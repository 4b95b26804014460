"""A line of text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import param

from clara_app.fields.field import FRAME, Field

__all__ = ["TextField"]


class TextField(Field):
    """A line of text, known as it is typed and when it is done."""

    value = param.String("", doc="The text when the field was left, or Enter pressed.")
    value_input = param.String("", doc="The text as it is typed.")
    enter_pressed = param.Event(doc="Set off by Enter.")
    placeholder = param.String("")
    max_length = param.Integer(5000)
    kept = param.String(
        "", doc="Name under which the browser keeps what is typed, until `clear`; empty for not at all."
    )

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
      const place = () => `clara typed ${model.kept}`
      const keep = () => {
        if (!model.kept) { return }
        try {
          if (input.value) { localStorage.setItem(place(), input.value) } else { localStorage.removeItem(place()) }
        } catch { /* no storage */ }
      }
      const offer = () => {
        let text = ""
        try { text = localStorage.getItem(place()) ?? "" } catch { /* no storage */ }
        if (input.value === text) { return }
        input.value = text
        done()
      }
      input.oninput = () => {
        keep()
        tell(model, {value_input: input.value})
      }
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
      model.on("msg:custom", (text) => {
        input.value = text
        keep()
      })
      model.on(["placeholder", "max_length"], show)
      show()
      framed(model, el, input)
      model.on("kept", offer)
      const begin = () => {  // what it tells is answered on the page, which must have arrived
        if (window.Bokeh.documents.every((document) => document.is_idle)) { offer() } else { setTimeout(begin, 50) }
      }
      if (model.kept) { begin() }
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
