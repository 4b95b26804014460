"""A page takes the answer to its last question, whatever order answers come in."""

from collections.abc import Callable
from functools import partial
from queue import Queue
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest
from bokeh.document import Document

from clara_app import in_thread
from clara_app.in_thread import AT_ONCE, LatestRequest, call_next, call_on_page
from clara_app.session import Session


class ByHand:
    """Computes, and answers when the test says so."""

    def __init__(self) -> None:
        self.questions: list[Callable[[], None]] = []
        self.told: list[str] = []

    def compute(
        self, work: Callable[[], Any], done: Callable[[Any], object], failed: Callable[[str], object] | None = None
    ) -> None:
        def answer() -> None:
            try:
                result = work()
            except ValueError as error:
                (failed or self.notify)(str(error))
            else:
                done(result)

        self.questions.append(answer)

    def notify(self, text: str) -> None:
        self.told.append(text)

    def answer(self, place: int) -> None:
        self.questions.pop(place)()


def refuse() -> None:
    raise ValueError("no")


@pytest.fixture
def by_hand() -> ByHand:
    return ByHand()


def test_a_slow_answer_never_takes_the_place_of_a_newer_one(by_hand: ByHand) -> None:
    latest, shown = LatestRequest(by_hand), []
    latest(lambda: "a", shown.append)
    latest(lambda: "b", shown.append)
    by_hand.answer(1)
    by_hand.answer(0)
    assert shown == ["b"]
    latest(lambda: "c", shown.append)
    by_hand.answer(0)
    assert shown == ["b", "c"]


def test_what_was_overtaken_before_its_turn_is_not_computed(by_hand: ByHand) -> None:
    latest, computed, shown = LatestRequest(by_hand), [], []

    def work(number: int) -> int:
        computed.append(number)
        return number

    for number in range(10):
        latest(lambda number=number: work(number), shown.append)
    assert len(by_hand.questions) == AT_ONCE
    while by_hand.questions:
        by_hand.answer(0)
    assert computed == shown == [9]


def test_one_that_hangs_holds_up_nobody(by_hand: ByHand) -> None:
    latest, shown = LatestRequest(by_hand), []
    latest(lambda: "hangs", shown.append)
    for number in range(5):
        latest(lambda number=number: number, shown.append)
        by_hand.answer(1)
    assert shown == [0, 1, 2, 3, 4]


def test_what_nobody_wants_any_more_is_dropped(by_hand: ByHand) -> None:
    latest, shown = LatestRequest(by_hand), []
    latest(lambda: "a", shown.append)
    latest.cancel()
    by_hand.answer(0)
    assert shown == []


def test_why_it_failed_is_told_of_the_last_one_only(by_hand: ByHand) -> None:
    latest, told = LatestRequest(by_hand), []
    latest(refuse, print, told.append)
    latest(refuse, print, told.append)
    by_hand.answer(0)
    assert told == []
    by_hand.answer(0)
    assert told == ["no"]
    latest(refuse, print)
    by_hand.answer(0)
    assert by_hand.told == ["no"]


@pytest.fixture
def slow(session: Session, by_hand: ByHand, monkeypatch: pytest.MonkeyPatch) -> Session:
    """A page whose stars come when the test says so."""
    monkeypatch.setattr(session, "compute", by_hand.compute)
    return session


def test_a_star_that_comes_late_is_never_shown_in_place_of_a_newer_one(slow: Session, by_hand: ByHand) -> None:
    before, a, b = slow.order[:3]
    slow.show(a)
    slow.show(b)
    assert (slow.target_id, slow.star.target_id, slow.requested) == (before, before, b)
    by_hand.answer(1)
    assert (slow.target_id, slow.star.target_id) == (b, b)
    by_hand.answer(0)
    assert (slow.target_id, slow.star.target_id, slow.curve.target.id) == (b, b, b)


def test_a_key_that_is_pressed_twice_moves_two_places_before_the_first_star_has_come(
    slow: Session, by_hand: ByHand
) -> None:
    slow.step(1)
    slow.step(1)
    while by_hand.questions:
        by_hand.answer(0)
    assert slow.target_id == slow.order[2]


