"""Stability of a run: repeated on other contrast sets and other parts of the stars."""

import numpy as np
import pandas as pd
import pytest

from clara_engine import Workspace
from clara_engine.forest import ForestSettings
from clara_engine.studies.stability import StabilityPlan, kept_stability, stability_of
from clara_engine.synthetic import steering_design
from clara_engine.workspace import RunSpec

PLAN = StabilityPlan(draws=4, top_percent=10)


@pytest.fixture(scope="module")
def steered(tmp_path_factory, light_curve_folder):
    ws = Workspace.open(tmp_path_factory.mktemp("stable"))
    ws.ingest([light_curve_folder])
    spec = RunSpec(
        name="binaries",
        design=steering_design("binaries", curves=40),
        feature_set="steering",
        training_size=None,
        forest=ForestSettings(n_estimators=40, max_features=60, min_samples_leaf=2),
    )
    return ws, ws.train(spec)


@pytest.mark.heavy
def test_stars_with_dips_stay_at_the_top(steered):
    ws, run = steered
    assert kept_stability(run, PLAN) is None
    table = stability_of(ws, run, PLAN)
    assert len(table) == 40
    dips = table.set_index("target_id").loc[ws.targets.ids()[:4]]
    assert (dips["top_chance"] >= 0.75).sum() >= 3
    assert (table["rank_low"] <= table["rank_median"]).all()
    assert (table["rank_median"] <= table["rank_high"]).all()
    others = table[~table["target_id"].isin(dips.index)]
    assert (others["rank_high"] - others["rank_low"]).median() > (dips["rank_high"] - dips["rank_low"]).median()
    ranks = run.scores().set_index("target_id")["star_rank"]
    np.testing.assert_array_equal(table["star_rank"], ranks[table["target_id"]])


def test_it_is_kept_and_the_same_again(steered, monkeypatch):
    ws, run = steered
    table = stability_of(ws, run, PLAN)
    pd.testing.assert_frame_equal(kept_stability(run, PLAN), table)
    monkeypatch.setattr("clara_engine.studies.injections.generate_each", lambda *_, **__: pytest.fail("made anew"))
    other = stability_of(ws, run, PLAN.model_copy(update={"seed": 1}))
    assert not other["rank_median"].equals(table["rank_median"])


@pytest.mark.parametrize("variant", ["URF1", "marginal", "URF4"])
def test_every_kind_of_run_can_be_repeated(trained, small_spec, variant):
    run = trained.runs.get("small")
    if variant != "URF4":
        changes = {"variant": variant, "design": None, "name": variant}
        run = trained.train(small_spec.model_copy(update=changes))
    table = stability_of(trained, run, StabilityPlan(draws=2))
    assert len(table) == 40
    assert table["rank_median"].between(1, 40).all()
