"""Processes that wait: from any thread, from a script without a guarded main part, and gone when their parent is."""

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest

from clara_engine import Workspace
from clara_engine.errors import Cancelled
from clara_engine.readers import spoc_file_name, write_spoc
from clara_engine.workers import processes, raise_if_cancelled, spread
from tests.small_workspace import star

COUNT = 1500


def test_a_script_needs_no_guard_and_may_ask_in_a_thread(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "import threading\n"
        "from clara_engine.workers import processes\n"
        "print('once')\n"
        "def work(n):\n    return n * n\n"
        "def ask():\n    print(list(processes().map(work, range(4))))\n"
        "thread = threading.Thread(target=ask)\nthread.start()\nthread.join()\n"
    )
    answer = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=120)
    assert answer.stdout.split("\n")[:2] == ["once", "[0, 1, 4, 9]"], answer.stderr


@pytest.mark.skipif(os.name != "posix", reason="processes are told apart by their parent, as POSIX has it")
def test_they_end_when_their_parent_is_killed(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "import os, time\nfrom clara_engine.workers import processes\n"
        "print(processes().submit(os.getpid).result(), flush=True)\ntime.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        parent.send_signal(signal.SIGKILL)
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            os.kill(worker, 0)
        except ProcessLookupError:
            return
        with open(f"/proc/{worker}/stat") as file:
            if file.read().rpartition(")")[2].split()[0] == "Z":
                return  # ended, and not yet asked for by whoever adopted it
        time.sleep(0.1)
    pytest.fail("the worker outlives its parent")


def test_they_are_the_same_for_all_who_ask():
    assert processes() is processes()


def test_no_more_parts_are_drawn_than_are_worked_on():
    drawn, gate = [], threading.Event()

    def parts():
        for part in range(100):
            drawn.append(part)
            yield part

    def work(part):
        gate.wait(60)
        return part

    with ThreadPoolExecutor(2) as pool:
        results = spread(pool, work, parts(), ahead=lambda: 3, tick=lambda: None)
        threading.Timer(0.1, gate.set).start()
        next(results)
        assert len(drawn) == 3
        assert len([*results]) == 99
        assert len(drawn) == 100


def test_what_the_tick_raises_ends_the_work():
    def stop():
        raise Cancelled

    done = []
    with ThreadPoolExecutor(1) as pool, pytest.raises(Cancelled):
        list(spread(pool, done.append, range(1000), ahead=lambda: 2, tick=stop))
    assert len(done) < 10


def slow(part):
    """A part that takes ten minutes, in small steps."""
    for _ in range(6000):
        raise_if_cancelled()
        time.sleep(0.1)


@pytest.mark.parametrize("kind", ["processes", "threads"])
def test_parts_that_are_under_way_end_with_the_work(kind, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    pool = processes() if kind == "processes" else ThreadPoolExecutor(2)
    pool.submit(abs, 1).result()
    given = []

    def stop():
        if len(given) == 4 and time.monotonic() - began > 1:
            raise Cancelled

    began = time.monotonic()
    with pytest.raises(Cancelled):
        list(spread(pool, slow, (given.append(part) or part for part in range(100)), ahead=lambda: 4, tick=stop))
    assert pool.submit(abs, -1).result(180) == 1, "the pool is free again"
    end = time.monotonic() + 60
    while list(tmp_path.glob("clara-stop-*")) and time.monotonic() < end:
        time.sleep(0.05)
    assert list(tmp_path.glob("clara-stop-*")) == []


def alive(group):
    """Processes of a group that have not ended."""
    found = []
    for place in os.listdir("/proc"):
        if place.isdigit():
            with suppress(OSError), open(f"/proc/{place}/stat") as file:
                state, _, pgrp = file.read().rpartition(")")[2].split()[:3]
                if int(pgrp) == group and state != "Z":
                    found.append(int(place))
    return found


@pytest.mark.skipif(not os.path.isdir("/proc"), reason="processes are looked up in /proc, which Linux has")
@pytest.mark.parametrize("whom", ["the group", pytest.param("the parent alone", marks=pytest.mark.heavy)])
def test_ctrl_c_during_features_ends_every_process(tmp_path, whom):
    for tic in range(1, COUNT + 1):
        curve = star(tic, seed=tic)
        write_spoc(curve, tmp_path / spoc_file_name(curve.target))
    Workspace.open(tmp_path / "ws").ingest([tmp_path])
    command = [sys.executable, "-m", "clara_engine", "features", "--set", "steering", "--workspace", tmp_path / "ws"]
    with (
        (tmp_path / "log").open("w") as log,
        subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True) as parent,
    ):
        end = time.monotonic() + 120
        while "extracting features" not in (tmp_path / "log").read_text() or len(alive(parent.pid)) <= 2:
            assert parent.poll() is None, (tmp_path / "log").read_text()
            assert time.monotonic() < end
            time.sleep(0.1)
        time.sleep(1)
        assert parent.poll() is None, "the features were done before they could be stopped"
        began = time.monotonic()
        (os.killpg if whom == "the group" else os.kill)(parent.pid, signal.SIGINT)
        assert parent.wait(60) == 130
        while alive(parent.pid):
            assert time.monotonic() - began < 90
            time.sleep(0.05)
        assert time.monotonic() - began < 15
    log = (tmp_path / "log").read_text()
    assert "Traceback" not in log
    assert log.rstrip().endswith("stopped; what was finished has been kept")
    assert len(Workspace.open(tmp_path / "ws").features.ids("steering")) < COUNT


def test_each_has_one_thread_for_what_runs_in_threads_of_libraries():
    assert processes().submit(os.getenv, "OPENBLAS_NUM_THREADS").result(timeout=120) == "1"


def test_parts_are_given_to_a_pool_where_ctrl_c_is_not_raised() -> None:
    """Ctrl-C in the midst of a submission leaves a part that nobody gets, and the program waits for it at its end."""
    where = set()

    class Pool(ThreadPoolExecutor):
        def submit(self, *args: Any, **kwargs: Any) -> Any:
            where.add(threading.current_thread())
            return super().submit(*args, **kwargs)

    with Pool(2) as pool:
        assert sorted(spread(pool, abs, range(-9, 0), ahead=lambda: 2)) == list(range(1, 10))
    assert threading.main_thread() not in where
