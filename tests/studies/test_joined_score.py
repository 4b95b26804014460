"""WRSS as a score like any other."""

import shutil

import numpy as np
import pytest

from clara_engine import Workspace
from clara_engine.report.export import ranking
from clara_engine.studies.joined_score import keep_wrss, kept_wrss
from clara_engine.studies.population import correlations
from clara_engine.studies.query import query
from clara_engine.studies.subset import stars_where


@pytest.fixture(scope="module")
def ws(trained_folder, tmp_path_factory, small_spec):
    """Forty stars, a run, and another of another seed."""
    ws = Workspace.open(shutil.copytree(trained_folder, tmp_path_factory.mktemp("joined") / "ws"))
    ws.train(small_spec.model_copy(update={"name": "other", "seed": 8}), wait_for_claims=False)
    return ws


def test_wrss_is_a_column_of_both_runs(ws):
    first, second = ws.runs.get("small"), ws.runs.get("other")
    before = ws.versions()
    joined = keep_wrss(ws, first, second)
    assert ws.versions() != before  # pages that show the run hear of it
    for run in (first, second):
        scores = run.scores().set_index("target_id")
        assert np.array_equal(scores.loc[joined.table["target_id"], "wrss"], joined.table["wrss"])
        one, two = (other.scores().set_index("target_id")["anomaly_score"] for other in (first, second))
        raw = 0.8 * np.sqrt(one) + 0.2 * np.sqrt(two)
        known = (one > 0) & (two > 0)
        by_hand = (raw - raw[known].min()) / (raw[known].max() - raw[known].min())
        assert scores["wrss"].dropna().to_numpy() == pytest.approx(
            by_hand.reindex(scores.index)[scores["wrss"].notna()]
        )
        assert scores["wrss"].notna().sum() == known.sum()
    assert (kept_wrss(first).second_name, kept_wrss(second).weights) == ("other", (0.8, 0.2))
    best = joined.table["target_id"][0]
    assert best in stars_where(ws, "wrss > 0.99", first)
    exported = ranking(ws, first)
    assert exported.loc[exported["target_id"] == best, "wrss"].item() == 1
    assert query(ws, "SELECT count(wrss) AS n FROM scores WHERE run = 'small'")["n"][0] == len(joined.table)
    assert correlations(ws, first, ("tmag",), score="wrss", resamples=20)["stars"][0] == len(joined.table)
    keep_wrss(ws, first, second, (0.5, 0.5))
    assert kept_wrss(second).weights == (0.5, 0.5)
