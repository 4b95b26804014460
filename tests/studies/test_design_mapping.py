"""The mapping from design to measure: the published shares, and a made-up sweep whose truth is known."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import RandomForestRegressor

from clara_engine.errors import WorkspaceError
from clara_engine.evaluate.objective import PUBLISHED
from clara_engine.frames import from_json, to_json
from clara_engine.studies.design_mapping import ALPHAS, OBJECTIVE, PUBLISHED_SHARES, DesignMapping, map_designs
from clara_engine.studies.sweep import AXIS

AXES = {
    "curves": "design.curves",
    "span_days": "design.background.span_days",
    "cadence_minutes": "design.background.cadence_minutes",
    "noise_ppm": "design.background.noise_ppm",
}


@pytest.fixture(scope="module")
def published():
    """Of the 36 published designs the areas and rates, from the publication's tables of sector 2 (test set 01)."""
    table = pd.read_csv(Path(__file__).with_name("published_variants.csv"))
    table = table.rename(columns={name: f"{PUBLISHED}{name}" for name in ("recall_auc", "importance_auc")})
    return table.rename(columns={name: AXIS + path for name, path in AXES.items()}).assign(label="toi/any")


@pytest.fixture(scope="module")
def found(published):
    return map_designs(published, "paper36", draws=8)


def test_the_published_shares_come_out(found):
    """The publication: noise .330, curves .263, cadence .238, length .168, by a random forest at α = .5."""
    half = found.at(found.shares, OBJECTIVE, 0.5).set_index("parameter")
    for name, path in AXES.items():
        assert half.loc[AXIS + path, "forest"] == pytest.approx(PUBLISHED_SHARES[name], abs=0.003)
        assert found.published(AXIS + path) == PUBLISHED_SHARES[name]
    assert half["forest"].idxmax() == AXIS + AXES["noise_ppm"]
    assert (half["forest_low"] <= half["forest_high"]).all()
    # An independent view: no parameter is known to matter for this objective.
    assert (half["p_value"] > 0.01).all()
    assert sorted(found.shares["alpha"].dropna().unique()) == list(ALPHAS)


def test_shares_of_rates_are_those_of_scikit_learn(published, found):
    columns = [AXIS + path for path in AXES.values()]
    for measure in ("recall", "anomaly_rate"):
        forest = RandomForestRegressor(random_state=42).fit(published[columns].to_numpy(), published[measure])
        got = found.at(found.shares, measure).set_index("parameter").loc[columns, "forest"]
        np.testing.assert_allclose(got, forest.feature_importances_)
        assert got.idxmax() == AXIS + AXES["span_days"]  # as published: length has the strongest influence on both
    marginal = found.at(found.curves, "recall")
    longer = marginal[marginal["parameter"] == AXIS + AXES["span_days"]].set_index("value")["mean"]
    assert longer[27.0] == pytest.approx(published.loc[published[AXIS + AXES["span_days"]] == 27, "recall"].mean())
    assert longer[27.0] > longer[13.5]


def test_what_moves_a_measure_is_found_with_its_sign():
    rng = np.random.default_rng(4)
    rows = pd.DataFrame(
        [(curves, noise, event) for curves in (100, 200, 300) for noise in (50.0, 100.0) for event in ("a", "b")] * 2,
        columns=[AXIS + "design.curves", AXIS + "design.background.noise_ppm", AXIS + "design"],
    )
    rows["recall"] = -0.001 * rows[AXIS + "design.curves"] + 0.01 * rng.normal(size=len(rows))
    rows["anomaly_rate"] = 0.2
    for name in ("recall_auc", "importance_auc"):
        rows[PUBLISHED + name] = rng.random(len(rows))
    found = map_designs(rows, draws=8)
    recall = found.at(found.shares, "recall").set_index("parameter")
    assert recall.loc[AXIS + "design.curves", ["forest", "anova"]].min() > 0.9
    rho = found.at(found.correlations, "recall").set_index("parameter")["spearman"]
    assert rho[AXIS + "design.curves"] < -0.9
    assert AXIS + "design" not in rho.index  # words have no direction
    assert found.at(found.shares, "anomaly_rate")["forest"].isna().all()
    assert found.word(AXIS + "design.curves") == "curves"


@pytest.mark.heavy
def test_every_objective_is_mapped_and_results_are_kept_whole(found, published):
    again = from_json(DesignMapping, to_json(DesignMapping, found))
    pd.testing.assert_frame_equal(again.shares, found.shares)
    pd.testing.assert_frame_equal(again.correlations, found.correlations)
    rows = published.assign(excess=published["recall"] - published["anomaly_rate"])
    rows = rows.assign(**{f"{PUBLISHED}importance_top_20": 0.3, f"{PUBLISHED}t10": rows["recall"]})
    final = map_designs(rows, objective="published", draws=8)
    assert final.published(AXIS + AXES["noise_ppm"]) is None
    assert len(final.at(final.shares, OBJECTIVE, 0.9)) == 4


def test_too_little_to_map_is_refused(published):
    with pytest.raises(WorkspaceError, match="4 runs that differ in"):
        map_designs(published.head(4))
    with pytest.raises(WorkspaceError, match="0 parameters"):
        map_designs(published.assign(**{AXIS + path: 1.0 for path in AXES.values()}))
