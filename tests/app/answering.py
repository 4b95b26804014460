"""A Tornado application that answers in a thread of this process, and questions to it."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tornado.httpclient import HTTPClient, HTTPResponse
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application


@contextmanager
def answering(make: Callable[[], Application]) -> Iterator[str]:
    """Host and port at which the application answers that `make` gives; it is called in the thread."""
    ready, over = threading.Event(), asyncio.Event()
    known: dict[str, Any] = {}

    async def run() -> None:
        server = HTTPServer(make())
        sockets = bind_sockets(0, "127.0.0.1")
        server.add_sockets(sockets)
        known.update(port=sockets[0].getsockname()[1], loop=asyncio.get_running_loop())
        ready.set()
        await over.wait()
        server.stop()
        await server.close_all_connections()

    thread = threading.Thread(target=asyncio.run, args=(run(),))
    thread.start()
    assert ready.wait(30)
    try:
        yield f"127.0.0.1:{known['port']}"
    finally:
        known["loop"].call_soon_threadsafe(over.set)
        thread.join(30)


def asked(url: str, **options: Any) -> HTTPResponse:
    """The answer, whatever its status; a redirect is not followed."""
    client = HTTPClient()
    try:
        return client.fetch(url, raise_error=False, follow_redirects=False, **options)
    finally:
        client.close()
