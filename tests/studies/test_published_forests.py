"""The forests of the publication, made and written by one command."""

import shutil

from clara_engine import Workspace
from clara_engine.forest import ForestSettings
from clara_engine.studies.published_forests import export_published, variant_specs
from clara_engine.studies.sweep_plan import SweepPlan


def test_published_forests_are_made_and_written_once(trained_folder, small_spec, tmp_path, monkeypatch):
    ws = Workspace.open(shutil.copytree(trained_folder, tmp_path / "ws"))
    base = small_spec.model_copy(update={"forest": ForestSettings(n_estimators=3), "training_size": 30})
    plan = SweepPlan(name="two", base=base, axes={"design.curves": (20, 30)})
    specs = [one.model_copy(update={"forest": base.forest}) for one in variant_specs(("truth", "dip"))]
    design = base.design.changed(name="URF4")
    specs[3] = specs[3].model_copy(update={"design": design})
    monkeypatch.setattr("clara_engine.studies.published_forests.variant_specs", lambda label: specs)
    made = export_published(ws, tmp_path / "out", plan, label=("truth", "dip"))
    assert [one.reason for one in made] == [""] * 6
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(one.file for one in made)
    assert [one.name for one in made][2:] == ["URF1", "URF2", "URF3", "URF4"]
    count = len(ws.runs.list())
    again = export_published(ws, tmp_path / "out", plan, label=("truth", "dip"))
    assert [one.run for one in again] == [one.run for one in made]
    assert len(ws.runs.list()) == count


def test_without_labels_urf3_is_left_out_with_the_reason(workspace, small_spec, tmp_path, monkeypatch):
    base = small_spec.model_copy(update={"forest": ForestSettings(n_estimators=2)})
    specs = [one.model_copy(update={"forest": base.forest}) for one in variant_specs(("toi", "any"))]
    monkeypatch.setattr("clara_engine.studies.published_forests.variant_specs", lambda label: specs[2:3])
    made = export_published(workspace, tmp_path / "out", SweepPlan(name="one", base=base))
    assert [bool(one.file) for one in made] == [True, False]
    assert "no labels" in made[1].reason
