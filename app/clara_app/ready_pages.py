"""One page is made in advance for the next tab, part after part, since making a page takes half a second.

It is made on the event loop, as all pages are. Panel keeps the document that it works for in one place for all
threads: a page that is made in a thread beside takes the document of another tab for its own, and its first star never
comes.
"""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable
from contextlib import suppress
from contextvars import Context
from functools import partial

import panel as pn
from tornado.ioloop import IOLoop

from clara_app.page import ExplorerPage
from clara_app.page_memory import PageMemory
from clara_app.server import Server
from clara_app.session import AREAS, Session
from clara_app.turns import Turns
from clara_engine.errors import Cancelled, ClaraError
from clara_engine.store.versions import Topic

__all__ = ["BREATH_S", "ReadyPages", "pages_of"]

log = logging.getLogger(__name__)

# Pause before the next page is made [s]: meanwhile the browser draws the page that was handed out.
PAUSE_S = 3.0
#: Pause between two parts of a page [s]. To read a message and answer it the event loop goes around some ten times:
#: with a part in each round, another tab would wait for ten of them.
BREATH_S = 0.02


def _soon(act: Callable[[], None]) -> None:
    IOLoop.current().call_later(BREATH_S, act)


class ReadyPages:
    """Holds one page for the next tab, showing the area that a page without a query shows.

    Every method is called on the event loop.

    Parameters
    ----------
    make : callable
        Makes a page that shows an area.
    state : callable
        The state that a page is made from. A page is thrown away when the state has changed since it was made.
    later : callable
        Calls what it is given some seconds later, on the event loop. A page that no browser shows yet reads its star at
        once: it should be in memory by then.
    soon : callable
        Calls what it is given once the event loop has heard others.
    tidy : callable
        Frees closed pages.

    Attributes
    ----------
    turns : Turns
        Tabs that come at once are filled one after another, and the next page is made when none is being filled.
    """

    def __init__(
        self,
        make: Callable[[str], ExplorerPage],
        state: Callable[[], object],
        later: Callable[[Callable[[], None]], object],
        soon: Callable[[Callable[[], None]], object] = _soon,
        tidy: Callable[[], object] = gc.collect,
    ) -> None:
        self._make, self._state, self._later, self._soon, self._tidy = make, state, later, soon, tidy
        self._ready: tuple[object, ExplorerPage] | None = None
        self._planned = False
        self.turns = Turns()

    def next_page(self, area: str = AREAS[0]) -> ExplorerPage:
        """A page that nobody has, with all the steps that are left of its making; the next one is made later."""
        if area != AREAS[0]:
            return self._make(area)
        ready, self._ready = self._ready, None
        if not self._planned:
            self._planned = True
            self._later(self._follow)
        if ready is not None and ready[0] == self._state():
            return ready[1]
        return self._make(area)

    def _follow(self) -> None:
        self._planned = False
        self._tidy()
        self.turns.take(self.prepare)

    def prepare(self, done: Callable[[], object] = lambda: None) -> None:
        """Make the page for the next tab, unless there is one, then call `done`."""
        try:
            state = self._state()
            if self._ready is None or self._ready[0] != state:
                self._ready = None
                # In a context of its own: else it belongs to the document of the tab that had the page before.
                context = Context()
                page = context.run(self._make, AREAS[0])
                self._ready = state, page
                self._soon(partial(self._go_on, page, context, done))
                return
        except Exception as error:
            self._give_up(error)
        done()

    def _go_on(self, page: ExplorerPage, context: Context, done: Callable[[], object]) -> None:
        """Make one more part of a page, unless a tab has taken it and makes the rest."""
        try:
            if self._ready is not None and self._ready[1] is page and context.run(next, page.steps, False):
                self._soon(partial(self._go_on, page, context, done))
                return
        except Exception as error:
            self._give_up(error)
        done()

    def _give_up(self, error: Exception) -> None:
        """Leave the page to the next tab, which makes its own and shows the reason."""
        self._ready = None
        if isinstance(error, ClaraError | OSError):  # such as a workspace that has gone
            log.warning("no page could be prepared: %s", error)
        else:
            log.error("no page could be prepared", exc_info=error)


def pages_of(server: Server) -> ReadyPages:
    """The pages of a server, once what a page is made with has been loaded.

    It is called in a thread: a page that is made meanwhile would wait on the event loop, and all tabs with it.

    Raises
    ------
    ClaraError
        When the workspace can't be read now.
    """
    server.preloaded.wait()
    server.first_table()

    def state() -> dict[Topic, int]:
        server.read()
        return {topic: number for topic, number in server.versions.items() if topic is not Topic.JOBS}

    def later(act: Callable[[], None]) -> None:
        loop = IOLoop.current()

        def read() -> None:
            with suppress(ClaraError, OSError):  # whoever makes the page tells it
                server.read_first()
            loop.add_callback(act)

        def begin() -> None:
            with suppress(Cancelled):  # the server ends
                server.read_threads.submit(read)

        loop.call_later(PAUSE_S, begin)

    def begun() -> ReadyPages:
        memory = PageMemory(lambda: len(server.watcher.pages), server.all_loaded.is_set)
        return ReadyPages(lambda area: memory.count(_page(server, area)), state, later, tidy=memory.tidy)

    return pn.state.as_cached(f"clara pages:{server.workspace.folder}", begun)


def _page(server: Server, area: str) -> ExplorerPage:
    return ExplorerPage(Session(server, area=area, awake=False), at_once=False)
