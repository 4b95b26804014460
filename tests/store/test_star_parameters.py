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


def test_the_usual_map_takes_what_most_stars_have_together_and_says_what_is_missing(workspace):
    ids = workspace.targets.ids()  # the headers give teff_k only
    half = pd.DataFrame({"ruwe": 1.0, "vtan_kms": 20.0}, index=ids[: len(ids) // 2])
    most = pd.DataFrame({"logg": 4.4, "mass_msun": 1.1}, index=ids[4:])
    for table in (half, most):
        workspace.labels.add_parameters(table, source="test")
    usual = workspace.parameters.stellar()
    assert usual.used == ("teff_k", "logg", "mass_msun")
    assert usual.missing["ruwe"] == usual.missing["vtan_kms"] == 0.5
    assert usual.missing["mh"] == 0
    assert "ruwe (50% of the stars have it)" in usual.note
    assert usual.note.startswith("no star has radius_rsun or lum_lsun")


def test_an_absolute_magnitude_follows_from_gaia(workspace):
    ids = workspace.targets.ids()
    given = pd.DataFrame({"gaia_g": [10.0], "parallax_mas": [10.0]}, index=ids[:1])
    workspace.labels.add_parameters(given, source="test")
    assert workspace.parameters.table()["abs_g"].iloc[0] == pytest.approx(5.0)  # at 100 pc
