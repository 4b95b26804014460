"""Each file of a workspace has a way out, and the commands that it names are there."""

import re
from pathlib import Path

import pytest
from typer.main import get_command

from clara_engine.cli.main import app
from clara_engine.ways_out import WAYS, way_out


def test_the_commands_are_commands():
    named = {name for _, words in WAYS for name in re.findall(r"`clara ([\w-]+)", words)}
    assert named
    assert named <= set(get_command(app).commands)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/w/runs/7/model", "clara train"),
        ("/w/runs/7/leaves-1.npy", "made again"),
        ("/w/runs/7/claims.json", "clara claims"),
        ("/w/cache/binned/x/codes.npy", "made again"),
        ("/w/clara.sqlite", "clara restore"),
        ("/elsewhere/x.fits", "put back a copy"),
    ],
)
def test_the_nearest_way_counts(path, words):
    assert words in way_out(Path(path))
