"""The program whose forks are servers: started by `tests.app.forked.Parent`, a line of its input is a server."""

import json
import os
import signal
import sys
import threading
from pathlib import Path

import exovetter.sweet
import exovetter.transit_coverage  # noqa: F401
import numpy as np

import clara_app.opening
import clara_app.page
import clara_app.ready_pages
import clara_app.serve
from clara_engine.forest import UnsupervisedForest, explain
from tests.app.searches import KnownSearches


def load_forest() -> None:
    """Load the compiled forest.

    No star is searched for periods before a fork: that starts threads of OpenMP, after which no fork can start any.
    """
    rows = np.random.default_rng(0).normal(size=(8, 4))
    for bootstrap in (True, False):
        explain(UnsupervisedForest(2, bootstrap=bootstrap, random_state=0).fit(rows, rows + 1), rows)


def become_server(order: dict) -> None:
    """Turn this fork into a server, until it ends."""
    for number in (signal.SIGCHLD, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    log = os.open(order["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for there, here in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(there, here)
    os.environ.clear()
    os.environ.update(order["environment"])
    if order["searches"]:
        known = KnownSearches()
        known.load(Path(order["searches"]))
        known.stand_in(setattr)
    clara_app.serve.main(order["arguments"])


def run() -> None:
    """Fork a server for each line of the input, until that ends."""
    said = os.dup(1)
    os.dup2(2, 1)
    load_forest()
    others = [thread.name for thread in threading.enumerate() if thread is not threading.main_thread()]
    assert not others, f"a fork would lack these threads: {others}"
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # so that forks that have ended do not stay
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            os.close(said)
            become_server(json.loads(line))
            return
        os.write(said, f"{pid}\n".encode())


if __name__ == "__main__":
    run()
