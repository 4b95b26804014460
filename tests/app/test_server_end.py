"""A real server that is ended, or killed, while it works."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from clara_engine.jobs import STOPPED
from clara_engine.workspace import Workspace
from tests.app.browser import APP, PATIENCE, UNCONNECTED_MS, free_port, open_page


@pytest.fixture
def training(chromium, workspace_folder: Path):
    """A server in which somebody has just pressed Retrain for a forest that takes minutes; and its log."""
    port = free_port()
    command = [sys.executable, "-m", "clara_app.serve", str(APP), "--port", str(port), "--address", "127.0.0.1"]
    command += ["--unused-session-lifetime", str(UNCONNECTED_MS)]
    log = workspace_folder.parent / "server.log"
    with log.open("w") as out:
        process = subprocess.Popen(
            [*command, "--allow-websocket-origin", f"127.0.0.1:{port}"],
            cwd=APP.parent,
            stdout=out,
            stderr=out,
            env={**os.environ, "CLARA_WORKSPACE": str(workspace_folder)},
            start_new_session=True,
        )
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    tab = context.new_page()
    tab.set_default_timeout(PATIENCE)
    try:
        for _ in range(120):
            try:
                open_page(tab, f"http://127.0.0.1:{port}/app")
                break
            except Exception as error:
                if "ERR_CONNECTION_REFUSED" not in str(error) or process.poll() is not None:
                    raise
                time.sleep(0.5)
        tab.get_by_role("button", name="settings").click()
        tab.get_by_label("trees", exact=True).fill("10000")
        tab.get_by_label("trees", exact=True).press("Enter")
        tab.wait_for_timeout(500)
        tab.get_by_role("button", name="Retrain").click()
        tab.get_by_text(re.compile("growing trees")).first.wait_for()
        yield process, log
    finally:
        context.close()
        if process.poll() is None:
            process.kill()
        process.wait(60)


def last_job(folder: Path):
    return Workspace.open(folder).job_log.frame().iloc[0]


@pytest.mark.heavy
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_server_that_is_asked_to_end_does_so_in_seconds_and_says_what_became_of_its_job(
    training, workspace_folder: Path, how: signal.Signals
) -> None:
    process, log = training
    began = time.monotonic()
    process.send_signal(how)
    assert process.wait(60) == 0
    assert time.monotonic() - began < 30, "the forest would take minutes"
    assert "Traceback" not in log.read_text()
    job = last_job(workspace_folder)
    assert (job["kind"], job["state"], job["message"]) == ("train", "cancelled", STOPPED)
    assert job["finished"] > job["started"]
    assert len(Workspace.open(workspace_folder).runs.list()) == 1


@pytest.mark.heavy
def test_the_job_of_a_killed_server_is_recorded_as_ended_at_the_next_opening(training, workspace_folder: Path) -> None:
    process, _ = training
    assert last_job(workspace_folder)["state"] == "running", "another opening leaves the job of a living server alone"
    process.kill()
    process.wait(60)
    job = last_job(workspace_folder)
    assert (job["kind"], job["state"], job["message"]) == ("train", "cancelled", STOPPED)
    assert list((workspace_folder / "jobs").iterdir()) == []


LOCKED_UP = """
import ctypes, sys
from pathlib import Path
from clara_app.server import Server
from clara_engine.workspace import Workspace
library = ctypes.CDLL(None)
library.on_exit(library.pause, None)
Server(Workspace.open(Path(sys.argv[1]))).end()
print("ended", flush=True)
"""


@pytest.mark.heavy
@pytest.mark.skipif(sys.platform != "linux", reason="only glibc calls a function of C at the end of a program")
def test_a_server_ends_even_where_a_library_locks_up_after_python_has_ended(workspace_folder: Path) -> None:
    command = [sys.executable, "-c", LOCKED_UP, str(workspace_folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout) == (-signal.SIGALRM, "ended\n"), done.stderr
