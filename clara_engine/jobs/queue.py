"""A queue of jobs that outlives whoever asked for them.

Jobs of one lane run one after another: the heavy loops behind them drop the GIL or run in processes of their own, so
the thread only waits and reports. What waits for an archive has a lane of its own and holds up nobody who computes.
Nothing here knows of a page; a page polls `JobQueue.jobs`.
"""

from __future__ import annotations

import logging
import threading
import time
import traceback
import uuid
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from clara_engine.errors import Cancelled, ClaraError

__all__ = ["Job", "JobQueue", "JobState", "Reporter"]

logger = logging.getLogger(__name__)


class JobState(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def active(self) -> bool:
        """Whether the job is still to end."""
        return self in (JobState.QUEUED, JobState.RUNNING)


@dataclass(frozen=True, slots=True)
class Job:
    """What is known of a job at one moment.

    Attributes
    ----------
    fraction : float
        Share of the current stage that is done, 0 to 1.
    created, started, finished : float or None
        Seconds since the epoch (Unix time).
    message : str
        For a failed job, one line for the user.
    log : str
        For a failed job, the whole traceback, for whoever mends it.
    result : object
        What the work returned; kept in memory only.
    lane : str
        Jobs of other lanes don't wait for this one.
    passing : bool
        A look at something rather than work: it leaves no trace in the history.
    """

    kind: str
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
    lane: str = ""
    passing: bool = False

    @property
    def seconds_left(self) -> float | None:
        """Estimate of what remains of the current stage [s], None before there is anything to estimate from."""
        if self.state is not JobState.RUNNING or self.stage_started is None or self.fraction < 0.02:
            return None
        return (time.time() - self.stage_started) * (1 - self.fraction) / self.fraction


class Reporter:
    """What running work tells its queue. Calling it is a `clara_engine.progress.Progress`."""

    def __init__(self, update: Callable[..., None], cancelled: threading.Event) -> None:
        self._update = update
        self._cancelled = cancelled

    def stage(self, name: str) -> None:
        """Begin a new stage, named as the user should read it."""
        self._check()
        self._update(stage=name, fraction=0.0, stage_started=time.time())

    def __call__(self, done: int, total: int) -> None:
        """Report within the stage; raises `Cancelled` when the user has stopped the job."""
        self._check()
        self._update(fraction=done / total if total else 0.0)

    def _check(self) -> None:
        if self._cancelled.is_set():
            raise Cancelled("cancelled")


class JobQueue:
    """Runs the jobs of each lane in the order they came, `workers` of a lane at a time.

    Parameters
    ----------
    record : callable, optional
        Called with a `Job` whenever its state changes; what keeps the history on disk.
    kept : int
        Ended jobs that are remembered here, the latest ones.
    within : callable
        Makes the context in which each job runs, in its thread; `Workspace.waiting` gives it patience.
    """

    def __init__(
        self, record: Callable[[Job], None] | None = None, workers: int = 1, *, kept: int = 200,
        within: Callable[[], AbstractContextManager[object]] = nullcontext,
    ) -> None:  # fmt: skip
        self._keep_history = record or (lambda job: None)
        self._workers = workers
        self._kept = kept
        self._within = within
        self._lock = threading.Lock()
        self._jobs: dict[str, Job] = {}
        self._cancel: dict[str, threading.Event] = {}
        self._futures: dict[str, Future[None]] = {}
        self._pools: dict[str, ThreadPoolExecutor] = {}

    def submit(
        self, kind: str, title: str, work: Callable[[Reporter], Any], *, lane: str = "", passing: bool = False
    ) -> Job:
        """Queue `work`, which is called with a `Reporter`; returns at once."""
        job = Job(kind, title, lane=lane, passing=passing)
        with self._lock:
            self._forget()
            self._jobs[job.id] = job
            self._cancel[job.id] = threading.Event()
            if lane not in self._pools:
                self._pools[lane] = ThreadPoolExecutor(self._workers, thread_name_prefix=f"clara-job-{lane}")
        self._record(job)
        self._futures[job.id] = self._pools[lane].submit(self._run, job.id, work)
        return job

    def jobs(self) -> list[Job]:
        """The jobs of this process, oldest first."""
        with self._lock:
            return list(self._jobs.values())

    def active(self) -> list[Job]:
        """Jobs that are queued or running."""
        return [job for job in self.jobs() if job.state.active]

    def get(self, job_id: str) -> Job:
        """Return the present state of one job."""
        with self._lock:
            return self._jobs[job_id]

    def cancel(self, job_id: str) -> None:
        """Ask a job to stop; it does at its next report. Ended jobs are left as they are."""
        if job_id not in self._cancel:
            return
        self._cancel[job_id].set()
        if self._futures[job_id].cancel():
            self._change(job_id, state=JobState.CANCELLED, finished=time.time(), message="cancelled before it began")

    def wait(self, job_id: str, timeout: float | None = None) -> Job:
        """Block until a job has ended; raises `TimeoutError` after `timeout` seconds."""
        future = self._futures[job_id]
        if not future.cancelled():
            future.result(timeout)
        return self.get(job_id)

    def close(self) -> None:
        """Cancel everything and wait for the running job to notice."""
        for job in self.active():
            self.cancel(job.id)
        for pool in self._pools.values():
            pool.shutdown(wait=True, cancel_futures=True)

    def _record(self, job: Job) -> None:
        if not job.passing:
            self._keep_history(job)

    def _forget(self) -> None:
        """Drop the oldest ended jobs; what they returned may be large."""
        ended = [job.id for job in self._jobs.values() if not job.state.active]
        for job_id in ended[: max(0, len(ended) - self._kept)]:
            del self._jobs[job_id], self._cancel[job_id]
            self._futures.pop(job_id, None)

    def _run(self, job_id: str, work: Callable[[Reporter], Any]) -> None:
        cancelled = self._cancel[job_id]
        self._change(job_id, state=JobState.RUNNING, started=time.time(), stage_started=time.time())
        end: dict[str, Any]
        try:
            reporter = Reporter(lambda **changes: self._change(job_id, **changes), cancelled)
            with self._within():
                end = {"state": JobState.DONE, "result": work(reporter), "fraction": 1.0}
        except Cancelled:
            end = {"state": JobState.CANCELLED, "message": "cancelled"}
        except ClaraError as error:
            end = {"state": JobState.FAILED, "message": str(error)}
        except Exception as error:
            logger.exception("job %s failed", job_id)
            text = str(error).splitlines()[0] if str(error) else "no further message"
            end = {
                "state": JobState.FAILED,
                "message": f"{type(error).__name__}: {text}",
                "log": traceback.format_exc(),
            }
        self._change(job_id, finished=time.time(), **end)

    def _change(self, job_id: str, **changes: Any) -> None:
        with self._lock:
            before = self._jobs[job_id]
            after = self._jobs[job_id] = replace(before, **changes)
        if after.state is not before.state:
            self._record(after)
