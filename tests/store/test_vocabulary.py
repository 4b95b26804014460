"""Verdicts taken back and put back, second opinions, labels of one's own, and the queue they make."""

import json

import pytest

from clara_engine.errors import WorkspaceError
from clara_engine.store.vocabulary import STANDARD, VerdictLabel


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
