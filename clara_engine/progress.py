"""Progress callbacks of long work, through which it is also cancelled.

Every loop of the engine that can last takes an optional ``progress`` callback and calls it as
``progress(done, total)`` at least every half second. A callback that raises (usually
`clara_engine.errors.Cancelled`) stops the loop; the exception passes through to the caller.

Work of several steps takes a `Report`: a progress callback that also learns which stage begins.
"""

from collections.abc import Callable
from typing import Protocol

__all__ = ["Progress", "Report", "Step", "quiet", "silent"]

Progress = Callable[[int, int], None]


class Report(Protocol):
    """Progress within a stage, and the name of the stage."""

    @property
    def author(self) -> str:
        """Who has asked for the work; empty where nobody says."""
        return ""

    def stage(self, name: str, step: tuple[int, int] | None = None) -> None:
        """Begin a stage.

        Parameters
        ----------
        name : str
            As the user should read it.
        step : tuple of int, optional
            Number of the step that it belongs to, from 1 on, and how many there are.
        """

    def __call__(self, done: int, total: int) -> None:
        """Report within the stage."""


class Step(Report):
    """A report for one step of larger work: every stage is named after the step.

    Parameters
    ----------
    report : Report
        Of the larger work.
    name : str
    of : tuple of int, optional
        Number of this step, from 1 on, and how many there are, where that is known: the bar is then of all of them.
    """

    def __init__(self, report: Report, name: str, of: tuple[int, int] | None = None) -> None:
        self._report = report
        self._name = name
        self._of = of

    @property
    def author(self) -> str:
        """Who has asked for the larger work."""
        return self._report.author

    def stage(self, name: str, step: tuple[int, int] | None = None) -> None:
        """Begin a stage of this step, see `Report.stage`; `step` is told where this one has no number of its own."""
        self._report.stage(f"{self._name}: {name}", self._of or step)

    def __call__(self, done: int, total: int) -> None:
        """Report within the stage."""
        self._report(done, total)


def silent(done: int, total: int) -> None:
    """A report that does nothing.

    Parameters
    ----------
    done, total : int
        How much is done, and of how much.
    """


class _Quiet(Report):
    def stage(self, name: str, step: tuple[int, int] | None = None) -> None:
        pass

    def __call__(self, done: int, total: int) -> None:
        pass


quiet: Report = _Quiet()
