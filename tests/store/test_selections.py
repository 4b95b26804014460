from pathlib import Path

import pytest

from clara_engine.errors import WorkspaceError
from clara_engine.workspace import Workspace


def test_a_selection_is_kept_by_name_and_replaced(tmp_path: Path) -> None:
    book = Workspace.open(tmp_path).selections
    book.save(" odd ones ", ["b", "a", "b"], author="me")
    again = Workspace.open(tmp_path).selections
    assert [(kept.name, kept.target_ids, kept.author) for kept in again.list()] == [("odd ones", ("b", "a"), "me")]
    again.save("odd ones", ["c"])
    assert book.get("odd ones").target_ids == ("c",)
    book.delete("odd ones")
    assert again.list() == []


@pytest.mark.parametrize(("name", "ids"), [("", ["a"]), ("x" * 61, ["a"]), ("fine", [])])
def test_what_can_not_be_kept_is_refused_with_the_reason(tmp_path: Path, name: str, ids: list[str]) -> None:
    with pytest.raises(WorkspaceError):
        Workspace.open(tmp_path).selections.save(name, ids)


def test_an_unknown_name_is_told_with_those_that_are_known(tmp_path: Path) -> None:
    book = Workspace.open(tmp_path).selections
    book.save("dippers", ["a"])
    with pytest.raises(WorkspaceError, match="selections: dippers"):
        book.get("flares")


def test_a_passing_selection_has_an_id_that_only_depends_on_its_targets(tmp_path: Path) -> None:
    book = Workspace.open(tmp_path).selections
    first = book.remember(["b", "a", "b"])
    assert first == book.remember(["a", "b"]) != book.remember(["a"])
    assert Workspace.open(tmp_path).selections.recall(first) == ("a", "b")
    assert book.recall("nothing") is None
    assert book.list() == []


def test_only_the_latest_passing_selections_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clara_engine.store.selections.MOST_PASSING", 2)
    book = Workspace.open(tmp_path).selections
    ids = [book.remember([name]) for name in "abc"]
    assert [book.recall(one) is not None for one in ids] == [False, True, True]
