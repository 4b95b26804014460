"""Pages served for as long as they are measured."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).parents[1]


@contextmanager
def served(workspace: Path, checkout: Path = HERE) -> Iterator[tuple[str, int]]:
    """Address of the page of a checkout, of this or an older commit, and the id of the server's process."""
    command = ["-m", "clara_engine", "serve", "--workspace", str(workspace), "--port"]
    with _serving(command, checkout) as (address, pid):
        yield f"{address}/app", pid


@contextmanager
def served_script(script: Path) -> Iterator[tuple[str, int]]:
    """Address of what a script shows, and the id of the server's process."""
    with _serving(["-m", "panel", "serve", str(script), "--allow-websocket-origin=*", "--port"], HERE) as (
        address,
        pid,
    ):
        yield f"{address}/{script.stem}", pid


@contextmanager
def _serving(command: list[str], checkout: Path) -> Iterator[tuple[str, int]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(checkout), str(checkout / "app")))}
    process = subprocess.Popen(
        [sys.executable, *command, str(port)],
        cwd=checkout,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(960):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.25)
        yield f"http://127.0.0.1:{port}", process.pid
    finally:
        process.terminate()
        process.wait(20)
