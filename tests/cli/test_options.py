"""Options that commands share, and what a person may write for a label."""

from typing import Any

import pytest
from typer.main import get_command

from clara_engine.cli.main import app
from clara_engine.cli.options import chosen_label
from clara_engine.workspace import Workspace

COMMANDS = get_command(app).commands


def test_a_family_alone_is_any_of_its_values(tmp_path, light_curve_folder):
    ws = Workspace.open(tmp_path / "ws")
    ws.ingest([light_curve_folder])
    ids = ws.targets.ids()
    ws.labels.add("eb", dict.fromkeys(ids[:3], "yes"), source="test")
    ws.labels.add("toi", {ids[0]: "CP", ids[1]: "PC"}, source="test")
    masks = ws.labels.members(ids)
    assert chosen_label(ws, "eb") == chosen_label(ws, "eb/any") == chosen_label(ws, "eb/yes") == ("eb", "yes")
    assert chosen_label(ws, "toi") == ("toi", "any")
    assert masks[chosen_label(ws, "toi")].sum() == 2
    assert chosen_label(ws, "toi/PC") == ("toi", "PC")
    assert chosen_label(ws, None) is None


def test_a_label_that_is_not_there_names_those_that_are(clara, trained):
    said = clara("sweep", "--label", "eb", "-w", trained.folder)
    assert said.code == 1
    assert "no label eb/any" in said.err
    assert "there are: truth/dip" in said.err


def test_every_command_that_ends_prints_its_result_for_a_program():
    """`clara serve` ends when it is told to, and has no result."""
    options = {name: {word for one in command.params for word in one.opts} for name, command in COMMANDS.items()}
    assert [name for name, words in options.items() if "--json" not in words] == ["serve"]


GRID = """
[base]
forest = {n_estimators = 10}
[base.design]
name = "d"
curves = 20
background = {span_days = 13, cadence_minutes = 10, noise_ppm = 300}
[axes]
"design.background.noise_ppm" = [100, 300]
"""
#: Differs from one run of a program to the next.
OF_THE_MOMENT = ("id", "run", "created", "seconds", "timings", "workspace", "path")


def lasting(value: Any) -> Any:
    """What a command printed, without what differs each time."""
    if isinstance(value, dict):
        return {key: lasting(one) for key, one in value.items() if not key.endswith(OF_THE_MOMENT)}
    return [lasting(one) for one in value] if isinstance(value, list) else value


@pytest.mark.heavy
def test_commands_print_the_same_on_a_cluster(clara, tmp_path, light_curve_folder):
    distributed = pytest.importorskip("distributed")
    (tmp_path / "grid.toml").write_text(GRID)
    files = sorted(light_curve_folder.iterdir())
    commands = [
        ("ingest", light_curve_folder),
        ("features",),
        ("features", "--set", "steering"),
        ("train", "--design", "planets", "--name", "one", "--trees", 20, "--set", "steering"),
        ("score", "one", *files[:6]),
        ("recover", "one", "--event", "binaries", "--curves", 20),
        ("steer", "--contrast", "binaries", "--event", "binaries", "--curves", 20, "--measured", 20, "--seeds", 1),
        ("peers", "--peer", "BLS", "--event", "binaries", "--measured", 12),
        ("sweep", tmp_path / "grid.toml", "--label", "toi"),
        ("pack",),
    ]
    with distributed.LocalCluster(2, threads_per_worker=1, dashboard_address=None) as machines:
        address = machines.scheduler_address
        for command in commands:
            here, steps = (
                clara(*command, "--workspace", tmp_path / "here", "--json"),
                machines.scheduler.transition_counter,
            )
            there = clara(*command, "--workspace", tmp_path / "there", "--json", "--cluster", address)
            assert here.code == there.code == 0, there.err
            assert lasting(there.json()) == lasting(here.json()), command
            assert machines.scheduler.transition_counter > steps, f"{command} gave the cluster no work"
            for ws in map(Workspace.open, (tmp_path / "here", tmp_path / "there")):
                if command[0] == "ingest":
                    ws.labels.add("toi", dict.fromkeys(ws.targets.ids()[:4], "PC"), source="test")
    assert not machines.scheduler.tasks
