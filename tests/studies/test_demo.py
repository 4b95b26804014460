"""The demo: simulated stars in two sectors, read back as files are."""

import pytest

from clara_engine.studies import demo, train
from clara_engine.workspace import Workspace


def test_a_sixth_of_the_stars_is_seen_in_a_second_sector(tmp_path, monkeypatch):
    monkeypatch.setattr(train, "train", lambda workspace, spec, report: spec)
    workspace = Workspace.open(tmp_path / "ws")
    assert demo.make_demo(workspace, stars=72, seed=2).name == demo.STEERED
    table = workspace.targets.frame()
    assert table["sector"].value_counts().to_dict() == {1: 72, 2: 12}
    assert workspace.targets.stars().nunique() == 72
    truth = workspace.labels.frame()
    assert set(truth["target_id"]) == set(table["target_id"])


@pytest.mark.parametrize("stars", [12, 71])
def test_a_small_demo_has_one_sector(tmp_path, monkeypatch, stars):
    seen = []
    monkeypatch.setattr(train, "train", lambda workspace, spec, report: spec)
    monkeypatch.setattr(demo, "simulate", lambda workspace, **given: seen.append(given["again"]))
    demo.make_demo(Workspace.open(tmp_path / "ws"), stars=stars)
    assert seen == [0]
