"""The history of jobs in the database, which outlives the process that ran them."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from pathlib import Path

import pandas as pd

from clara_engine.errors import WorkspaceError
from clara_engine.jobs import STOPPED, Job, JobState
from clara_engine.locks import hold, left_behind
from clara_engine.store.database import Database

__all__ = ["JobLog"]

ACTIVE = (JobState.QUEUED.value, JobState.RUNNING.value)


class JobLog:
    """Last recorded state of each job; a `JobQueue` calls `record`.

    For each job that is still to end, the process that runs it holds a file in `folder`, so that others know whether
    that process is still there.
    """

    def __init__(self, database: Database, folder: Path) -> None:
        self._database = database
        self._folder = folder
        self._held: dict[str, int] = {}
        self._lock = threading.Lock()

    def record(self, job: Job) -> None:
        """Keep the present state of a job.

        Raises
        ------
        WorkspaceError
            When it can't be written now; a job that has ended is let go all the same.
        """
        if job.state.active:
            self._hold(job.id)
        row = (
            job.id,
            str(job.kind),
            job.title,
            job.state.value,
            job.stage,
            job.created,
            job.started,
            job.finished,
            job.message,
            job.log,
            job.author,
        )
        try:
            with self._database.transaction() as connection:
                connection.execute(f"INSERT OR REPLACE INTO jobs VALUES ({', '.join('?' * len(row))})", row)
        finally:
            if not job.state.active:
                self._let_go(job.id)

    def frame(self, limit: int = 200) -> pd.DataFrame:
        """The latest jobs, newest first."""
        return self._database.frame("SELECT * FROM jobs ORDER BY created DESC LIMIT ?", (limit,))

    def end_lost(self) -> int:
        """Record as stopped the jobs that an ended process left queued or running; returns how many there were.

        When the history can't be written now, it is left to the next opening.
        """
        with suppress(WorkspaceError):
            found = self._database.rows("SELECT job_id FROM jobs WHERE state IN (?, ?)", ACTIVE)
            lost = [job_id for (job_id,) in found if self._is_lost(job_id)]
            if lost:
                with self._database.waiting(0.5), self._database.transaction() as connection:
                    connection.executemany(
                        f"UPDATE jobs SET state = '{JobState.CANCELLED.value}', message = ? "
                        "WHERE job_id = ? AND state IN (?, ?)",
                        [(STOPPED, job_id, *ACTIVE) for job_id in lost],
                    )
            for job_id in lost:
                with suppress(OSError):
                    self._path(job_id).unlink(missing_ok=True)
            return len(lost)
        return 0

    def _is_lost(self, job_id: str) -> bool:
        if job_id in self._held:
            return False
        with left_behind(self._path(job_id)) as left:
            return left or not os.path.exists(self._path(job_id))

    def _path(self, job_id: str) -> Path:
        return self._folder / f"{job_id}.lock"

    def _hold(self, job_id: str) -> None:
        """Best effort: where it fails, another process may take the job for lost until its end is recorded."""
        with self._lock, suppress(OSError):
            if job_id not in self._held and self._database.path.exists():
                self._folder.mkdir(exist_ok=True)
                self._held[job_id] = os.open(self._path(job_id), os.O_RDWR | os.O_CREAT, 0o666)
                hold(self._held[job_id])

    def _let_go(self, job_id: str) -> None:
        with self._lock:
            handle = self._held.pop(job_id, None)
            if handle is not None:
                os.close(handle)
            with suppress(OSError):
                self._path(job_id).unlink(missing_ok=True)
