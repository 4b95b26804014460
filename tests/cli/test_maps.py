"""The command map."""

import pandas as pd


def test_map(clara, folder, tmp_path):
    at = ("--workspace", folder)
    made = clara("map", "pca", *at, "--json").json()
    assert len(made["places"]) == made["targets"] == 40
    assert made["quality"]["neighbours"] > 0
    again = clara("map", "pca", "--place-new", *at, "--json").json()
    assert (again["targets"], again["placed"]) == (40, 0)
    assert [place["x"] for place in again["places"]] == [place["x"] for place in made["places"]]
    leaves = clara("map", "tsne", "--leaves", "small", "-o", "perplexity=8", *at, "--save", tmp_path / "map.csv")
    assert leaves.code == 0
    assert "trustworthiness" in leaves.err
    assert len(pd.read_csv(tmp_path / "map.csv")) == 40
