"""Runs whose contrast set is injected into observed light curves of the workspace."""

import numpy as np
import pytest

from clara_engine.errors import DesignError
from clara_engine.forest import ForestSettings
from clara_engine.synthetic import SyntheticDesign, steering_design
from clara_engine.workspace import RunSpec
from clara_engine.workspace.training_set import choose_hosts


def spec(**changes):
    values = {"name": "binaries", "design": steering_design("binaries", curves=30, seed=3), "background_stars": 8}
    return RunSpec(**{**values, "forest": ForestSettings(n_estimators=20), "training_size": None, **changes})


def test_every_star_may_carry_signals_and_all_are_measured(workspace):
    ids = workspace.targets.ids()
    workspace.labels.add("truth", {id: "dip" if i < 12 else "quiet" for i, id in enumerate(ids)}, source="test")
    run = workspace.train(spec(background_stars=None))
    scores = run.scores()
    assert not scores["set_aside"].any()
    assert scores["trained"].all()
    assert run.scoring == "cross-fitted"
    assert (run.measures["truth/dip"]["targets"], run.measures["truth/dip"]["positives"]) == (40, 12)
    forest = run.forest()
    by_star = forest.scores(workspace.matrices.matrix("flux_power")[1], stars=workspace.targets.stars().loc[ids])
    np.testing.assert_allclose(scores.set_index("target_id").loc[ids, "anomaly_score"], by_star.anomaly)


def test_hosts_are_as_many_as_curves_or_all_and_hang_on_each_star_alone():
    ids = [f"{number}-s0001-SPOC-120" for number in range(50)]
    assert len(choose_hosts(spec(background_stars=None), ids)) == 30
    assert choose_hosts(spec(background_stars=None), ids[:20]) == ids[:20]
    few = choose_hosts(spec(), ids)
    assert len(few) == 8
    without = choose_hosts(spec(), [id for id in ids if id != few[3]])
    assert len(set(few) & set(without)) == 7
    assert choose_hosts(spec(design=SyntheticDesign.paper()), ids) == []


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
    with pytest.raises(DesignError, match="41 background stars can't be taken from 40"):
        workspace.train(spec(background_stars=41))
