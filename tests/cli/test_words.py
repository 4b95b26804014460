"""What commands say: units stay in their help, and errors are in plain words."""

import re
from typing import get_args, get_type_hints

import pytest
from typer.main import get_command
from typer.models import ParameterInfo

from clara_engine.cli.main import app

COMMANDS = get_command(app).commands
BRACKETS = re.compile(r"\[[^\[\]]+\]")


@pytest.fixture(autouse=True)
def wide(monkeypatch):
    """A terminal in which no line is broken."""
    monkeypatch.setenv("COLUMNS", "300")


def texts(command):
    """The help texts of a command as its source has them."""
    yield command.callback.__doc__ or ""
    for hint in get_type_hints(command.callback, include_extras=True).values():
        yield from (fact.help or "" for fact in get_args(hint)[1:] if isinstance(fact, ParameterInfo))


@pytest.mark.parametrize("name", COMMANDS)
def test_what_stands_in_brackets_in_a_help_text_is_printed(name, clara):
    wanted = {found for text in texts(COMMANDS[name]) for found in BRACKETS.findall(text)}
    said = clara(name, "--help").out
    assert not {unit for unit in wanted if unit not in " ".join(said.split())}
    assert "\\[" not in said


def test_some_help_has_a_unit_in_brackets():
    found = {unit for command in COMMANDS.values() for text in texts(command) for unit in BRACKETS.findall(text)}
    assert "[days]" in found


def test_every_setting_of_a_clustering_and_a_map_stands_in_its_help(clara):
    from clara_engine.clusters.settings import METHODS
    from clara_engine.maps.settings import MAPS

    for command, kinds in (("cluster", METHODS), ("map", MAPS)):
        said = clara(command, "--help").out
        for kind, settings in kinds.items():
            missing = [name for name in (kind, *settings.model_fields) if name != "kind" and name not in said]
            assert not missing, f"clara {command} --help lacks {missing} of {kind}"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["features", "--workers", "-1"], "it must be at least 1"),
        (["features", "--workers", "1.5"], "it must be a whole number"),
        (["fold", "x", "--period", "long"], "it must be a number"),
        (["match", "toi", "--threshold", "2"], "it must be at most 1"),
        (["show", "--top", "-1"], "it must be at least 0"),
        (["fetch", "--product", "SPOK", "--sector", "1"], "choose one of SPOC, TESS-SPOC, QLP, TGLC"),
    ],
)
def test_a_value_that_can_not_be_is_refused_in_plain_words(words, said, clara):
    answer = clara(*words)
    assert answer.code == 2
    assert said in answer.err
    assert "Input" not in answer.out + answer.err
