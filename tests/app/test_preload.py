"""What is loaded before anybody has to wait for it."""

import gc
import subprocess
import sys
from pathlib import Path
from threading import Event

import pytest

from clara_app import preload
from clara_engine.workspace import Workspace


def test_what_locks_up_in_a_thread_is_imported_before_there_are_threads() -> None:
    said = subprocess.run(
        [sys.executable, "-c", "import sys, clara_app.server; print('batman' in sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    assert said.stdout.strip() == "True"


def test_the_garbage_of_a_notebook_that_loads_this_is_collected(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(preload, "PAGE_FIRST_S", 0)
    monkeypatch.setattr(preload, "give_way", lambda: None)  # this thread goes on
    frozen, events = gc.get_freeze_count(), (Event(), Event())
    preload.preload(Workspace.open(tmp_path), *events)
    assert all(event.is_set() for event in events)
    assert gc.get_freeze_count() <= frozen
