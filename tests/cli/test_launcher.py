"""The tile in JupyterLab: an entry point that is found, and a command that `clara serve` takes."""

import tomllib
from importlib.metadata import EntryPoint
from pathlib import Path

from clara_engine.cli.launcher import launcher
from clara_engine.cli.serve import ORIGIN, PREFIX


def test_the_entry_point_leads_to_it():
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    ((name, value),) = project["entry-points"]["jupyter_serverproxy_servers"].items()
    assert EntryPoint(name, value, "jupyter_serverproxy_servers").load() is launcher


def test_its_command_is_one_that_serve_takes():
    settings = launcher()
    filled = [word.format(port=5123, base_url="/user/a%40b/") for word in settings["command"]]
    assert filled[1:5] == ["-m", "clara_engine", "serve", "--port"]
    prefix = filled[filled.index("--prefix") + 1]
    assert prefix == "/user/a%40b/clara"
    assert PREFIX.fullmatch(prefix)


def test_the_page_is_told_to_come_from_the_server_itself():
    settings = launcher()
    origin = settings["request_headers_override"]["Origin"].format(port=5123)
    assert ORIGIN.fullmatch(origin.removeprefix("http://"))
    assert origin.endswith(":5123")
