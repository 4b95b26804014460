"""The recorder of the job history."""

import threading
import time

import pytest

from clara_engine.errors import WorkspaceUnavailable
from clara_engine.jobs import JobQueue, JobState


def test_a_history_that_cannot_be_written_holds_up_no_job_and_is_made_up_for():
    kept, broken = [], threading.Event()
    broken.set()

    def record(job):
        if broken.is_set():
            raise WorkspaceUnavailable("the disk is full")
        kept.append(job)

    queue = JobQueue(record=record)
    gate = threading.Event()
    first = queue.submit("t", "first", lambda report: gate.wait(60))
    second = queue.submit("t", "second", lambda report: pytest.fail("must not run"))
    while not queue.get(first.id).warning:
        time.sleep(0.01)
    assert queue.get(first.id).warning == "the history of jobs can't be written: the disk is full"
    queue.cancel(second.id)
    gate.set()
    assert queue.wait(first.id, 60).state is JobState.DONE
    assert queue.wait(second.id, 60).state is JobState.CANCELLED
    assert queue.active() == []
    broken.clear()
    queue.close()
    assert {job.title: job.state for job in kept} == {"first": JobState.DONE, "second": JobState.CANCELLED}
    assert queue.get(first.id).warning == ""
