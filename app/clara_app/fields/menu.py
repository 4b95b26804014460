"""A menu: one of some options."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

import param

from clara_app.fields.field import FRAME, Field

__all__ = ["Menu", "OneOf", "values_of"]


class OneOf(Field):
    """One of some options; the browser only knows their titles."""

    options: Any = param.ClassSelector(class_=(list, dict), default=[], doc="Values, or title to value.")
    value: Any = param.Parameter(doc="The chosen value; one that is not among the options shows as none.")
    titles = param.List([], doc="What the options are called.")
    chosen = param.Integer(-1, doc="Place of the chosen option, -1 for none.")

    told = ("chosen",)
    _rename: ClassVar[Mapping[str, str | None]] = {"options": None, "value": None}

    def __init__(self, **params: Any) -> None:
        options = params.get("options", [])
        given: dict[str, Any] = {"value": next(iter(values_of(options)), None)} | params
        super().__init__(**given)
        self._offer()
        self.param.watch(self._changed, ["options", "value"])
        self.param.watch(self._picked, "chosen")

    @classmethod
    def from_param(cls, parameter: param.Parameter, **options: Any) -> Self:
        """A field that shows a parameter and writes to it; where the objects of the parameter change, so do these."""
        field = super().from_param(parameter, **options)
        if "options" not in options:
            owner, name = parameter.owner, str(parameter.name)

            def offer(event: Any) -> None:
                field.param.update(options=dict(parameter.get_range()), value=getattr(owner, name))

            owner.param.watch(offer, name, what="objects")
        return field

    @classmethod
    def _described(cls, parameter: param.Parameter) -> dict[str, Any]:
        return super()._described(parameter) | {"options": dict(parameter.get_range())}

    def _changed(self, *events: Any) -> None:
        values = values_of(self.options)
        if any(event.name == "options" for event in events) and self.value not in values:
            self.value = values[0] if values else None
            return
        self._offer()

    def _offer(self) -> None:
        values = values_of(self.options)
        self.param.update(
            titles=[str(title) for title in self.options],
            chosen=values.index(self.value) if self.value in values else -1,
        )

    def _picked(self, event: Any) -> None:
        values = values_of(self.options)
        if 0 <= event.new < len(values):
            self.value = values[event.new]


class Menu(OneOf):
    """A menu that drops down."""

    _esm = (
        FRAME
        + """
    export function render({model, el}) {
      const menu = make("select")
      const offer = () => {
        menu.replaceChildren(...model.titles.map((title, i) => new Option(title, i)))
        choose()
      }
      const choose = () => { menu.selectedIndex = model.chosen }
      menu.onchange = () => tell(model, {chosen: menu.selectedIndex})
      model.on("titles", offer)
      model.on("chosen", choose)
      offer()
      framed(model, el, menu)
    }
    """
    )


def values_of(options: list[Any] | dict[str, Any]) -> list[Any]:
    """The values behind the titles of options."""
    return list(options.values() if isinstance(options, dict) else options)
