"""Commands that map, group, match and correlate, and what they say when they can't."""

import numpy as np
import pandas as pd
import pytest

from clara_engine import Workspace
from clara_engine.forest import ForestSettings
from clara_engine.workspace import RunSpec


@pytest.fixture(scope="module")
def folder(tmp_path_factory, light_curve_folder, small_design):
    ws = Workspace.open(tmp_path_factory.mktemp("grouped"))
    ws.ingest([light_curve_folder])
    ids = ws.targets.ids()
    ws.labels.add("truth", {id: "dip" if i < 4 else "quiet" for i, id in enumerate(ids)}, source="test")
    random = np.random.default_rng(1)
    table = pd.DataFrame(random.uniform(1, 3, (40, 3)), columns=["gaia_g", "bp_rp", "parallax_mas"], index=ids)
    ws.labels.add_parameters(table, source="test")
    ws.train(RunSpec(name="small", design=small_design, forest=ForestSettings(n_estimators=20), seed=7))
    return ws.folder


def test_cluster_and_recluster(clara, folder):
    at = ("--workspace", folder)
    made = clara("cluster", "kmeans", "-o", "clusters=2", "--title", "two", *at, "--json").json()
    assert (made["clusters"], made["targets"]) == (2, 40)
    assert sum(made["sizes"].values()) == 40
    assert {row["family"] for row in made["enrichment"]} == {"truth"}
    inner = clara("cluster", "--within", "two/0", "-o", "clusters=2", *at, "--json").json()
    assert inner["targets"] == made["sizes"]["0"]
    assert [found["clustering"] for found in clara("clusters", *at, "--json").json()][-2:][0] == inner["clustering"]
    shown = clara("clusters", "two", *at)
    assert "silhouette" in shown.err
    assert "dip" in shown.out
    asked = clara("query", "SELECT count(*) AS n FROM clusters WHERE title = 'two'", *at, "--json")
    assert asked.json()[0]["n"] == 40


def test_match(clara, folder, tmp_path):
    at = ("--workspace", folder)
    found = clara("match", "truth", *at, "--json", "--save", tmp_path / "matches.parquet").json()
    assert len(found["matches"]) == found["references"] == 40
    assert {row["true"] for row in found["confusion"]} == {"dip", "quiet"}
    assert len(pd.read_parquet(tmp_path / "matches.parquet")) == 40
    one = clara("match", "truth", "--published", "--target", 1000, *at, "--json").json()
    assert [row["target_id"].split("-")[0] for row in one["matches"]] == ["1000"]
    assert "confusion" not in one
    told = clara("match", "truth", *at)
    assert "held-out references" in told.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["map", "globe"], "no map called"),
        (["map", "tsne", "-o", "perplexity=1"], "perplexity"),
        (["map", "tsne", "-o", "perplexity"], "NAME=VALUE"),
        (["map", "--leaves", "small", "--parameters", "bp_rp"], "exclude each other"),
        (["map", "--parameters", "mass"], "no parameter 'mass'"),
        (["cluster", "magic"], "no clustering called"),
        (["cluster", "--within", "two"], "CLUSTERING/NUMBER"),
        (["cluster", "--within", "none/1"], "no clustering 'none'"),
        (["cluster", "--target", 77], "no target 77"),
        (["cluster", "hdbscan", "-o", "metric=dtw"], "feature set folded"),
        (["clusters", "none"], "no clustering 'none'"),
        (["match", "simbad"], "families: truth"),
        (["population", "none"], "no run 'none'"),
        (["population", "--score", "luck"], "choose anomaly_score"),
        (["position", 77], "no target 77"),
        (["separation", "mass,bp_rp"], "no parameter 'mass'"),
    ],
)
def test_request_that_cannot_be_met_is_one_line(clara, folder, arguments, words):
    failed = clara(*arguments, "--workspace", folder)
    assert failed.code == 1
    last = failed.err.splitlines()[-1]
    assert last.startswith("clara: ")
    assert words in last
    assert failed.out == ""
