"""Sweeps train each design once, and rank what they made."""

import numpy as np
import pandas as pd
import pytest

from clara_engine.errors import WorkspaceError
from clara_engine.evaluate.objective import ranked
from clara_engine.evaluate.published import published_measures, representative_sets
from clara_engine.progress import Report
from clara_engine.studies import searched_forest
from clara_engine.studies.sweep import Sweeps, target_label, usual_label
from clara_engine.studies.sweep_plan import SweepPlan
from clara_engine.workspace import RunSpec

AXES = {"design.curves": (20, 40), "design.background.noise_ppm": (100.0, 300.0)}


@pytest.fixture
def plan(small_spec):
    return SweepPlan(name="small", base=small_spec, axes=AXES)


@pytest.fixture
def labelled(workspace):
    ids = workspace.targets.ids()
    workspace.labels.add("truth", {id: "planet" if i < 4 else "quiet" for i, id in enumerate(ids)}, source="test")
    depths = pd.DataFrame({"depth_ppm": [100.0, 400, 200, 300], "duration_hours": 2.0}, index=ids[:4])
    workspace.labels.add_parameters(depths, source="test")
    return workspace


def test_each_design_is_trained_once_and_the_table_is_kept(labelled, plan, monkeypatch):
    sweeps = Sweeps(labelled)
    table = sweeps.run(plan)
    assert len(table) == len(labelled.runs.list()) == 4
    assert table["label"].unique() == ["truth/planet"]
    assert table["axis design.curves"].tolist() == [20, 20, 40, 40]
    assert table["importance_top_20"].max() > 0
    # 20 curves are the first of 40: two noises, each computed once.
    assert len(list((labelled.folder / "cache" / "injected").iterdir())) == 2
    for row in table.itertuples():
        stored = labelled.runs.get(row.run_id).measures["truth/planet"]
        assert row.roc_auc == pytest.approx(stored["roc_auc"]["value"])
        assert row.recall - row.anomaly_rate == pytest.approx(row.excess)

    monkeypatch.setattr(labelled, "train", lambda *_: pytest.fail("trained anew"))
    pd.testing.assert_frame_equal(sweeps.run(plan), table)
    pd.testing.assert_frame_equal(sweeps.table("small"), table)
    assert sweeps.names() == ["small"]
    other = sweeps.table("small", ("truth", "quiet"))
    assert other["roc_auc"].tolist() == pytest.approx((1 - table["roc_auc"]).tolist())
    assert len(ranked(other, 0.5)) == 4


def test_the_cost_of_a_sweep_counts_what_is_not_trained_yet(labelled, plan):
    sweeps = Sweeps(labelled)
    assert sweeps.cost(plan) == (4, 4, None, "")
    first = labelled.train(plan.specs()[0])
    runs, untrained, seconds, like = sweeps.cost(plan, first)
    assert (runs, untrained, like) == (4, 3, first.name)
    assert seconds == pytest.approx(3 * (sum(first.timings.values()) - first.timings["features"]))


def test_a_stopped_sweep_goes_on(labelled, plan):
    class Stop(Report):
        def stage(self, name, step=None):
            if name.startswith("run 3"):
                raise KeyboardInterrupt

        def __call__(self, done, total):
            pass

    with pytest.raises(KeyboardInterrupt):
        Sweeps(labelled).run(plan, report=Stop())
    first = {run.id for run in labelled.runs.list()}
    assert len(first) == 2
    Sweeps(labelled).run(plan)
    assert first < {run.id for run in labelled.runs.list()}
    assert len(labelled.runs.list()) == 4
    labelled.runs.delete(first.pop())
    assert len(Sweeps(labelled).table("small")) == 3


