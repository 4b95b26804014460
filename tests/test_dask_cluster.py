"""Work on a Dask cluster: the bits of one machine, one copy of what is shared, and nothing left behind."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from clara_engine import Workspace, dask_cluster
from clara_engine.dask_cluster import DaskCluster, connect
from clara_engine.errors import Cancelled, WorkerError
from clara_engine.progress import Report, quiet
from clara_engine.studies.extract import extract_features
from clara_engine.studies.injections import injected_features
from clara_engine.synthetic import steering_design

distributed = pytest.importorskip("distributed")


@pytest.fixture(scope="module")
def started() -> Iterator[Any]:
    """A scheduler, and two workers that are threads of this process: these start in a moment."""
    with distributed.LocalCluster(2, threads_per_worker=1, processes=False, dashboard_address=None) as local:
        yield local


@pytest.fixture(scope="module")
def cluster(started: Any) -> Iterator[DaskCluster]:
    with distributed.Client(started, set_as_default=False) as client:
        yield DaskCluster(client, started.scheduler_address)


def soon(what: Callable[[], bool], seconds: float = 30) -> bool:
    end = time.monotonic() + seconds
    while not what() and time.monotonic() < end:
        time.sleep(0.02)
    return what()


def computed(
    folder: Path, light_curves: Path, curves: int, workers: DaskCluster | None = None, report: Report = quiet
) -> tuple[bytes, ...]:
    """Features of light curves and of signals on them."""
    ws = Workspace.open(folder, workers=workers)
    assert ws.ingest([light_curves]).added == 40
    extract_features(ws, "flux_power")
    ids, rows = ws.features.matrix("flux_power")
    design = steering_design("planets", curves=curves, seed=3)
    signals = injected_features(ws, design, "flux_power", report, backgrounds=list(ids))
    return rows.tobytes(), signals.rows.tobytes(), signals.truth.to_csv().encode()


def test_results_are_those_of_one_machine_to_the_last_bit(tmp_path, light_curve_folder, cluster):
    there = computed(tmp_path / "there", light_curve_folder, 20, cluster)
    assert there == computed(tmp_path / "here", light_curve_folder, 20)


def wait_a_little(part: int) -> int:
    time.sleep(0.05)
    return part


def test_what_the_tick_raises_leaves_nothing_on_the_cluster(cluster, started):
    done: list[int] = []

    def tick():
        if len(done) > 3:
            raise Cancelled("stop")

    with pytest.raises(Cancelled):
        done.extend(cluster.spread(wait_a_little, range(10_000), tick=tick))
    assert len(done) < 100
    assert soon(lambda: not started.scheduler.tasks)


class Large:
    """A function that counts how often it is pickled."""

    pickled = 0

    def __reduce__(self) -> Any:
        Large.pickled += 1
        return Large, ()

    def __call__(self, part: int) -> int:
        return part + 1


def test_what_all_parts_share_goes_to_the_cluster_once(cluster, started):
    assert sorted(cluster.spread(Large(), range(50))) == list(range(1, 51))
    assert Large.pickled <= 1 + len(started.workers)
    assert soon(lambda: not started.scheduler.tasks)


def test_a_worker_that_does_not_see_the_light_curves_is_told(cluster, tmp_path):
    with pytest.raises(WorkerError, match=r"does not see .*nowhere"):
        list(cluster.seeing(tmp_path, tmp_path / "nowhere").spread(abs, [1]))


def test_a_worker_of_another_version_is_told(cluster, monkeypatch):
    both = iter([{"numpy": "2.0"}, {"numpy": "1.9"}])
    monkeypatch.setattr(dask_cluster, "versions", lambda: next(both))
    with pytest.raises(WorkerError, match=r"has numpy 1\.9, this program 2\.0"):
        list(cluster.spread(abs, [1]))


@pytest.mark.parametrize("address", ["", "local:0", "localhost", "/tmp", "tcp://"])
def test_what_is_no_address_is_refused(address):
    with pytest.raises(WorkerError, match="is no cluster: give"):
        connect(address)


def test_nobody_at_the_address_is_a_line(monkeypatch):
    monkeypatch.setattr(dask_cluster, "PATIENCE_S", 0.3)
    with pytest.raises(WorkerError, match="does not answer"):
        connect("tcp://127.0.0.1:1")


# -- real processes ----------------------------------------------------------------------------------------------------


class Machines:
    """A scheduler and workers, each a process, as on machines of their own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.file = folder / "scheduler.json"
        self.every = [self._start("scheduler", "--port", "0", "--scheduler-file", self.file, "--no-dashboard")]
        assert soon(self.file.exists, 120)
        self.address = str(json.loads(self.file.read_text())["address"])

    def worker(self) -> subprocess.Popen[bytes]:
        """One more worker."""
        plain = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--death-timeout", "60")
        self.every.append(self._start("worker", "--scheduler-file", self.file, *plain))
        return self.every[-1]

    def _start(self, *words: Any) -> subprocess.Popen[bytes]:
        with (self._folder / "log").open("ab") as log:
            return subprocess.Popen([sys.executable, "-m", "dask", *words], stdout=log, stderr=log, cwd=self._folder)

    def close(self) -> None:
        """End them all."""
        for process in self.every:
            process.kill()
            process.wait()


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[Machines]:
    (tmp_path / "machines").mkdir()
    with closing(Machines(tmp_path / "machines")) as made:
        yield made


class Killing(Report):
    """Kills a process when a third of the work is done."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process

    def stage(self, name: str, step: tuple[int, int] | None = None) -> None:
        pass

    def __call__(self, done: int, total: int) -> None:
        if 3 * done > total:
            self.process.kill()


def number_and_process(part: int) -> tuple[int, int]:
    time.sleep(0.05)
    return part, os.getpid()


@pytest.mark.heavy
def test_workers_that_die_and_join_change_nothing(tmp_path, light_curve_folder, machines):
    first, _ = machines.worker(), machines.worker()
    with connect(machines.address) as cluster:
        assert soon(lambda: len({process for _, process in cluster.spread(number_and_process, range(40))}) == 2, 60)
        seen = {}
        for part, process in cluster.spread(number_and_process, range(400)):
            seen[part] = process
            if len(seen) == 60:
                first.kill()
                machines.worker()
        assert sorted(seen) == list(range(400))
        assert len(set(seen.values()) - {first.pid}) == 2
        report = Killing(machines.every[-1])
        there = computed(tmp_path / "there", light_curve_folder, 200, cluster, report)
    assert report.process.wait(10) != 0
    assert there == computed(tmp_path / "here", light_curve_folder, 200)


@pytest.mark.heavy
def test_a_scheduler_that_goes_is_a_line(machines):
    machines.worker()
    with connect(machines.address) as cluster:
        results = cluster.spread(number_and_process, range(4000), tick=machines.every[0].kill)
        with pytest.raises(WorkerError, match="is gone"):
            list(results)


def deadly(part: int) -> None:
    os._exit(1)


@pytest.mark.heavy
def test_a_part_that_kills_its_workers_is_a_line(tmp_path):
    with (
        distributed.LocalCluster(2, threads_per_worker=1, dashboard_address=None) as started,
        distributed.Client(started, set_as_default=False) as client,
    ):
        cluster = DaskCluster(client, started.scheduler_address)
        with pytest.raises(WorkerError, match="died of the same part") as told:
            list(cluster.spread(deadly, [1]))
    assert "\n" not in str(told.value)
