"""Claims of a run: p-values from nulls that no tree of theirs has seen, and one rank a star."""

import numpy as np
import pandas as pd
import pytest

from clara_engine import Workspace
from clara_engine.evaluate.conformal import conformal_p
from clara_engine.features import feature_set
from clara_engine.forest import ForestSettings, UnsupervisedForest
from clara_engine.studies.claims import CLAIM_COLUMNS, Claims, claims_of, kept_claims, make_claims
from clara_engine.studies.extract import extract_features
from clara_engine.studies.injections import injected_features
from clara_engine.studies.nulls import NullPlan, null_features
from clara_engine.synthetic import steering_design
from clara_engine.workspace import RunSpec

FOREST = ForestSettings(n_estimators=60, max_features=60, min_samples_leaf=2)


@pytest.fixture(scope="module")
def steered(tmp_path_factory, light_curve_folder):
    """A workspace, a forest steered to binaries that was told of the stars, and its scores."""
    ws = Workspace.open(tmp_path_factory.mktemp("claims"))
    ws.ingest([light_curve_folder])
    extract_features(ws, "steering")
    ids, rows = ws.features.matrix("steering")
    made = injected_features(ws, steering_design("binaries", curves=60), "steering", backgrounds=ids)
    stars = ws.targets.stars()
    forest = UnsupervisedForest.from_settings(FOREST, random_state=1).fit(
        rows, made.rows, real_stars=stars[ids], contrast_stars=stars[made.truth["background"]]
    )
    return (
        ws,
        forest,
        pd.DataFrame(
            {"target_id": ids, "anomaly_score": forest.oob_anomaly_score_, "trained": True, "set_aside": False}
        ),
    )


def test_p_values_are_ranks_among_nulls_of_other_stars(steered):
    ws, forest, scores = steered
    table, found = claims_of(ws, forest, scores, "steering", plan=NullPlan(most=80))
    assert (found.source, found.nulls, found.null_stars, found.stars) == ("null light curves", 80, 40, 40)
    assert found.smallest_p == pytest.approx(1 / 41)
    chosen = NullPlan(most=80).choose(ws.targets.ids(), ws.targets.stars())
    made = null_features(ws, chosen, "steering")
    owners = ws.targets.stars()[made.target_ids].to_numpy()
    fair = [
        forest.trees_.share[forest.apply(row[None])[0] + forest.trees_.roots[:-1]][forest.trees_for([star])[0]].mean()
        for row, star in zip(made.rows, owners, strict=True)
    ]
    expected = conformal_p(scores["anomaly_score"], fair, null_stars=owners)
    np.testing.assert_allclose(table["p_value"], expected)
    assert set(CLAIM_COLUMNS) <= set(table)
    assert (table["star_p_value"] == table["p_value"]).all()
    order = table.sort_values("star_rank")
    assert order["anomaly_score"].is_monotonic_decreasing
    assert order["star_q_value"].is_monotonic_increasing
    assert found.classes == 1


def test_stars_are_compared_with_nulls_that_are_as_periodic_where_there_are_enough(steered, monkeypatch):
    ws, forest, scores = steered
    monkeypatch.setattr("clara_engine.studies.claims.LEAST_ALIKE", 5)
    table, found = claims_of(ws, forest, scores, "steering", plan=NullPlan(most=80))
    made = null_features(ws, NullPlan(most=80).choose(ws.targets.ids(), ws.targets.stars()), "steering")
    owners = ws.targets.stars()[made.target_ids].to_numpy()
    fair = forest.scores(made.rows, stars=owners).anomaly
    column = feature_set("steering").labels.index("power at the best frequency")
    edges = np.quantile(made.rows[:, column], (1 / 3, 2 / 3))
    own = ws.features.rows("steering").matrix(scores["target_id"].tolist())[:, column]
    third, null_third = np.searchsorted(edges, own), np.searchsorted(edges, made.rows[:, column])
    assert found.classes == 3
    for each in range(3):
        alike = null_third == each
        expected = conformal_p(scores["anomaly_score"][third == each], fair[alike], null_stars=owners[alike])
        np.testing.assert_allclose(table["p_value"][third == each], expected)
    assert table.sort_values("star_rank")["star_p_value"].is_monotonic_increasing


