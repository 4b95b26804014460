"""What all fields share: a name, a hint, and a parameter that they stand for."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import param

from clara_app.component import Component

__all__ = ["FRAME", "Field"]

STYLE = """
:host { --edge: color-mix(in srgb, var(--text) 42%, transparent); font-size: 12px;
        color: var(--text); box-sizing: border-box; }
.field { position: relative; width: 100%; }
.field > label { position: absolute; top: -7px; left: 7px; padding: 0 3px; font-size: 10.5px; line-height: 13px;
                 background: var(--ground); color: var(--quiet-text); pointer-events: none;
                 max-width: calc(100% - 20px); overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.field > label:empty { display: none; }
:host, .field { --quiet-text: color-mix(in srgb, var(--text) 75%, var(--ground)); }
input, select, button { font: inherit; color: inherit; box-sizing: border-box; }
input:not([type=range], [type=checkbox]), select {
  width: 100%; min-width: 0; height: var(--height, 24px); padding: 1px 6px; background: transparent;
  border: 1px solid var(--edge); border-radius: 4px; font-variant-numeric: tabular-nums; text-overflow: ellipsis; }
.labelled input, .labelled select { height: var(--height, 28px); }
input::placeholder { color: inherit; opacity: .62; }
:hover:is(input, select):not(:disabled) { border-color: var(--text); }
:disabled { opacity: .5; }
option { background: var(--ground); color: var(--text); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
"""

#: JavaScript: a frame around a control, with the label on its edge; names the control for screen readers.
FRAME = """
const make = (tag, props, ...inside) => {
  const node = Object.assign(document.createElement(tag), props)
  node.append(...inside)
  return node
}
// As a message: a property that the browser changes reaches Python late, and at times without the lock of the document.
const tell = (model, values) => model.send_msg(values)
const named = (model, control, box) => {
  const show = () => {
    control.setAttribute("aria-label", model.label || model.description)
    box.title = model.description || (model.labelled === false ? model.label : "")
    if ("disabled" in control) { control.disabled = model.disabled }
  }
  model.on(["label", "description", "disabled"], show)
  show()
}
const framed = (model, el, control) => {
  const label = make("label", {htmlFor: "control"})
  control.id = "control"
  const box = make("div", {className: "field"}, label, control)
  const show = () => {
    label.textContent = model.labelled ? model.label : ""
    box.classList.toggle("labelled", model.labelled)
  }
  model.on(["label", "labelled"], show)
  show()
  named(model, control, box)
  el.append(box)
}
"""


class Field(Component):
    """One field.

    Parameters
    ----------
    css : str
        Added to the style of all fields.
    """

    label = param.String("", doc="Name, also for screen readers.")
    labelled = param.Boolean(False, doc="Whether the name stands on the edge of the field.")
    description = param.String("", doc="Shown when the pointer rests on the field.")
    disabled = param.Boolean(False)
    value: Any = param.Parameter()

    #: What the browser may set.
    told: ClassVar[tuple[str, ...]] = ("value",)

    def __init__(self, *, css: str = "", **params: Any) -> None:
        super().__init__(**({"stylesheets": [STYLE, css], "margin": 0} | params))

    @classmethod
    def from_param(cls, parameter: param.Parameter, **options: Any) -> Self:
        """A field that shows a parameter and writes to it; its name, bounds and objects are those of the parameter."""
        owner, name = parameter.owner, str(parameter.name)
        field = cls(**(cls._described(parameter) | options | {"value": getattr(owner, name)}))
        whole = isinstance(parameter, param.Integer)

        def write(event: Any) -> None:
            setattr(owner, name, int(event.new) if whole and event.new is not None else event.new)

        field.param.watch(write, "value")
        owner.param.watch(lambda event: field.param.update(value=event.new), name)
        return field

    def _handle_msg(self, msg: Any) -> None:
        self.param.update(**{name: value for name, value in msg.items() if name in self.told})

    @classmethod
    def _described(cls, parameter: param.Parameter) -> dict[str, Any]:
        return {"label": parameter.label, "description": parameter.doc or ""}
