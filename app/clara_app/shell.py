"""The frame of every page: the header, the sidebar on the left that can be folded away, and the rest."""

from __future__ import annotations

from typing import Any

import panel as pn
import param

from clara_app.areas.parts import NO_BUTTON
from clara_app.card import html
from clara_app.theme import SHELL_CSS, SIDE_CSS
from clara_app.widgets import Button, Toggle

__all__ = ["Shell"]

HEADER_PX = 44
NAME = ":host { color: white; font-size: 18px; }"
SWITCH = """
.bk-btn { border-color: transparent !important; }
:host(.symbol) .bk-btn.bk-active::before { content: "☀" / ""; }
"""


class Shell(pn.viewable.Viewer):
    """The frame of a page.

    Parameters
    ----------
    main, header, side, foot : list of viewables
        In the middle, above and left of it, and below all.

    Attributes
    ----------
    view : panel.Column
        What is served.
    """

    dark = param.Boolean(False, doc="Whether the theme is the dark one.")
    known = param.Boolean(False, doc="Whether the address or a cookie named the theme.")
    chosen = param.String("", doc="The theme that was chosen on this page, light or dark.")
    side_open = param.Boolean(True)

    def __init__(
        self,
        main: list[Any],
        header: list[Any] | None = None,
        side: list[Any] | None = None,
        foot: list[Any] | None = None,
        **params: Any,
    ) -> None:
        super().__init__(**params)
        self._has_side = bool(side)
        self.side = pn.Column(*(side or []), sizing_mode="stretch_height", margin=0, stylesheets=[NO_BUTTON, SIDE_CSS])
        self.switch = Toggle(
            label="dark look", symbol="☾", classes="header", css=SWITCH, value=self.dark, align="center"
        )
        fold = Button(
            symbol="◧",
            look="text",
            label="fold or unfold the left side",
            classes="header large",
            align="center",
            on_click=lambda: self.param.update(side_open=not self.side_open),
            visible=self._has_side,
        )
        name = html("<b>CLARA</b>", css=NAME, margin=(0, 10, 0, 2), align="center")
        top = pn.Row(
            fold,
            name,
            *(header or [pn.layout.HSpacer()]),
            self.switch,
            sizing_mode="stretch_width",
            height=HEADER_PX,
            margin=0,
            css_classes=["header"],
            styles={"align-items": "center"},
        )
        below = pn.Row(self.side, *main, sizing_mode="stretch_both", margin=0, styles={"min-height": "0"})
        self.view = pn.Column(top, below, *(foot or []), sizing_mode="stretch_both", margin=0, stylesheets=[SHELL_CSS])
        self.switch.param.watch(self._switched, "value")
        self.param.watch(lambda event: self.switch.param.update(value=event.new), "dark")
        self.param.watch(self._show, ["dark", "side_open"])
        self._show()

    def set_theme(self, theme: str) -> None:
        """Use the theme that an address or a cookie names, light or dark, whatever the system prefers."""
        self.param.update(known=True, dark=theme == "dark")

    def _switched(self, event: Any) -> None:
        if event.new != self.dark:  # by hand
            self.param.update(dark=event.new, chosen="dark" if event.new else "light")

    def parts(self) -> list[pn.Column | pn.Row]:
        """Boxes that can be filled after the page has been drawn."""
        return [self.side]

    def _show(self, *events: object) -> None:
        self.view.css_classes = ["dark"] if self.dark else []
        self.side.visible = self.side_open and self._has_side

    def __panel__(self) -> pn.viewable.Viewable:
        return self.view
