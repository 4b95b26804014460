"""What waits until a browser shows the page."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from clara_app import arrival
from clara_app.arrival import Arrival


def test_what_is_asked_for_meanwhile_is_done_at_the_end_in_its_order() -> None:
    way, done = Arrival(), list[str]()
    way.then(lambda: done.append("before"))
    way.begin()
    way.then(lambda: way.then(lambda: done.append("asked for by the first")))
    way.then(lambda: done.append("second"))
    assert done == ["before"]
    way.end()
    assert done == ["before", "asked for by the first", "second"]
    way.then(lambda: done.append("after"))
    assert done[-1] == "after"


def test_a_page_that_is_being_fetched_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    fetched: list[Callable[[], None]] = []
    monkeypatch.setattr(arrival.pn, "state", SimpleNamespace(onload=fetched.append))
    monkeypatch.setattr(arrival, "on_its_way", lambda: True)
    way, done = Arrival(), list[str]()
    way.begin()
    way.then(lambda: done.append("meanwhile"))
    way.end()
    assert done == []
    fetched.pop()()
    assert done == ["meanwhile"]
