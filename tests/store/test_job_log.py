"""The history of jobs under a real lock, and after a server that was killed."""

import subprocess
import sys
import threading
import time

import pytest

from clara_engine.jobs import STOPPED, JobQueue, JobState
from clara_engine.workspace import Workspace
from tests.store.test_database import held_by_another

SERVER = """
import sys, time
from clara_engine.jobs import JobQueue
from clara_engine.workspace import Workspace
workspace = Workspace.open(sys.argv[1])
queue = JobQueue(record=workspace.job_log.record)
running = queue.submit("train", "runs", lambda report: time.sleep(60))
queue.submit("train", "waits", lambda report: None)
while sorted(workspace.job_log.frame()["state"]) != ["queued", "running"]:
    time.sleep(0.02)
print("begun", flush=True)
time.sleep(60)
"""


def states(workspace):
    table = workspace.job_log.frame()
    return dict(zip(table["title"], table["state"], strict=True))


def test_a_locked_database_leaves_no_ghost(tmp_path):
    """Retrain was pressed while another process wrote: the job waited for ever, and cancel raised KeyError."""
    workspace = Workspace.open(tmp_path, patience=0.1)
    writers = set()

    def record(job):
        writers.add(threading.current_thread())
        workspace.job_log.record(job)

    queue = JobQueue(record=record, within=workspace.waiting)
    with held_by_another(tmp_path):
        done = queue.submit("train", "done", lambda report: 7)
        stopped = queue.submit(
            "train", "stopped", lambda report: [report(0, 1) or time.sleep(0.01) for _ in range(999)]
        )
        assert queue.wait(done.id, 60).result == 7
        assert "history of jobs can't be written" in queue.get(done.id).warning
        queue.cancel(stopped.id)
        assert queue.wait(stopped.id, 60).state is JobState.CANCELLED
        assert queue.active() == []
        assert states(workspace) == {}
    end = time.monotonic() + 60
    while states(workspace) != {"done": "done", "stopped": "cancelled"} and time.monotonic() < end:
        time.sleep(0.02)
    assert states(workspace) == {"done": "done", "stopped": "cancelled"}
    assert queue.get(done.id).warning == ""
    assert threading.current_thread() not in writers, "whoever pressed waits for nothing"
    assert queue.close(60)


@pytest.mark.parametrize("killed", [True, False])
def test_only_the_jobs_of_a_process_that_is_gone_are_recorded_as_stopped(tmp_path, killed):
    server = subprocess.Popen([sys.executable, "-c", SERVER, tmp_path], stdout=subprocess.PIPE)
    try:
        assert server.stdout.readline() == b"begun\n"
        assert states(Workspace.open(tmp_path)) == {"runs": "running", "waits": "queued"}
        if not killed:
            return
        server.kill()
        server.wait(60)
        with held_by_another(tmp_path):
            began = time.monotonic()
            Workspace.open(tmp_path)  # can't be written now: the next opening does it
            assert time.monotonic() - began < 20
        workspace = Workspace.open(tmp_path)
        assert states(workspace) == {"runs": "cancelled", "waits": "cancelled"}
        assert set(workspace.job_log.frame()["message"]) == {STOPPED}
        assert list((tmp_path / "jobs").iterdir()) == []
    finally:
        server.kill()
        server.wait(60)
        server.stdout.close()
