"""A server holds and makes so many pages, and says so to whoever asks for one more."""

from collections.abc import Iterator

import pytest
from bokeh.application import Application
from bokeh.application.handlers.function import FunctionHandler
from bokeh.server.tornado import BokehTornado
from bokeh.server.urls import per_app_patterns
from bokeh.util.token import generate_jwt_token
from tornado.ioloop import IOLoop

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
