"""The frame of every page: the header, the sidebar on the left that can be folded away, and the rest."""

from __future__ import annotations

from typing import Any

import panel as pn
import param

from clara_app.areas.parts import NO_BUTTON
from clara_app.card import html
from clara_app.fields import Button, Field
from clara_app.fields.button import PRESS
from clara_app.fields.field import FRAME
from clara_app.theme import SHELL_CSS, SIDE_CSS

__all__ = ["ON_HEADER", "THEME_COOKIE", "Shell"]

THEME_COOKIE = "clara-look"
HEADER_PX = 44
NAME = ":host { color: white; font-size: 18px; }"
#: Style of fields on the header.
ON_HEADER = """
:host { color: white; --edge: rgba(255, 255, 255, .45); --height: 26px; font-size: 13px; }
:hover:is(input, select):not(:disabled) { border-color: white; }
button[aria-pressed=true] { color: white; background: rgba(255, 255, 255, .22); }
button.text { color: white; }
:focus-visible { outline-color: white; }
"""
FOLD = ON_HEADER + "button { font-size: 17px; }"


class ThemeSwitch(Field):
    """Switches between the light and the dark theme. A cookie keeps the choice; without one, the system decides."""

    label = param.String("dark look")
    value = param.Boolean(False)
    known = param.Boolean(False, doc="Whether the address or the cookie named the theme.")
    cookie = param.String(THEME_COOKIE, constant=True)

    _esm = (
        FRAME
        + """
    export function render({model, el}) {
      const button = make("button", {type: "button", className: "text", onclick: () => {
        const look = model.value ? "light" : "dark"
        document.cookie = `${model.cookie}=${look}; path=/; max-age=31536000; SameSite=Lax`
        tell(model, {value: look === "dark"})
      }})
      const show = () => {
        button.textContent = model.value ? "☀" : "☾"
        button.setAttribute("aria-pressed", String(model.value))
      }
      model.on("value", show)
      show()
      named(model, button, button)
      el.append(button)
      // What the server draws before the page has arrived is lost.
      const ask = () => {
        if (window.Bokeh.documents.every((document) => document.is_idle)) { tell(model, {value: true}) }
        else { setTimeout(ask, 50) }
      }
      if (!model.known && window.matchMedia("(prefers-color-scheme: dark)").matches) { ask() }
    }
    """
    )

    def __init__(self, **params: Any) -> None:
        super().__init__(css=PRESS + ON_HEADER, **params)


class Shell(pn.viewable.Viewer):
    """The frame of a page.

    Parameters
    ----------
    header, main, side : list of viewables

    Attributes
    ----------
    view : panel.Column
        What is served.
    """

    dark = param.Boolean(False, doc="Whether the theme is the dark one.")
    side_open = param.Boolean(True)

    def __init__(
        self, main: list[Any], header: list[Any] | None = None, side: list[Any] | None = None, **params: Any
    ) -> None:
        super().__init__(**params)
        self._side = pn.Column(*(side or []), sizing_mode="stretch_height", margin=0, stylesheets=[NO_BUTTON, SIDE_CSS])
        self._switch = ThemeSwitch.from_param(self.param.dark, label="dark look", align="center")
        fold = Button(
            symbol="◧",
            look="text",
            label="fold or unfold the left side",
            css=FOLD,
            align="center",
            on_click=lambda: self.param.update(side_open=not self.side_open),
            visible=bool(side),
        )
        name = html("<b>CLARA</b>", css=NAME, margin=(0, 10, 0, 2), align="center")
        top = pn.Row(
            fold,
            name,
            *(header or [pn.layout.HSpacer()]),
            self._switch,
            sizing_mode="stretch_width",
            height=HEADER_PX,
            margin=0,
            css_classes=["header"],
            styles={"align-items": "center"},
        )
        below = pn.Row(self._side, *main, sizing_mode="stretch_both", margin=0, styles={"min-height": "0"})
        self.view = pn.Column(top, below, sizing_mode="stretch_both", margin=0, stylesheets=[SHELL_CSS])
        self.param.watch(self._show, ["dark", "side_open"])
        self._show()

    def set_theme(self, theme: str) -> None:
        """Use the theme that an address or a cookie names, light or dark, whatever the system prefers."""
        self._switch.known = True
        self.dark = theme == "dark"

    def _show(self, *events: object) -> None:
        self.view.css_classes = ["dark"] if self.dark else []
        self._side.visible = self.side_open and len(self._side) > 0

    def __panel__(self) -> pn.viewable.Viewable:
        return self.view
