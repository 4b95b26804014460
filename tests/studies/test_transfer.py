"""Forests carried to another workspace: the same scores there, and what is refused."""

import json
import zipfile

import numpy as np
import pytest

from clara_engine import Workspace
from clara_engine.errors import DesignError, ModelFileError, WorkspaceError
from clara_engine.studies import transfer
from clara_engine.studies.transfer import export_forest, import_forest


@pytest.fixture(scope="module")
def file(trained, tmp_path_factory):
    path = tmp_path_factory.mktemp("forest") / "small.clara-forest"
    export_forest(trained.runs.get("small"), path)
    return path


def test_in_another_workspace_it_gives_the_same_scores(trained, file, workspace):
    there = import_forest(workspace, file)
    before = trained.runs.get("small").scores().set_index("target_id")
    after = there.scores().set_index("target_id").reindex(before.index)
    assert np.array_equal(after["anomaly_score"], before["anomaly_score"])  # also of those that trained it: held out
    assert np.array_equal(after["trained"], before["trained"])
    assert (there.scoring, there.trained) == ("out of bag", 30)
    assert there.spec.imported.startswith("small.clara-forest ")
    assert there.spec.design == trained.runs.get("small").spec.design
    assert "imported from" in there.notes[-1]
    again = Workspace.open(workspace.folder).runs.get("small")
    assert again.spec == there.spec
    listed = workspace.importances(again)
    assert listed["importance"].sum() == pytest.approx(1)
    assert listed["chance"].isna().all()


def test_it_travels_on(file, workspace, tmp_path, monkeypatch):
    tables = {"toi": {"asked_at": 1.0, "digest": "0" * 64, "question": "toi"}}
    monkeypatch.setattr(transfer, "whole_catalogues", lambda store: tables)
    run = import_forest(workspace, file, name="mine")
    assert run.name == "mine"
    assert workspace.runs.get("mine").catalogues == tables  # its labels are from them
    export_forest(run, tmp_path / "again.clara-forest")
    assert import_forest(workspace, tmp_path / "again.clara-forest").trained == 30


def changed(file, path, change):
    """A copy of a forest file with other parts."""
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def test_damage_is_told(file, workspace, tmp_path):
    def flip(parts):
        parts["model"] = parts["model"][:-30] + b"x" * 30

    path = changed(file, tmp_path / "f.clara-forest", flip)
    with pytest.raises(ModelFileError, match="model was changed"):
        import_forest(workspace, path)
    path = changed(file, tmp_path / "f.clara-forest", lambda parts: parts.pop("model"))
    with pytest.raises(ModelFileError, match="no forest file"):
        import_forest(workspace, path)
    path.write_bytes(b"nothing")
    with pytest.raises(ModelFileError, match="not a whole forest file"):
        import_forest(workspace, path)
    with pytest.raises(ModelFileError, match="can't be read"):
        import_forest(workspace, tmp_path / "absent.clara-forest")
    assert not workspace.runs.list()


@pytest.mark.parametrize(
    ("field", "value"),
    [("spec", {"name": "x", "variant": "URF9"}), ("trained", "all"), ("scoring", "guess"), ("version", 9)],
)
def test_a_run_that_can_not_be_is_refused(file, workspace, tmp_path, field, value):
    import hashlib

    def forge(parts):
        facts = json.loads(parts["run.json"]) | {field: value}
        parts["run.json"] = json.dumps(facts).encode()
        digests = json.loads(parts["digests.json"])
        digests["run.json"] = hashlib.blake2b(parts["run.json"], digest_size=32).hexdigest()
        parts["digests.json"] = json.dumps(digests).encode()

    path = changed(file, tmp_path / "f.clara-forest", forge)
    with pytest.raises(ModelFileError):
        import_forest(workspace, path)


def test_node_arrays_need_a_design(workspace, tmp_path):
    (tmp_path / "mine.npz").write_bytes(b"")
    with pytest.raises(DesignError, match="with which design"):
        import_forest(workspace, tmp_path / "mine.npz")


def test_the_name_says_what_it_is(trained, tmp_path):
    with pytest.raises(WorkspaceError, match=r"\.clara-forest"):
        export_forest(trained.runs.get("small"), tmp_path / "small.pkl")
