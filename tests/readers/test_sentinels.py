"""Numbers that stand for "missing" are missing, and told; no star's own flux is taken for one."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clara_engine.readers import read_light_curve, summarise
from clara_engine.readers.sentinels import usable_errors, without_sentinels
from tests.readers.header_true import SAMPLES, build

SIZE = 400
STAR = 1 + 1e-3 * np.random.default_rng(3).standard_normal(SIZE)
SOME = np.arange(SIZE) % 50 == 7
LEVELS = {"relative": STAR, "e-/s": 1e4 * STAR, "ppm off": 1e6 * (STAR - 1), "e-/s as float32": np.float32(1e4 * STAR)}


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("value", [-9999, -99999.0, 1e30, -1e20, 999999, -2147483648])
def test_numbers_of_programs_far_from_all_others_are_missing(level, value):
    flux = np.where(SOME, value, LEVELS[level]).astype(float)
    found, notes = without_sentinels(flux, "F")
    np.testing.assert_array_equal(np.isnan(found), SOME)
    np.testing.assert_array_equal(found[~SOME], flux[~SOME])
    assert notes == [f"{SOME.sum()} samples of F are {value:.7g}: taken as missing"]


@pytest.mark.parametrize("value", [-1, -99, -999, 99.99, 99.999, 999, 9999])
def test_shorter_ones_are_missing_from_relative_flux(value):
    found, notes = without_sentinels(np.where(SOME, np.float32(value), STAR), "F")
    np.testing.assert_array_equal(np.isnan(found), SOME)
    assert len(notes) == 1
    one = STAR.copy()
    one[3] = value
    assert np.flatnonzero(np.isnan(without_sentinels(one, "F")[0])).tolist() == [3]


def test_several_kinds_and_infinite_flux():
    flux = STAR.copy()
    flux[[3, 4]], flux[[10]], flux[20], flux[30] = -999, 1e30, np.inf, np.nan
    found, notes = without_sentinels(flux, "F")
    assert np.flatnonzero(np.isnan(found)).tolist() == [3, 4, 10, 30]
    assert len(notes) == 2
    assert np.isinf(found[20])


@pytest.mark.parametrize(
    "flux",
    [
        np.where(SOME, 0.99, 1.0),  # a box without noise
        np.where(SOME, -1.0, 0.0),  # the same in percent off the star
        1000 + 10 * np.arange(SIZE),  # 1000 to 4990: 9999 is not there, 999 would be beside its neighbours
        np.r_[999.0, 990 + 10 * STAR],
        np.where(SOME, 99, 100),  # whole numbers, and a dip
        np.where(np.arange(SIZE) == 7, 0.2, STAR),  # one deep sample
        np.full(SIZE, 999.0),
        np.full(SIZE, np.nan),
        np.array([]),
    ],
)
def test_what_a_star_may_do_stays(flux):
    found, notes = without_sentinels(flux, "F")
    np.testing.assert_array_equal(found, flux)
    assert notes == []


def test_any_other_number_that_comes_again_and_again_far_off_is_told_and_stays():
    flux = np.where(SOME, -12345.5, 1e4 * STAR)
    found, notes = without_sentinels(flux, "F")
    np.testing.assert_array_equal(found, flux)
    assert len(notes) == 1
    assert notes[0].startswith(
        "8 samples of F are exactly -12345.5, far from all others: if nothing was measured there"
    )


@given(st.lists(st.floats(-500, 500), max_size=60))
def test_only_the_least_and_the_largest_numbers_are_ever_taken_away(values):
    flux = np.array(values)
    found, notes = without_sentinels(flux, "F")
    gone, left = flux[np.isnan(found)], found[~np.isnan(found)]
    assert gone.size == 0 or left.size > 0
    assert all(value < left.min() or value > left.max() for value in gone)
    assert (gone.size > 0) == any("taken as missing" in note for note in notes)


def test_errors_are_above_zero():
    np.testing.assert_array_equal(usable_errors(np.array([0.1, 0.0, -999.0, np.nan])), [0.1, np.nan, np.nan, np.nan])
    assert usable_errors(None) is None


def test_tables_and_files_tell_it(tmp_path):
    time = 1325.3 + np.arange(SIZE) / 720
    flux = np.where(SOME, -999.0, STAR)
    lines = [f"{t},{f},{-999 if f < 0 else 0.001}" for t, f in zip(time, flux, strict=True)]
    table = tmp_path / "TIC5.csv"
    table.write_text("\n".join(["time,flux,flux_err", *lines]))
    curve = read_light_curve(table)
    np.testing.assert_array_equal(np.isnan(curve.flux), SOME)
    np.testing.assert_array_equal(np.isnan(curve.flux_err), SOME)
    assert curve.notes == ("8 samples of flux are -999: taken as missing",)
    assert summarise(table)[0].notes == curve.notes
    assert SAMPLES == SIZE
    path = build("pathos", tmp_path, {"TIME": time, "PSF_FLUX_COR": np.where(SOME, -999, 1e3 * STAR)})
    curve = read_light_curve(path)
    np.testing.assert_array_equal(np.isnan(curve.flux), SOME)
    (summary,) = summarise(path)
    assert summary.notes == curve.notes == ("8 samples of PSF_FLUX_COR are -999: taken as missing",)
    assert summary.samples == SIZE - SOME.sum()


def test_zeros_are_missing_and_no_doubt():
    found, notes = without_sentinels(np.where(SOME, 0.0, 1e4 * STAR), "F")
    assert notes == []
    np.testing.assert_array_equal(found == 0, SOME)


@pytest.mark.parametrize(("factor", "doubtful"), [(1e-3, False), (1e-2, False), (1e3, True)])
def test_errors_that_are_far_too_large_are_told(tmp_path, factor, doubtful):
    path = tmp_path / "TIC1.csv"
    time = 1325 + np.arange(SIZE) / 720
    pd.DataFrame({"time": time, "flux": STAR, "flux_err": factor * STAR}).to_csv(path, index=False)
    notes = " ".join(read_light_curve(path).notes)
    assert ("flux_err is around 1e+03 where the flux scatters by 0.00" in notes) == doubtful
    assert bool(notes) == doubtful
