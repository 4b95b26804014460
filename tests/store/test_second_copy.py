"""Each row of the database is kept twice, so that a flipped bit is found."""

import random
import shutil
import sqlite3
from contextlib import closing

import pytest

from clara_engine.errors import ClaraError
from clara_engine.store.database import DATABASE_FILE
from clara_engine.workspace import Workspace


def rows(path):
    """Every cell of every table."""
    with closing(sqlite3.connect(path)) as connection:
        connection.text_factory = bytes
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: connection.execute(f"SELECT * FROM {name.decode()}").fetchall() for name in sorted(names)}


def damaged(folder, tmp_path, number):
    """How many of so many databases with a flipped byte were refused, and how many were read as other rows."""
    path = tmp_path / "ws" / DATABASE_FILE
    path.parent.mkdir()
    content, whole = (folder / DATABASE_FILE).read_bytes(), rows(folder / DATABASE_FILE)
    draw, told, other = random.Random(1), 0, 0
    for _ in range(number):
        changed = bytearray(content)
        changed[draw.randrange(len(changed))] ^= 1 << draw.randrange(8)
        shutil.rmtree(path.parent)
        path.parent.mkdir()
        path.write_bytes(changed)
        try:
            Workspace.open(path.parent, create=False)
        except ClaraError:
            told += 1
        else:
            found = rows(path)
            other += any(found[name] != whole[name] for name in whole if name != b"sqlite_sequence")
    return told, other


@pytest.fixture
def folder(trained_folder, tmp_path):
    folder = shutil.copytree(trained_folder, tmp_path / "trained")
    ws = Workspace.open(folder)
    for number, star in enumerate(ws.targets.ids()):
        ws.verdicts.add(star, "flare", author="ada", note=f"note {number} of some length")
    with closing(sqlite3.connect(folder / DATABASE_FILE)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return folder


def test_no_database_with_a_flipped_byte_is_read_as_other_rows(folder, tmp_path):
    told, other = damaged(folder, tmp_path, 60)
    assert other == 0
    assert told > 5


@pytest.mark.heavy
def test_five_hundred_damaged_databases(folder, tmp_path):
    told, other = damaged(folder, tmp_path, 500)
    print(f"of 500 databases with a flipped byte {told} were refused, {other} were read as other rows")
    assert other == 0


def test_tables_that_are_not_those_of_clara_are_told(folder):
    ws = Workspace.open(folder)
    assert ws.database_faults() == []
    with closing(sqlite3.connect(folder / DATABASE_FILE)) as connection:
        connection.execute("DROP INDEX whole_verdicts")
        connection.commit()
    assert ws.database_faults()[0] == "whole_verdicts is not as CLARA makes it"
