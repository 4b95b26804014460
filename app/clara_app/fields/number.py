"""Numbers: to type, to step with the arrow keys, to drag."""

from __future__ import annotations

from typing import Any

import param

from clara_app.fields.field import FRAME, Field

__all__ = ["NumberField", "Slider", "WholeField"]

#: JavaScript: an input that holds a number within bounds; what is no number is taken back.
NUMBER = """
const number_input = (model) => {
  const input = make("input", {type: "text", inputMode: "decimal", autocomplete: "off"})
  input.setAttribute("role", "spinbutton")
  let shown = ""  // with fewer digits than the value has: what is not changed is not told
  const show = () => {
    const value = model.value, known = value != null && Number.isFinite(value)
    shown = !known ? "" : model.places < 0 ? String(+value.toPrecision(12)) : value.toFixed(model.places)
    input.value = shown
    input.placeholder = model.placeholder
    for (const [name, bound] of [["now", known ? value : null], ["min", model.start], ["max", model.end]]) {
      if (bound == null) { input.removeAttribute(`aria-value${name}`) }
      else { input.setAttribute(`aria-value${name}`, bound) }
    }
  }
  const set = (wanted) => {
    let value = model.whole ? Math.round(wanted) : wanted
    if (model.start != null) { value = Math.max(value, model.start) }
    if (model.end != null) { value = Math.min(value, model.end) }
    if (value === model.value) { show() } else { tell(model, {value}) }
  }
  input.onchange = () => {
    const text = input.value.trim().replace("−", "-")
    if (input.value === shown) { return }
    if (text === "" && model.optional) { tell(model, {value: null}) }
    else if (text === "" || !Number.isFinite(+text)) { show() }
    else { set(+text) }
  }
  input.onkeydown = (event) => {
    const way = {ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10}[event.key]
    if (event.key === "Enter") { input.onchange() }
    if (event.key === "Escape") { show() }
    if (way == null || input.value.trim() === "" || !Number.isFinite(+input.value)) { return }
    event.preventDefault()
    set(+(+input.value + way * model.step).toPrecision(12))
  }
  model.on(["value", "start", "end", "placeholder", "places"], show)
  show()
  return [input, set]
}
"""


class NumberField(Field):
    """A number within bounds."""

    value: Any = param.Number(None, allow_None=True)
    start = param.Number(None, allow_None=True, doc="Least value.")
    end = param.Number(None, allow_None=True, doc="Largest value.")
    step = param.Number(1.0, doc="What an arrow key adds; page up and page down add ten of them.")
    places = param.Integer(-1, doc="Digits behind the point, -1 for as many as there are.")
    whole = param.Boolean(False, doc="Whether the number is an integer.")
    optional = param.Boolean(False, doc="Whether the field may be emptied.")
    placeholder = param.String("")

    _esm = (
        FRAME
        + NUMBER
        + """
    export function render({model, el}) { framed(model, el, number_input(model)[0]) }
    """
    )

    @classmethod
    def _described(cls, parameter: param.Parameter) -> dict[str, Any]:
        start, end = parameter.bounds or (None, None)
        optional = bool(parameter.allow_None)
        return super()._described(parameter) | {"start": start, "end": end, "optional": optional}


class WholeField(NumberField):
    """An integer within bounds."""

    value: Any = param.Integer(None, allow_None=True)
    whole = param.Boolean(True)


SLIDER = """
.slider { display: grid; grid-template-columns: 1fr auto; align-items: center; column-gap: 8px; }
.slider > label { font-size: 11px; line-height: 14px; grid-column: 1 / -1; }
.slider > input[type=range] { width: 100%; min-width: 40px; margin: 0; height: 18px;
                              accent-color: var(--accent); }
.slider > input[type=text] { width: 66px; --height: 20px; text-align: right; }
"""


class Slider(NumberField):
    """A number to drag or to type; what is typed may lie beyond the ends of the track."""

    value: Any = param.Number(0.0)
    low = param.Number(0.0, doc="Value at the left end.")
    high = param.Number(1.0, doc="Value at the right end.")

    _esm = (
        FRAME
        + NUMBER
        + """
    const PAUSE = 60  // ms; the server draws what is dragged, and more of it than it can draw piles up
    export function render({model, el}) {
      const [input, set] = number_input(model)
      const track = make("input", {type: "range"}), label = make("label", {htmlFor: "track"})
      track.id = "track"
      const box = make("div", {className: "slider"}, label, track, input)
      const show = () => {
        Object.assign(track, {min: model.low, max: model.high, step: model.step})
        if (!held) { track.value = model.value }
        label.textContent = model.label
      }
      let waiting = null, held = false
      track.oninput = () => {
        held = true
        input.value = track.value
        waiting ??= setTimeout(() => { waiting = null; set(+track.value) }, PAUSE)
      }
      track.onchange = () => { held = false; clearTimeout(waiting); waiting = null; set(+track.value) }
      model.on(["value", "low", "high", "step", "label"], show)
      show()
      named(model, track, box)
      named(model, input, box)
      el.append(box)
    }
    """
    )

    def __init__(self, *, css: str = "", **params: Any) -> None:
        super().__init__(css=SLIDER + css, **params)

    @classmethod
    def _described(cls, parameter: param.Parameter) -> dict[str, Any]:
        low, high = parameter.get_soft_bounds()
        whole = isinstance(parameter, param.Integer)
        return super()._described(parameter) | {"low": low, "high": high, "whole": whole}
