"""Who has renamed what is kept with the change, also in a workspace that an older version made."""

import shutil
from pathlib import Path

import pytest

from clara_engine import Workspace
from clara_engine.errors import DesignError, WorkspaceError
from clara_engine.store.vocabulary import VerdictLabel
from clara_engine.studies.query import query

OLD = Path(__file__).parent / "old" / "version_10"


def test_names_labels_and_removed_runs_say_by_whom(tmp_path):
    ws = Workspace.open(shutil.copytree(OLD, tmp_path / "ws"))
    assert ws.upgraded
    run, kept = ws.runs.get("latest"), ws.clusterings.get("two")
    ws.runs.rename(run.id, "mine", "ada")
    ws.runs.remove(run.id, "bob")
    ws.runs.restore(run.id, "ada")
    ws.clusterings.rename(kept.id, 0, "odd ones", "eve")
    ws.vocabulary.save([VerdictLabel("comet", "x"), VerdictLabel("junk", "0", False)])
    with pytest.raises(DesignError):
        ws.runs.rename(run.id, "", "ada")
    with pytest.raises(WorkspaceError):
        ws.clusterings.rename(kept.id, 7, "none", "eve")
    found = query(ws, "SELECT what, thing, name, author FROM changes")
    assert found.to_numpy().tolist() == [
        ["run renamed", run.id, "mine", "ada"],
        ["run removed", run.id, "mine", "bob"],
        ["run restored", run.id, "mine", "ada"],
        ["cluster named", f"{kept.id}/0", "odd ones", "eve"],
        ["labels changed", "", "comet, junk", "unknown"],
    ]
    assert ws.database_faults() == []
