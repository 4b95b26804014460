"""Worker processes end with whoever started them."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

WORK = """
import multiprocessing, sys
from clara_engine.features import extract, feature_set

def told(done, total):
    if done:
        print(*(child.pid for child in multiprocessing.active_children()), flush=True)

if __name__ == "__main__":
    items = [(i, sys.argv[1]) for i in range(20_000)]
    for _ in extract(items, feature_set("flux_power"), workers=2, progress=told):
        pass
"""


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except OSError:
        return False


@pytest.mark.heavy
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes through /proc")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_workers_end_when_their_parent_has(tmp_path, how):
    script = tmp_path / "work.py"
    script.write_text(WORK)
    file = tmp_path / "star.csv"
    rows = (f"{i / 720},{1 + 0.001 * (i % 97 / 97)}" for i in range(2_000))
    file.write_text("\n".join(["time,flux", *rows]))
    parent = subprocess.Popen(
        [sys.executable, script, file], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        workers = [int(pid) for pid in parent.stdout.readline().split()]
        assert workers
        os.kill(parent.pid, how)
        parent.wait(180)
        for _ in range(100):
            if not any(alive(pid) for pid in workers):
                break
            time.sleep(0.1)
        assert not any(alive(pid) for pid in workers)
    finally:
        parent.kill()
        parent.stdout.close()
