"""What all tabs share: jobs on the cluster that the environment names."""

import time
from pathlib import Path

import pytest

from clara_app.server import Server
from clara_engine.dask_cluster import from_environment
from clara_engine.jobs import JobState
from clara_engine.workspace import Workspace


def test_jobs_are_done_and_cancelled_on_the_cluster(
    tmp_path: Path, light_curve_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    distributed = pytest.importorskip("distributed")
    plain = {"threads_per_worker": 1, "processes": False, "protocol": "tcp://", "dashboard_address": None}
    with distributed.LocalCluster(1, host="127.0.0.1", **plain) as machines:
        monkeypatch.setenv("CLARA_CLUSTER", machines.scheduler_address)
        workers = from_environment()
        assert workers is not None
        with workers:
            server = Server(Workspace.open(tmp_path / "ws", workers=workers))
            server.workspace.ingest([light_curve_folder])
            before = machines.scheduler.transition_counter
            job = server.extract(author="tester")
            assert job is not None
            server.queue.cancel(job.id)
            assert server.queue.wait(job.id, 60).state is JobState.CANCELLED
            again = server.extract(author="tester")
            assert again is not None
            assert server.queue.wait(again.id, 60).state is JobState.DONE
            server.close()
        assert len(server.workspace.features.ids("flux_power")) == 40
        assert machines.scheduler.transition_counter > before
        end = time.monotonic() + 30
        while machines.scheduler.tasks and time.monotonic() < end:
            time.sleep(0.02)
        assert not machines.scheduler.tasks
