"""Recovery of injected events by a run, scored by trees that never saw the star they are in."""

import numpy as np
import pandas as pd
import pytest

from clara_engine import Workspace
from clara_engine.errors import DesignError, WorkspaceError
from clara_engine.forest import ForestSettings
from clara_engine.lightcurve import star_of
from clara_engine.studies.injections import injected_features
from clara_engine.studies.recover import RecoveryPlan, kept_completeness, kept_recovery, recover
from clara_engine.synthetic import SyntheticDesign, steering_design
from clara_engine.workspace import RunSpec


@pytest.fixture(scope="module")
def quiet_trained(tmp_path_factory, light_curve_folder, small_spec):
    ws = Workspace.open(tmp_path_factory.mktemp("quiet"))
    ws.ingest([light_curve_folder])
    ws.labels.add("truth", {id: "dip" if i < 4 else "quiet" for i, id in enumerate(ws.targets.ids())}, source="test")
    ws.train(small_spec)
    return ws


def test_deep_eclipses_are_found_more_often_than_chance(quiet_trained):
    run = quiet_trained.runs.get("small")
    found = recover(quiet_trained, run, RecoveryPlan(event="binaries", curves=60, bins=2, x="depth", top_percent=10))
    assert found.axes == ("depth", None)
    assert (found.stars, found.quiet) == (36, 36)
    assert found.cells["n"].sum() == len(found.injected) == 60
    assert found.overall.chance == 0.1 < found.overall.low < found.overall.value < found.overall.high
    assert found.overall.value == found.injected["found"].mean() == (found.injected["score"] > found.threshold).mean()
    assert not set(found.injected["background"]) & set(quiet_trained.targets.ids()[:4])
    untouched = run.scores().set_index("target_id")["anomaly_score"]
    won = found.injected["score"].to_numpy() > untouched[found.injected["background"]].to_numpy()
    assert 0.5 < found.auc.low < found.auc.value <= found.auc.high
    assert found.matched_auc.value == pytest.approx(won.mean(), abs=0.1)
    assert found.completeness.groupby("by")["n"].sum().to_dict()["signal_to_noise"] == 60
    again = recover(quiet_trained, run, RecoveryPlan(event="binaries", curves=60, bins=2, x="depth", top_percent=10))
    np.testing.assert_array_equal(again.injected["score"], found.injected["score"])


def test_training_stars_are_scored_as_out_of_bag(quiet_trained):
    run = quiet_trained.runs.get("small")
    forest, scores = run.forest(), run.scores().set_index("target_id")
    ids, rows = quiet_trained.features.matrix("flux_power")
    got = forest.scores(rows, stars=[star_of(id) for id in ids]).anomaly
    np.testing.assert_allclose(got, scores.loc[ids, "anomaly_score"])
    assert np.abs(got - forest.anomaly_score(rows)).max() > 0.01


def test_hosts_of_a_contrast_set_carry_events_too_and_labelled_stars_do_not(quiet_trained):
    spec = RunSpec(
        name="all hosts",
        design=steering_design("binaries", curves=60),
        training_size=None,
        forest=ForestSettings(n_estimators=40),
    )
    run = quiet_trained.train(spec)
    found = recover(quiet_trained, run, RecoveryPlan(event="binaries", curves=72))
    assert found.quiet == found.stars == 36
    assert not set(found.injected["background"]) & set(quiet_trained.targets.ids()[:4])
    assert found.overall.value > 0.3
    forest, truth = run.forest(), found.injected
    by_all = forest.scores(
        injected_features(
            quiet_trained,
            RecoveryPlan(event="binaries", curves=72).injected_design(),
            "flux_power",
            backgrounds=sorted(truth["background"].unique()),
        ).rows
    )
    assert not np.allclose(by_all.anomaly, truth["score"])


def test_without_bootstrap_only_held_out_stars_are_left(quiet_trained, small_spec):
    forest = ForestSettings(n_estimators=10, bootstrap=False, oob_score=False)
    spec = small_spec.model_copy(update={"name": "plain", "forest": forest, "training_size": 20})
    run = quiet_trained.train(spec)
    trained = run.scores().query("trained")["target_id"]
    found = recover(quiet_trained, run, RecoveryPlan(curves=20))
    assert not set(found.injected["background"]) & set(trained)
    greedy = quiet_trained.train(spec.model_copy(update={"name": "greedy", "training_size": 35}))
    with pytest.raises(WorkspaceError, match=r"run 'greedy' leaves [0-9] light curves to inject into"):
        recover(quiet_trained, greedy, RecoveryPlan(curves=20))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"event": "comets"}, "no event 'comets'"),
        ({"x": "colour"}, "no axis 'colour'"),
        ({"x": "depth", "y": "depth"}, "both axes are depth"),
        ({"top_percent": 0}, "top_percent = 0 is out of range"),
        ({"design": SyntheticDesign.paper()}, "is not injected into observed light curves"),
    ],
)
def test_plans_that_can_not_be_met(values, words):
    with pytest.raises(DesignError, match=words):
        RecoveryPlan(**values)


def test_what_was_found_is_kept_with_the_run(quiet_trained):
    run = quiet_trained.runs.get("small")
    plan = RecoveryPlan(event="binaries", curves=30, seed=3)
    assert kept_recovery(run, plan) is None
    found = recover(quiet_trained, run, plan)
    kept = kept_recovery(Workspace.open(quiet_trained.folder).runs.get("small"), plan)
    pd.testing.assert_frame_equal(kept.injected, found.injected)
    assert (kept.overall, kept.stars, kept.quiet, kept.threshold) == (
        found.overall,
        found.stars,
        found.quiet,
        found.threshold,
    )
    by_depth = kept_recovery(run, plan.model_copy(update={"x": "depth", "bins": 2}))
    assert by_depth.axes == ("depth", None)
    assert len(by_depth.cells) == 2
    assert kept_recovery(run, plan.model_copy(update={"top_percent": 1.0})) is None
    pd.testing.assert_frame_equal(kept_completeness(run)["binaries, top 5 %"], found.completeness)
