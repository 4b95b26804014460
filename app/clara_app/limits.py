"""How many pages a server holds and makes, and the answer to whoever asks for one more: it tries again by itself.

A page takes memory as long as its browser shows it, and the event loop that all pages share while it is made.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import Any

from bokeh.server.session import ServerSession
from bokeh.server.urls import per_app_patterns
from bokeh.server.views.session_handler import SessionHandler
from bokeh.server.views.ws import WSHandler
from bokeh.util.token import get_session_id

from clara_app.rendering import render

__all__ = ["MOST_SESSIONS", "Admission", "limit_pages"]

#: Pages that a server holds by default; each takes some megabytes.
MOST_SESSIONS = 100
#: Pages that may be asked for within so many seconds: about twice as many as are made in them.
MOST_ASKED, WITHIN_S = 20, 10.0
#: How long a page is kept whose browser has gone [s]: one that is loaded again is another page.
GONE_S = 10.0
#: When a page that was refused is asked for again [s].
AGAIN_S = 5


class Admission:
    """Says whether a server may make one more page.

    Parameters
    ----------
    most : int
        Pages at a time.
    now : callable
        The time [s].
    """

    def __init__(self, most: int = MOST_SESSIONS, now: Callable[[], float] = time.monotonic) -> None:
        self.most, self._now = most, now
        self._asked: deque[float] = deque()

    def refusal(self, there: int) -> str:
        """Why there can be no page now, in words; empty, and counted, when there can.

        Parameters
        ----------
        there : int
            Pages that the server holds.
        """
        now = self._now()
        while self._asked and self._asked[0] <= now - WITHIN_S:
            self._asked.popleft()
        if there >= self.most:
            return f"This server shows {self.most} pages at a time, and all are taken. Close one that you do not need."
        if len(self._asked) >= MOST_ASKED:
            return "Many pages are being opened on this server just now."
        self._asked.append(now)
        return ""


class _Limited:
    """A handler of requests that may make a page: it first asks the `Admission` among the settings of the server."""

    async def prepare(self: Any) -> None:
        """Answer with the reason where there can be no page."""
        await super().prepare()  # type: ignore[misc]
        sessions = list(self.application_context.sessions)
        if self.current_user is None or _asked_for(self) in {session.id for session in sessions}:
            return  # who has not signed in gets no page, and is not counted
        if reason := self.settings["admission"].refusal(len(sessions)):
            self.set_status(503)
            self.set_header("Retry-After", str(AGAIN_S))
            self.finish(render("refused", reason=reason, seconds=AGAIN_S))


class _Socket(_Limited):
    """A web socket whose page goes soon after it."""

    def on_close(self: Any) -> None:
        """Let the page go before one that still waits for its browser."""
        session = None if self.connection is None else self.connection.session
        super().on_close()  # type: ignore[misc]
        if session is not None:
            self.application.io_loop.call_later(GONE_S, _let_go, session)


def _let_go(session: ServerSession) -> None:
    if not session.destroyed and session.connection_count == 0:
        session.request_expiration()


def _asked_for(handler: Any) -> str:
    """The session whose page a web socket is for; empty when the request is for a new page."""
    words = handler.request.headers.get("Sec-WebSocket-Protocol", "").split(",")
    try:
        return str(get_session_id(words[1].strip()))
    except (IndexError, ValueError):
        return ""


def limit_pages() -> None:
    """Have servers that are made from now on ask the `Admission` that their setting ``admission`` holds."""
    patterns: list[Any] = [
        (path, _limited(handler) if _makes_pages(handler) else handler, *rest)
        for path, handler, *rest in per_app_patterns
    ]
    per_app_patterns[:] = patterns


def _makes_pages(handler: type) -> bool:
    return issubclass(handler, SessionHandler | WSHandler) and not issubclass(handler, _Limited)


def _limited(handler: type) -> type:
    limits = _Socket if issubclass(handler, WSHandler) else _Limited
    return type(f"Limited{handler.__name__}", (limits, handler), {})
