"""What is remembered is bounded, computed once, and found by all that it depends on."""

import time
import weakref
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event

import pytest

from clara_engine.caching import remembered, remembered_with


def test_it_is_bounded_and_what_was_used_longest_ago_goes_first() -> None:
    computed = []

    @remembered(2)
    def work(number: int) -> int:
        computed.append(number)
        return number

    for number in (1, 2, 1, 3, 1, 2):
        assert work(number) == number
    assert computed == [1, 2, 3, 2]


def test_two_threads_compute_once() -> None:
    computed, begun, raise_if_cancelled = [], Event(), Event()

    @remembered(4)
    def work(number: int) -> int:
        computed.append(number)
        begun.set()
        assert raise_if_cancelled.wait(60)
        return number

    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(work, 7)
        assert begun.wait(60)
        others = [pool.submit(work, 7) for _ in range(2)]
        time.sleep(0.05)
        raise_if_cancelled.set()
        assert [one.result(60) for one in (first, *others)] == [7, 7, 7]
    assert computed == [7]


def test_one_answer_does_not_wait_for_another() -> None:
    begun, raise_if_cancelled = Event(), Event()

    @remembered(4)
    def work(number: int) -> int:
        if number == 0:
            begun.set()
            assert raise_if_cancelled.wait(60)
        return number

    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(work, 0)
        assert begun.wait(60)
        assert work(1) == 1
        assert not slow.done()
        raise_if_cancelled.set()
        assert slow.result(60) == 0


def test_an_error_is_not_remembered() -> None:
    tries = []

    @remembered(4)
    def work() -> int:
        tries.append(1)
        if len(tries) == 1:
            raise OSError("the disk is gone")
        return len(tries)

    with pytest.raises(OSError, match="the disk is gone"):
        work()
    assert work() == work() == 2


def test_it_is_computed_again_when_its_version_moves() -> None:
    version, computed = [0], []

    @remembered(4, key=lambda name: (name, version[0]))
    def work(name: str) -> int:
        computed.append(name)
        return len(computed)

    assert work("a") == work("a") == 1
    version[0] += 1
    assert work("a") == work("a") == 2


@dataclass(frozen=True)
class Dip:
    depth: float
    place: tuple[float, str] = (0.0, "")


def test_an_answer_is_found_again_by_what_holds_no_number() -> None:
    asked = []
    ask = remembered(9)(lambda *args: asked.append(args))
    for dip in (Dip(float("nan")), Dip(float("nan")), Dip(1.0, (float("nan"), "a")), Dip(1.0, (float("nan"), "a"))):
        ask(dip, float("nan"))
    assert len(asked) == 2
    ask(Dip(1.0, (float("nan"), "b")), float("nan"))
    ask(Dip(2.0), None)
    assert len(asked) == 4


def test_large_answers_leave_little_room_for_others() -> None:
    computed = []

    @remembered(10, size=len)
    def word(letters: int) -> str:
        computed.append(letters)
        return "x" * letters

    for letters in (3, 4, 3, 4, 6, 4, 3, 11, 11):
        word(letters)
    assert computed == [3, 4, 6, 3, 11, 11]


def test_what_is_found_of_an_object_goes_with_it() -> None:
    class Thing:
        pass

    class Found:
        pass

    @remembered_with
    def look(thing: Thing) -> Found:
        return Found()

    thing, other = Thing(), Thing()
    found = weakref.ref(look(thing))
    assert look(thing) is found() is not look(other)
    del thing
    assert found() is None