def test_labelled_stars_make_no_nulls_and_get_small_p_values(steered, tmp_path_factory, light_curve_folder):
    ws, forest, scores = steered
    dips = ws.targets.ids()[:4]
    ws.labels.add("truth", dict.fromkeys(dips, "dip"), source="test")
    table, found = claims_of(ws, forest, scores, "steering")
    assert found.null_stars == 36
    assert (found.nulls % 36, found.nulls // 36) == (0, 6)
    by_id = table.set_index("target_id")["p_value"]
    assert by_id[dips].max() <= 0.06
    assert (by_id.drop(dips) <= 0.05).mean() <= 0.1


def test_several_sectors_get_one_rank(steered):
    ws, forest, scores = steered
    doubled = ws.targets.stars().replace({ws.targets.stars().iloc[1]: ws.targets.stars().iloc[0]})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(ws.targets), "stars", lambda _: doubled)
        table, found = claims_of(ws, forest, scores, "steering", plan=NullPlan(most=40))
    assert found.stars == 39
    both = table[table["star"] == doubled.iloc[0]]
    assert len(both) == 2
    assert both["star_rank"].nunique() == both["star_p_value"].nunique() == both["star_q_value"].nunique() == 1
    assert both["star_p_value"].iloc[0] == pytest.approx(1 - (1 - both["p_value"].min()) ** 2)
    assert both["star_best"].sum() == 1
    assert table["star_rank"].max() <= 39


def test_where_nulls_make_no_sense_it_says_so(trained):
    run = trained.runs.get("small")
    table, found = claims_of(trained, run.forest(), run.scores(), "flux_power")
    assert found.source == "stars labelled quiet"
    assert "published features" in found.reason
    assert found.null_stars == 36
    quiet = table["target_id"].isin(trained.targets.ids()[4:])
    assert (table.loc[quiet, "p_value"] <= 0.05).mean() <= 0.06


def test_without_quiet_labels_published_features_have_no_p_values(steered):
    ws, forest, scores = steered
    table, found = claims_of(ws, forest, scores, "flux_power")
    assert found.source == "none"
    assert found.sentence().startswith("no p-values")
    assert table["p_value"].isna().all()
    assert table["star_rank"].notna().all()


def test_a_run_that_does_not_know_its_stars_has_none(steered):
    ws, _, scores = steered
    rows = ws.features.matrix("steering")[1]
    forest = UnsupervisedForest.from_settings(FOREST, random_state=1).fit(rows, rows[:10] + 1)
    _, found = claims_of(ws, forest, scores, "steering")
    assert "train again, with bootstrap" in found.sentence()


def test_sentences():
    line = {"level": 0.1, "stars": 0, "needed": 48}
    claims = Claims("null light curves", null_stars=20, stars=100, lines=[line])
    assert "48 of 100 stars would have to score above all of them" in claims.sentence()
    drawn = Claims("null light curves", stars=100, lines=[line | {"stars": 7}])
    assert drawn.sentence() == "the first 7 stars of 100: about 1 in 10 of them is chance."


def test_a_run_need_not_wait_for_its_null_light_curves(tmp_path, light_curve_folder):
    ws = Workspace.open(tmp_path)
    ws.ingest([light_curve_folder])
    spec = RunSpec(name="first", design=steering_design("binaries", curves=40), feature_set="steering", forest=FOREST)
    first = ws.train(spec, wait_for_claims=False)
    assert kept_claims(first) is None
    assert "p_value" not in first.scores()
    made = make_claims(ws, first)
    assert made.source == "null light curves"
    again = ws.train(spec.model_copy(update={"name": "again"}), wait_for_claims=False)
    assert kept_claims(again) == made  # the nulls are there, so that there is nothing to wait for
    pd.testing.assert_frame_equal(again.scores(), first.scores())
