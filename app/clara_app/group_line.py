"""A line of text about which light curves are ranked, and how many are not."""

from __future__ import annotations

from html import escape

import panel as pn

from clara_app.card import live_text
from clara_app.session import Session

__all__ = ["group_line"]

CSS = ":host { padding: 0 10px; overflow: hidden; } .group { display: block; overflow: hidden; white-space: nowrap; "
CSS += "text-overflow: ellipsis; }"


def group_line(session: Session) -> pn.viewable.Viewable:
    """One muted line, cut off where there is no room; hovering shows all of it."""
    line = live_text(css=CSS, sizing_mode="stretch_width")

    def show(*events: object) -> None:
        words = escape(session.about_group, quote=True)
        line.param.update(object=f'<span class="quiet group" title="{words}">{words}</span>', visible=bool(words))

    session.follow(show, "about_group")
    show()
    return line
