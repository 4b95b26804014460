"""The frame of a pane: a title, tools, and a mark of simulated data."""

from __future__ import annotations

from typing import Any

import panel as pn
import param

from clara_app.areas.parts import NO_BUTTON, SMALL_WINDOW
from clara_app.live_text import LiveText
from clara_app.rendering import render
from clara_app.theme import BORDER, CSS

__all__ = ["card", "html", "live_text", "quiet"]

_FRAME = {
    "background": "var(--ground)",
    "border": BORDER,
    "border-radius": "6px",
    "overflow": "hidden",
    "min-width": "0",
    "min-height": "0",
}

#: Width of a letter of a title, and of what is beside them, which tools leave room for [pixels].
LETTER, MORE = 6, 12
#: A title line would else be as wide as all its tools, hidden ones too; in a small window fields or title give way.
SHRINKING = f"""
:host {{ min-width: 0 !important; }}
{SMALL_WINDOW} {{
  :host > [class*="Select"], :host > [class*="TextInput"] {{ flex-shrink: 1 !important; min-width: 40px !important; }}
  :host > [class*="HTML"]:has(+ [class*="RadioButtonGroup"]) {{ min-width: 0 !important; }}
}}
"""
#: The chip shrinks where many tools leave little room for the title.
NARROW = """
:host { container-type: inline-size; }
@container (max-width: 130px) { .chip { font-size: 9px; letter-spacing: 0; padding: 0 3px; } }
.mark { flex: none; display: var(--mark, inline); }
"""


def live_text(text: Any = "", *, css: str = "", **options: Any) -> LiveText:
    """`LiveText` with the page's styles."""
    defaults: dict[str, Any] = {"margin": 0, "stylesheets": [CSS, css] if css else [CSS]}
    return LiveText(object=text, **(defaults | options))


def html(text: Any = "", *, css: str = "", **options: Any) -> pn.pane.HTML:
    """An HTML pane with the page's styles. Whoever fills it escapes what people wrote."""
    defaults: dict[str, Any] = {"margin": 0, "stylesheets": [CSS, css] if css else [CSS]}
    return pn.pane.HTML(text, **(defaults | options))


def quiet(words: str) -> str:
    """Plain text as HTML in a muted colour."""
    return render("quiet", words=words)


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
        ``"SIMULATED"`` where that is so; on the page, which says so once, it is not shown.
    """

    def headline(words: str, origin: str) -> str:
        return render("headline", words=words, origin=origin)

    for tool in tools:
        tool.align = "center"
    head = pn.Row(
        html(
            pn.bind(headline, title, chip),
            css=NARROW,
            sizing_mode="stretch_width",
            min_width=LETTER * len(title) + MORE if isinstance(title, str) else 0,
        ),
        *tools,
        sizing_mode="stretch_width",
        height=30,
        margin=(0, 4, 0, 10),
        styles={"align-items": "center", "gap": "4px"},
        stylesheets=[SHRINKING],
    )
    styles = _FRAME | options.pop("styles", {})
    return pn.Column(
        head, *body, styles=styles, stylesheets=[NO_BUTTON], **({"sizing_mode": "stretch_both", "margin": 0} | options)
    )
