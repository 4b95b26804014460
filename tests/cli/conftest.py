"""A way to run a command."""

import json
import sys
from types import SimpleNamespace

import pytest

from clara_engine.cli import main


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
