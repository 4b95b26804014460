"""One page is made in advance for the next tab, since making a page takes half a second."""

from __future__ import annotations

import gc
import logging
import time
from collections.abc import Callable
from functools import partial
from threading import Event, Lock, Thread

import panel as pn

from clara_app.page import ExplorerPage
from clara_app.server import Server
from clara_app.session import AREAS, Session
from clara_engine.errors import Cancelled, ClaraError
from clara_engine.store.versions import Topic

__all__ = ["ReadyPages", "ready_pages"]

log = logging.getLogger(__name__)

# Pause before the next page is made [s]: meanwhile the browser draws the page that was handed out.
PAUSE_S = 3.0
# How long a tab waits for a page that is being made, before it makes its own [s].
PATIENCE_S = 10.0


class ReadyPages:
    """Holds one page for the next tab, showing the area that a page without a query shows.

    Parameters
    ----------
    make : callable
        Makes a page that shows an area.
    state : callable
        The state that a page is made from. A page is thrown away when the state has changed since it was made.
    preloaded : Event
        Set when the server has finished `preload`; before that no page is made in advance.
    """

    def __init__(self, make: Callable[[str], ExplorerPage], state: Callable[[], object], preloaded: Event) -> None:
        self._make, self._state, self._preloaded = make, state, preloaded
        self._ready: tuple[object, ExplorerPage] | None = None
        self._lock = Lock()
        self._idle, self._handed_out = Event(), Event()
        self._idle.set()
        # One thread makes all pages: memory that several threads have used is not given back to the system.
        Thread(target=self._work, name="next page", daemon=True).start()

    def next_page(self, area: str = AREAS[0]) -> ExplorerPage:
        """A page for a new tab; the next one is then made in the background."""
        if area != AREAS[0]:
            return self._make(area)
        self._idle.wait(PATIENCE_S)
        with self._lock:
            ready, self._ready = self._ready, None
        self._handed_out.set()
        if ready is not None and ready[0] == self._state():
            return ready[1]
        return self._make(area)

    def _work(self) -> None:
        while True:
            self._handed_out.wait()
            self._handed_out.clear()
            time.sleep(PAUSE_S)
            gc.collect()  # closed pages are few beside all other objects, so Python would collect them late
            self.prepare()

    def prepare(self) -> None:
        """Make the page for the next tab, unless it is there."""
        self._preloaded.wait()
        with self._lock:
            if not self._idle.is_set() or (self._ready is not None and self._ready[0] == self._state()):
                return
            self._idle.clear()
        try:
            state = self._state()
            made = state, self._make(AREAS[0])
            with self._lock:
                self._ready = made
        except Cancelled:  # the program ends
            return
        except (ClaraError, OSError) as error:  # such as a workspace that is gone; the next tab shows the reason
            log.warning("no page could be prepared: %s", error)
        except Exception:
            log.exception("no page could be prepared")  # the next tab makes its own, and shows the reason
        finally:
            self._idle.set()


def ready_pages(server: Server) -> ReadyPages:
    """The page of a server that waits for the next tab."""

    def state() -> dict[Topic, int]:
        server.read()
        return {topic: number for topic, number in server.versions.items() if topic is not Topic.JOBS}

    def begun() -> ReadyPages:
        return ReadyPages(partial(_page, server), state, server.preloaded)

    return pn.state.as_cached(f"clara pages:{server.workspace.folder}", begun)


def _page(server: Server, area: str) -> ExplorerPage:
    return ExplorerPage(Session(server, area=area, awake=False))
