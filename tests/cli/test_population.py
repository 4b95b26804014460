"""The command population."""

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


def test_population(clara, folder):
    at = ("--workspace", folder)
    rows = clara("population", "small", "--parameters", "bp_rp,ruwe", "--resamples", 50, *at, "--json").json()
    assert [row["parameter"] for row in rows["correlations"]] == ["bp_rp", "ruwe"]
    assert rows["correlations"][1]["rho"] is None
    place = clara("position", 1000, *at, "--json").json()
    assert place[0]["reason"] == ""
    assert clara("separation", "gaia_g,bp_rp", *at, "--json").json()[0]["stars"] == 40
