"""Workspaces that several studies work on."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from clara_engine import Workspace
from clara_engine.readers import spoc_file_name, write_spoc
from clara_engine.workspace import RunSpec
from tests.small_workspace import star


@pytest.fixture(scope="module")
def ws(trained):
    """The trained workspace with places in the colour–magnitude diagram, of which one is unknown."""
    ids = trained.targets.ids()
    random = np.random.default_rng(1)
    table = pd.DataFrame(
        {"gaia_g": 10.0, "bp_rp": random.uniform(0, 3, 40), "parallax_mas": 10.0, "pmra": 3.0, "pmdec": 4.0}, index=ids
    )
    table.loc[ids[0], "parallax_mas"] = -2.0
    trained.labels.add_parameters(table, source="test")
    return trained


@pytest.fixture(scope="module")
def two_sectors(tmp_path_factory, light_curve_folder, small_spec):
    """The forty stars of sector 1, and thirty of them in sector 2 with other noise."""
    folder = tmp_path_factory.mktemp("sector2")
    for i in range(30):
        curve = star(1000 + i, seed=100 + i, dip=0.01 if i < 4 else 0.0)
        curve = replace(curve, time=curve.time + 28, target=replace(curve.target, sector=2))
        write_spoc(curve, folder / spoc_file_name(curve.target))
    ws = Workspace.open(tmp_path_factory.mktemp("two"))
    ws.ingest([light_curve_folder, folder])
    tics = ws.targets.frame().set_index("target_id")["tic"]
    ws.labels.add("truth", {id: "dip" if tic < 1004 else "quiet" for id, tic in tics.items()}, source="test")
    for sector in (1, 2):
        values = small_spec.model_dump() | {"name": f"s{sector}", "training_sectors": (sector,), "training_size": None}
        ws.train(RunSpec(**values))
    return ws
