"""Processes that wait: from any thread, from a script without a guarded main part, and gone when their parent is."""

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from clara_engine.errors import Cancelled
from clara_engine.workers import processes, spread


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
    for _ in range(100):
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
        gate.wait(5)
        return part

    with ThreadPoolExecutor(2) as pool:
        results = spread(pool, work, parts(), ahead=3, tick=lambda: None)
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
        list(spread(pool, done.append, range(1000), ahead=2, tick=stop))
    assert len(done) < 10
