"""Which sources beside a target could make its dip."""

import numpy as np
import pandas as pd
import pytest

from clara_engine.evaluate.neighbours import aperture_arcsec, neighbours, pixel_arcsec, tess_magnitude
from clara_engine.lightcurve import Target

STAR = Target(tic=7, ra=85.0, dec=-60.0, tmag=10.0)
#: G of a star without a colour whose T is 10.
G10 = 10.43


def sources(*rows: tuple[float, float, float]) -> pd.DataFrame:
    """Sources at some arcseconds east and north with a G and no colour."""
    east, north, g = np.array(rows, float).T
    return pd.DataFrame(
        {
            "source_id": [str(number) for number in range(len(rows))],
            "ra": STAR.ra + east / 3600 / np.cos(np.radians(STAR.dec)),
            "dec": STAR.dec + north / 3600,
            "pmra": np.nan,
            "pmdec": np.nan,
            "gaia_g": g,
            "bp_rp": np.nan,
        }
    )


def test_a_source_five_magnitudes_fainter_can_make_a_dip_of_one_percent_and_no_deeper() -> None:
    around = sources((0, 0, G10), (30, 0, G10 + 5.0))
    for depth, could in ((9_990.0, True), (10_010.0, False)):
        table = neighbours(around, STAR, depth)
        assert list(table["is_target"]) == [True, False]
        assert list(table["could_make_it"]) == [True, could]
        assert table["needed_depth"][1] == pytest.approx(depth / 10_000, rel=1e-9)
        assert table["needed_depth"][0] == pytest.approx(depth * 1e-6)


def test_in_flux_of_the_whole_aperture_each_source_must_lose_more() -> None:
    around = sources((0, 0, G10), (30, 0, G10), (100, 0, G10))
    table = neighbours(around, STAR, 300_000.0, corrected=False)
    np.testing.assert_allclose(table["needed_depth"], 0.6)  # two of equal light in the aperture; the third is outside
    np.testing.assert_allclose(neighbours(around, STAR, 300_000.0)["needed_depth"], 0.3)


def test_places_are_those_of_the_observation() -> None:
    moving = Target(tic=7, ra=85.0, dec=-60.0, pmra=1000.0, pmdec=-500.0, tmag=10.0)
    around = sources((16.0, -8.0, G10), (16.0, 12.0, G10 + 2))
    around.loc[0, ["pmra", "pmdec"]] = 1000.0, -500.0
    for at, east, north in ((None, 0.0, 20.0), (2458484.5 - 2457000, -3.0, 21.5)):  # 2016, and three years later
        table = neighbours(around, moving, at_btjd=at)
        assert table["is_target"][0]
        assert table["separation_arcsec"][0] < 0.05
        assert table["east_arcsec"][1] == pytest.approx(east, abs=0.05)
        assert table["north_arcsec"][1] == pytest.approx(north, abs=0.05)


def test_the_target_is_the_source_of_its_magnitude() -> None:
    table = neighbours(sources((0.5, 0, G10 + 6), (2.5, 0, G10), (200, 0, 9)), STAR, 100.0)
    assert list(table["is_target"]) == [False, True]
    assert len(table) == 2  # what is beyond two arcminutes is left out


def test_without_the_target_its_own_magnitude_counts_and_without_a_depth_nothing_is_claimed() -> None:
    table = neighbours(sources((30, 0, G10 + 5.0)), STAR)
    assert not table["is_target"].any()
    assert np.isnan(table["needed_depth"][0])
    assert not table["could_make_it"].any()
    assert neighbours(sources((30, 0, G10 + 5.0)), STAR, 5000.0)["needed_depth"][0] == pytest.approx(0.5)


def test_magnitudes_of_tess_follow_from_gaia() -> None:
    found = tess_magnitude(np.array([10.0, 10.0, 10.0]), np.array([0.0, np.nan, 9.0]))
    assert found[0] == pytest.approx(10.0324473)
    assert found[1] == pytest.approx(9.57)
    assert found[2] == pytest.approx(tess_magnitude(np.array([10.0]), np.array([3.5]))[0])


def test_scales_of_the_detectors() -> None:
    assert (pixel_arcsec(STAR), aperture_arcsec(STAR)) == (21.0, 42.0)
    assert pixel_arcsec(Target(tic=7, catalogue="KIC")) == 3.98
