"""The command map."""

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
