"""Threads for kernels that release the GIL: results in order, with progress, and cancellable."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, wait
from typing import TypeVar

from clara_engine.progress import Progress, silent
from clara_engine.workers import Threads

__all__ = ["thread_count", "threaded"]

Item = TypeVar("Item")
Result = TypeVar("Result")
HEARTBEAT_S = 0.2


def thread_count(n_jobs: int | None) -> int:
    """Threads for a scikit-learn ``n_jobs``: None is one, -1 every core that this process may use."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if n_jobs is None:
        return 1
    return n_jobs if n_jobs > 0 else max(1, cores + 1 + n_jobs)


def threaded(
    task: Callable[[Item], Result],
    items: Iterable[Item],
    n_jobs: int | None,
    *,
    total: int = 0,
    progress: Progress = silent,
    on_stop: Callable[[], None] = lambda: None,
) -> Generator[Result, None, None]:
    """Yield ``task(item)`` in the order of `items`, a few items ahead of the consumer.

    `progress` is called after every item and five times a second while waiting. When it, a task or the consumer
    raises, `on_stop` is called, what has not begun is dropped, and the exception passes through.

    Parameters
    ----------
    task : callable
        Called with one item, in a thread.
    items : iterable of Item
    n_jobs : int or None
        Threads; -1 is every core.
    total : int
        How many items there are; for `progress`.
    progress : callable
        Called as ``progress(done, total)``; what it raises stops the work.
    on_stop : callable
        Called before an exception passes through.
    """
    threads = thread_count(n_jobs)
    pending: deque[Future[Result]] = deque()
    source = iter(items)
    done = 0
    with Threads(threads, thread_name_prefix="forest") as pool:
        try:
            while True:
                while len(pending) < 2 * threads + 2:
                    try:
                        pending.append(pool.submit(task, next(source)))
                    except StopIteration:
                        break
                if not pending:
                    return
                while not wait([pending[0]], timeout=HEARTBEAT_S).done:
                    progress(done, total)
                result = pending.popleft().result()
                done += 1
                progress(done, total)
                yield result
        except BaseException:
            on_stop()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
