"""Recording of the history of jobs in a thread of its own, so that a failing or slow disk does not stop the jobs."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from clara_engine.errors import one_line
from clara_engine.jobs.job import Job

__all__ = ["Recorder"]

logger = logging.getLogger(__name__)
RETRY_S = 2.0


class Recorder:
    """Records states of jobs, in order and in a thread of its own, and tries again until each is written.

    Parameters
    ----------
    keep : callable
        Called with a `Job`; when it raises, the latest state of each job is tried again every two seconds.
    on_problem : callable
        Called with the id of a job and one line that says why it can't be kept, an empty one when it was.
    """

    def __init__(self, keep: Callable[[Job], None], on_problem: Callable[[str, str], None]) -> None:
        self._keep = keep
        self._on_problem = on_problem
        self._changed = threading.Condition()
        self._pending: list[Job] = []
        self._at_work = False
        self._closed = False
        self._trouble = ""

    def put(self, job: Job) -> None:
        """Queue a state for writing; returns at once."""
        with self._changed:
            self._pending.append(job)
            if not self._at_work:
                self._at_work = True
                threading.Thread(target=self._work, name="clara-job-log", daemon=True).start()

    def flush(self, timeout: float | None) -> None:
        """Wait until all states are written, or can't be written at the moment."""
        with self._changed:
            self._changed.wait_for(lambda: not self._pending or bool(self._trouble), timeout)

    def close(self, timeout: float) -> None:
        """Try a last time, for at most `timeout` seconds."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            self._changed.wait_for(lambda: not self._at_work, timeout)

    def _work(self) -> None:
        while True:
            with self._changed:
                if not self._pending:
                    self._at_work = False
                    self._changed.notify_all()
                    return
                job = self._pending[0]
            try:
                self._keep(job)
                trouble = ""
            except Exception as error:  # jobs must go on without their history
                trouble = f"the history of jobs can't be written: {one_line(error)}"
            self._on_problem(job.id, trouble)
            with self._changed:
                if trouble and not self._trouble:
                    logger.warning("%s", trouble)
                self._trouble = trouble
                if not trouble:
                    self._pending.remove(job)
                    continue
                self._pending = list({waiting.id: waiting for waiting in self._pending}.values())
                self._changed.notify_all()
                if self._closed:
                    self._at_work = False
                    return
                self._changed.wait(RETRY_S)
