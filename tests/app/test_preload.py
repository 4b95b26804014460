"""What is loaded before anybody has to wait for it."""

import subprocess
import sys


def test_what_locks_up_in_a_thread_is_imported_before_there_are_threads() -> None:
    said = subprocess.run(
        [sys.executable, "-c", "import sys, clara_app.server; print('batman' in sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    assert said.stdout.strip() == "True"
