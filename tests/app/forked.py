"""Servers that start at once: one process imports what a server needs, and each server is a fork of it.

A program that starts anew takes some eight seconds of a processor until it has shown its first page, most of them for
imports. How a server starts as its users start it is tested in `test_server_end.py`.
"""

import json
import os
import select
import signal
import subprocess
import sys
from pathlib import Path

APP = Path(__file__).parents[2] / "app"
#: OpenMP and BLAS of a fork wait for ever for threads that its parent had.
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
#: Other systems than Linux have nothing by which a process could follow one that is not its child.
POSSIBLE = hasattr(os, "pidfd_open")


class Forked:
    """A process that was forked elsewhere, with the methods of `subprocess.Popen` that tests use."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._handle = os.pidfd_open(pid)
        self._over = False

    def poll(self) -> int | None:
        """None while it runs."""
        return self._ended(0)

    def wait(self, timeout: float) -> int:
        if self._ended(timeout) is None:
            raise subprocess.TimeoutExpired("a forked server", timeout)
        return 0

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            signal.pidfd_send_signal(self._handle, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _ended(self, seconds: float) -> int | None:
        if not self._over and select.select([self._handle], [], [], seconds)[0]:
            self._over = True
            os.close(self._handle)
        return 0 if self._over else None


class Parent:
    """The process whose forks are servers; it is started when the first is wanted, and ends with this one.

    Attributes
    ----------
    searches : Path or None
        A file of `KnownSearches`, whose results servers use.
    """

    def __init__(self) -> None:
        self.searches: Path | None = None
        self._process: subprocess.Popen[str] | None = None

    def serve(self, arguments: list[str], log: Path, environment: dict[str, str]) -> Forked:
        """Run `clara_app.serve` with arguments; what it says is added to `log`."""
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.app.fork_server"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                cwd=APP.parent,
                env={**os.environ, **ONE_THREAD, "PYTHONPATH": str(APP)},
            )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        order = {"arguments": arguments, "log": str(log), "environment": environment}
        self._process.stdin.write(json.dumps(order | {"searches": str(self.searches or "")}) + "\n")
        self._process.stdin.flush()
        said = self._process.stdout.readline()
        assert said.strip().isdigit(), f"no server was forked: {said}"
        return Forked(int(said))
