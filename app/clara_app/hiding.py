"""Hide a part of the page without laying out the rest of it.

When `visible` changes, Bokeh lays out the whole page and draws every figure anew, which takes longer than drawing a
star. A style of the part's own box leaves that to the browser, which moves only what has to move.
"""

from __future__ import annotations

import panel as pn

__all__ = ["HIDDEN", "is_shown", "show"]

#: Styles of a part that begins hidden.
HIDDEN = {"display": "none"}


def show(part: pn.viewable.Viewable, shown: bool = True) -> None:
    """Show a part of the page, or hide it.

    Parameters
    ----------
    part : viewable
        Its styles say nothing else of `display`.
    shown : bool
    """
    part.styles = part.styles | ({"display": None} if shown else HIDDEN)


def is_shown(part: pn.viewable.Viewable) -> bool:
    """Whether `show` shows it; the parts around it may be hidden."""
    return part.styles.get("display") is None
