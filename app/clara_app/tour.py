"""Five steps through the page, each with an outline around the part that it speaks of."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import panel as pn

from clara_app.action_text import ActionText
from clara_app.hiding import HIDDEN, is_shown, show
from clara_app.rendering import render
from clara_app.session import Session

__all__ = ["STEPS", "Tour"]

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
    place : str
        What is outlined.
    title, words : str
    area : str
        What the page shows then.
    """

    place: str
    title: str
    words: str
    area: str = "explore"


#: What a newcomer should see, in the order of work.
STEPS = (
    Step(
        "wheel",
        "The wheel",
        "Choose an event to look for, and press Retrain. A forest then learns to tell your stars from a contrast set, "
        "light curves with that event: stars that resemble it score high.",
    ),
    Step(
        "map",
        "The map",
        "Each point is a light curve; neighbours are alike. Click one to see it, draw around several to select them. "
        "The menus choose the map and its colour.",
    ),
    Step(
        "ranking",
        "The ranking",
        "The strangest stars stand first. Above the line about 1 in 10 is there by chance. Measures says how well the "
        "run finds what is labelled, beside chance.",
    ),
    Step(
        "star",
        "The star",
        "Its light curve, its periods and what it may be, each with its evidence. j and k go to the next star and "
        "back; Why strange shows what the forest saw.",
    ),
    Step(
        "vet",
        "Vet",
        "A queue of stars: a digit gives a verdict, u takes it back. Verdicts, notes and periods are exported with the "
        "ranking, and teach the wheel what you look for (more like my labels).",
        "vet",
    ),
)


class Tour(pn.viewable.Viewer):
    """Shows one step after the other.

    Parameters
    ----------
    part : callable
        Gives the box of the place of a step, once its area is shown.
    """

    def __init__(self, session: Session, part: Callable[[str], pn.viewable.Viewable]) -> None:
        super().__init__()
        self.session, self._part = session, part
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
        if action == END or (action == NEXT and self.at + 1 == len(STEPS)):
            self._outline(None)
            show(self._view, False)
        else:
            self._go(self.at + (1 if action == NEXT else -1))

    def _go(self, number: int) -> None:
        self.at, step = number, STEPS[number]
        self.session.area = step.area
        self._outline(self._part(step.place))
        self._view.object = render(
            "tour", step=step, number=number + 1, steps=len(STEPS), next=NEXT, back=BACK, end=END
        )
        show(self._view)

    def _outline(self, part: pn.viewable.Viewable | None) -> None:
        for box, outline in ((self._outlined, None), (part, OUTLINE)):
            if box is not None:
                box.styles = box.styles | {"outline": outline, "outline-offset": "0"}
        self._outlined = part

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
