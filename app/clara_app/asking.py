"""Reading, computing and writing for one page, beside the event loop."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from panel.io import hold

from clara_app.aside import aside
from clara_app.server import Server
from clara_engine.errors import ClaraError, one_line
from clara_engine.workers import Threads

__all__ = ["Asking"]

T = TypeVar("T")

#: How long what somebody asked for waits for another program that writes [s], beside what everybody waits for.
BESIDE_S = 2.5

log = logging.getLogger(__name__)


class Asking:
    """The part of a session that has things done in threads, and tells what went wrong."""

    server: Server

    def tell(self, words: str) -> None:
        """Say what happened last, in one line."""
        raise NotImplementedError

    def hear(self) -> None:
        """Take in what the server has last seen, without a wait."""
        raise NotImplementedError

    def ask(
        self, work: Callable[[], T], done: Callable[[T], object], failed: Callable[[str], object] | None = None
    ) -> None:
        """Read or compute something beside the event loop, which serves everybody, then draw it.

        Parameters
        ----------
        work : callable
            Runs in a thread when a browser asked; nothing in it may touch the page.
        done : callable
            Called on the page with what `work` returned.
        failed : callable, optional
            Called on the page with why it failed, in one line; by default that is the notice.
        """
        self._aside(self.server.readers, work, done, failed)

    def attempt(
        self,
        work: Callable[[], T],
        done: Callable[[T], object] = lambda result: None,
        failed: Callable[[str], object] | None = None,
    ) -> None:
        """Write something beside the event loop, then draw what came of it; see `ask`."""

        def write() -> T:
            with self.server.workspace.waiting(BESIDE_S):
                result = work()
            self.server.look()
            return result

        def written(result: T) -> None:
            self.hear()
            done(result)

        self._aside(self.server.beside, write, written, failed)

    def _aside(
        self,
        threads: Threads,
        work: Callable[[], T],
        done: Callable[[T], object],
        failed: Callable[[str], object] | None,
    ) -> None:
        def finish(act: Callable[[], object]) -> None:
            with hold():
                try:
                    act()
                except (ClaraError, OSError) as problem:
                    self.failed(problem)

        def fail(error: Exception) -> None:
            why = self.why(error)
            (failed or self.tell)(why)

        def run() -> Callable[[], None]:
            try:
                return partial(finish, partial(done, work()))
            except Exception as error:
                return partial(finish, partial(fail, error))

        aside(threads, run)

    def failed(self, error: BaseException) -> None:
        """Tell what went wrong, in one line."""
        self.tell(self.why(error))

    @staticmethod
    def why(error: BaseException) -> str:
        """One line about an error; what nobody expected goes into the server's log, too."""
        if not isinstance(error, ClaraError | OSError):
            log.error("unexpected", exc_info=error)
            return f"this is a fault of CLARA, and the server's log has more: {one_line(error)}"
        return one_line(error)
