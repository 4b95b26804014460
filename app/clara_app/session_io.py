"""Reading, computing and writing for one page in threads, off the event loop."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from panel.io import hold

from clara_app.arrival import Arrival
from clara_app.in_thread import run_in_thread
from clara_app.server import Server
from clara_engine.errors import ClaraError, one_line
from clara_engine.workers import Threads

__all__ = ["SessionIO"]

T = TypeVar("T")

#: How long a write waits for another program that writes to the workspace [s], in addition to the usual wait.
WRITE_WAIT_S = 2.5

log = logging.getLogger(__name__)


class SessionIO:
    """The part of a session that runs work in threads, and reports what went wrong."""

    server: Server
    arrival: Arrival

    def notify(self, text: str) -> None:
        """Show one line of text about what happened last."""
        raise NotImplementedError

    def sync(self) -> None:
        """Show what the server has read last; this never waits for the disk."""
        raise NotImplementedError

    def compute(
        self, work: Callable[[], T], done: Callable[[T], object], failed: Callable[[str], object] | None = None
    ) -> None:
        """Read or compute something in a thread, then draw it.

        Parameters
        ----------
        work : callable
            Runs in a thread; it must not touch the page.
        done : callable
            Called on the page with what `work` returned.
        failed : callable, optional
            Called on the page with the reason of a failure, in one line; by default the notice shows it.
        """
        self._run(self.server.read_threads, work, done, failed)

    def write(
        self,
        work: Callable[[], T],
        done: Callable[[T], object] = lambda result: None,
        failed: Callable[[str], object] | None = None,
    ) -> None:
        """Write to the workspace in a thread, then draw the result; see `compute` for the parameters."""

        def write() -> T:
            with self.server.workspace.waiting(WRITE_WAIT_S):
                result = work()
            self.server.poll()
            return result

        def written(result: T) -> None:
            self.sync()
            done(result)

        self._run(self.server.write_threads, write, written, failed)

    def _run(
        self,
        threads: Threads,
        work: Callable[[], T],
        done: Callable[[T], object],
        failed: Callable[[str], object] | None,
    ) -> None:
        def finish(act: Callable[[], object]) -> None:
            self.arrival.then(partial(draw, act))

        def draw(act: Callable[[], object]) -> None:
            with hold():
                try:
                    act()
                except (ClaraError, OSError) as problem:
                    self.failed(problem)

        def fail(error: Exception) -> None:
            why = self.why(error)
            (failed or self.notify)(why)

        def run() -> Callable[[], None]:
            try:
                return partial(finish, partial(done, work()))
            except Exception as error:
                return partial(finish, partial(fail, error))

        run_in_thread(threads, run)

    def failed(self, error: BaseException) -> None:
        """Show one line about an error."""
        self.notify(self.why(error))

    @staticmethod
    def why(error: BaseException) -> str:
        """One line about an error; an unexpected one goes to the server's log, too."""
        if not isinstance(error, ClaraError | OSError):
            log.error("unexpected", exc_info=error)
            return f"this is a fault of CLARA, and the server's log has more: {one_line(error)}"
        return one_line(error)
