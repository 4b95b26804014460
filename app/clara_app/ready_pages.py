"""Pages made before anybody asks for one: making a page takes half a second."""

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

# Drawing the page that was handed out takes the browser about this long [s].
LATER = 3.0
PATIENCE = 10.0


class ReadyPages:
    """Holds one page for the next tab, showing the area that a page without a query shows.

    Parameters
    ----------
    make : callable
        Makes a page that shows an area.
    seen : callable
        What pages are made from: another value whenever a page that was made before would show something old. Such a
        page is thrown away.
    warm : Event
        Is set when the server has nothing better to do than to make a page that nobody wants yet.
    """

    def __init__(self, make: Callable[[str], ExplorerPage], seen: Callable[[], object], warm: Event) -> None:
        self._make, self._seen, self._warm = make, seen, warm
        self._ready: tuple[object, ExplorerPage] | None = None
        self._lock = Lock()
        self._idle, self._handed_out = Event(), Event()
        self._idle.set()
        # One thread for all: memory that several have used is not given back.
        Thread(target=self._work, name="next page", daemon=True).start()

    def next_page(self, area: str = AREAS[0]) -> ExplorerPage:
        """A page that nobody has; the next one is then made in the background."""
        if area != AREAS[0]:
            return self._make(area)
        self._idle.wait(PATIENCE)
        with self._lock:
            ready, self._ready = self._ready, None
        self._handed_out.set()
        if ready is not None and ready[0] == self._seen():
            return ready[1]
        return self._make(area)

    def _work(self) -> None:
        while True:
            self._handed_out.wait()
            self._handed_out.clear()
            time.sleep(LATER)
            gc.collect()  # by itself Python keeps some closed pages for long: too few next to all that stays
            self.prepare()

    def prepare(self) -> None:
        """Make the page for the next tab, unless there is one."""
        self._warm.wait()
        with self._lock:
            if not self._idle.is_set() or (self._ready is not None and self._ready[0] == self._seen()):
                return
            self._idle.clear()
        try:
            seen = self._seen()
            made = seen, self._make(AREAS[0])
            with self._lock:
                self._ready = made
        except Cancelled:  # the program ends
            return
        except (ClaraError, OSError) as error:  # such as a workspace that has gone; whoever asks for a page is told
            log.warning("no page could be prepared: %s", error)
        except Exception:
            log.exception("no page could be prepared")  # whoever asks for one makes it, and is told
        finally:
            self._idle.set()


def ready_pages(server: Server) -> ReadyPages:
    """The pages of a server that wait for a tab."""

    def seen() -> dict[Topic, int]:
        server.read()
        return {topic: number for topic, number in server.versions.items() if topic is not Topic.JOBS}

    def begun() -> ReadyPages:
        return ReadyPages(partial(_page, server), seen, server.preloaded)

    return pn.state.as_cached(f"clara pages:{server.workspace.folder}", begun)


def _page(server: Server, area: str) -> ExplorerPage:
    return ExplorerPage(Session(server, area=area, awake=False))
