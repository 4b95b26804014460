"""What is measured on a workspace, against the matrix and by hand."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from clara_engine.errors import WorkspaceError
from clara_engine.evaluate.conformal import null_cut
from clara_engine.forest import FeatureBinning, UnsupervisedForest
from clara_engine.results import sample
from clara_engine.results.known_events import events_seen
from clara_engine.results.sample import measure_sample
from clara_engine.studies.nulls import NullPlan, null_features
from clara_engine.studies.steer import SteeringMatrix

NULLS = NullPlan(most=26)


def test_everything_is_there(measured):
    assert set(measured["events"]) == {"planets", "dippers"}
    for mine in measured["events"].values():
        assert set(mine) == {"null recall", "null recall (other)", "lost", "lost, all", "host", "new files", "ceiling"}
        assert 0 <= mine["host"]["low"] <= mine["host"]["value"] <= mine["host"]["high"] <= 1
        assert mine["new files"]["mean"] < 0.2
    about = measured["sample"]
    assert (about["light_curves"], about["eventful"], about["seeds"]) == (30, 4, 2)
    assert about["null_stars"] == 26  # the labelled ones make no nulls
    assert measured["kinds"]["classes"] == ["none", "planet", "dipper"]


def test_a_second_time_reads_what_is_kept(small, plan, measured, monkeypatch):
    def never(*_, **__):
        raise AssertionError("measured again")

    monkeypatch.setattr(sample, "fairness", never)
    monkeypatch.setattr(sample, "named", never)
    assert measure_sample(small, plan, name="small", nulls=NULLS)["events"] == measured["events"]


def test_recall_above_the_cut_of_the_nulls(small, plan, measured):
    """The forest whose scores the matrix keeps, grown here by hand, on nulls of stars that it may have seen."""
    matrix, found = SteeringMatrix(small, plan), []
    scores = matrix.kept_scores()
    ids = small.labels.uneventful(small.targets.ids())
    chosen = [(one, number) for one in ids for number in range(1)]
    nulls = null_features(small, chosen, "steering")
    owners = small.targets.stars()[nulls.target_ids].to_numpy(str)
    for seed in range(plan.seeds):
        rows = matrix.training_rows("planets", seed)
        real = FeatureBinning.fit(rows.real).bin(rows.real)
        forest = UnsupervisedForest.from_settings(plan.forest, random_state=seed)
        forest.fit(real, rows.copies, real_stars=rows.stars, contrast_stars=rows.hosts)
        made = matrix.injected("steering", seed, "planets")
        kept = scores.query("contrast == 'planets' and event == 'planets' and seed == @seed")
        np.testing.assert_array_equal(forest.anomaly_score(made.rows), kept["score"])
        cut = null_cut(forest.scores(nulls.rows, stars=owners).anomaly, 0.01, null_stars=owners)
        found += (kept["score"] > cut)[(kept["signal_to_noise"] >= 7).to_numpy()].tolist()
    assert measured["events"]["planets"]["null recall"]["value"] == pytest.approx(np.mean(found))


def test_what_another_generator_loses(small, plan, measured):
    scores, lost = SteeringMatrix(small, plan).kept_scores().query("contrast == 'planets'"), []
    for _, part in scores.groupby("seed"):
        still = part.loc[part["event"] == "", "score"]
        areas = []
        for event in ("planets", "planets (other generator)"):
            up = part.loc[part["event"] == event, "score"]
            areas.append(roc_auc_score(np.repeat([1, 0], [len(up), len(still)]), np.r_[up, still]))
        lost.append(areas[0] - areas[1])
    assert measured["events"]["planets"]["lost, all"]["value"] == pytest.approx(np.mean(lost))


def test_kinds_are_called_once_each(measured):
    for key in ("all", "detected"):
        for row in measured["kinds"][key]:
            assert sum(row["as"].values()) == pytest.approx(1)
            assert row["right"] == pytest.approx(row["as"].get(row["kind"], 0))
    assert {row["kind"] for row in measured["kinds"]["all"]} == {"none", "planet", "dipper"}
    planets = next(row for row in measured["kinds"]["all"] if row["kind"] == "planet")
    assert planets["right"] > 0.6  # chance 1/3


def test_halved_stars_never_train(small, plan):
    matrix = SteeringMatrix(small, plan.model_copy(update={"halves": True}))
    for seed in range(4):
        split = matrix.split(seed)
        assert not set(split.training) & set(split.measured)
        assert len(split.training) == 15
        assert not set(split.measured) & set(small.targets.ids()[:4])
    assert any(set(matrix.split(seed).training) & set(small.targets.ids()[:4]) for seed in range(4))


def test_what_is_reached_without_stars_on_which_something_was_seen(small, plan, measured, tmp_path):
    table = tmp_path / "seen.csv"
    split = SteeringMatrix(small, plan).split(0).measured
    tic = small.targets.frame().set_index("target_id").loc[split[0], "tic"]
    table.write_text(f'tic,seen\n{tic},"a rise, once"\n999999,a fall\n')
    seen = events_seen(small, table)
    assert list(seen.values()) == ["a rise, once"]
    again = measure_sample(small, plan, name="small", nulls=NULLS, seen=seen)
    found = again["events"]["planets"]["ceiling"]["without seen"]
    assert found["stars"] == seen
    scores, areas = SteeringMatrix(small, plan).kept_scores().query("contrast == 'planets'"), []
    for _, part in scores[~scores["star"].isin(seen)].groupby("seed"):
        still = part.loc[part["event"] == "", "score"]
        up = part.loc[(part["event"] == "planets") & (part["signal_to_noise"] >= 7), "score"]
        areas.append(roc_auc_score(np.repeat([1, 0], [len(up), len(still)]), np.r_[up, still]))
    assert found["auc"] == pytest.approx(np.mean(areas))
    assert found["recall"] >= 0
    above = again["events"]["planets"]["ceiling"]["above cut"]
    assert 0 < sum(one["share"] for one in above) <= 1
    assert "without seen" not in measured["events"]["planets"]["ceiling"]
    table.write_text("tic,words\n1,a\n")
    with pytest.raises(WorkspaceError, match="needs a column seen"):
        events_seen(small, table)
