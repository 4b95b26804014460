"""Verdicts taken back and put back, second opinions, labels of one's own, and the queue they make."""

import json

import pandas as pd
import pytest

from clara_engine.errors import WorkspaceError
from clara_engine.store.vocabulary import STANDARD, VerdictLabel
from clara_engine.studies.vetting_queue import progress, queued


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


def test_labels_of_ones_own_are_kept_and_checked(workspace):
    words = workspace.vocabulary
    assert words.labels() == STANDARD
    own = (VerdictLabel("comet", "x", True), VerdictLabel("junk", "0", False), VerdictLabel("look again", "l", None))
    words.save([VerdictLabel(" comet ", "x"), *own[1:]])
    assert words.labels() == own
    assert words.anomalies() == {"comet": True, "junk": False, "look again": None}
    for wrong, why in (
        ([], "at least one"),
        ([VerdictLabel("", "x")], "needs a name"),
        ([VerdictLabel("a" * 41, "x")], "needs a name"),
        ([VerdictLabel("a", "xx")], "one digit or small letter"),
        ([VerdictLabel("a", "X")], "one digit or small letter"),
        ([VerdictLabel("a", "j")], "something else"),
        ([VerdictLabel("a", "x"), VerdictLabel("A", "y")], "two labels"),
        ([VerdictLabel("a", "x"), VerdictLabel("b", "x")], "share the key x"),
    ):
        with pytest.raises(WorkspaceError, match=why):
            words.save(wrong)
    assert words.labels() == own


@pytest.mark.parametrize("text", ["{}", "[1]", "no json", json.dumps([{"name": "a", "key": "?"}])])
def test_a_damaged_list_of_labels_is_one_line(workspace, text):
    (workspace.folder / "verdict_labels.json").write_text(text)
    with pytest.raises(WorkspaceError, match="mend or remove") as caught:
        workspace.vocabulary.labels()
    assert "\n" not in str(caught.value)


@pytest.fixture
def opinions():
    rows = [("b", "ann", "planet", 100.0), ("c", "ann", "flare", 200_000.0), ("c", "bob", "planet", 200_100.0)]
    return pd.DataFrame(rows, columns=["target_id", "author", "label", "created"])


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ({}, "adbc"),
        ({"show": "unreviewed"}, "ad"),
        ({"show": "not by me", "author": "bob"}, "abd"),
        ({"show": "reviewed"}, "bc"),
        ({"show": "split"}, "c"),
        ({"label": "planet"}, "bc"),
        ({"among": ["d", "c", "z"]}, "dc"),
    ],
)
def test_who_is_in_the_queue(opinions, choice, expected):
    assert queued(list("abcd"), opinions, **choice) == list(expected)


def test_progress_counts_stars_not_records(opinions):
    found = progress(list("abc"), opinions, "bob", now=200_200.0)
    assert (found.reviewed, found.total, found.today, found.mine) == (2, 3, 1, 1)
    assert progress([], opinions, "bob").total == 0
