"""Workspaces that several studies work on."""

import numpy as np
import pandas as pd
import pytest


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
