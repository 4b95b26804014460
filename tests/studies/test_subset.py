"""Subsets by a condition, and WRSS as a score like any other."""

import shutil

import pytest

from clara_engine import Workspace
from clara_engine.errors import DesignError, WorkspaceError
from clara_engine.store.clusterings import ClusterRequest
from clara_engine.studies import subset
from clara_engine.studies.cluster import cluster_stars
from clara_engine.studies.subset import required, star_table, stars_where


@pytest.fixture(scope="module")
def ws(trained_folder, tmp_path_factory, small_spec):
    """A run, another of another seed, a clustering, and verdicts."""
    ws = Workspace.open(shutil.copytree(trained_folder, tmp_path_factory.mktemp("subset") / "ws"))
    ws.train(small_spec.model_copy(update={"name": "other", "seed": 8}), wait_for_claims=False)
    cluster_stars(ws, ClusterRequest(components=2))
    ws.labels.add("similar_truth", {ws.targets.ids()[5]: "planet-like"}, source="matched with truth, published")
    return ws


def meant(ws, condition, run="small"):
    return stars_where(ws, condition, ws.runs.get(run))


def test_a_condition_is_what_pandas_finds(ws):
    run = ws.runs.get("small")
    scores = run.scores().set_index("target_id")
    middle = float(scores["anomaly_score"].median())
    wanted = scores.index[(scores["anomaly_score"] > middle) & scores["trained"]]
    assert meant(ws, f"anomaly_score > {middle} and trained") == list(wanted)  # strangest first
    assert meant(ws, "truth = 'dip'") == [one for one in scores.index if one in set(ws.targets.ids()[:4])]
    assert len(meant(ws, "TEFF between 5000 and 6000 and sector = 1")) == 40
    assert meant(ws, "class = 'planet-like'") == [ws.targets.ids()[5]]
    assert meant(ws, "similar_truth = 'planet-like'") == [ws.targets.ids()[5]]
    grouped = ws.clusterings.get("latest").labels().set_index("target_id")["cluster"]
    assert set(meant(ws, "cluster = 0")) == set(grouped.index[grouped == 0])
    assert set(meant(ws, "cluster_name = 'cluster 0'")) == set(grouped.index[grouped == 0])


def test_without_a_run_there_are_facts_only(ws):
    assert len(stars_where(ws, "tmag < 11")) == 40
    with pytest.raises(DesignError, match="no such column: anomaly_score"):
        stars_where(ws, "anomaly_score > 0")


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("", "empty condition"),
        ("teff >", "can't be met"),
        ("luck > 3", "no such column: luck; there are: anomaly_score"),
        ("ruwe > 1.4", "crossmatch --gaia"),
        ("kind_planet > 0.5", "clara classify"),
        ("wrss > 0.5", "clara wrss"),
        ("1; DROP TABLE stars", "can't be met"),
        ("1) UNION SELECT 1 FROM (SELECT load_extension('x')", "can't be met"),
        ("length(hex(zeroblob(400000000))) > 0", "too big"),
        ('"planet" = truth', "text stands in"),
    ],
)
def test_what_is_no_condition_is_told(ws, condition, words):
    with pytest.raises(DesignError, match=words.replace("(", r"\(")):
        meant(ws, condition)


def test_a_condition_that_does_not_end_is_stopped(ws, monkeypatch):
    monkeypatch.setattr(subset, "LONGEST_S", 0.2)
    endless = "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n) > 0"
    with pytest.raises(DesignError, match="takes longer"):
        meant(ws, endless)


def test_none_that_meets_it_is_an_error_with_what_is_known(ws):
    with pytest.raises(WorkspaceError, match=r"none of 40 light curves.*teff is known of 40"):
        required(ws, "teff > 9000", ws.runs.get("small"))


def test_columns_of_one_name_count_once(ws):
    names = [str(name).lower() for name in star_table(ws, ws.runs.get("small"))]
    assert len(names) == len(set(names))
    assert {"anomaly_score", "teff", "teff_k", "truth", "label_truth", "verdict", "group"} <= set(names)
