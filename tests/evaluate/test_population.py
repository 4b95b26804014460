"""Positions in the colour–magnitude diagram, of made-up stars and of real young clusters."""

import numpy as np
import pandas as pd
import pytest

from clara_engine.evaluate.population import absolute_magnitude, colour_magnitude, tangential_velocity, with_derived


def test_the_sun_at_ten_parsec_and_barnards_star():
    assert absolute_magnitude(4.67, 100) == pytest.approx(4.67)
    assert absolute_magnitude(9.67, 10) == pytest.approx(4.67)
    assert tangential_velocity(10393.3, 546.98) == pytest.approx(90.1, abs=0.1)


def test_position_or_reason():
    table = pd.DataFrame(
        {
            "gaia_g": [10.0, 10.0, 10.0, 10.0, np.nan, 10.0],
            "bp_rp": [1.0, 1.0, 1.0, np.nan, 1.0, 1.0],
            "parallax_mas": [10.0, -0.3, np.nan, 10.0, 10.0, 1.0],
            "parallax_error_mas": [0.1, 0.2, np.nan, 0.1, 0.1, 0.5],
        },
        index=list("abcdef"),
    )
    found = colour_magnitude(table)
    assert found["reason"].str.split(":").str[0].tolist() == [
        "",
        "parallax is not positive",
        "no parallax",
        "no Gaia colour",
        "no Gaia magnitude",
        "parallax is uncertain by more than 20%",
    ]
    assert found["abs_g"].notna().tolist() == [True, False, False, False, False, True]
    assert found.loc["a", ["bp_rp", "abs_g"]].tolist() == [1.0, 5.0]
    step = absolute_magnitude(10, 10.1) - absolute_magnitude(10, 10)
    assert found.loc["a", "abs_g_error"] == pytest.approx(step, rel=0.01)
    assert (found["bp_rp"].isna() == found["abs_g"].isna()).all()
    bare = colour_magnitude(pd.DataFrame(index=["x"]))
    assert bare.loc["x", "reason"] == "no Gaia magnitude"


def test_velocity_needs_a_distance():
    table = pd.DataFrame({"pmra": [3.0, 3.0], "pmdec": [4.0, 4.0], "parallax_mas": [1.0, -1.0]})
    velocity = with_derived(table)["vtan_kms"]
    assert velocity[0] == pytest.approx(4.74047 * 5)
    assert np.isnan(velocity[1])
    assert "vtan_kms" not in with_derived(table[["pmra"]])


def test_luminosity_follows_from_radius_and_temperature():
    table = pd.DataFrame({"radius_rsun": [1.0, 2.0, 2.0], "teff_k": [5772.0, 2886.0, np.nan]})
    np.testing.assert_allclose(with_derived(table)["lum_lsun"], [1, 0.25, np.nan])
    np.testing.assert_allclose(with_derived(table.assign(lum_lsun=[7, np.nan, 5]))["lum_lsun"], [7, 0.25, 5])


def test_members_of_a_real_cluster_lie_on_its_sequence(shared_data):
    file = shared_data / "gaia_tic_young_clusters" / "IC_2602_crossmatch_xmatch_TIC.csv.gz"
    if not file.exists():
        pytest.skip("the Gaia table of young clusters is not here")
    raw = pd.read_csv(file).drop_duplicates("TIC").set_index("TIC")
    table = pd.DataFrame(
        {
            "gaia_g": raw["GAIAEDR3_G"],
            "bp_rp": raw["GAIAEDR3_BP"] - raw["GAIAEDR3_RP"],
            "parallax_mas": raw["GAIAEDR3_PARALLAX"],
            "parallax_error_mas": raw["GAIAEDR3_PARALLAX_ERROR"],
            "pmra": raw["GAIAEDR3_PMRA"],
            "pmdec": raw["GAIAEDR3_PMDEC"],
        }
    )
    found = colour_magnitude(table)
    assert len(found) == len(table)
    assert (found["abs_g"].notna() == ((table["parallax_mas"] > 0) & table["bp_rp"].notna())).all()
    good = found[found["reason"] == ""]
    assert len(good) > 300
    bright = good[table.loc[good.index, "gaia_g"] < 17]  # the colours of fainter ones are dominated by the sky
    assert len(bright) > 150
    assert bright["abs_g"].corr(bright["bp_rp"], method="spearman") > 0.9
    distance = 1000 / table.loc[good.index, "parallax_mas"]
    assert distance.median() == pytest.approx(152, abs=5)
    assert with_derived(table).loc[good.index, "vtan_kms"].median() == pytest.approx(15, abs=2)
