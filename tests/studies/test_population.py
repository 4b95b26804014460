"""Scores of a run against parameters of its stars."""

import pandas as pd
import pytest

from clara_engine.errors import WorkspaceError
from clara_engine.studies.population import correlations, separation, star_colours


def test_population_of_a_run(ws):
    run, ids = ws.runs.get("latest"), ws.targets.ids()
    found = correlations(ws, run, ("bp_rp", "vtan_kms", "teff_k", "ruwe"), resamples=50).set_index("parameter")
    assert found.loc["bp_rp", "stars"] == 40
    assert found.loc["vtan_kms", "reason"] == "every star has the same value"
    assert found.loc["vtan_kms", "stars"] == 39
    assert found.loc["teff_k", "reason"] == "every star has the same value"
    assert found.loc["ruwe", "reason"] == "not in this workspace"
    places = star_colours(ws, [ids[1], ids[0], "nobody"])
    assert places.index.tolist() == [ids[1], ids[0], "nobody"]
    assert places["abs_g"].tolist()[0] == 5.0
    assert places["reason"].str.contains("not positive").tolist() == [False, True, False]
    groups = pd.Series((ws.parameters.table()["bp_rp"] > 1.5).astype(int))
    best = separation(ws, ["bp_rp", "gaia_g", "logg"][:2], groups.sample(frac=1, random_state=1))
    assert best.iloc[0]["stars"] == 40
    with pytest.raises(WorkspaceError, match="no parameter 'mass'"):
        separation(ws, ["mass"])
