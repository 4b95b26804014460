"""The way from star to star, and the star that is read ahead."""

import gc
import threading
import weakref
from types import SimpleNamespace

import pytest

from clara_app.server import AHEAD, Server
from clara_app.session import Session


def test_the_next_star_of_the_list_is_probably_next_and_in_the_queue_the_next_without_a_verdict(
    session: Session,
) -> None:
    first, second, third = session.order[:3]
    session.show(first)
    assert session.probably_next() == second
    session.area = "vet"
    session.give_verdict("planet", target_id=second)
    assert session.probably_next() == third
    session.advance = False
    assert session.probably_next() == second
    session.order = []
    assert session.probably_next() == ""


def test_a_star_that_was_read_ahead_is_in_memory(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    star = str(server.first_table().index[3])
    read = threading.Event()
    whole = server.read_whole
    monkeypatch.setattr(server, "read_whole", lambda target_id: (whole(target_id), read.set()))
    server.read_ahead(star)
    assert read.wait(60)
    monkeypatch.setattr("clara_app.stars.read_star", lambda *asked: pytest.fail("the star was read again"))
    assert server.star(star).light_curve is not None


def test_no_more_wait_than_can_be_read_soon(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    go_on, over = threading.Event(), threading.Semaphore(0)

    def slow(target_id: str) -> None:
        go_on.wait(60)
        asked.append(target_id)
        over.release()
        raise OSError("no such file")

    monkeypatch.setattr(server, "read_whole", slow)
    for number in range(AHEAD + 3):
        server.read_ahead(str(number))
    go_on.set()
    for _ in range(AHEAD):
        assert over.acquire(timeout=60)
    assert asked == [str(number) for number in range(AHEAD)]
    server.close()


def test_a_page_that_was_closed_is_not_kept_for_its_next_star(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    later: list[object] = []
    loop = SimpleNamespace(call_later=lambda seconds, act: later.append(act))
    monkeypatch.setattr("clara_app.next_star.IOLoop.current", lambda: loop)

    def closed() -> weakref.ref:
        session = Session(server)
        with monkeypatch.context() as patched:
            state = SimpleNamespace(curdoc=SimpleNamespace(session_context=object()))
            patched.setattr("clara_app.next_star.pn", SimpleNamespace(state=state))
            session.look_ahead()
        return weakref.ref(session)

    left = closed()
    gc.collect()
    assert (len(later), left()) == (1, None)
