"""Servers of a page that says who it belongs to, in a thread of this process."""

import asyncio
import threading
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import panel as pn
import pytest
from bokeh.server.server import Server
from panel.io.state import set_curdoc
from tornado.httpclient import HTTPRequest, HTTPResponse
from tornado.ioloop import IOLoop
from tornado.websocket import websocket_connect

from clara_app.serve import Serve
from clara_app.sign_in import name_on_page
from tests.app.answering import asked


def page(document: Any) -> None:
    with set_curdoc(document):
        document.title = f"page of {name_on_page()}"


@dataclass
class Place:
    """Where a server answers."""

    port: int
    tornado: Any
    loop: asyncio.AbstractEventLoop

    def ask(self, path: str, cookie: str = "", **headers: str) -> HTTPResponse:
        known = {name.replace("_", "-"): value for name, value in headers.items()}
        return asked(f"http://127.0.0.1:{self.port}{path}", headers=known | ({"Cookie": cookie} if cookie else {}))

    def send(self, path: str, cookie: str = "", headers: dict[str, str] | None = None, **fields: str) -> HTTPResponse:
        sent = (headers or {}) | ({"Cookie": cookie} if cookie else {})
        return asked(f"http://127.0.0.1:{self.port}{path}", method="POST", body=urlencode(fields), headers=sent)

    def sign_in(self, name: str, password: str, **headers: str) -> HTTPResponse:
        return self.send("/login", headers=headers, username=name, password=password)

    def soon(self, act: Callable[[], Any]) -> None:
        self.loop.call_soon_threadsafe(act)


@contextmanager
def serving(*options: str, **settings: Any) -> Iterator[Place]:
    """Serve `page` at /app with options of `clara_app.serve`, and further settings of Bokeh's server."""
    parser = ArgumentParser()
    command = Serve(parser)
    kwargs = command.customize_kwargs(parser.parse_args([*options]), settings)
    ready = threading.Event()
    known: list[Any] = []

    async def run() -> None:
        over = asyncio.Event()
        server = Server({"/app": page}, io_loop=IOLoop.current(), port=0, address="127.0.0.1", **kwargs)
        server.start()
        known.extend((Place(server.port, server, asyncio.get_running_loop()), over))
        ready.set()
        await over.wait()
        server.stop()

    thread = threading.Thread(target=asyncio.run, args=(run(),), daemon=True)
    thread.start()
    try:
        assert ready.wait(30)
        yield known[0]
    finally:
        known[0].soon(known[1].set)
        thread.join(30)
        pn.state.cache.clear()


def token_in(page: HTTPResponse) -> str:
    """What a page opens its websocket with."""
    return page.body.decode().partition('"token":"')[2].partition('"')[0]


async def connected(place: Place, token: str, headers: dict[str, str]):
    """The websocket of a page."""
    request = HTTPRequest(f"ws://127.0.0.1:{place.port}/app/ws", headers=headers)
    return await websocket_connect(request, subprotocols=["bokeh", token])


@pytest.fixture
def users(tmp_path, monkeypatch):
    """A file of two people; it is what the server asks by."""
    file = tmp_path / "users.json"
    file.write_text('{"ada": "swordfish", "Jürgen": "schwert"}', "utf-8")
    monkeypatch.setenv("PANEL_BASIC_AUTH", str(file))
    monkeypatch.setenv("PANEL_COOKIE_SECRET", "for tests")
    return file
