"""Layout of an area: rows, columns, and tabs."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import panel as pn
import param

from clara_app.hiding import show
from clara_app.widgets import RadioButtonGroup

__all__ = ["NO_BUTTON", "SMALL", "SMALL_WINDOW", "Tabs", "column", "part", "row"]

GAP = "6px"
# Panel puts an invisible scroll button into every column, which would take up a gap.
NO_BUTTON = ".scroll-button { display: none }"

#: Two views in a row.
GRID = {"display": "grid", "grid-template-columns": "1fr 1fr", "grid-auto-rows": "minmax(0, 1fr)"}

#: What holds in a small window alone.
SMALL_WINDOW = "@media (max-width: 1150px), (max-height: 700px)"
SMALL = SMALL_WINDOW + " { :host { %s } }"


def part(viewer: object, flex: str, *, least: int = 0, css: str = "") -> pn.Column | pn.Row:
    """A cell of a row or column with this flex value: the viewer's own box, or a new box around the viewer.

    Parameters
    ----------
    viewer : viewable
    flex : str
        As in CSS.
    least : int
        Height in a small window [pixels]; its column scrolls.
    css : str
        Rules for it.
    """
    box = viewer.__panel__() if isinstance(viewer, pn.viewable.Viewer) else viewer
    if not isinstance(box, pn.Column | pn.Row):
        box = pn.Column(box)
    share = {"flex": flex, "min-width": "0", "min-height": "0"}
    box.param.update(sizing_mode="stretch_both", margin=0, styles=box.styles | share)
    if least:
        css += SMALL % f"min-height: {least}px !important"
    if css:
        box.stylesheets = [*box.stylesheets, css]
    return box


def column(*parts: object, css: str = "") -> pn.Column:
    """Cells below each other."""
    return pn.Column(
        *parts,
        sizing_mode="stretch_both",
        margin=0,
        styles={"gap": GAP, "min-height": "0", "min-width": "0"},
        stylesheets=[NO_BUTTON, css],
    )


def row(*parts: object, **styles: str) -> pn.Row:
    """Cells side by side."""
    return pn.Row(*parts, sizing_mode="stretch_both", margin=0, styles={"gap": GAP, "min-width": "0"} | styles)


class Tabs(pn.viewable.Viewer):
    """Tabs: a view is made when it is first shown, and computes nothing while it is hidden.

    Parameters
    ----------
    views : mapping of str to callable
        Title to a function that makes the view.
    value : str
        Title of the view that is shown first.

    Attributes
    ----------
    buttons : RadioButtonGroup
        Placed by the caller.
    made : dict of str to viewable
        The views made so far.
    beside : list of str
        Titles of views that are shown together, two in a row, when there are several and the chosen one is among them.
    """

    beside = param.List([])

    def __init__(self, views: Mapping[str, Callable[[], object]], value: str | None = None) -> None:
        super().__init__()
        self.views = dict(views)
        self.made: dict[str, object] = {}
        self.buttons = RadioButtonGroup(
            label="view",
            options=list(views),
            value=value or next(iter(views)),
            margin=0,
        )
        self.bodies: dict[str, pn.Column | pn.Row] = {}
        self._view = column()
        self._one = self._view.styles
        self.buttons.param.watch(lambda event: self.open(event.new), "value")
        self.param.watch(lambda event: self.open(self.buttons.value), "beside")
        self.open(self.buttons.value)

    def open(self, title: str) -> None:
        """Show a view."""
        self.buttons.value = title
        shown = self.beside if len(self.beside) > 1 and title in self.beside else [title]
        for each in shown:
            if each not in self.made:
                self.made[each] = self.views[each]()
                self.bodies[each] = part(self.made[each], "1 1 0")
                self._view.append(self.bodies[each])
        for other, body in self.bodies.items():
            show(body, other in shown)
        if (self._view.styles.get("display") == "grid") != (len(shown) > 1):
            # Bokeh takes a style away where it is told that there is none, not where it is no longer told of it.
            self._view.styles = self._one | (GRID if len(shown) > 1 else dict.fromkeys(GRID))

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
