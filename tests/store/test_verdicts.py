"""Verdicts that come twice, and undo that knows where a verdict was given."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from clara_engine.store.schema import FIRST_SCHEMA, MIGRATIONS
from clara_engine.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace.open(tmp_path / "workspace")


def test_what_comes_twice_under_a_token_is_written_once(workspace: Workspace) -> None:
    log = workspace.verdicts

    def send(place: int) -> int:
        return log.add("1-s0001-SPOC-120", "planet", author="ann", token=f"t{place % 3}")

    with ThreadPoolExecutor(6) as pool:
        numbers = list(pool.map(send, range(18)))
    assert len(log.history()) == len(set(numbers)) == 3
    assert log.add("2-s0001-SPOC-120", "flare", author="ann") != log.add("2-s0001-SPOC-120", "flare", author="ann")
    assert len(log.history()) == 5
    assert log.last() == log.history()["verdict_id"].iloc[-1]


def test_undo_takes_back_only_what_its_session_gave(workspace: Workspace) -> None:
    log = workspace.verdicts
    mine = log.add("1-s0001-SPOC-120", "planet", author="ann", session="a")
    other = log.add("2-s0001-SPOC-120", "flare", author="ann", session="b")
    by_command = log.add("3-s0001-SPOC-120", "eclipse", author="ann")
    assert log.undo(author="ann", session="a") == mine
    assert log.undo(author="ann", session="a") is None
    assert set(log.latest()["label"]) == {"flare", "eclipse"}
    assert log.redo(author="ann", session="b") is None
    assert log.redo(author="ann", session="a") == mine
    assert log.undo(author="ann", session="b") == other
    assert log.undo(author="ann") == mine  # it stood again last
    assert log.undo(author="ann") == by_command
    assert log.latest().empty


def test_an_older_workspace_keeps_its_verdicts(tmp_path: Path) -> None:
    before = (
        len(MIGRATIONS) - next(i for i, script in enumerate(reversed(MIGRATIONS)) if "verdicts_token" in script) - 1
    )
    connection = sqlite3.connect(tmp_path / "clara.sqlite")
    for script in (FIRST_SCHEMA, *MIGRATIONS[:before]):
        connection.executescript(script)
    connection.execute(f"PRAGMA user_version = {before + 1}")
    connection.execute("INSERT INTO verdicts VALUES (1, '1-s0001-SPOC-120', 'planet', '', 'ann', 1.0, NULL, 2.5, NULL)")
    connection.commit()
    connection.close()
    log = Workspace.open(tmp_path).verdicts
    assert log.latest()["label"].tolist() == ["planet"]
    assert log.undo(author="ann", session="a") is None
    assert log.undo(author="ann") == 1
