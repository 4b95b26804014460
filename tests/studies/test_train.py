"""Runs reproduce to the last bit, and score their own training set honestly."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from clara_engine.errors import DesignError
from clara_engine.features import feature_set
from clara_engine.forest import ForestSettings, UnsupervisedForest, contrast
from clara_engine.lightcurve import star_of
from clara_engine.readers import read_light_curve, write_spoc
from clara_engine.studies.extract import binned_features
from clara_engine.studies.injections import contrast_features
from clara_engine.studies.train import rank
from clara_engine.synthetic import SyntheticDesign, steering_design
from clara_engine.workspace import RunSpec

SCORES = ["anomaly_score", "anomaly_spread", "weirdness"]


def test_run_reproduces_from_what_is_stored(trained, workspace):
    run = trained.runs.get("latest")
    design = SyntheticDesign.from_toml(run.folder / "design.toml")
    assert design == run.spec.design
    said = trained.labels.frame().set_index("target_id")["value"].to_dict()
    workspace.labels.add("truth", said, source="test")  # p-values of this run are ranks among the quiet ones
    again = workspace.train(RunSpec(**run.spec.model_dump(exclude={"design"}), design=design))
    assert again.fingerprint == run.fingerprint
    pd.testing.assert_frame_equal(again.scores(), run.scores(), check_exact=True)
    other = workspace.train(run.spec.model_copy(update={"seed": 8}))
    assert not other.scores()["anomaly_score"].equals(run.scores()["anomaly_score"])


def test_number_of_threads_changes_nothing(trained):
    run = trained.runs.get("latest")
    ids, binned = binned_features(trained, "flux_power")
    scores = run.scores().set_index("target_id").loc[ids]
    members = np.flatnonzero(scores["trained"])
    rows = contrast.from_features(contrast_features(trained, run.spec.design, "flux_power"))
    forest = UnsupervisedForest.from_settings(run.spec.forest, random_state=run.spec.seed, n_jobs=1)
    forest.fit(binned.take(members), rows)
    np.testing.assert_array_equal(scores["anomaly_score"].to_numpy()[members], forest.oob_anomaly_score_)
    np.testing.assert_array_equal(forest.scores(binned).anomaly, run.forest().scores(binned).anomaly)


def test_stars_that_resemble_the_contrast_set_come_first(trained):
    scores = trained.runs.get("latest").scores()
    dips = scores["target_id"].isin(trained.targets.ids()[:4])
    area = roc_auc_score(dips, scores["anomaly_score"])
    assert area > 0.8
    measured = trained.runs.get("latest").measures["truth/dip"]
    assert measured["positives"] == 4
    assert measured["roc_auc"]["value"] == pytest.approx(area)


@pytest.mark.parametrize("variant", ["URF1", "URF2", "URF3", "marginal", "picked"])
def test_every_variant_scores_every_target(variant, trained):
    dips = tuple(trained.targets.ids()[:4])
    forest = ForestSettings(n_estimators=20, bootstrap=variant != "URF2")
    chosen = {"URF3": {"label": ("truth", "dip")}, "picked": {"picked": dips}}.get(variant, {})
    run = trained.train(RunSpec(name=variant, variant=variant, forest=forest, **chosen))
    try:
        scores = run.scores()
        assert sorted(scores["target_id"]) == trained.targets.ids()
        assert scores[SCORES].notna().all(axis=None)
        assert scores["anomaly_score"].between(0, 1).all()
        assert run.trained == (36 if chosen else 40)
        if chosen:
            assert not scores.set_index("target_id").loc[list(dips), "trained"].any()
    finally:
        trained.runs.delete(run.id)
    assert not run.folder.exists()


def test_contrast_that_nobody_carries_is_one_line(trained):
    with pytest.raises(DesignError, match="truth/unicorn"):
        trained.train(RunSpec(name="x", variant="URF3", label=("truth", "unicorn")))


def test_tied_scores_share_rank_and_percentile():
    table = rank(pd.DataFrame({"anomaly_score": [0.1, 0.9, 0.5, 0.5], "weirdness": [0.0, 0.0, 0.1, 0.2]}))
    assert table["rank"].tolist() == [1, 2, 2, 4]
    assert table["percentile"].tolist() == [87.5, 50.0, 50.0, 12.5]
    assert table["weirdness"].tolist() == [0.0, 0.2, 0.1, 0.0]


@pytest.mark.parametrize("steered", [False, True])
def test_a_member_whose_file_has_changed_is_scored_by_trees_that_never_saw_the_star(trained, tmp_path, steered):
    run = trained.runs.get("small")
    if steered:
        spec = {"name": "deep", "design": steering_design("binaries", curves=30)}
        run = trained.train(RunSpec(**{**spec, "forest": ForestSettings(n_estimators=40)}))
    scores = run.scores()
    member = scores.loc[scores["trained"], "target_id"].iloc[-1]
    before = trained.targets.light_curve(member)
    flux = before.flux.copy()
    flux[100:300] *= 0.9
    path = tmp_path / "changed.fits"
    write_spoc(before.with_flux(flux), path)
    table, _ = trained.score_files(run, [path])
    row = feature_set("flux_power").compute(read_light_curve(path))
    assert table["target_id"].tolist() == [member]
    forest = run.forest()
    unseen = forest.trees_for([before.target.star])[0]
    assert 0 < unseen.sum() < len(forest.trees_)
    leaves = forest.apply(row[np.newaxis])[0] + forest.trees_.roots[:-1]
    assert table["anomaly_score"].iloc[0] == pytest.approx(forest.trees_.share[leaves][unseen].mean())
    if steered:
        trained.runs.delete(run.id)


def test_in_bag_scores_are_those_of_all_trees_and_say_so(trained, small_spec):
    forest = small_spec.forest.model_copy(update={"oob_score": False})
    run = trained.train(small_spec.model_copy(update={"name": "in bag", "forest": forest}))
    try:
        ids, binned = binned_features(trained, "flux_power")
        by_all = trained.runs.get("small").forest().scores(binned).anomaly
        np.testing.assert_array_equal(run.scores().set_index("target_id").loc[ids, "anomaly_score"], by_all)
        assert trained.runs.get("in bag").scoring == "in bag"
        assert "in bag" in run.caveat
        assert (trained.runs.get("small").scoring, trained.runs.get("small").caveat) == ("out of bag", "")
    finally:
        trained.runs.delete(run.id)


def test_older_runs_say_why_they_can_not_be_compared_and_know_their_stars(trained, tmp_path):
    run = trained.runs.get("small")
    old = replace(run, scoring="", spec=run.spec.model_copy(update={"design": steering_design("flares")}))
    assert "can't be compared with newer runs" in old.caveat
    assert replace(run, scoring="").caveat == ""
    forest = run.forest()
    members = run.scores().query("trained")["target_id"].sort_values()
    assert forest.stars_.tolist() == sorted(star_of(id) for id in members)
    kept = forest.star_trees_.copy()
    forest.stars_ = np.empty(0, np.str_)
    forest.remember_stars([star_of(id) for id in members])
    np.testing.assert_array_equal(forest.star_trees_, kept)
