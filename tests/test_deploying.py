"""Examples of deployment name commands and options that there are."""

import re
from typing import Any

import yaml
from typer.main import get_command

from clara_engine.cli.main import app
from tests.sources import HOME

COMMANDS = get_command(app).commands


def containers() -> list[dict[str, Any]]:
    documents = yaml.safe_load_all((HOME / "docs/deploying/kubernetes.yaml").read_text())
    pods = [one["spec"]["template"]["spec"] for one in documents if "template" in one["spec"]]
    return [container for pod in pods for container in pod["containers"]]


def test_commands_for_kubernetes_are_commands_of_ours():
    lines = [line for one in containers() for line in one["command"][-1].splitlines() if line.startswith("clara ")]
    assert len(lines) == 4
    for line in lines:
        _, name, *words = line.split()
        known = {option for parameter in COMMANDS[name].params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= known, line


def test_each_machine_has_what_the_command_names():
    there = containers()
    names = {variable["name"] for one in there for variable in one.get("env", [])}
    known = {parameter.envvar for command in COMMANDS.values() for parameter in command.params}
    assert names <= known
    assert [one["name"] for one in there if "volumeMounts" in one] == ["worker", "clara"]
    assert len({one["image"] for one in there}) == 1


def test_commands_that_take_a_cluster_are_those_that_are_written():
    text = (HOME / "docs/how_to/sector_on_a_cluster.md").read_text()
    written = re.search(r"These commands take it: (.*?)\. With", text, re.S)
    assert written is not None
    takes = {name for name, command in COMMANDS.items() for one in command.params if "--cluster" in one.opts}
    assert set(re.findall(r"`([\w-]+)`", written[1])) == takes