def test_labels_to_measure_against(workspace, labelled):
    assert target_label(labelled) == ("truth", "planet")
    labelled.labels.add("toi", dict.fromkeys(labelled.targets.ids()[:1], "CP"), source="x")
    assert target_label(labelled) == ("truth", "planet")
    labelled.labels.add("toi", dict(zip(labelled.targets.ids()[:2], ("CP", "FP"), strict=True)), source="x")
    assert target_label(labelled) == ("toi", "any")
    with pytest.raises(WorkspaceError, match="no label truth/comet"):
        target_label(labelled, ("truth", "comet"))
    with pytest.raises(WorkspaceError, match="no sweep 'x'"):
        Sweeps(labelled).table("x")


def test_a_workspace_without_labels_says_so(workspace, plan):
    with pytest.raises(WorkspaceError, match="clara label"):
        Sweeps(workspace).run(plan)


def test_runs_that_differ_in_name_only_are_one(labelled, plan, small_design):
    labelled.train(RunSpec(**plan.specs()[0].model_dump() | {"name": "mine"}))
    Sweeps(labelled).run(plan)
    assert len(labelled.runs.list()) == 4


def test_published_measures_stand_beside_and_test_sets_are_the_same_for_every_design(labelled, plan):
    table = Sweeps(labelled).run(plan, test_sets=3)
    assert table["test_sets"].unique().tolist() == [3]
    assert table["test_set_size"].unique().tolist() == [10]
    assert (table["importance"] == "importance: signal-to-noise unknown for all of them, counted as 1").all()
    run = labelled.runs.get(table["run_id"][2])
    scores = run.scores().set_index("target_id")["anomaly_score"]
    ids = np.array(sorted(scores.index))
    planets = np.isin(ids, labelled.targets.ids()[:4])
    product = pd.Series([200.0, 800, 400, 600], labelled.targets.ids()[:4])
    everyone = published_measures(scores[ids], planets, product.reindex(ids))
    assert table["published_importance_auc"][2] == pytest.approx(everyone.importance_auc)
    found = [
        published_measures(scores[ids[some]], planets[some], product.reindex(ids[some])).recall_auc
        for some in representative_sets(planets, 3)
    ]
    assert table["sets_recall_auc"][2] == pytest.approx(np.mean(found))
    assert table["sets_recall_auc_sd"][2] == pytest.approx(np.std(found, ddof=1))
    assert Sweeps(labelled).table("small", ("truth", "quiet"))["test_sets"].unique().tolist() == [3]
    assert set(ranked(table, 0.5, "published")["run_id"]) == set(table["run_id"])

    kept = labelled.folder / "sweeps" / "small.parquet"
    table.drop(columns=[name for name in table if name.startswith("published_")]).to_parquet(kept)
    older = Sweeps(labelled).table("small")
    assert older["published_t10"].tolist() == table["published_t10"].tolist()


@pytest.mark.heavy
def test_every_design_gets_the_forest_that_the_search_finds_for_it(labelled, plan, monkeypatch):
    table = Sweeps(labelled).run(plan, tuned=True, draws=4)
    for spec, row in zip(plan.specs(), table.itertuples(), strict=True):
        best = labelled.tune(spec, draws=4)[0]
        run = labelled.runs.get(row.run_id)
        assert run.spec.forest == best.settings
        assert row.forest_accuracy == pytest.approx(best.accuracy)
        assert row.forest_n_estimators == best.settings.n_estimators
        assert run.name.endswith("tuned")
    assert Sweeps(labelled).names() == ["small-tuned"]
    monkeypatch.setattr(searched_forest, "tune_forest", lambda *_, **__: pytest.fail("searched again"))
    pd.testing.assert_frame_equal(Sweeps(labelled).run(plan, tuned=True, draws=4), table)
    other = Sweeps(labelled).table("small-tuned", ("truth", "quiet"))
    assert other["forest_accuracy"].tolist() == table["forest_accuracy"].tolist()


def test_tois_come_before_true_planets_before_what_comes_first():
    assert usual_label([("truth", "dip"), ("truth", "planet"), ("toi", "any")]) == ("toi", "any")
    assert usual_label([("truth", "dip"), ("truth", "planet")]) == ("truth", "planet")
    assert usual_label([("truth", "dip")]) is None
