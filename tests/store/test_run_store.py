"""Runs of a workspace: renamed, pinned, removed, brought back and deleted."""

import json
import time

import pytest

from clara_engine.errors import DesignError, WorkspaceError
from clara_engine.store.run_store import KEPT_DAYS


def test_a_run_is_renamed_and_pinned_and_the_file_beside_it_says_so(trained):
    run = trained.runs.get("latest")
    trained.runs.rename(run.id, "  what I looked for ")
    trained.runs.pin(run.id)
    again = trained.runs.get("what I looked for")
    assert (again.id, again.pinned) == (run.id, True)
    assert again.scores().equals(run.scores())
    beside = json.loads((run.folder / "run.json").read_text())
    assert (beside["spec"]["name"], beside["pinned"]) == ("what I looked for", True)
    assert not trained.runs.pin(run.id, False).pinned
    with pytest.raises(DesignError):
        trained.runs.rename(run.id, " ")


def test_a_removed_run_comes_back_until_it_has_been_away_for_long(trained, monkeypatch):
    before = trained.runs.list()
    run = trained.train(before[0].spec.model_copy(update={"name": "looked at"}))
    trained.runs.remove(run.id)
    assert trained.runs.list() == before
    with pytest.raises(WorkspaceError, match="no run"):
        trained.runs.get(run.id)
    trained.runs.restore(run.id)
    assert trained.runs.get("latest").scores().equals(run.scores())
    assert trained.runs.get(run.id).forest().settings == run.spec.forest

    other = trained.train(run.spec.model_copy(update={"name": "other"}))
    trained.runs.remove(run.id)
    later = time.time() + 86_400 * (KEPT_DAYS + 1)
    monkeypatch.setattr("clara_engine.store.run_store.time.time", lambda: later)
    trained.runs.remove(other.id)
    assert not run.folder.exists()
    assert other.folder.exists()
    with pytest.raises(WorkspaceError, match="gone for good"):
        trained.runs.restore(run.id)


def test_a_deleted_run_is_gone(trained):
    run = trained.runs.get("latest")
    trained.runs.delete(run.id)
    assert trained.runs.list() == []
    assert not run.folder.exists()
