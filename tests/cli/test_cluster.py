"""Commands that map, group, match and correlate, and what they say when they can't."""

import pandas as pd
import pytest


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


def test_an_empty_clustering_says_why(clara, folder):
    at = ("--workspace", folder)
    made = clara("cluster", "hdbscan", "-o", "min_cluster_size=39", *at, "--json").json()
    assert (made["clusters"], made["sizes"]) == (0, {})
    assert "min_cluster_size 39" in made["reason"]
    assert made["reason"] in clara("clusters", made["clustering"], *at).err


def test_features_and_components_are_written(clara, folder, tmp_path):
    at = ("--workspace", folder)
    assert clara("features", "--save", tmp_path / "f.parquet", "--where", "tic < 1005", *at).code == 0
    assert pd.read_parquet(tmp_path / "f.parquet").shape == (5, 4001)
    assert clara("features", "--where", "tic < 1005", *at).code == 2
    found = clara(
        "pca", "--components", 3, "--save", tmp_path / "p.csv", "--loadings", tmp_path / "l.csv", "--json", *at
    )
    assert len(found.json()["explained"]) == 3
    assert list(pd.read_csv(tmp_path / "p.csv")) == ["target_id", "pc1", "pc2", "pc3"]
    assert len(pd.read_csv(tmp_path / "l.csv")) == 4000


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
        (["cluster", "gmm", "-o", "colour=2"], "it has clusters, covariance"),
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
