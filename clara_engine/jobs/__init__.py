"""Jobs: long work that is queued, reports progress, can be cancelled, and is recorded."""

from clara_engine.jobs.job import STOPPED, Job, JobState, Reporter
from clara_engine.jobs.job_kind import JobKind
from clara_engine.jobs.queue import JobQueue

__all__ = ["STOPPED", "Job", "JobKind", "JobQueue", "JobState", "Reporter"]
