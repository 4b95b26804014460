"""The made-up light curves of the workspace tests, and a way to run a command."""

import json
import sys
from types import SimpleNamespace

import pytest

from clara_engine.cli import main
from tests.workspace.conftest import light_curve_folder, small_design, small_spec, trained, trained_folder

__all__ = ["clara", "light_curve_folder", "small_design", "small_spec", "trained", "trained_folder"]


@pytest.fixture
def clara(monkeypatch, capsys):
    """Run one command in this process: exit code, standard output and error, and the output as JSON."""

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["clara", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return SimpleNamespace(code=ended.value.code or 0, out=out, err=err, json=lambda: json.loads(out))

    return run
