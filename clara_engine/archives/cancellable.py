"""Waiting for an archive in a way that can be cancelled."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

__all__ = ["POLL_S", "begin", "call_cancellable"]

POLL_S = 0.25
T = TypeVar("T")


def begin(work: Callable[[], T]) -> Future[T]:
    """Run `work` in a thread that the end of the program does not wait for."""
    answer: Future[T] = Future()

    def run() -> None:
        try:
            answer.set_result(work())
        except BaseException as error:
            answer.set_exception(error)

    threading.Thread(target=run, name="clara-archive", daemon=True).start()
    return answer


def call_cancellable(work: Callable[[], T], beat: Callable[[], object]) -> T:
    """What `work` returns, or raises; meanwhile `beat` is called four times a second, and may raise to give up.

    Work that was given up ends by itself, unheard, when its archive answers or its time is out: it must do nothing but
    ask.

    Parameters
    ----------
    work : callable
        Asks an archive, in a thread.
    beat : callable
        Called while waiting; raises to give up.
    """
    answer = begin(work)
    while True:
        try:
            return answer.result(POLL_S)
        except TimeoutError:
            if answer.done():
                raise
            beat()
