"""How long work tells how far it is, and learns that it should stop.

Every loop of the engine that can last takes an optional ``progress`` callback and calls it as
``progress(done, total)`` at least every half second. A callback that raises (usually
`clara_engine.errors.Cancelled`) stops the loop; the exception passes through to the caller.

Work of several steps takes a `Report`: a progress callback that also learns which stage begins.
"""

from collections.abc import Callable
from typing import Protocol

__all__ = ["Progress", "Report", "quiet", "silent"]

Progress = Callable[[int, int], None]


class Report(Protocol):
    """Progress within a stage, and the name of the stage."""

    def stage(self, name: str) -> None:
        """Begin a stage, named as the user should read it."""

    def __call__(self, done: int, total: int) -> None:
        """Report within the stage."""


def silent(done: int, total: int) -> None:
    """Report to nobody."""


class _Quiet:
    def stage(self, name: str) -> None:
        pass

    def __call__(self, done: int, total: int) -> None:
        pass


quiet: Report = _Quiet()
