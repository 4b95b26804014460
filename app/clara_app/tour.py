"""Five steps through the page, each with an outline around the part that it speaks of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import panel as pn

from clara_app.action_text import ActionText
from clara_app.hiding import HIDDEN, is_shown, show
from clara_app.rendering import render
from clara_app.session import Session

__all__ = ["Step", "Tour"]

CSS = ":host { padding: 10px 14px; max-width: 440px; } b { font-size: 14px; } .turn { margin-top: 8px; }"
#: Below the middle of the page, in front of it.
PLACE = {
    "position": "fixed",
    "bottom": "16px",
    "left": "50%",
    "transform": "translateX(-50%)",
    "z-index": "50",
    "background": "var(--ground)",
    "border": "2px solid var(--accent)",
    "border-radius": "6px",
    "box-shadow": "0 4px 18px rgba(0, 0, 0, .35)",
}
OUTLINE = "3px solid var(--accent)"
NEXT, BACK, END = "next", "back", "end"


class Step(NamedTuple):
    """One step.

    Attributes
    ----------
    title, words : str
    area : str
        What the page shows then.
    part : callable
        Gives the box that is outlined.
    """

    title: str
    words: str
    area: str
    part: Callable[[], pn.viewable.Viewable]


class Tour(pn.viewable.Viewer):
    """Shows one step after the other.

    Parameters
    ----------
    steps : sequence of Step
    """

    def __init__(self, session: Session, steps: Sequence[Step]) -> None:
        super().__init__()
        self.session, self.steps = session, tuple(steps)
        self.at = 0
        self._outlined: pn.viewable.Viewable | None = None
        self._view = ActionText(self.turn, css=CSS, styles=PLACE | HIDDEN)

    @property
    def on(self) -> bool:
        """Whether a step is shown."""
        return is_shown(self._view)

    def begin(self) -> None:
        """Show the first step."""
        self._go(0)

    def turn(self, action: str) -> None:
        """Do what a button says: the next step, the one before, or the end."""
        if action == END or (action == NEXT and self.at + 1 == len(self.steps)):
            self._outline(None)
            show(self._view, False)
        else:
            self._go(self.at + (1 if action == NEXT else -1))

    def _go(self, number: int) -> None:
        self.at, step = number, self.steps[number]
        self.session.area = step.area
        self._outline(step.part())
        self._view.object = render(
            "tour", step=step, number=number + 1, steps=len(self.steps), next=NEXT, back=BACK, end=END
        )
        show(self._view)

    def _outline(self, part: pn.viewable.Viewable | None) -> None:
        for box, outline in ((self._outlined, None), (part, OUTLINE)):
            if box is not None:
                box.styles = box.styles | {"outline": outline, "outline-offset": "0"}
        self._outlined = part

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
