"""Who waits for an archive can give up at any time."""

import threading
import time

import pytest

from clara_engine.archives.cancellable import call_cancellable
from clara_engine.errors import Cancelled


def test_the_answer_comes_through():
    assert call_cancellable(lambda: 7, lambda: None) == 7
    with pytest.raises(TimeoutError, match="of the work"):
        call_cancellable(lambda: (_ for _ in ()).throw(TimeoutError("of the work")), lambda: None)


def test_giving_up_does_not_wait():
    gate = threading.Event()

    def beat():
        raise Cancelled("stopped")

    since = time.monotonic()
    with pytest.raises(Cancelled):
        call_cancellable(lambda: gate.wait(120), beat)
    assert time.monotonic() - since < 60
    gate.set()
