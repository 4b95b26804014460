"""What a page does before its browser shows it waits until it does."""

from __future__ import annotations

from collections.abc import Callable

import panel as pn

from clara_app.in_thread import on_its_way

__all__ = ["Arrival"]


class Arrival:
    """The way of a page to its browser.

    Panel drops what is drawn while a browser fetches the page. And Bokeh builds a box piece by piece: a field that
    changes before it is drawn raises an error in the browser, which ends the whole message that the change came in.
    """

    def __init__(self) -> None:
        self._waiting: list[Callable[[], None]] | None = None

    def begin(self) -> None:
        """Have all that is asked for wait, until `end`."""
        self._waiting = []

    def end(self) -> None:
        """Call what has waited, in its order."""
        waiting, self._waiting = self._waiting or [], None
        for act in waiting:
            self.then(act)

    def then(self, act: Callable[[], None]) -> None:
        """Call `act` when the browser shows the page: at once where it does, or where no browser is on its way."""
        if self._waiting is not None:
            self._waiting.append(act)
        elif on_its_way():
            pn.state.onload(act)
        else:
            act()
