"""One rule of time: what the source says, then the catalogue, then the calendar."""

import numpy as np
import pytest
from astropy.time import Time
from hypothesis import given
from hypothesis import strategies as st

from clara_engine.errors import UnreadableLightCurve
from clara_engine.lightcurve import BTJD_ZERO
from clara_engine.readers.time_reference import BKJD_ZERO, epoch_in_btjd, in_btjd, zero_in_words

BTJD = 1325.0 + np.arange(100) / 48
KEPLER = 540.0 + np.arange(100) / 48 + BKJD_ZERO  # Julian dates of quarter 6


@pytest.mark.parametrize(
    ("words", "zero"),
    [
        ("BJD - 2454833", 2454833),
        ("BJD - 2457000, days", 2457000),
        ("BJD-2457000, days", 2457000),
        ("BJD - 2457000", 2457000),
        ("BTJD", 2457000),
        ("btjd", 2457000),
        ("TBJD", 2457000),
        ("BKJD", 2454833),
        ("time_bkjd", 2454833),
        ("Time [BTJD]", 2457000),
        ("BTJD [d]", 2457000),
        ("HJD-2450000", 2450000),
        ("JD - 2400000.5", 2400000.5),
        ("MJD", 2400000.5),
        ("bjd_tdb - 2457000 (days)", 2457000),
        ("d", None),
        ("days", None),
        ("BJD", None),
        ("JD", None),
        ("BJD_TDB", None),
        ("bjd (tdb)", None),
        ("", None),
        ("time", None),
        ("times", None),
        ("BJD [days]", None),
    ],
)
def test_words_of_time(words, zero):
    assert zero_in_words(words) == zero


@pytest.mark.parametrize("words", ["s", "min", "hours", "pixel", "e-/s", "seconds since 2457000"])
def test_other_units_are_refused(words):
    with pytest.raises(UnreadableLightCurve, match="days are needed"):
        zero_in_words(words)


@pytest.mark.parametrize(
    ("header", "zero"),
    [
        ({"BJDREFI": 2457000, "BJDREFF": 0.0}, BTJD_ZERO),
        ({"BJDREFI": 2457000, "BJDREFR": 0.0}, BTJD_ZERO),  # so in QLP's and TGLC's files
        ({"BJDREFI": 2454833, "BJDREFF": 0.5}, BKJD_ZERO + 0.5),
        ({"JDREFI": 2454833, "JDREFF": 0.0}, BKJD_ZERO),
        ({"JDREF": 2450000.0}, 2450000.0),
        ({"MJDREFI": 56999, "MJDREFF": 0.5}, BTJD_ZERO),
        ({"MJDREF": 56999.5}, BTJD_ZERO),
        ({"MJDREFI": 56999, "MJDREFF": 0.5, "MJDREF": 4.0}, BTJD_ZERO),  # the pair comes first: FITS 4.0, 9.2.2
        ({"MJDREFI": 54832, "MJDREFF": 0.5, "BJDREFI": 2454833}, BKJD_ZERO),
    ],
)
def test_keywords_of_a_header(header, zero):
    time = BTJD + BTJD_ZERO - zero
    np.testing.assert_allclose(in_btjd(time, "TIME", unit="d", header=header, missions=("TESS",)), BTJD, atol=1e-8)


@pytest.mark.parametrize("zero", [0.0, 2400000.5, BTJD_ZERO])
def test_numbers_that_speak_for_themselves(zero):
    np.testing.assert_allclose(in_btjd(BTJD + BTJD_ZERO - zero, "time", catalogue="TIC"), BTJD, atol=1e-8)
    stated = {"BJDREFI": 2457000} if zero == 0 else {}
    np.testing.assert_allclose(in_btjd(BTJD + BTJD_ZERO - zero, "time", header=stated), BTJD, atol=1e-8)


@pytest.mark.parametrize(("name", "unit"), [("bjd0", ""), ("JD", ""), ("hjd", "d"), ("time_bjd", ""), ("time", "BJD")])
def test_a_julian_date_that_may_be_half_a_day_off_is_refused(name, unit):
    with pytest.raises(UnreadableLightCurve, match=r"half a day earlier, a Julian date - 2400000\? Call it mjd or rjd"):
        in_btjd(BTJD + 57000, name, unit=unit)
    np.testing.assert_allclose(in_btjd(BTJD + 57000, name, unit="RJD"), BTJD)


@pytest.mark.parametrize("catalogue", ["KIC", "EPIC"])
def test_the_catalogue_decides_where_nothing_is_said(catalogue):
    dates = KEPLER if catalogue == "KIC" else KEPLER + 1500
    expected = Time(dates, format="jd", scale="tdb").jd - 2457000
    np.testing.assert_allclose(in_btjd(dates - BKJD_ZERO, "time", catalogue=catalogue), expected, atol=1e-8)
    assert expected[0] == pytest.approx(-1627 + (0 if catalogue == "KIC" else 1500))


