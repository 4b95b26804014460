"""A way to run a command, and workspaces that commands work on."""

import json
import shutil
import sys
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from typer.main import get_command

from clara_engine import Workspace
from clara_engine.cli import main
from clara_engine.cli.main import app
from clara_engine.forest import ForestSettings
from clara_engine.workspace import RunSpec
from tests.once import made_once

#: What Typer makes of all commands, at each call of its own.
COMMANDS = get_command(app)


@pytest.fixture
def clara(monkeypatch, capsys):
    """Run one command in this process: exit code, standard output and error, and the output as JSON."""
    monkeypatch.setattr(sys.modules[main.__module__], "app", COMMANDS)

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["clara", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return SimpleNamespace(code=ended.value.code or 0, out=out, err=err, json=lambda: json.loads(out))

    return run


@pytest.fixture(scope="module")
def folder(tmp_path_factory, light_curve_folder, small_design):
    """Forty stars with labels, Gaia-like parameters and one run: what groups and maps need."""

    def make(folder):
        ws = Workspace.open(folder / "ws")
        ws.ingest([light_curve_folder])
        ids = ws.targets.ids()
        ws.labels.add("truth", {id: "dip" if i < 4 else "quiet" for i, id in enumerate(ids)}, source="test")
        random = np.random.default_rng(1)
        table = pd.DataFrame(random.uniform(1, 3, (40, 3)), columns=["gaia_g", "bp_rp", "parallax_mas"], index=ids)
        ws.labels.add_parameters(table, source="test")
        ws.train(RunSpec(name="small", design=small_design, forest=ForestSettings(n_estimators=20), seed=7))

    made = made_once(tmp_path_factory, "grouped", make)
    return shutil.copytree(made / "ws", tmp_path_factory.mktemp("grouped") / "ws")


@pytest.fixture(scope="module")
def at(tmp_path_factory, light_curve_folder, small_spec):
    """The option for forty stars with labels and two runs."""

    def make(folder):
        ws = Workspace.open(folder / "ws")
        ws.ingest([light_curve_folder])
        truth = {id: "planet" if i < 4 else "quiet" for i, id in enumerate(ws.targets.ids())}
        ws.labels.add("truth", truth, source="test")
        ws.train(small_spec)
        ws.train(small_spec.model_copy(update={"name": "other", "seed": 8}))

    made = made_once(tmp_path_factory, "steered", make)
    return ("--workspace", shutil.copytree(made / "ws", tmp_path_factory.mktemp("steered") / "ws"))
