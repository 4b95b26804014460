"""A line of text about which light curves are ranked, and how many are not."""

from __future__ import annotations

import panel as pn

from clara_app.card import live_text
from clara_app.rendering import render
from clara_app.session import Session

__all__ = ["group_line"]

CSS = ":host { padding: 0 10px; overflow: hidden; } .group { display: block; overflow: hidden; white-space: nowrap; "
CSS += "text-overflow: ellipsis; }"


def group_line(session: Session) -> pn.viewable.Viewable:
    """One muted line, cut off where there is no room; hovering shows all of it."""
    line = live_text(css=CSS, sizing_mode="stretch_width")

    def show(*events: object) -> None:
        words = session.about_group
        line.param.update(object=render("titled", title=words, words=words, css="quiet group"), visible=bool(words))

    session.follow(show, "about_group")
    show()
    return line
