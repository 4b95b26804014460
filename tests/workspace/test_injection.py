"""Runs whose contrast set is injected into observed light curves of the workspace."""

import numpy as np
import pytest

from clara_engine.errors import DesignError
from clara_engine.forest import ForestSettings
from clara_engine.synthetic import steering_design
from clara_engine.workspace import RunSpec


def spec(**changes):
    values = {"name": "binaries", "design": steering_design("binaries", curves=30, seed=3), "background_stars": 8}
    return RunSpec(**{**values, "forest": ForestSettings(n_estimators=20), "training_size": None, **changes})


def test_background_stars_train_as_they_are_and_are_not_measured(workspace):
    ids = workspace.targets.ids()
    workspace.labels.add("truth", {id: "dip" if i < 12 else "quiet" for i, id in enumerate(ids)}, source="test")
    run = workspace.train(spec())
    scores = run.scores()
    assert scores["set_aside"].sum() == 8
    assert scores["trained"].all()
    aside = set(scores.loc[scores["set_aside"], "target_id"])
    assert run.measures["truth/dip"]["targets"] == 32
    assert run.measures["truth/dip"]["positives"] == 12 - len(aside & set(ids[:12]))


def test_the_same_spec_gives_the_same_bits_with_or_without_what_was_kept(workspace):
    first = workspace.train(spec()).scores()
    (kept,) = (workspace.folder / "cache").glob("injected/*/*.npy")
    before = kept.stat().st_mtime_ns
    again = workspace.train(spec()).scores()
    assert kept.stat().st_mtime_ns == before
    kept.unlink()
    third = workspace.train(spec()).scores()
    for other in (again, third):
        np.testing.assert_array_equal(first["anomaly_score"], other["anomaly_score"])


def test_too_many_background_stars_are_refused(workspace):
    with pytest.raises(DesignError, match="39 background stars can't be taken from 40"):
        workspace.train(spec(background_stars=39))
