"""Pages are made one after another, and one that hangs does not keep the others from it."""

from collections.abc import Callable
from contextvars import ContextVar

from clara_app.turns import Turns

Done = Callable[[], None]


class Work:
    """Turns whose clock stands still until it is told that the longest time is over."""

    def __init__(self) -> None:
        self.over: list[Done] = []
        self.turns = Turns(self.over.append)
        self.begun: dict[str, Done] = {}

    def take(self, name: str) -> None:
        self.turns.take(lambda done: self.begun.update({name: done}))


def test_one_begins_when_the_one_before_is_done() -> None:
    work = Work()
    for name in "abc":
        work.take(name)
    assert list(work.begun) == ["a"]
    work.begun["a"]()
    work.begun["a"]()
    assert list(work.begun) == ["a", "b"]
    work.begun["b"]()
    work.begun["c"]()
    work.take("d")
    assert list(work.begun) == list("abcd")


def test_one_that_hangs_loses_its_turn_and_ends_no_other() -> None:
    work = Work()
    for name in "abc":
        work.take(name)
    work.over[0]()
    assert list(work.begun) == ["a", "b"]
    work.begun["a"]()
    assert list(work.begun) == ["a", "b"]


def test_each_has_the_context_of_who_asked_for_it() -> None:
    document, seen = ContextVar[str]("document"), list[str]()
    turns, waiting = Turns(lambda act: None), list[Done]()

    def work(done: Done) -> None:
        seen.append(document.get())
        waiting.append(done)

    for name in "ab":
        document.set(name)
        turns.take(work)
    waiting[0]()
    assert seen == ["a", "b"]
