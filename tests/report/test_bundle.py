"""A run frozen for an archive: everything in it, the same to the last bit, checked, and taken elsewhere."""

import json
import shutil
import time
import zipfile

import pandas as pd
import pytest

from clara_engine import Workspace
from clara_engine.errors import WorkspaceError
from clara_engine.report.bundle import Difference, bundle, verify, write_bundle
from clara_engine.studies.transfer import import_forest


@pytest.fixture(scope="module")
def frozen(trained):
    ids, run = trained.targets.ids(), trained.runs.get("small")
    trained.verdicts.add(ids[0], "planet", author="ann", note="=1+1", period_days=2.5, run_id=run.id)
    return bundle(trained, run)


def test_it_is_the_same_to_the_last_bit_at_another_time(trained, frozen, tmp_path, monkeypatch):
    later = time.time() + 1e6
    monkeypatch.setattr(time, "time", lambda: later)
    trained.runs.pin(trained.runs.get("small").id)
    again = bundle(Workspace.open(trained.folder), trained.runs.get("small"))
    for number, made in enumerate((frozen, again)):
        write_bundle(made, tmp_path / f"{number}.zip")
    assert (tmp_path / "0.zip").read_bytes() == (tmp_path / "1.zip").read_bytes()


def test_it_says_what_fixed_the_run_and_holds_its_scores_and_verdicts(trained, frozen, tmp_path):
    write_bundle(frozen, tmp_path / "bundle")
    run = trained.runs.get("small")
    facts = json.loads((tmp_path / "bundle" / "run.json").read_text())
    assert facts["spec"] == run.spec.model_dump(mode="json")
    assert facts["versions"] == run.versions
    scores = pd.read_csv(tmp_path / "bundle" / "scores.csv", float_precision="round_trip").set_index("target_id")[
        "anomaly_score"
    ]
    assert scores.to_dict() == run.scores().set_index("target_id")["anomaly_score"].astype(float).to_dict()
    curves = pd.read_csv(tmp_path / "bundle" / "light_curves.csv")
    assert len(curves) == 40
    assert curves["sha256"].str.fullmatch("[0-9a-f]{64}").all()
    assert not curves["file"].str.contains("/").any()
    verdicts = pd.read_csv(tmp_path / "bundle" / "verdicts.csv")
    assert verdicts[["label", "author", "period_days"]].to_numpy().tolist() == [["planet", "ann", 2.5]]
    for content in frozen.files.values():
        assert str(trained.folder).encode() not in content


def test_what_changed_is_said(frozen, tmp_path):
    folder = tmp_path / "bundle"
    write_bundle(frozen, folder)
    assert verify(folder) == []
    (folder / "scores.csv").write_text("target_id\n")
    (folder / "design.toml").unlink()
    (folder / "more").write_text("")
    assert verify(folder) == [
        Difference("design.toml", "missing"),
        Difference("more", "not listed"),
        Difference("scores.csv", "changed"),
    ]
    with pytest.raises(WorkspaceError, match="is there already"):
        write_bundle(frozen, folder)
    for name in ("no.zip", "empty"):
        with pytest.raises(WorkspaceError):
            verify(tmp_path / name)
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("x", "y")
    with pytest.raises(WorkspaceError, match="is no bundle"):
        verify(tmp_path / "other.zip")


def test_its_forest_gives_the_same_scores_elsewhere(trained, frozen, workspace, tmp_path):
    write_bundle(frozen, tmp_path / "bundle")
    there = import_forest(workspace, tmp_path / "bundle" / "forest.clara-forest")
    before = trained.runs.get("small").scores().set_index("target_id")["anomaly_score"]
    assert there.scores().set_index("target_id")["anomaly_score"].reindex(before.index).equals(before)


def test_light_curves_that_are_gone_are_told(trained, tmp_path):
    ws = Workspace.open(shutil.copytree(trained.folder, tmp_path / "ws"))
    target_id = ws.targets.ids()[0]
    path = ws.targets.path(target_id)
    ws.targets.frame = lambda: trained.targets.frame().replace({"path": {str(path): str(tmp_path / "gone.fits")}})
    made = bundle(ws, ws.runs.get("small"))
    assert made.missing == (target_id,)
    assert b"1 file of light curves was not there" in made.files["README.md"]
