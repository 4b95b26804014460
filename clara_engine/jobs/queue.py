"""A queue of jobs; they go on when the page that queued them is closed.

Jobs of one lane run one after another: the heavy loops behind them drop the GIL or run in processes of their own, so
the thread only waits and reports. What waits for an archive has a lane of its own and holds up nobody who computes.
Nothing here knows of a page; whoever shows jobs reads `JobQueue.jobs`, and is told when one begins or ends.
"""

from __future__ import annotations

import logging
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import Any

from clara_engine.errors import Cancelled, ClaraError, one_line
from clara_engine.jobs.job import STOPPED, Job, JobState, Reporter
from clara_engine.jobs.job_kind import JobKind
from clara_engine.jobs.recorder import Recorder
from clara_engine.workers import give_way

__all__ = ["JobQueue"]

logger = logging.getLogger(__name__)

Work = Callable[[Reporter], Any]
RECORD_S = 1.0
#: Jobs that may wait or run at a time.
MOST = 100


class JobQueue:
    """Runs the jobs of each lane in the order they came, `workers` of a lane at a time.

    A job always ends in a state, whatever happens to its work, its history or its server. The threads don't hold up
    the end of the program.

    Parameters
    ----------
    record : callable, optional
        Called with a `Job` whenever its state changes; what keeps the history on disk. It is called in a thread of its
        own and may fail: then `Job.warning` says so, and it is called again until it has succeeded.
    kept : int
        Ended jobs that are remembered here, the latest ones.
    most : int
        Jobs that may wait or run at a time; more are refused.
    within : callable
        Makes the context in which each job runs, in its thread; `Workspace.waiting` gives it patience.
    changed : callable
        Called with a `Job` at once when its state has changed; it must neither wait nor raise.
    """

    def __init__(
        self,
        record: Callable[[Job], None] | None = None,
        workers: int = 1,
        *,
        kept: int = 200,
        most: int = MOST,
        within: Callable[[], AbstractContextManager[object]] = nullcontext,
        changed: Callable[[Job], object] = lambda job: None,
    ) -> None:
        self._tell = changed
        self._workers = workers
        self._kept, self._most = kept, most
        self._within = within
        self._changed = threading.Condition()
        self._jobs: dict[str, Job] = {}
        self._cancel: dict[str, threading.Event] = {}
        self._waiting: dict[str, deque[tuple[str, Work]]] = {}
        self._threads: dict[str, int] = {}
        self._closed = False
        self._recorder = Recorder(record or (lambda job: None), self._warn)

    def submit(
        self, kind: JobKind, title: str, work: Work, *, author: str = "", lane: str = "", passing: bool = False
    ) -> Job:
        """Queue `work`, which is called with a `Reporter`; returns at once.

        Parameters
        ----------
        kind : str
            What kind of job it is, for whoever follows such.
        title : str
            As the user should read it.
        work : Work
            Called with a `Reporter`, in a thread.
        author : str
            Who asks for it.
        lane : str
            Jobs of one lane run one after another, in the order in which they came.
        passing : bool
            Whether it is left out of the history.

        Raises
        ------
        ClaraError
            When the server is about to end, when too many wait already, or the machine gives it no thread.
        """
        job = Job(kind, title, author=author, lane=lane, passing=passing)
        with self._changed:
            if self._closed:
                raise ClaraError("the server is ending: ask again when it is back")
            if sum(one.state.active for one in self._jobs.values()) >= self._most:
                raise ClaraError(f"{self._most} jobs wait or run already: cancel some, or wait")
            self._begin_thread(lane)
            self._forget()
            self._jobs[job.id] = job
            self._cancel[job.id] = threading.Event()
            self._waiting.setdefault(lane, deque()).append((job.id, work))
            self._record(job)
        return job

    def jobs(self) -> list[Job]:
        """The jobs of this process, oldest first."""
        with self._changed:
            return list(self._jobs.values())

    def active(self) -> list[Job]:
        """Jobs that are queued or running."""
        return [job for job in self.jobs() if job.state.active]

    def get(self, job_id: str) -> Job:
        """Return the present state of one job."""
        with self._changed:
            return self._jobs[job_id]

    def cancel(self, job_id: str) -> None:
        """Ask a job to stop; it does at its next report. Ended jobs are left as they are."""
        with self._changed:
            self._stop(job_id, "cancelled before it began")

    def wait(self, job_id: str, timeout: float | None = None) -> Job:
        """Block until a job has ended; raises `TimeoutError` after `timeout` seconds.

        Parameters
        ----------
        job_id : str
        timeout : float, optional
            [s]; by default it waits for ever.
        """
        with self._changed:
            if not self._changed.wait_for(lambda: not self._jobs[job_id].state.active, timeout):
                raise TimeoutError(f"job {job_id} has not ended within {timeout:g} s")
        self._recorder.flush(timeout)
        return self.get(job_id)

    def close(self, patience: float | None = None) -> bool:
        """Cancel everything, and wait `patience` seconds for what runs to notice; nothing is taken any more.

        Returns
        -------
        bool
            Whether all work has ended. Of what has not, the job is recorded as stopped with the server all the same.
        """
        with self._changed:
            self._closed = True
            for job in list(self._jobs.values()):
                self._stop(job.id, STOPPED)
            ended = self._changed.wait_for(lambda: not any(self._threads.values()), patience)
            for job in list(self._jobs.values()):
                self._change(job.id, state=JobState.CANCELLED, finished=time.time(), message=STOPPED)
        self._recorder.close(RECORD_S)
        return ended

    def _stop(self, job_id: str, message: str) -> None:
        job = self._jobs.get(job_id)
        if job is None or not job.state.active:
            return
        self._cancel[job_id].set()
        if job.state is JobState.QUEUED:
            lane = self._waiting[job.lane]
            self._waiting[job.lane] = deque(entry for entry in lane if entry[0] != job_id)
            self._change(job_id, state=JobState.CANCELLED, finished=time.time(), message=message)

    def _record(self, job: Job) -> None:
        self._tell(job)
        if not job.passing:
            self._recorder.put(job)

    def _warn(self, job_id: str, words: str) -> None:
        with self._changed:
            job = self._jobs.get(job_id)
            if job is not None and job.warning != words:
                self._jobs[job_id] = replace(job, warning=words)

    def _forget(self) -> None:
        """Drop the oldest ended jobs; what they returned may be large."""
        ended = [job.id for job in self._jobs.values() if not job.state.active]
        for job_id in ended[: max(0, len(ended) - self._kept)]:
            del self._jobs[job_id], self._cancel[job_id]

    def _begin_thread(self, lane: str) -> None:
        """One more for a lane that has not all of them; each ends when nothing waits."""
        at_work = self._threads.setdefault(lane, 0)
        if at_work == self._workers:
            return
        try:
            threading.Thread(target=self._serve, args=(lane,), name=f"clara-job-{lane}", daemon=True).start()
        except RuntimeError:
            if not at_work:
                raise ClaraError("the machine has no thread left for another job: try again later") from None
            return
        self._threads[lane] += 1

    def _serve(self, lane: str) -> None:
        give_way()
        while True:
            with self._changed:
                if not self._waiting.get(lane):
                    self._threads[lane] -= 1
                    self._changed.notify_all()
                    return
                job_id, work = self._waiting[lane].popleft()
                self._change(job_id, state=JobState.RUNNING, started=time.time(), stage_started=time.time())
            self._run(job_id, work)

    def _run(self, job_id: str, work: Work) -> None:
        author = self.get(job_id).author
        reporter = Reporter(lambda **changes: self._change(job_id, **changes), self._cancel[job_id], author)
        end: dict[str, Any]
        try:
            with self._within():
                end = {"state": JobState.DONE, "result": work(reporter), "fraction": 1.0}
        except Cancelled:
            end = {"state": JobState.CANCELLED, "message": STOPPED if self._closed else "cancelled"}
        except ClaraError as error:
            end = {"state": JobState.FAILED, "message": one_line(error)}
        except BaseException as error:  # also SystemExit and KeyboardInterrupt end only the job
            if not isinstance(error, OSError):  # a failing disk is no bug of this program
                logger.exception("job %s failed", job_id)
            end = {"state": JobState.FAILED, "message": one_line(error), "log": traceback.format_exc()}
        self._change(job_id, finished=time.time(), **end)

    def _change(self, job_id: str, **changes: Any) -> None:
        """Note what is new of a job; what has ended stays as it is."""
        with self._changed:
            before = self._jobs[job_id]
            if not before.state.active:
                return
            after = self._jobs[job_id] = replace(before, **changes)
            if after.state is not before.state:
                self._record(after)
                self._changed.notify_all()
