"""What may wait for a disk or a lock, or computes for a moment, is done in threads; the page then takes the result.

The event loop serves every page: what waits there, all wait for.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Protocol, TypeVar

import panel as pn

from clara_engine.workers import Threads

__all__ = ["Asks", "Latest", "aside"]

T = TypeVar("T")

#: Questions of one `Latest` that are worked on at a time: one that hangs must not hold up those after it.
AT_ONCE = 3


def aside(threads: Threads, work: Callable[[], Callable[[], None]]) -> None:
    """Call `work` in a thread when a browser asked, else at once; then, on the page, what it returned.

    Parameters
    ----------
    threads : Threads
    work : callable
        Nothing in it may touch the page, and nothing may be raised.
    """
    document = pn.state.curdoc
    if document is None or document.session_context is None:
        work()()
    else:
        threads.submit(lambda: document.add_next_tick_callback(work()))


class Asks(Protocol):
    """A page that has things computed; see `clara_app.session.Session`."""

    def ask(
        self, work: Callable[[], T], done: Callable[[T], object], failed: Callable[[str], object] | None = None
    ) -> None:
        """Compute in a thread, then draw."""

    def tell(self, words: str) -> None:
        """Say something in one line."""


class Latest:
    """Questions of which the page wants the answer to the last one only.

    Each question has a number. An answer is dropped when a later question has been asked meanwhile, so that a slow
    answer never takes the place of a newer one.
    """

    def __init__(self, page: Asks) -> None:
        self._page = page
        self._number = self._at_work = 0
        self._next: Callable[[], None] | None = None

    def __call__(
        self, work: Callable[[], T], done: Callable[[T], object], failed: Callable[[str], object] | None = None
    ) -> None:
        """Ask; see `clara_app.session.Session.ask` for the parameters."""
        self._number += 1
        begin = partial(self._begin, self._number, work, done, failed or self._page.tell)
        if self._at_work < AT_ONCE:
            begin()
        else:
            self._next = begin

    def drop(self) -> None:
        """Want no answer any more."""
        self._number += 1
        self._next = None

    def _begin(
        self,
        number: int,
        work: Callable[[], Any],
        done: Callable[[Any], object],
        failed: Callable[[str], object],
    ) -> None:
        self._at_work += 1

        def wanted() -> Any:
            return work() if number == self._number else None  # many may wait for a thread while a key is held down

        def answered(take: Callable[[Any], object], answer: Any) -> None:
            self._at_work -= 1
            waiting, self._next = self._next, None
            if waiting is not None:
                waiting()
            if number == self._number:
                take(answer)

        self._page.ask(wanted, partial(answered, done), partial(answered, failed))
