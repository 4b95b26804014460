"""The history of jobs, so that it outlives the process that ran them."""

import pandas as pd

from clara_engine.jobs import Job
from clara_engine.workspace.database import Database

__all__ = ["JobLog"]


class JobLog:
    """Jobs as they were last heard of; `record` is what a `JobQueue` calls."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, job: Job) -> None:
        """Keep the present state of a job."""
        row = (
            job.id, job.kind, job.title, job.state.value, job.stage, job.created, job.started, job.finished,
            job.message, job.log,
        )  # fmt: skip
        with self._database.transaction() as connection:
            connection.execute(f"INSERT OR REPLACE INTO jobs VALUES ({', '.join('?' * len(row))})", row)

    def frame(self, limit: int = 200) -> pd.DataFrame:
        """The latest jobs, newest first."""
        return self._database.frame("SELECT * FROM jobs ORDER BY created DESC LIMIT ?", (limit,))
