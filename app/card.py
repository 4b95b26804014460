"""The frame that every pane stands in: a quiet title, its tools, and whether the data are simulated."""

from __future__ import annotations

from html import escape
from typing import Any

import panel as pn
import param

from app.theme import CSS

__all__ = ["card", "html", "origin_chip"]

_FRAME = {
    "background": "var(--panel-surface-color)",
    "border": "1px solid var(--divider-color)",
    "border-radius": "6px",
    "overflow": "hidden",
    "min-width": "0",
    "min-height": "0",
}


def html(text: Any = "", *, css: str = "", **options: Any) -> pn.pane.HTML:
    """An HTML pane with the page's styles. Whoever fills it escapes what people wrote."""
    defaults: dict[str, Any] = {"margin": 0, "stylesheets": [CSS, css] if css else [CSS]}
    return pn.pane.HTML(text, **(defaults | options))


def origin_chip(text: str) -> str:
    """A small chip that says SIMULATED; nothing for observations."""
    return f'<span class="chip" title="not an observation">{escape(text)}</span>' if text else ""


def card(
    title: str | param.rx | Any, *body: Any, tools: tuple[Any, ...] = (), chip: Any = "", **options: Any
) -> pn.Column:
    """Frame a pane.

    Parameters
    ----------
    title : str or reference
        Plain text.
    body : viewables
    tools : viewables
        Stand at the right end of the title line.
    chip : str or reference
        ``"SIMULATED"`` where that is so.
    """

    def headline(words: str, origin: str) -> str:
        return (
            '<div style="white-space:nowrap;overflow:hidden;text-overflow:ellipsis;padding-top:4px">'
            f"<b>{escape(words)}</b> {origin_chip(origin)}</div>"
        )

    head = pn.Row(
        html(pn.bind(headline, title, chip), sizing_mode="stretch_width", min_width=0),
        *tools,
        sizing_mode="stretch_width",
        height=28,
        margin=(0, 4, 0, 10),
        styles={"align-items": "center", "gap": "4px"},
    )
    styles = _FRAME | options.pop("styles", {})
    return pn.Column(head, *body, styles=styles, **({"sizing_mode": "stretch_both", "margin": 0} | options))
