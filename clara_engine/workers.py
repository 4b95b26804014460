"""Work spread over processes or threads: a bounded number of parts at a time, cancellable between them."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from itertools import islice
from typing import Any, TypeVar

__all__ = ["cores", "processes", "spread"]

Part = TypeVar("Part")
Result = TypeVar("Result")

IDLE_SECONDS = 900
#: Each process takes about 200 MB.
MOST_PROCESSES = 16
MOST_AHEAD = 1000
REPORT_SECONDS = 0.25
WATCH_SECONDS = 1.0


def cores() -> int:
    """How many cores there are."""
    return os.cpu_count() or 1


def processes() -> Executor:
    """Processes that are started once, shared by all who ask, and end when nobody has asked for a while.

    They may be asked for from any thread, and from scripts that don't guard their main part: no process is a fork of
    this one, and none runs its main module. Never shut them down.
    """
    from loky import get_reusable_executor

    return get_reusable_executor(
        max_workers=min(cores(), MOST_PROCESSES), timeout=IDLE_SECONDS, initializer=_end_with, initargs=(os.getpid(),)
    )


def _end_with(parent: int) -> None:
    """In a worker process: leave Ctrl-C to the parent, and end when it has ended, however it did."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(WATCH_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, name="parent watch", daemon=True).start()


def spread(
    pool: Executor,
    function: Callable[[Part], Result],
    parts: Iterable[Part],
    *,
    ahead: int,
    tick: Callable[[], Any] = lambda: None,
) -> Generator[Result, None, None]:
    """Results of `function` for each part, in whatever order they come.

    Parameters
    ----------
    ahead : int
        Parts that are with the pool at a time; the others are drawn from `parts` as they are needed.
    tick : callable
        Called after each result and at least four times a second; what it raises ends the work.
    """
    waiting = iter(parts)
    running: set[Future[Result]] = set()
    try:
        while True:
            running |= {pool.submit(function, part) for part in islice(waiting, min(ahead, MOST_AHEAD) - len(running))}
            if not running:
                return
            finished, running = wait(running, timeout=REPORT_SECONDS, return_when=FIRST_COMPLETED)
            for future in finished:
                yield future.result()
            tick()
    finally:
        for future in running:
            future.cancel()
