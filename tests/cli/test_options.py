"""Options that commands share, and what a person may write for a label."""

import atexit
import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from typer.main import get_command

from clara_engine.cli.main import app
from clara_engine.cli.options import chosen_label
from clara_engine.readers import read_light_curve, write_spoc
from clara_engine.report import book_pieces
from clara_engine.studies import simultaneous
from clara_engine.studies.steering_plan import SteeringPlan
from clara_engine.synthetic import PRESETS, steering_design
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
OF_THE_MOMENT = ("id", "run", "created", "seconds", "timings", "workspace", "path", "folder")

#: Of a run or a clustering.
ID = r"\d{8}-\d{6}-[0-9a-f]{6}"


def lasting(value: Any) -> Any:
    """What a command printed, without what differs each time."""
    if isinstance(value, dict):
        return {key: lasting(one) for key, one in value.items() if not key.endswith(OF_THE_MOMENT)}
    if isinstance(value, str):
        return re.sub(ID, "id", value)
    return [lasting(one) for one in value] if isinstance(value, list) else value


def figures_and_tables(place):
    """What `clara book` has written, without the place of light curves and the names of runs."""
    found = {}
    for file in (place / "book").iterdir():
        if file.suffix == ".png":
            found[file.name] = file.read_bytes()
        elif file.suffix == ".csv":
            found[file.name] = lasting(file.read_text().replace(str(place), ""))
    return found


def observed(files, folder):
    """The same light curves as if a telescope had seen them."""
    folder.mkdir()
    for file in files:
        curve = read_light_curve(file)
        write_spoc(replace(curve, target=replace(curve.target, simulated=False)), folder / file.name)
    return folder


def halfhours(folder):
    """What `clara prepare-sector` has written."""
    return sorted(file.read_bytes() for file in (folder / "cache" / simultaneous.KIND).rglob("*.npz"))


@pytest.mark.heavy
def test_commands_print_the_same_on_a_cluster(clara, tmp_path, light_curve_folder, monkeypatch):
    distributed = pytest.importorskip("distributed")
    tiny = partial(SteeringPlan, contrasts=("flares",), events=("flares",), measured=12, curves=20)
    monkeypatch.setattr(book_pieces, "SteeringPlan", tiny)
    monkeypatch.setattr(simultaneous, "FEW", 10)
    left: list[Callable[[], None]] = []  # clusters, when the command ends
    monkeypatch.setattr(atexit, "register", left.append)
    (tmp_path / "grid.toml").write_text(GRID)
    for event in ("planets", "flares"):
        (tmp_path / f"{event}.toml").write_text(steering_design(event, curves=40).to_toml())
    (tmp_path / "small.toml").write_text(PRESETS["P9"].changed(curves=40).to_toml())
    files = sorted(light_curve_folder.iterdir())
    few = ("--trees", 20)
    small = ("--event", "binaries", "--measured", 12)
    commands = [
        ("ingest", light_curve_folder),
        ("features",),
        ("train", "--design", tmp_path / "small.toml", "--name", "plain", *few),
        ("features", "--set", "steering"),
        ("train", "--design", tmp_path / "planets.toml", "--name", "one", "--set", "steering", *few, "--no-claims"),
        ("score", "one", *files[:6]),
        ("classify", "one", "--event", "binaries", "--event", "planets"),
        ("recover", "one", "--event", "binaries", "--curves", 20),
        ("steer", "--contrast", "binaries", *small, "--curves", 20, "--seeds", 1),
        ("peers", "--peer", "BLS", *small),
        ("sweep", tmp_path / "grid.toml", "--label", "toi"),
        ("tune", "--design", tmp_path / "flares.toml", "--draws", 2, "--folds", 2),
        ("claims", "one", "--nulls", 40),
        ("stability", "one", "--draws", 2),
        ("autosteer", "--label", "toi", "--trials", 2),
        ("book", "{folder}/book", "--run", "one", "--make"),
        ("headline", "one", "--label", "toi", "--top", 100, "--least", 2, "--components", 2),
        ("export-forests", "{folder}/forests", "--grid", tmp_path / "grid.toml"),
        ("results", *small, "--baseline", "none", "--seeds", 1, "--curves", 20, "--out", "{folder}/results.md"),
        ("pack",),
    ]
    with distributed.LocalCluster(2, threads_per_worker=1, dashboard_address=None) as machines:
        address = machines.scheduler_address

        def same(name, *command):
            """Run a command on two workspaces of a name, of which the cluster works for the second."""
            said = []
            for place, more in ((tmp_path / "here", ()), (tmp_path / "there", ("--cluster", address))):
                steps = machines.scheduler.transition_counter
                words = [str(word).format(folder=place) for word in command]
                ran = clara(*words, "--workspace", place / name, "--json", *more)
                assert ran.code == 0, (command, ran.err)
                while left:
                    left.pop()()
                said.append(lasting(ran.json()))
            assert said[0] == said[1], command
            assert machines.scheduler.transition_counter > steps, f"{command} gave the cluster no work"

        same("one", *commands[0])
        for place in ("here", "there"):
            ws = Workspace.open(tmp_path / place / "one")
            ws.labels.add("toi", dict.fromkeys(ws.targets.ids()[:4], "PC"), source="test")
        for command in commands[1:]:
            same("one", *command)
        taken = tmp_path / "one.clara-forest"
        assert clara("export-forest", "one", taken, "--workspace", tmp_path / "here" / "one").code == 0
        for command in (("ingest", light_curve_folder), ("import-forest", taken, "--name", "taken")):
            same("two", *command)
        same("one", "validate", "plain", "taken", "--other", "{folder}/two", "--draws", 20)
        for command in (("ingest", *files[:30]), commands[2], ("ingest", light_curve_folder), ("new-sector",)):
            same("three", *command)
        same("four", "demo", "--stars", 30)
        for command in (("ingest", observed(files[:24], tmp_path / "observed")), ("prepare-sector", 1)):
            same("five", *command)
    assert not machines.scheduler.tasks
    here, there = (figures_and_tables(tmp_path / place) for place in ("here", "there"))
    assert here == there
    assert "steering_matrix.png" in here
    here, there = (halfhours(tmp_path / place / "five") for place in ("here", "there"))
    assert here == there
    assert len(here) == 24
