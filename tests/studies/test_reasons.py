"""Answers about single stars of a run."""

import numpy as np
import pytest

from clara_engine.errors import WorkspaceError
from clara_engine.forest import UnsupervisedForest
from clara_engine.studies.reasons import explain_star, leaves_of, similar_stars


def test_reasons_add_up_to_the_score_of_the_ranking_for_every_star(trained):
    run = trained.runs.get("latest")
    scores = run.scores().set_index("target_id")
    assert scores["trained"].any()
    assert not scores["trained"].all()
    for target_id, row in scores.iterrows():
        reason = explain_star(trained, run, target_id)
        assert reason.score == pytest.approx(row["anomaly_score"], abs=1e-12)
        assert sum(reason.by_block().values()) == pytest.approx(reason.score - reason.base)
    strongest = reason.strongest(5)["contribution"].abs()
    assert strongest.is_monotonic_decreasing
    assert strongest.iloc[0] == np.abs(reason.contributions).max()


def test_similar_stars_share_leaves_and_come_at_once_when_asked_again(trained, monkeypatch):
    run = trained.runs.get("latest")
    ids, leaves = leaves_of(trained, run)
    found = similar_stars(trained, run, ids[3], k=5)
    assert len(found) == 5
    assert ids[3] not in set(found["target_id"])
    for near in found.itertuples():
        assert near.proximity == pytest.approx((leaves[ids.index(near.target_id)] == leaves[3]).mean())
    monkeypatch.setattr(UnsupervisedForest, "apply", None)  # the leaves are kept with the run
    again = similar_stars(trained, run, ids[3], k=5)
    assert again.equals(found)


def test_a_star_without_features_is_refused_with_the_mend(trained):
    run = trained.runs.get("latest")
    for ask in (explain_star, similar_stars):
        with pytest.raises(WorkspaceError, match=r"no flux_power features.*clara features"):
            ask(trained, run, "nobody")


def test_importances_stand_beside_chance(trained):
    table = trained.importances(trained.runs.get("latest"), repeats=2)
    assert list(table.columns) == ["feature", "importance", "chance"]
    assert table["importance"].sum() == pytest.approx(1)
    assert table["importance"].is_monotonic_decreasing
    assert table["importance"].iloc[0] > table["chance"].median()
