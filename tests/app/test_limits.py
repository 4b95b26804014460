"""A server holds and makes so many pages, and says so to whoever asks for one more."""

import asyncio
import re
import time
from collections.abc import Iterator

import pytest
from bokeh.application import Application
from bokeh.application.handlers.function import FunctionHandler
from bokeh.server.session import ServerSession
from bokeh.server.tornado import BokehTornado
from bokeh.server.urls import per_app_patterns
from bokeh.util.token import generate_jwt_token, get_session_id
from tornado.httpclient import AsyncHTTPClient
from tornado.ioloop import IOLoop
from tornado.websocket import websocket_connect

from clara_app.limits import AGAIN_S, MOST_ASKED, WITHIN_S, Admission, limit_pages
from tests.app.answering import answering, asked


@pytest.fixture
def place() -> Iterator[str]:
    """Where a server answers that holds two pages."""
    before = list(per_app_patterns)

    def made() -> BokehTornado:
        limit_pages()
        pages = Application(FunctionHandler(lambda document: None))
        tornado = BokehTornado({"/": pages}, admission=Admission(2), generate_session_ids=True)
        tornado.initialize(IOLoop.current())
        return tornado

    try:
        with answering(made) as place:
            yield place
    finally:
        per_app_patterns[:] = before


def test_one_page_too_many_is_told_and_asked_for_again_by_itself(place: str) -> None:
    answers = [asked(f"http://{place}/") for _ in range(3)]
    assert [answer.code for answer in answers] == [200, 200, 503]
    words = answers[-1].body.decode()
    assert "shows 2 pages at a time" in words
    assert f'http-equiv="refresh" content="{AGAIN_S}"' in words
    assert answers[-1].headers["Retry-After"] == str(AGAIN_S)


def test_a_web_socket_makes_no_page_that_its_server_has_no_room_for(place: str) -> None:
    for _ in range(2):
        asked(f"http://{place}/")
    words = {"Sec-WebSocket-Protocol": f"bokeh, {generate_jwt_token('one of its own')}"}
    upgrade = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"}
    answer = asked(f"http://{place}/ws", headers={**words, **upgrade, "Sec-WebSocket-Key": "x"})
    assert answer.code == 503


def test_pages_are_asked_for_so_often_at_most() -> None:
    clock = [0.0]
    admission = Admission(1000, lambda: clock[0])
    assert [admission.refusal(0) for _ in range(MOST_ASKED)] == [""] * MOST_ASKED
    assert "being opened" in admission.refusal(0)
    clock[0] = WITHIN_S
    assert admission.refusal(0) == ""


def test_a_page_goes_soon_after_its_browser(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clara_app.limits.GONE_S", 0.0)
    asked_to_go: list[str] = []
    monkeypatch.setattr(ServerSession, "request_expiration", lambda session: asked_to_go.append(session.id))

    async def visit() -> str:
        token = re.search(r'"token":"([^"]+)"', (await AsyncHTTPClient().fetch(f"http://{place}/")).body.decode())
        assert token is not None
        socket = await websocket_connect(f"ws://{place}/ws", subprotocols=["bokeh", token[1]])
        await socket.read_message()
        assert asked_to_go == []
        socket.close()
        end = time.monotonic() + 30
        while not asked_to_go and time.monotonic() < end:
            await asyncio.sleep(0.02)
        return str(get_session_id(token[1]))

    assert asked_to_go == [asyncio.run(visit())]
