"""Work that lasts: queued, reported, cancelled, remembered."""

from clara_engine.jobs.queue import Job, JobQueue, JobState, Reporter

__all__ = ["Job", "JobQueue", "JobState", "Reporter"]