@pytest.mark.parametrize(
    ("time", "more", "message"),
    [
        (BTJD, {"unit": "BJD - 2454833", "header": {"BJDREFI": 2457000}}, "which is right"),
        (BTJD, {"unit": "BJD - 2457000, days", "header": {"MJDREFI": 56999}}, "by its unit .* by its MJDREFI"),
        (BTJD, {"header": {"JDREFI": 2454833, "BJDREFI": 2457000}}, "by its JDREFI"),
        (BTJD, {"header": {"JDREFI": 2454833}, "missions": ("TESS",)}, "TESS did not observe"),
        (KEPLER - BKJD_ZERO, {"catalogue": "TIC"}, "name its zero point"),
        (KEPLER - BKJD_ZERO, {}, "as BTJD a day when TESS did not observe"),
        (BTJD + 2400, {"catalogue": "KIC"}, "as BKJD a day when Kepler did not observe"),
        (KEPLER - BKJD_ZERO, {"header": {"BJDREFI": 2454833}, "missions": ("TESS",)}, "did not observe"),
        (BTJD + 4000, {"catalogue": "TIC"}, "did not observe"),  # years ahead
        (np.r_[1e-3, BTJD], {"catalogue": "TIC"}, "partly when"),
        (BTJD * 86400, {"catalogue": "TIC"}, "runs from"),
        (BTJD, {"unit": "s"}, "TIME is in 's'; days"),
        (BTJD, {"header": {"TIMEUNIT": "s"}}, "TIME is in 's'; days"),
        (BTJD * np.nan, {}, "NaN throughout"),
    ],
)
def test_what_contradicts_is_refused(time, more, message):
    with pytest.raises(UnreadableLightCurve, match=message):
        in_btjd(time, "TIME", **more)


def test_other_observers_have_no_calendar():
    ground = np.arange(50) * 0.1 + 2455000.0
    np.testing.assert_allclose(in_btjd(ground, "bjd", catalogue="TIC", missions=()), ground - 2457000)


@given(st.floats(1226, 4000), st.sampled_from([0.0, 2400000.5]))
def test_epochs_that_people_type(btjd, zero):
    assert epoch_in_btjd(btjd + BTJD_ZERO - zero) == pytest.approx(btjd, abs=1e-8)
    assert epoch_in_btjd(btjd) == btjd


def test_epochs_of_keplers_stars():
    assert epoch_in_btjd(540.0, "KIC") == pytest.approx(-1627)
    assert epoch_in_btjd(-1627.0, "KIC") == -1627.0
    assert epoch_in_btjd(2300.0, "EPIC") == pytest.approx(133)
    assert epoch_in_btjd(133.0, "EPIC") == 133.0
    with pytest.raises(UnreadableLightCurve, match="out of range"):
        epoch_in_btjd(1e9)


@pytest.mark.parametrize(
    ("name", "unit", "header", "scale"),
    [
        ("TIME", "d", {"TIMESYS": "UTC", "BJDREFI": 2457000}, "utc"),
        ("TIME", "BJD - 2457000, days", {"TIMESYS": "TAI"}, "tai"),
        ("bjd_utc", "BJD - 2457000", {}, "utc"),
        ("time", "BTJD (UTC)", {}, "utc"),
        ("time", "btjd_tcb", {}, "tcb"),
        ("TIME", "d", {"TIMESYS": "TDB", "BJDREFI": 2457000}, "tdb"),
        ("TIME", "d", {"TIMESYS": "TT", "BJDREFI": 2457000}, "tt"),
        ("TIME", "d", {"TIMESYS": "BARYCENT"}, "tdb"),
        ("time", "", {}, "tdb"),
    ],
)
def test_other_scales_become_tdb(name, unit, header, scale):
    times = BTJD.copy()
    times[7] = np.nan
    read = in_btjd(times, name, unit=unit, header=header, catalogue="TIC", missions=("TESS",))
    right = Time(BTJD + BTJD_ZERO, format="jd", scale=scale).tdb.jd - BTJD_ZERO
    right[7] = np.nan
    np.testing.assert_allclose(read, right, rtol=0, atol=3e-8)  # TT is off by less than 0.002 s
    seconds = {"utc": 69.18, "tai": 32.18, "tcb": -20.6}.get(scale, 0)
    assert np.nanmedian(read - BTJD) * 86400 == pytest.approx(seconds, abs=0.5)


def test_two_scales_are_refused():
    with pytest.raises(UnreadableLightCurve, match="TIME is in UTC by its unit, TDB by its TIMESYS"):
        in_btjd(BTJD, "TIME", unit="BTJD (UTC)", header={"TIMESYS": "TDB"})
