"""Panel's widgets as this page has them: dense, and with a name that screen readers say.

Bokeh gives its controls no `aria-label`, and shows hints by an icon beside the label only. So name and hint go to the
browser as a tag of the model, and `static/tab.js` puts them where they belong. `static/widgets.css` holds the look.
"""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any, ClassVar, Self

import panel as pn
import param

from clara_app.theme import STATIC

__all__ = [
    "Button",
    "CheckBoxGroup",
    "Checkbox",
    "FileDownload",
    "FloatInput",
    "IntInput",
    "Named",
    "RadioButtonGroup",
    "Select",
    "Slider",
    "TextInput",
    "Toggle",
]

W = pn.widgets


class Named(W.Widget):
    """What all widgets of the page share.

    Parameters
    ----------
    labelled : bool
        Whether the name stands on the edge of the widget, too.
    description : str
        Shown when the pointer rests on the widget.
    classes : str
        Classes of `static/widgets.css`.
    css : str
        Rules for this one.
    """

    margin = param.Parameter(0)

    #: Classes that all of a kind have.
    kind: ClassVar[str] = ""
    _stylesheets: ClassVar[Any] = [STATIC / "widgets.css"]

    def __init__(self, *, description: str | None = None, **params: Any) -> None:
        look, params = self._look(**params)
        super().__init__(**(look | params))
        self.hint = description or ""
        self.more: dict[str, Any] = {}  # what else the browser is told
        self.tell()
        self.param.watch(lambda event: self.tell(), "label")

    @classmethod
    def from_param(cls, parameter: param.Parameter, **params: Any) -> Self:
        """A widget that shows a parameter and writes to it; its name, hint, bounds and objects are those of it."""
        hint = params.pop("description", None) or parameter.doc
        look, params = cls._look(**params)
        widget = super().from_param(parameter, **look, **params)
        widget.hint, widget.more = hint or "", {"optional": bool(parameter.allow_None)}
        widget.tell()
        return widget

    def tell(self) -> None:
        """Let the browser know name and hint."""
        self.tags = [{"name": self.label or "", "hint": self.hint} | self.more]

    def mark(self, why: str) -> None:
        """Show that the value is refused, and say why; an empty reason takes the mark away."""
        self.css_classes = [*(one for one in self.css_classes if one != "refused"), *(["refused"] if why else [])]
        self.more = {name: value for name, value in self.more.items() if name != "refused"}
        self.more |= {"refused": why} if why else {}
        self.tell()

    @classmethod
    def _look(
        cls, labelled: bool = False, classes: str = "", css: str = "", **params: Any
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        marks = [*cls.kind.split(), *classes.split(), *(["labelled"] if labelled else [])]
        return {"css_classes": marks, "stylesheets": [css] if css else []}, params


# Panel waits this long with changed properties, and not with events: what was typed before a press comes after it.
BEHIND_MS = 80


def after_typing(act: Callable[[], Any]) -> None:
    """Do something once what was typed before has arrived."""
    document = pn.state.curdoc
    if document is None or document.session_context is None:
        act()
    else:
        document.add_timeout_callback(act, BEHIND_MS)


def _signed(symbol: str, css: str = "", classes: str = "", **params: Any) -> dict[str, Any]:
    """Parameters of a button that shows a sign in place of its label, where there is one."""
    if symbol:
        classes, css = f"{classes} symbol", f':host {{ --symbol: "{symbol}" }} {css}'
    return {"classes": classes, "css": css} | params


class Button(Named, W.Button):
    """A button.

    Parameters
    ----------
    on_click : callable
        Called without arguments.
    symbol : str
        A sign in place of the label, which is then only said.
    look : str
        outlined, filled or text.
    """

    def __init__(
        self,
        *,
        on_click: Callable[[], object] = lambda: None,
        symbol: str = "",
        look: str = "outlined",
        css: str = "",
        classes: str = "",
        **params: Any,
    ) -> None:
        super().__init__(**_signed(symbol, css, f"{classes} {look}", **params))
        self.act = on_click
        self.on_click(lambda event: after_typing(self.press))

    def press(self) -> None:
        """Do what a click does."""
        if not self.disabled:
            self.act()


class FileDownload(Named, W.FileDownload):
    """A button that hands over a file, made when it is pressed.

    Parameters
    ----------
    content : callable
        Makes the file, as bytes.
    said : str
        What a screen reader says in place of the label.
    naming : callable, optional
        Gives the name of the file when it is asked for. (Panel's button fails in the browser if its file is named anew
        before it has been drawn.)
    """

    def __init__(
        self,
        content: Callable[[], bytes],
        *,
        look: str = "outlined",
        said: str = "",
        naming: Callable[[], str] | None = None,
        **params: Any,
    ) -> None:
        def make() -> BytesIO:
            if naming is not None:
                self.filename = naming()
            return BytesIO(content())

        super().__init__(callback=make, classes=look, **params)
        self.more = {"name": said} if said else {}
        self.tell()


class Select(Named, W.Select):
    """One of some options, in a list that opens."""


class RadioButtonGroup(Named, W.RadioButtonGroup):
    """Buttons side by side, of which one is pressed."""

    kind = "choice"


class Toggle(Named, W.Toggle):
    """A button that stays pressed.

    Parameters
    ----------
    symbol : str
        A sign in place of the label, which is then only said.
    """

    kind = "choice"

    def __init__(self, *, symbol: str = "", **params: Any) -> None:
        super().__init__(**_signed(symbol, **params))


class Checkbox(Named, W.Checkbox):
    """A box with a tick or without one."""

    kind = "tick"


class CheckBoxGroup(Named, W.CheckBoxGroup):
    """Any number of some options, with a tick each; a long list scrolls."""

    kind = "ticks"


class TextInput(Named, W.TextInput):  # type: ignore[misc]  # its base names no own type for from_param
    """A line of text, known as it is typed and when it is done.

    Parameters
    ----------
    kept : str
        Name under which the browser keeps what is typed, until `clear`; empty for not at all.
    """

    def __init__(self, *, kept: str = "", **params: Any) -> None:
        super().__init__(**params)
        self.keep(kept)
        self.param.watch(
            lambda event: self.param.update(value_input=event.new), "value"
        )  # Panel does so in browsers only

    def enter(self, act: Callable[[], Any]) -> None:
        """Do something whenever Enter is pressed."""
        self.param.watch(lambda event: after_typing(act), "enter_pressed")

    def keep(self, name: str) -> None:
        """Have the browser keep what is typed under another name."""
        self.more = {"kept": name}
        self.tell()

    def clear(self) -> None:
        """Empty the field."""
        self.value_input = self.value = ""


class FloatInput(Named, W.FloatInput):
    """A number within bounds; it may be emptied where its parameter may be None."""


class IntInput(Named, W.IntInput):
    """An integer within bounds."""


class _Track(Named, W.FloatSlider):
    pass


class Slider(pn.viewable.Viewer):
    """A number to drag, or to type beside the track; what is typed may lie beyond the ends of the track.

    Parameters
    ----------
    low, high : float
        Ends of the track.
    start, end : float
        Least and largest value.
    whole : bool
        Whether it is an integer.
    layout : of the whole
    """

    value: Any = param.Number(0.0)

    def __init__(
        self,
        *,
        label: str,
        value: float,
        start: float,
        end: float,
        step: float,
        low: float | None = None,
        high: float | None = None,
        whole: bool = False,
        description: str | None = None,
        **layout: Any,
    ) -> None:
        super().__init__(value=value)
        self.label, self.whole = label, whole
        self.low, self.high = start if low is None else low, end if high is None else high
        named = {"label": label, "description": description}
        self.track = _Track(
            start=self.low,
            end=self.high,
            step=step,
            show_value=False,
            margin=(0, 8, 0, 0),
            sizing_mode="stretch_width",
            **named,
        )
        kind = IntInput if whole else FloatInput
        self.field = kind(start=start, end=end, step=step, width=66, classes="beside", align="end", **named)
        self._view = pn.Row(self.track, self.field, styles={"gap": "8px"}, **({"margin": 0} | layout))
        self._show()
        self.param.watch(self._show, "value")
        for part in (self.track, self.field):
            part.param.watch(self._moved, "value")

    @classmethod
    def from_param(cls, parameter: param.Parameter, **options: Any) -> Self:
        """A slider that shows a number and writes to it; the track has its soft bounds."""
        owner, name = parameter.owner, str(parameter.name)
        low, high = parameter.get_soft_bounds()
        described = {"label": parameter.label, "description": parameter.doc, "low": low, "high": high}
        whole = isinstance(parameter, param.Integer)
        slider = cls(**(described | {"value": getattr(owner, name), "whole": whole} | options))
        slider.param.watch(lambda event: owner.param.update({name: event.new}), "value")
        owner.param.watch(lambda event: slider.param.update(value=event.new), name)
        return slider

    def _moved(self, event: Any) -> None:
        if event.new is None or (event.obj is self.track and event.new == self._on_track()):
            return
        self.value = round(event.new) if self.whole else event.new

    def _on_track(self) -> float:
        return min(max(self.value, self.low), self.high)

    def _show(self, *events: Any) -> None:
        self.field.value, self.track.value = self.value, self._on_track()

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
