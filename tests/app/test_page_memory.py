"""Closed pages leave memory when there are enough of them."""

import gc
from collections.abc import Iterator
from weakref import ref

import pytest

from clara_app.page_memory import FEW, PageMemory


class Page:
    """Holds itself, so that only the garbage collector frees it."""

    def __init__(self) -> None:
        self.panes = [self]


@pytest.fixture(autouse=True)
def frozen_after() -> Iterator[None]:
    """What other tests hold stays frozen: it is not looked through again and again."""
    yield
    gc.freeze()


def test_a_closed_page_is_freed_at_once_while_few_are_open() -> None:
    memory = PageMemory(lambda: 1, lambda: False)
    closed = ref(memory.count(Page()))
    memory.tidy()
    assert closed() is None


def test_among_many_closed_pages_are_freed_when_there_are_enough() -> None:
    memory = PageMemory(lambda: len(shown), lambda: False)
    shown = [memory.count(Page()) for _ in range(FEW + 1)]
    closed = []
    for _ in range(FEW + 1):
        page = memory.count(Page())
        memory.tidy()  # while it is open
        closed.append(ref(page))
        del page
    memory.tidy()
    assert all(page() for page in closed)
    closed.append(ref(memory.count(Page())))
    memory.tidy()
    assert not any(page() for page in closed)


def test_what_is_frozen_is_not_looked_through() -> None:
    memory = PageMemory(lambda: FEW + 1, lambda: False)
    page = memory.count(Page())
    memory.tidy()
    assert not any(one is page for one in gc.get_objects())


def test_what_was_loaded_for_the_people_is_frozen_once() -> None:
    loaded: list[object] = []
    memory = PageMemory(lambda: 1, lambda: bool(loaded))
    early, late = Page(), Page()
    memory.tidy()
    assert any(one is early for one in gc.get_objects())
    loaded.append(late)
    memory.tidy()
    assert not any(one is late for one in gc.get_objects())
    closed = ref(memory.count(Page()))
    memory.tidy()
    assert closed() is None
