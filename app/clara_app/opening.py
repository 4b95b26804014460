"""A tab is answered at once with an empty frame, whose boxes are then filled.

The event loop serves all tabs. So a workspace is opened in a thread, and between two parts of a page others are heard.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from functools import partial
from threading import Thread
from weakref import WeakMethod

import panel as pn
from param.parameterized import Event
from tornado.ioloop import IOLoop

from clara_app.address import area_of, theme_of
from clara_app.card import html
from clara_app.in_thread import call_next, call_on_page, has_browser
from clara_app.page import ExplorerPage
from clara_app.ready_pages import BREATH_S, ReadyPages
from clara_app.rendering import render
from clara_app.shell import Shell
from clara_app.tab import Tab
from clara_app.theme import SHELL_CSS
from clara_engine.errors import ClaraError, one_line

__all__ = ["Opening"]

# Pause before a workspace that can't be opened is tried again [ms].
AGAIN_MS = 5000
CSS = ":host{padding:24px;font-size:14px} pre{padding:8px}"

log = logging.getLogger(__name__)


class Opening:
    """What a new tab shows: that the workspace is being opened, then its page, or why there is none.

    Parameters
    ----------
    pages : callable
        Gives the pages of the workspace; it is called in a thread, and may wait for a disk.
    query : str
        What the address asks for.
    remembered : str
        The theme that was chosen in this browser, light or dark.
    system : str
        The theme that the system of this browser preferred last.

    Attributes
    ----------
    view : panel.Column
        What is served.
    """

    def __init__(
        self, pages: Callable[[], ReadyPages], query: str = "", remembered: str = "", system: str = ""
    ) -> None:
        self._pages, self._query, self._themes = pages, query, (remembered, system)
        self._reason = ""
        self._done: Callable[[], None] = lambda: None  # ends the turn of this tab
        self.view = pn.Column(
            html(render("opening"), css=CSS),
            sizing_mode="stretch_both",
            margin=0,
            css_classes=["dark"] if (theme_of(query, remembered) or system) == "dark" else [],
            stylesheets=[SHELL_CSS],
        )

    def begin(self) -> None:
        """Open the workspace, then show its page on the document that is being served."""
        document = pn.state.curdoc
        assert document is not None
        self._document, self._loop = document, IOLoop.current()
        self._try()

    def _try(self) -> None:
        Thread(target=self._open, name="opening", daemon=True).start()

    def _open(self) -> None:
        try:
            then = partial(self._wait, self._pages())
        except Exception as error:
            then = partial(self._fail, error)
        call_on_page(self._loop, self._document, then)

    def _wait(self, pages: ReadyPages) -> None:
        """Make the page when those are there that were asked for before."""

        def begin(done: Callable[[], None]) -> None:
            self._done = done
            context = self._document.session_context
            if context is None or context.destroyed:
                done()
            else:
                call_next(self._document, partial(self._make, pages))

        pages.turns.take(begin)

    def _make(self, pages: ReadyPages) -> None:
        try:
            page = pages.next_page(area_of(self._query))
        except Exception as error:
            self._fail(error)
        else:
            self._go_on(page)

    def _go_on(self, page: ExplorerPage) -> None:
        """Make one more part of a page that is not ready; show one that is."""
        try:
            if not (unfinished := next(page.steps, False)):
                page.go(self._query, *self._themes)
        except Exception as error:
            self._fail(error)
        else:
            if unfinished:
                self._document.add_timeout_callback(partial(self._go_on, page), round(1000 * BREATH_S))
            else:
                call_next(self._document, partial(self._show, page))

    def _fail(self, error: Exception) -> None:
        """Say why there is no page, and try again a little later."""
        reason = one_line(error)
        if not isinstance(error, ClaraError | OSError):
            log.error("no page could be made", exc_info=error)
            reason = f"This is a fault of CLARA, and the server's log has more. {reason}"
        if reason != self._reason:
            self._reason = reason
            self.view.objects = [Shell([html(render("failure", message=reason), css=CSS)]).view]
        self._done()
        self._document.add_timeout_callback(self._try, AGAIN_MS)

    def _show(self, page: ExplorerPage) -> None:
        page.listen()
        pn.config.exception_handler = partial(_tell, WeakMethod(page.session.failed))  # of this page alone
        page.session.arrival.begin()
        waiting = [(box, list(box)) for box in page.parts() if len(box)]
        for box, _ in waiting:
            box.clear()
        self.view.param.update(objects=[page.view], css_classes=page.view.param.css_classes)
        call_next(self._document, partial(self._fill, page, waiting))

    def _fill(self, page: ExplorerPage, waiting: Sequence[tuple[pn.Column | pn.Row, Sequence[object]]]) -> None:
        """Fill the boxes of the page, each in a turn of the event loop.

        Until a browser is there, Panel itself makes the models of each box in a turn of their own. All of these are
        planned at once, with a pause around each in which other tabs are heard: a browser that comes meanwhile asks for
        the document after them, since they wait for the lock of the document in this order, and gets the whole page.

        Bokeh builds what a box holds piece by piece. A box that changes meanwhile is built wrongly: so a browser that
        was there before first says that it has drawn the boxes, and then that it has drawn what they hold.
        """
        if not has_browser(self._document):
            pause = partial(self._document.add_next_tick_callback, _let_others_in)  # type: ignore[arg-type]  # Bokeh awaits it
            pause()
            for box, parts in waiting:
                box.objects = list(parts)
                pause()
            call_next(self._document, partial(self._end, page))
            return
        if not page.tab.drawn:
            self._when_drawn(page.tab, partial(self._fill, page, waiting))
            return
        (box, parts), *rest = waiting
        box.objects = list(parts)
        if rest:
            self._soon(partial(self._fill, page, rest))
        else:
            page.tab.drawn = False
            self._when_drawn(page.tab, partial(self._end, page))

    def _end(self, page: ExplorerPage) -> None:
        page.session.arrival.end()
        page.session.arrival.then(partial(setattr, page.tab, "whole", True))
        self._done()

    def _when_drawn(self, tab: Tab, act: Callable[[], None]) -> None:
        """Go on when the browser says that it has drawn everything."""

        def drawn(event: Event) -> None:
            if event.new:
                tab.param.unwatch(watcher)
                self._soon(act)

        watcher = tab.param.watch(drawn, "drawn")

    def _soon(self, act: Callable[[], None]) -> None:
        """Go on when other tabs have been heard."""
        later = partial(call_next, self._document, act)
        self._document.add_timeout_callback(later, round(1000 * BREATH_S))


def _tell(failed: WeakMethod[Callable[[BaseException], None]], error: BaseException) -> None:
    """Show an error on its page. Panel holds this as long as the document, so it must not hold the page."""
    if (act := failed()) is not None:
        act(error)


async def _let_others_in() -> None:
    """Keep the lock of the document, which callbacks of Bokeh have, while the event loop does what other tabs want."""
    await asyncio.sleep(BREATH_S)
