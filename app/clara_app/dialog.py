"""A dialog over the page; it joins the page when it is first opened, so that the page opens sooner."""

from __future__ import annotations

from typing import Any

import panel as pn
import param
from panel.custom import Children

from clara_app.component import Component
from clara_app.fields.field import FRAME
from clara_app.theme import BORDER

__all__ = ["Dialog"]

STYLE = """
dialog { width: min(var(--wide), 94vw); max-height: 90vh; padding: 0; box-sizing: border-box; overflow: auto;
         border: var(--border); border-radius: 6px;
         background: var(--ground); color: var(--text); font-size: 12px; }
dialog::backdrop { background: rgba(0, 0, 0, .45); }
header { display: flex; justify-content: space-between; align-items: center; padding: 10px 16px 4px; }
h2 { margin: 0; font-size: 16px; font-weight: 600; }
button { border: none; background: none; color: inherit; font-size: 15px; cursor: pointer; padding: 4px 8px; }
:focus-visible { outline: 2px solid var(--accent); }
main { padding: 4px 16px 14px; }
"""


class Window(Component):
    """The dialog itself. The browser keeps the focus in it, and Escape closes it."""

    heading = param.String("")
    opened = param.Boolean(False)
    click_closes = param.Boolean(True, doc="Whether a click beside the dialog closes it.")
    body = Children(default=[])

    _esm = (
        FRAME
        + """
    export function render({model, el}) {
      const title = make("h2", {textContent: model.heading})
      const close = make("button", {type: "button", textContent: "✕", title: "close", onclick: () => box.close()})
      close.setAttribute("aria-label", "close")
      const body = make("main", {})
      const box = make("dialog", {}, make("header", {}, title, close), body)
      box.setAttribute("aria-label", model.heading)
      const fill = () => body.replaceChildren(...model.get_child("body"))
      const show = () => {
        if (model.opened && !box.open) { box.showModal() } else if (!model.opened && box.open) { box.close() }
      }
      box.onclose = () => tell(model, {opened: false})
      box.onclick = (event) => { if (event.target === box && model.click_closes) { box.close() } }
      model.on("body", fill)
      model.on("opened", show)
      el.append(box)
      fill()
      model.on("after_render", show)
    }
    """
    )

    def _handle_msg(self, msg: Any) -> None:
        self.opened = bool(msg["opened"])


class Dialog(pn.viewable.Viewer):
    """A dialog that stands nowhere until it is opened.

    Parameters
    ----------
    body : viewables
    title : str
    width : int
        Pixels, where the screen is as wide.
    click_closes : bool
        Whether a click beside the dialog closes it, too.
    """

    open = param.Boolean(False)

    def __init__(self, *body: object, title: str, width: int = 640, click_closes: bool = True) -> None:
        super().__init__()
        self.objects = list(body)
        self._window: Window | None = None
        self._options = {
            "heading": title,
            "click_closes": click_closes,
            "width": 0,
            "height": 0,
            "margin": 0,
            "stylesheets": [STYLE, f":host {{ --wide: {width}px; --border: {BORDER}; }}"],
        }
        self._place = pn.Column(width=0, height=0, margin=0, styles={"position": "absolute"})
        self.param.watch(self._opened, "open")

    def fill(self, *body: object) -> None:
        """Have other things in it from now on."""
        self.objects = list(body)
        if self._window is not None:
            self._window.body = self.objects

    def _opened(self, *events: object) -> None:
        if self._window is None:
            self._window = Window(body=self.objects, opened=self.open, **self._options)
            self._window.param.watch(lambda event: self.param.update(open=event.new), "opened")
            self._place.append(self._window)
        self._window.opened = self.open

    def __panel__(self) -> pn.viewable.Viewable:
        return self._place
