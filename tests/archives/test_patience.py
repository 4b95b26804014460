"""Who waits for an archive can give up at any time."""

import threading
import time

import pytest

from clara_engine.archives.patience import patiently
from clara_engine.errors import Cancelled


def test_the_answer_comes_through():
    assert patiently(lambda: 7, lambda: None) == 7
    with pytest.raises(TimeoutError, match="of the work"):
        patiently(lambda: (_ for _ in ()).throw(TimeoutError("of the work")), lambda: None)


def test_giving_up_does_not_wait():
    gate = threading.Event()

    def beat():
        raise Cancelled("stopped")

    since = time.monotonic()
    with pytest.raises(Cancelled):
        patiently(lambda: gate.wait(120), beat)
    assert time.monotonic() - since < 10
    gate.set()
