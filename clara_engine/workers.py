"""Work spread over processes, threads or machines: some parts at a time, cancellable between and within parts."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

from clara_engine.errors import Cancelled, WorkerError

if TYPE_CHECKING:
    from loky import ProcessPoolExecutor

__all__ = [
    "Threads",
    "Workers",
    "cores",
    "end_processes",
    "give_way",
    "processes",
    "raise_if_cancelled",
    "spread",
]

Part = TypeVar("Part")
Result = TypeVar("Result")

IDLE_SECONDS = 900
#: Each process takes about 200 MB.
MOST_PROCESSES = 16
MOST_AHEAD = 1000
#: There is a process a core, so threads of one process would only wait for those of the others.
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
REPORT_SECONDS = 0.25
WATCH_SECONDS = 1.0
LOW_PRIORITY = 10  # as `nice` has it

_here = threading.local()


def cores() -> int:
    """How many cores there are."""
    return os.cpu_count() or 1


def give_way() -> None:
    """Lower the priority of this thread, and of threads and processes that it starts, below those that people wait for.

    On Linux alone: elsewhere threads have none of their own.
    """
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), LOW_PRIORITY)


class Threads(ThreadPoolExecutor):
    """A pool of threads whose work is `Cancelled` when the pool, or the program, ends before it could begin.

    Threads that the end of a program does not wait for may be at work until the very last moment.
    """

    def submit(self, function: Callable[..., Result], /, *args: Any, **kwargs: Any) -> Future[Result]:
        """Have `function` called; see `concurrent.futures.Executor.submit`.

        Parameters
        ----------
        function : callable
        *args, **kwargs : any
            What it is called with.

        Raises
        ------
        Cancelled
            The program ends.
        """
        try:
            return super().submit(function, *args, **kwargs)
        except RuntimeError as error:
            if "shutdown" in str(error):
                raise Cancelled("stopped: the program ends") from None
            raise


def processes() -> ProcessPoolExecutor:
    """Processes that are started once, shared by all who ask, and end when nobody has asked for a while.

    They may be asked for from any thread, and from scripts that don't guard their main part: no process is a fork of
    this one, and none runs its main module. Never shut them down.
    """
    from loky import get_reusable_executor

    return get_reusable_executor(
        max_workers=min(cores(), MOST_PROCESSES),
        timeout=IDLE_SECONDS,
        initializer=_end_with,
        initargs=(os.getpid(),),
        env=ONE_THREAD,
    )


def end_processes() -> None:
    """End all worker processes at once; called when the program ends."""
    if "loky" in sys.modules:  # else there are none
        processes().shutdown(wait=True, kill_workers=True)


def _end_with(parent: int) -> None:
    """In a worker process: leave Ctrl-C to the parent, and end when it has ended, however it did."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(WATCH_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, name="parent watch", daemon=True).start()


class Workers:
    """What work on many light curves is spread over: this machine here, a cluster in `clara_engine.dask_cluster`.

    Parameters
    ----------
    most : int, optional
        Parts that are worked on at a time; by default one a core.
    executor : Executor, optional
        Used in place of processes and threads of our own; it is left open.
    """

    #: Whether the work is done on this machine.
    here = True

    def __init__(self, most: int | None = None, executor: Executor | None = None) -> None:
        self._most = most
        self._executor = executor

    def count(self) -> int:
        """How many parts are worked on at a time."""
        return self._most or cores()

    def seeing(self, *paths: str | os.PathLike[str]) -> Self:
        """The same workers, which refuse work where one of these paths is not there for them."""
        return self

    def spread(
        self,
        function: Callable[[Part], Result],
        parts: Iterable[Part],
        *,
        processes: bool = True,
        tick: Callable[[], Any] = lambda: None,
    ) -> Generator[Result, None, None]:
        """Results of `function` for each part, in whatever order they come; see `spread`.

        Parameters
        ----------
        function : callable
            Called with one part. It, the parts and the results must be fit for pickle.
        parts : iterable of Part
            Drawn as they are needed.
        processes : bool
            Whether there is enough work to be worth the start of processes; else threads of this one do it.
        tick : callable
            Called after each result and at least four times a second; what it raises ends the work.

        Raises
        ------
        WorkerError
            When a process dies.
        """
        with self._pool(processes) as pool:
            yield from spread(pool, function, parts, ahead=lambda: 2 * self.count(), tick=tick)

    @contextmanager
    def _pool(self, in_processes: bool) -> Iterator[Executor]:
        threads = None
        if self._executor is None and not in_processes:
            threads = Threads(self.count(), thread_name_prefix="spread")
        try:
            yield self._executor or threads or processes()
        except BrokenExecutor:
            raise WorkerError("a worker process died, perhaps for want of memory: try fewer workers") from None
        finally:
            if threads is not None:
                threads.shutdown(wait=False, cancel_futures=True)


def spread(
    pool: Executor,
    function: Callable[[Part], Result],
    parts: Iterable[Part],
    *,
    ahead: Callable[[], int],
    tick: Callable[[], Any] = lambda: None,
) -> Generator[Result, None, None]:
    """Results of `function` for each part, in whatever order they come.

    Whenever the work ends before all is done, also with Ctrl-C or a closed generator, the parts that are being worked
    on end where their function calls `raise_if_cancelled`.

    Parameters
    ----------
    pool : Executor
    function : callable
        Called with one part.
    parts : iterable of Part
    ahead : callable
        How many parts are with the pool at a time; the others are drawn from `parts` as they are needed.
    tick : callable
        Called after each result and at least four times a second; what it raises ends the work.
    """
    waiting = iter(parts)
    stop = Path(tempfile.gettempdir(), f"clara-stop-{uuid.uuid4().hex}")
    work = partial(_worked, str(stop), function)
    running: set[Future[Result]] = set()
    try:
        while True:
            running |= _submit(pool, work, list(islice(waiting, max(0, min(ahead(), MOST_AHEAD) - len(running)))))
            if not running:
                return
            finished, running = wait(running, timeout=REPORT_SECONDS, return_when=FIRST_COMPLETED)
            for future in finished:
                yield future.result()
            tick()
    finally:
        _end(running, stop)


def raise_if_cancelled() -> None:
    """Raise `Cancelled` when the work that `spread` gave to this thread has been cancelled."""
    stop = getattr(_here, "stop", None)
    if stop is not None and os.path.exists(stop):
        raise Cancelled("stopped")


def _submit(pool: Executor, work: Callable[[Part], Result], parts: list[Part]) -> set[Future[Result]]:
    """Give parts to a pool, from a thread beside the main one.

    Ctrl-C is raised in the main thread. In the midst of a submission it would leave a part that is counted, and that no
    process ever gets: the program would wait for it when it ends.
    """
    if threading.current_thread() is not threading.main_thread():
        return {pool.submit(work, part) for part in parts}
    with ThreadPoolExecutor(1) as beside:
        return beside.submit(lambda: {pool.submit(work, part) for part in parts}).result()


def _worked(stop: str, function: Callable[[Part], Result], part: Part) -> Result:
    _here.stop = stop
    try:
        raise_if_cancelled()
        return function(part)
    finally:
        _here.stop = None


def _end(running: set[Future[Result]], stop: Path) -> None:
    """Cancel parts that have not begun, and signal the running ones through a file that all processes see."""
    left = {future for future in running if not future.cancel() and not future.done()}
    if not left:
        return

    def forget(future: Future[Result]) -> None:
        left.discard(future)
        if not left:
            with suppress(OSError):
                stop.unlink(missing_ok=True)

    with suppress(OSError):
        stop.touch()
    for future in list(left):
        future.add_done_callback(forget)
