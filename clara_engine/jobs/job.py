"""The state of a job, and the progress that running work reports."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from clara_engine.errors import Cancelled
from clara_engine.jobs.job_kind import JobKind
from clara_engine.progress import Report

__all__ = ["STOPPED", "Job", "JobState", "Reporter"]

#: The message of a job that ended because its server did.
STOPPED = "stopped with the server"


class JobState(StrEnum):
    """State of a job."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def active(self) -> bool:
        """Whether the job is queued or running."""
        return self in (JobState.QUEUED, JobState.RUNNING)


@dataclass(frozen=True, slots=True)
class Job:
    """A job at one moment.

    Attributes
    ----------
    fraction : float
        Share that is done, 0 to 1: of the steps that this job does, where they are counted, else of the current stage.
    created, started, finished : float or None
        Seconds since the epoch (Unix time).
    message : str
        For a job that failed or was stopped, one line for the user.
    log : str
        For a failed job, the whole traceback, for whoever mends it.
    result : object
        What the work returned; kept in memory only.
    author : str
        Who asked for it; empty where nobody says.
    lane : str
        Jobs of other lanes don't wait for this one.
    passing : bool
        A look at something rather than work: it leaves no trace in the history.
    warning : str
        Why this state can't be written into the history now, one line; empty as soon as it is.
    """

    kind: JobKind
    title: str
    id: str = field(default_factory=lambda: uuid.uuid4().hex[:12])
    state: JobState = JobState.QUEUED
    stage: str = ""
    fraction: float = 0.0
    created: float = field(default_factory=time.time)
    started: float | None = None
    finished: float | None = None
    stage_started: float | None = None
    message: str = ""
    log: str = ""
    result: Any = None
    author: str = ""
    lane: str = ""
    passing: bool = False
    warning: str = ""

    @property
    def seconds_left(self) -> float | None:
        """Estimate of what remains of the steps or of the stage [s], None before there is anything to estimate from."""
        if self.state is not JobState.RUNNING or self.stage_started is None or self.fraction < 0.02:
            return None
        return (time.time() - self.stage_started) * (1 - self.fraction) / self.fraction


class Reporter(Report):
    """Reports the progress of running work to its queue. It can be called as a `clara_engine.progress.Progress`."""

    def __init__(self, update: Callable[..., None], cancelled: threading.Event, author: str = "") -> None:
        self._update = update
        self._author = author
        self._cancelled = cancelled
        self._first_step = self._last_step = self._steps = 0  # of steps that are counted

    @property
    def author(self) -> str:
        """Who asked for the job."""
        return self._author

    def stage(self, name: str, step: tuple[int, int] | None = None) -> None:
        """Begin a stage, see `clara_engine.progress.Report.stage`; the bar is of all steps where they are counted."""
        self._check()
        number, steps = step or (0, 0)
        if steps and steps == self._steps and number >= self._last_step:
            self._update(stage=name, fraction=(number - self._first_step) / (steps - self._first_step + 1))
        else:
            self._first_step, self._steps = number, steps
            self._update(stage=name, fraction=0.0, stage_started=time.time())
        self._last_step = number

    def __call__(self, done: int, total: int) -> None:
        """Report within the stage; raises `Cancelled` when the user has stopped the job."""
        self._check()
        if not self._steps:
            self._update(fraction=done / total if total else 0.0)

    def _check(self) -> None:
        if self._cancelled.is_set():
            raise Cancelled("cancelled")
