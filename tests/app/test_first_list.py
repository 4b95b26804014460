"""From a folder of light curves to a vetted list in a file, as a new user does it in the browser."""

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.browser
@pytest.mark.heavy
def test_a_new_user_comes_from_a_folder_to_a_vetted_list(workspace_template: Path) -> None:
    folder = workspace_template.parent / "sector"
    command = ["-m", "benchmarks.first_list", str(folder), "--stars", "4", "--look", "0"]
    made = subprocess.run(
        [sys.executable, *command], cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=500
    )
    assert made.returncode == 0, made.stdout + made.stderr
    assert "the list is saved" in made.stdout
