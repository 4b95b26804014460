"""Parameters of the stars: of archives first, then of headers, and the targets that have them all."""

import numpy as np
import pandas as pd
import pytest

from clara_engine.errors import WorkspaceError


def test_archives_come_before_headers(workspace):
    ids = workspace.targets.ids()
    workspace.labels.add_parameters(pd.DataFrame({"teff_k": [6000.0]}, index=[ids[3]]), source="test")
    teff = workspace.parameters.table()["teff_k"]
    assert teff.loc[ids[3]] == 6000
    assert (teff.drop(ids[3]) == 5500).all()  # of the headers
    assert list(teff.index) == ids


def test_complete_rows_are_those_without_a_gap(workspace):
    ids = workspace.targets.ids()
    table = pd.DataFrame({"gaia_g": [9.0, 10.0, np.inf], "bp_rp": [0.5, np.nan, 0.7]}, index=ids[:3])
    workspace.labels.add_parameters(table, source="test")
    found, rows = workspace.parameters.complete(["bp_rp", "gaia_g"])
    assert (found, rows.tolist()) == ([ids[0]], [[0.5, 9.0]])


def test_what_is_not_there_is_named(workspace):
    with pytest.raises(WorkspaceError, match=r"no parameter 'mass'.*teff_k"):
        workspace.parameters.chosen(["teff_k", "mass"])
    ids = workspace.targets.ids()
    table = pd.DataFrame({"gaia_g": [9.0, np.nan], "bp_rp": [np.nan, 0.7]}, index=ids[:2])
    workspace.labels.add_parameters(table, source="test")
    with pytest.raises(WorkspaceError, match="no target has all of gaia_g, bp_rp"):
        workspace.parameters.complete(["gaia_g", "bp_rp"])
