"""Run work in a thread, then apply its result to the page.

One event loop serves every page: whatever waits there for a disk, a lock or a computation delays all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Protocol, TypeVar

import panel as pn
from bokeh.document import Document
from tornado.ioloop import IOLoop

from clara_engine.workers import Threads

__all__ = ["LatestRequest", "RunsInThread", "call_next", "call_on_page", "has_browser", "on_its_way", "run_in_thread"]

T = TypeVar("T")

#: Requests of one `LatestRequest` that run at the same time: one that hangs must not delay those after it.
AT_ONCE = 3


def run_in_thread(threads: Threads, work: Callable[[], Callable[[], None]]) -> None:
    """Call `work` in a thread, then call what it returned on the event loop of the page.

    Without a browser (in tests and notebooks) both are called at once.

    Parameters
    ----------
    threads : Threads
    work : callable
        It must not touch the page, and must not raise.
    """
    document = pn.state.curdoc
    if document is None or document.session_context is None:
        work()()
    else:
        loop = IOLoop.current()
        threads.submit(lambda: call_on_page(loop, document, work()))


def call_on_page(loop: IOLoop, document: Document, act: Callable[[], None]) -> None:
    """Call `act` with the lock of a page, from any thread; a page that was closed meanwhile does nothing.

    A document tells its server of a call by an event. While a page draws, its events are held back, and of those that
    another thread adds at that moment some are lost, and the call with them. So the call is made on the event loop.
    """
    loop.add_callback(call_next, document, act)


def call_next(document: Document, act: Callable[[], None]) -> None:
    """Call `act` with the lock of a page, in another turn of the event loop; from a turn of that loop.

    Panel drops what changes between the moment when a browser fetches the page and the moment when it says that it
    shows it. So `act` waits until that is over. A page that was closed meanwhile does nothing: Bokeh takes the context
    and the callbacks from its document.
    """
    context = document.session_context
    if context is not None and not context.destroyed:
        document.add_next_tick_callback(partial(_call_unless_fetched, document, act))


def _call_unless_fetched(document: Document, act: Callable[[], None]) -> None:
    if has_browser(document) and on_its_way():
        pn.state.onload(act)
    else:
        act()


def on_its_way() -> bool:
    """Whether the page that is worked for has been made but has not arrived in its browser."""
    context = getattr(pn.state.curdoc, "session_context", None)
    return getattr(context, "session", None) is not None and not pn.state.loaded


def has_browser(document: Document) -> bool:
    """Whether a browser is connected: it has fetched the page, or may at any moment."""
    session = getattr(document.session_context, "session", None)
    return session is not None and session.connection_count > 0


class RunsInThread(Protocol):
    """A page that computes in threads; `clara_app.session.Session` is one."""

    def compute(
        self, work: Callable[[], T], done: Callable[[T], object], failed: Callable[[str], object] | None = None
    ) -> None:
        """Call `work` in a thread, then `done` with its result on the page."""

    def notify(self, text: str) -> None:
        """Show one line of text to the user."""


class LatestRequest:
    """Requests of which only the last one's result is used.

    Each request has a number. A result is dropped when a later request has been made meanwhile, so that a slow result
    never replaces a newer one.
    """

    def __init__(self, page: RunsInThread) -> None:
        self._page = page
        self._number = self._at_work = 0
        self._next: Callable[[], None] | None = None

    def __call__(
        self, work: Callable[[], T], done: Callable[[T], object], failed: Callable[[str], object] | None = None
    ) -> None:
        """Request a result; see `clara_app.session.Session.compute` for the parameters."""
        self._number += 1
        begin = partial(self._begin, self._number, work, done, failed or self._page.notify)
        if self._at_work < AT_ONCE:
            begin()
        else:
            self._next = begin

    def cancel(self) -> None:
        """Drop the results of all requests made so far."""
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

        def work_if_still_latest() -> Any:
            return work() if number == self._number else None  # a key that is held down makes many requests

        def finished(callback: Callable[[Any], object], result: Any) -> None:
            self._at_work -= 1
            waiting, self._next = self._next, None
            if waiting is not None:
                waiting()
            if number == self._number:
                callback(result)

        self._page.compute(work_if_still_latest, partial(finished, done), partial(finished, failed))
