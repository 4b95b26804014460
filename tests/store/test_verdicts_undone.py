"""Verdicts taken back and put back, and second opinions."""

import pytest


@pytest.fixture
def log(workspace):
    return workspace.verdicts


def test_undo_and_redo_go_back_and_forth_and_only_add_records(log):
    first, second = log.add("a", "planet", author="ann"), log.add("b", "flare", author="ann")
    assert log.redo(author="ann") is None
    assert [log.undo(author="ann") for _ in range(3)] == [second, first, None]
    assert [log.redo(author="ann") for _ in range(3)] == [first, second, None]
    assert log.latest()["label"].to_dict() == {"a": "planet", "b": "flare"}
    assert log.undo(author="ann") == second
    assert log.latest()["label"].to_dict() == {"a": "planet"}
    assert log.redo(author="ann") == second
    history = log.history()
    assert len(history) == 8
    assert history["standing"].sum() == 2
    assert log.target_of(second) == "b"


def test_a_new_verdict_ends_what_can_be_put_back(log):
    log.add("a", "planet", author="ann")
    log.undo(author="ann")
    log.add("a", "flare", author="ann")
    assert log.redo(author="ann") is None
    log.add("b", "dipper", author="bob")
    assert log.undo(author="bob")
    assert log.redo(author="ann") is None  # of one's own only
    assert log.latest()["label"].to_dict() == {"a": "flare"}


def test_opinions_stand_side_by_side(log):
    log.add("a", "planet", author="ann")
    log.add("a", "flare", author="bob")
    log.add("a", "dipper", author="ann")
    assert dict(log.opinions("a")[["author", "label"]].itertuples(index=False)) == {"bob": "flare", "ann": "dipper"}
    log.undo(author="ann")
    assert set(log.opinions()["label"]) == {"flare", "planet"}