def test_another_flux_waits_for_the_star_that_comes(slow: Session, by_hand: ByHand) -> None:
    star = slow.order[2]
    slow.show(star)
    slow.flux = "detrended"
    by_hand.answer(1)
    by_hand.answer(0)
    assert slow.star.target_id == star
    assert (slow.star.light_curve.flux_unit, slow.curve.flux_unit) == ("e-/s", "relative")
    assert not by_hand.questions


def test_a_link_shows_no_other_stars_light_curve_while_it_waits(slow: Session, by_hand: ByHand) -> None:
    star = slow.order[3]
    slow.param.update(target_id=star, period_days=3.25)
    assert (slow.target_id, slow.star.target_id, slow.curve) == (star, star, None)
    by_hand.answer(0)
    assert slow.curve.target.id == star
    assert slow.period_days == 3.25


def test_a_file_that_hangs_holds_up_neither_the_page_nor_the_next_star(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the threads of the server: what they have done waits for the event loop of the page."""
    page: Queue[Callable[[], None]] = Queue()
    document = SimpleNamespace(session_context=SimpleNamespace(destroyed=False), add_next_tick_callback=page.put)
    loop = SimpleNamespace(add_callback=lambda act, *given: act(*given))
    monkeypatch.setattr("clara_app.in_thread.pn", SimpleNamespace(state=SimpleNamespace(curdoc=document)))
    monkeypatch.setattr("clara_app.in_thread.IOLoop", SimpleNamespace(current=lambda: loop))
    here, slow, next_one = session.order[:3]
    read, begun, there = session.server.star, Event(), Event()

    def star(target_id: str) -> Any:
        if target_id == slow:
            begun.set()
            assert there.wait(60)
        return read(target_id)

    monkeypatch.setattr(session.server, "star", star)
    session.show(slow)
    assert begun.wait(60)
    assert session.target_id == here
    session.show(next_one)
    page.get(timeout=60)()
    assert session.curve.target.id == session.target_id == next_one
    there.set()
    page.get(timeout=60)()
    assert session.curve.target.id == session.target_id == next_one


def test_a_thread_leaves_the_document_alone_and_a_closed_page_does_nothing() -> None:
    """What is added to a document by another thread can be lost while the page holds back its events."""
    waiting: list[Callable[[], None]] = []
    loop = SimpleNamespace(add_callback=lambda act, *given: waiting.append(partial(act, *given)))

    class Served(Document):
        session_context: Any = SimpleNamespace(destroyed=False)

    document = Served()
    call_on_page(loop, document, lambda: None)  # type: ignore[arg-type]
    assert document.session_callbacks == []
    waiting.pop()()
    assert len(document.session_callbacks) == 1
    for context in (SimpleNamespace(destroyed=True), None):  # Bokeh takes it from a document that it destroys
        document.session_context = context
        call_on_page(loop, document, lambda: None)  # type: ignore[arg-type]
        waiting.pop()()
    assert len(document.session_callbacks) == 1


def test_nothing_is_changed_while_a_browser_fetches_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Panel would drop the change: it is neither in what was fetched nor sent after it."""
    connected = SimpleNamespace(connection_count=0)
    turns: list[Callable[[], None]] = []
    document = SimpleNamespace(
        session_context=SimpleNamespace(destroyed=False, session=connected), add_next_tick_callback=turns.append
    )
    arrived: list[Callable[[], None]] = []
    state = SimpleNamespace(loaded=False, curdoc=document, onload=arrived.append)
    monkeypatch.setattr(in_thread.pn, "state", state)
    done: list[str] = []

    def turn(act: str) -> None:
        call_next(document, lambda: done.append(act))  # type: ignore[arg-type]
        turns.pop()()

    turn("before")
    assert done == ["before"]
    connected.connection_count = 1
    turn("meanwhile")
    assert done == ["before"]
    arrived.pop()()
    state.loaded = True
    turn("after")
    assert done == ["before", "meanwhile", "after"]
    assert turns == arrived == []
