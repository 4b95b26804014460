"""Designs trained on each sector and measured on each."""

import numpy as np
import pytest
from scipy.stats import rankdata, spearmanr
from sklearn.metrics import roc_auc_score

from clara_engine.errors import WorkspaceError
from clara_engine.studies.sector_matrix import fair_scores, sector_matrix, sectors_of


@pytest.fixture(scope="module")
def table(two_sectors):
    spec = two_sectors.runs.get("s1").spec
    other = spec.model_copy(update={"name": "again", "seed": 9})
    return sector_matrix(two_sectors, [spec, other], label=("truth", "dip"), share=0.1, draws=40)


def test_every_design_meets_every_sector(two_sectors, table):
    assert table[["design", "trained", "measured"]].to_numpy().tolist() == [
        [design, trained, measured] for design in ("s1", "again") for measured in (1, 2) for trained in (1, 2)
    ]
    assert table["stars"].tolist() == [40, 40, 30, 30] * 2
    assert set(table["labelled"]) == {4}
    known = {two_sectors.runs.get(name).id for name in ("s1", "s2")}  # as they are: not trained again
    assert set(table["run_id"][:4]) == known


def test_measures_are_those_of_the_scores(two_sectors, table):
    row = table.iloc[2]  # trained on sector 1, measured on sector 2
    ids = two_sectors.targets.frame().query("sector == 2")["target_id"].tolist()
    scores = {name: fair_scores(two_sectors, two_sectors.runs.get(name), ids) for name in ("s1", "s2")}
    dips = two_sectors.labels.members(ids)["truth", "dip"]
    assert row["auc"] == pytest.approx(roc_auc_score(dips, scores["s1"]))
    assert row["auc_change"] == pytest.approx(row["auc"] - roc_auc_score(dips, scores["s2"]))
    assert row["agreement"] == pytest.approx(spearmanr(scores["s1"], scores["s2"]).statistic)
    assert row["recall"] == pytest.approx((rankdata(-scores["s1"])[dips] <= 3).mean(), abs=0.13)
    assert row["auc_low"] <= row["auc"] <= row["auc_high"]
    own = table[table["trained"] == table["measured"]]
    assert (own["agreement"] == 1).all()
    assert (own[["auc_change", "recall_change"]] == 0).all(axis=None)


def test_a_star_is_not_scored_by_trees_that_saw_it_in_another_sector(two_sectors):
    run = two_sectors.runs.get("s1")
    ids = two_sectors.targets.frame().query("sector == 2")["target_id"].tolist()
    stored = run.scores().set_index("target_id")["anomaly_score"].reindex(ids)
    fair = fair_scores(two_sectors, run, ids)
    assert (fair != stored).any()
    forest, rows = run.forest(), two_sectors.features.rows(run.spec.feature_set).matrix(ids[:1])
    use = forest.trees_for([two_sectors.targets.stars()[ids[0]]])
    assert 0 < use.sum() < use.size
    assert fair.iloc[0] == pytest.approx(forest.score_blocks([rows], use=use).anomaly[0])
    trained = two_sectors.targets.frame().query("sector == 1")["target_id"].tolist()
    kept = run.scores().set_index("target_id")["anomaly_score"].reindex(trained)
    assert np.array_equal(fair_scores(two_sectors, run, trained), kept)


def test_one_sector_is_too_few(ws):
    spec = ws.runs.list()[0].spec
    assert sectors_of(ws, ws.runs.list()[0].spec) == [1]
    with pytest.raises(WorkspaceError, match="1 sector with at least 20 light curves: a matrix needs two"):
        sector_matrix(ws, [spec])
