"""What the answers of each service mean: labels, parameters, and notes on stars to be careful with."""

import numpy as np
import pandas as pd
import pytest

from clara_engine.studies.catalogues import GAIA_PARAMETERS, SERVICES


def test_gaia_gives_velocities_labels_and_notes():
    table = pd.DataFrame({name: 1.0 for name in GAIA_PARAMETERS if name != "vtan_kms"}, index=[7, 8])
    table = table.assign(pmra=[300.0, 1.0], pmdec=[400.0, 1.0], parallax_mas=[50.0, -1.0])
    table = table.assign(candidates=[1, 3], matched_by=["dr2", "position"], non_single_star=[5, np.nan])
    stored = SERVICES["gaia"].read(table.assign(variable=[False, True]), [7, 8, 9])
    assert stored.parameters.loc[7, "vtan_kms"] == pytest.approx(4.74047 * 500 / 50)
    assert np.isnan(stored.parameters.loc[8, "vtan_kms"])
    assert stored.labels["gaia_non_single"].to_dict() == {7: "astrometric+eclipsing"}
    assert stored.labels["gaia_variable"].to_dict() == {8: "yes"}
    assert set(stored.notes) == {8, 9}
    assert "3 Gaia counterparts; the nearest in position is taken" in stored.notes[8]
    assert "no distance follows" in stored.notes[8]
    assert "no Gaia DR3 counterpart" in stored.notes[9]


def test_of_several_tois_the_surest_counts_and_other_stars_are_left_out():
    numbers = {"period_days": 3.0, "epoch_btjd": 1.0, "duration_hours": 2.0, "depth_ppm": 500.0, "radius_rearth": 2.0}
    rows = [(7, "7.01", "FP"), (7, "7.02", "CP"), (8, "8.01", ""), (9, "9.01", "PC")]
    table = pd.DataFrame([{"tic": tic, "toi": toi, "disposition": how, **numbers} for tic, toi, how in rows])
    stored = SERVICES["toi"].read(table.set_axis(table["tic"].to_numpy()), [7, 8])
    assert stored.labels["toi"].to_dict() == {7: "CP", 8: "TOI"}
    assert stored.notes == {7: "2 TOIs; the surest one comes first"}
    more = [f"toi_2_{name}" for name in ("period_days", "epoch_btjd", "duration_hours")]
    assert list(stored.parameters) == [*(f"toi_{name}" for name in numbers), *more]
    assert stored.parameters.loc[7, "toi_2_period_days"] == 3.0
    assert np.isnan(stored.parameters.loc[8, "toi_2_period_days"])


@pytest.mark.parametrize("name", SERVICES)
def test_an_empty_answer_gives_no_label(name):
    stored = SERVICES[name].read(pd.DataFrame(), [7])
    assert all(labels.empty for labels in stored.labels.values())
    assert len(stored.parameters) == 0
