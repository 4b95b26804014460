"""Opening a workspace: where it is by default, when it is made, and what is refused."""

import pytest

from clara_engine.errors import WorkspaceError
from clara_engine.store.store import Store, default_folder


def test_the_environment_names_the_default(monkeypatch, tmp_path):
    monkeypatch.setenv("CLARA_WORKSPACE", str(tmp_path / "ws"))
    assert default_folder() == tmp_path / "ws"
    assert Store.open().folder == tmp_path / "ws"


def test_it_is_made_only_when_asked(tmp_path):
    with pytest.raises(WorkspaceError, match="no workspace"):
        Store.open(tmp_path / "ws", create=False)
    assert not (tmp_path / "ws").exists()
    made = Store.open(tmp_path / "ws")
    assert made.targets.ids() == []
    assert not made.simulated


def test_a_file_is_no_workspace(tmp_path):
    (tmp_path / "ws").write_text("")
    with pytest.raises(WorkspaceError, match="can't be a workspace"):
        Store.open(tmp_path / "ws")


def test_a_simulated_star_marks_all(workspace):
    assert Store.open(workspace.folder, create=False).simulated
