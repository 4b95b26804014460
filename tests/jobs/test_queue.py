import os
import sys
import threading
import time

import pytest

from clara_engine.errors import ClaraError, FeatureError
from clara_engine.jobs import STOPPED, JobQueue, JobState
from clara_engine.workers import Threads


def test_result_and_history(queue):
    def work(report):
        report.stage("counting")
        for i in range(5):
            report(i, 5)
        return 42

    job = queue.wait(queue.submit("test", "count", work).id, timeout=60)
    assert (job.state, job.result, job.stage, job.fraction) == (JobState.DONE, 42, "counting", 1.0)
    assert [j.state for j in queue.seen] == [JobState.QUEUED, JobState.RUNNING, JobState.DONE]


@pytest.mark.skipif(sys.platform != "linux", reason="threads have a priority of their own on Linux")
def test_jobs_and_what_they_start_give_way_to_whoever_waits(queue):
    def priority(report=None):
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    def work(report):
        with Threads(1) as pool:
            return priority(), pool.submit(priority).result()

    job = queue.wait(queue.submit("test", "busy", work).id, timeout=60)
    assert min(job.result) > priority()


def test_cancel_does_not_wait_for_the_work(queue):
    begun = threading.Event()

    def work(report):
        for i in range(10_000):
            begun.set()
            report(i, 10_000)
            time.sleep(0.01)

    job = queue.submit("test", "long", work)
    assert begun.wait(60)
    start = time.perf_counter()
    queue.cancel(job.id)
    assert queue.wait(job.id, timeout=60).state is JobState.CANCELLED
    assert time.perf_counter() - start < 20


def test_so_many_jobs_wait_and_no_more():
    gate = threading.Event()
    queue = JobQueue(most=2)
    try:
        first, second = (queue.submit("test", name, lambda report: gate.wait(60)) for name in ("first", "second"))
        with pytest.raises(ClaraError, match="2 jobs wait or run already"):
            queue.submit("test", "third", lambda report: None)
        queue.cancel(second.id)
        queue.submit("test", "third", lambda report: None)
    finally:
        gate.set()
        queue.close(10)
    assert queue.get(first.id).state is not JobState.FAILED


def test_cancel_before_it_begins(queue):
    gate = threading.Event()
    first = queue.submit("test", "first", lambda report: gate.wait(60))
    second = queue.submit("test", "second", lambda report: pytest.fail("must not run"))
    queue.cancel(second.id)
    gate.set()
    assert queue.wait(first.id, 60).state is JobState.DONE
    assert queue.wait(second.id, 60).state is JobState.CANCELLED


def test_failures_are_one_line(queue):
    def expected(report):
        raise FeatureError("constant flux")

    def unexpected(report):
        raise RuntimeError("first line\nsecond line")

    assert queue.wait(queue.submit("t", "a", expected).id, 60).message == "constant flux"
    job = queue.wait(queue.submit("t", "b", unexpected).id, 60)
    assert job.state is JobState.FAILED
    assert job.message == "RuntimeError: first line"
    assert "Traceback" in job.log


def test_a_failed_job_does_not_stop_the_next(queue):
    queue.submit("t", "bad", lambda report: 1 / 0)
    assert queue.wait(queue.submit("t", "good", lambda report: "ok").id, 60).result == "ok"


def test_lanes_do_not_wait_for_each_other(queue):
    begun, gate = threading.Event(), threading.Event()
    slow = queue.submit("t", "slow", lambda report: begun.set() or gate.wait(60))
    assert begun.wait(60)
    assert queue.wait(queue.submit("t", "quick", lambda report: 1, lane="archives").id, 60).result == 1
    assert queue.get(slow.id).state is JobState.RUNNING
    gate.set()


def test_a_look_leaves_no_trace(queue):
    look = queue.wait(queue.submit("look", "folder", lambda report: 3, passing=True).id, 60)
    assert (look.result, queue.seen) == (3, [])


def test_the_oldest_ended_jobs_are_forgotten():
    queue = JobQueue(kept=2)
    for number in range(5):
        queue.wait(queue.submit("t", str(number), lambda report: None).id, 60)
    assert [job.title for job in queue.jobs()] == ["2", "3", "4"]
    queue.cancel("long gone")
    queue.close()


@pytest.mark.parametrize("error", [SystemExit, KeyboardInterrupt, MemoryError])
def test_whatever_work_raises_its_job_ends_and_the_next_runs(queue, error):
    def work(report):
        raise error

    assert queue.wait(queue.submit("t", "bad", work).id, 60).state is JobState.FAILED
    assert queue.wait(queue.submit("t", "good", lambda report: 1).id, 60).result == 1


def test_a_full_disk_is_told_in_one_line(queue):
    def work(report):
        with open("/dev/full", "w") as file:
            file.write("x")

    job = queue.wait(queue.submit("t", "write", work).id, 60)
    assert (job.state, job.message) == (JobState.FAILED, "No space left on device")


def test_closing_does_not_wait_for_work_that_does_not_listen():
    queue = JobQueue(record=(kept := []).append)
    gate = threading.Event()
    deaf = queue.submit("t", "deaf", lambda report: gate.wait(120))
    waiting = queue.submit("t", "waiting", lambda report: None)
    while queue.get(deaf.id).state is not JobState.RUNNING:
        time.sleep(0.01)
    began = time.perf_counter()
    assert not queue.close(0.2)
    assert time.perf_counter() - began < 20
    for job in (deaf, waiting):
        assert (queue.get(job.id).state, queue.get(job.id).message) == (JobState.CANCELLED, STOPPED)
    gate.set()
    time.sleep(0.1)
    assert queue.get(deaf.id).state is JobState.CANCELLED
    assert {job.id for job in kept if job.message == STOPPED} == {deaf.id, waiting.id}
    with pytest.raises(ClaraError, match="server is ending"):
        queue.submit("t", "late", lambda report: None)
