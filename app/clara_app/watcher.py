"""One watcher for each server reads the change counters, and wakes the pages that show something that has changed."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from typing import Protocol
from weakref import ref

from bokeh.document import Document
from tornado.ioloop import IOLoop

from clara_app.in_thread import call_on_page
from clara_engine.errors import Cancelled

__all__ = ["Listener", "Watcher"]

log = logging.getLogger(__name__)

#: Pause between two polls [s]; after a slow poll, at least this many times as long as it took.
POLL_S, PAUSE_FACTOR = 0.5, 4


class Listener(Protocol):
    """A page that can be woken."""

    def shows_any_of(self, news: Collection[Hashable]) -> bool:
        """Whether the page shows any of these topics; called in a thread."""

    def sync(self) -> None:
        """Show what is new; called on the event loop, with the lock of the page."""


@dataclass(slots=True, eq=False)
class _Page:
    """A page that listens. The references are weak, so that a closed page is freed."""

    listener: ref[Listener]
    document: ref[Document]
    loop: IOLoop
    called: bool = False


@dataclass(slots=True)
class Watcher:
    """Compares what `read` returns with what it returned before, and wakes the listeners of the differences.

    Parameters
    ----------
    read : callable
        Reads what was written, and returns a number, or another comparable value, for each thing that a page may
        show. It may wait for the disk, and must not raise when the disk is gone.
    """

    read: Callable[[], dict[Hashable, object]]
    _known: dict[Hashable, object] = field(default_factory=dict)
    pages: set[_Page] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)
    _reading: Lock = field(default_factory=Lock)
    _soon: Event = field(default_factory=Event)
    _ended: bool = False

    def begin(self) -> None:
        """Poll every half second from now on, in a thread."""
        Thread(target=self._poll_forever, name="watcher", daemon=True).start()

    def soon(self) -> None:
        """Poll now instead of in half a second; returns at once."""
        self._soon.set()

    def end(self) -> None:
        """Poll no more; returns at once."""
        self._ended = True
        self._soon.set()

    def poll(self) -> None:
        """Read what is new, and wake the pages that show it; this may wait for the disk."""
        with self._reading:
            now = self.read()
            news = {name for name, value in now.items() if self._known.get(name) != value}
            self._known = now
        if news:
            self._wake(news)

    def listen(self, listener: Listener, document: Document, loop: IOLoop) -> Callable[[], None]:
        """Wake a page, which lives on that event loop, from now on; returns what ends that."""
        page = _Page(ref(listener), ref(document), loop)
        with self._lock:
            self.pages.add(page)

        def leave() -> None:
            with self._lock:
                self.pages.discard(page)

        return leave

    def _wake(self, news: Collection[Hashable]) -> None:
        with self._lock:
            pages = list(self.pages)
        for page in pages:
            listener, document = page.listener(), page.document()
            if listener is None or document is None:
                with self._lock:
                    self.pages.discard(page)
            elif not page.called and listener.shows_any_of(news):
                page.called = True
                call_on_page(page.loop, document, _call(page))

    def _poll_forever(self) -> None:
        took = 0.0
        while True:
            self._soon.wait(max(POLL_S, PAUSE_FACTOR * took))
            self._soon.clear()
            if self._ended:
                return
            begun = time.monotonic()
            try:
                self.poll()
            except Cancelled:  # the program ends
                return
            except Exception:  # the thread must go on, or no page would ever be woken again
                log.exception("the workspace could not be read")
            took = time.monotonic() - begun


def _call(page: _Page) -> Callable[[], None]:
    def call() -> None:
        page.called = False  # a change from now on wakes the page again
        listener = page.listener()
        if listener is not None:
            listener.sync()

    return call
