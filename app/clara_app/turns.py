"""Pages that are asked for at once are made one after another, so that the event loop hears others in between."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from contextvars import copy_context
from functools import partial

from tornado.ioloop import IOLoop

__all__ = ["Turns"]

#: The next turn begins after so long, even if a browser is still drawing what was made in this one [s].
LONGEST_S = 3.0

Act = Callable[[Callable[[], None]], object]


def _after_longest(act: Callable[[], None]) -> None:
    IOLoop.current().call_later(LONGEST_S, act)


class Turns:
    """Begins one piece of work at a time, in the order in which they came. Every method is called on the event loop.

    Parameters
    ----------
    later : callable
        Calls what it is given after the longest time that a turn may take.
    """

    def __init__(self, later: Callable[[Callable[[], None]], None] = _after_longest) -> None:
        self._later = later
        self._waiting: deque[Act] = deque()
        self._at_work: object = None

    def take(self, act: Act) -> None:
        """Call `act` when its turn comes, in the context of now, with what it calls when it is done.

        Parameters
        ----------
        act : callable
        """
        context = copy_context()
        self._waiting.append(lambda done: context.run(act, done))
        if self._at_work is None:
            self._next()

    def _next(self) -> None:
        if self._waiting:
            self._at_work = mark = object()
            self._later(partial(self._done, mark))
            self._waiting.popleft()(partial(self._done, mark))

    def _done(self, mark: object) -> None:
        if self._at_work is mark:  # else the turn was over before
            self._at_work = None
            self._next()
