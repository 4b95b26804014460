"""Tables and files as people have them, each read rightly or refused with the reason."""

import numpy as np
import pandas as pd
import pytest
from astropy import units as u
from astropy.io import fits
from astropy.table import QTable, Table
from astropy.time import Time
from astropy.utils.masked import Masked

from clara_engine.errors import UnreadableLightCurve, WorkspaceError
from clara_engine.readers import read_light_curve, read_light_curves
from clara_engine.readers.table_file import holds_light_curve
from clara_engine.store.star_table import StarTable

SIZE = 120


TIME = 1325 + np.arange(SIZE) / 720


FLUX = 1 + 1e-3 * np.sin(np.arange(SIZE))


def rows(write, head=""):
    return "\n".join([*head.splitlines(), *(write(t, f) for t, f in zip(TIME.tolist(), FLUX.tolist(), strict=True))])


def comma(value):
    return repr(value).replace(".", ",")


READ = {
    "a byte-order mark": ("\ufefftime,flux", lambda t, f: f"{t},{f}", 1.0),
    "decimal commas": ("time;flux", lambda t, f: f"{comma(t)};{comma(f)}", 1.0),
    "capitals": ("TIME,FLUX", lambda t, f: f"{t},{f}", 1.0),
    "names twice": ("time,flux\ntime,flux", lambda t, f: f"{t},{f}", 1.0),
    "units below the names": ("time,flux\nBTJD,e-/s", lambda t, f: f"{t},{500 * f}", 500.0),
    "units in brackets": ("time,flux\n[BTJD],[ppm]", lambda t, f: f"{t},{1e6 * (f - 1)}", 1.0),
    "a zero point as unit": ("time,flux\nBJD - 2457000,ppt", lambda t, f: f"{t},{1e3 * (f - 1)}", 1.0),
    "another zero point as unit": ("time,flux\nBJD-2458000,percent", lambda t, f: f"{t - 1000},{100 * f}", 1.0),
    "a unit for one": ("time,flux,n\n,ppm,", lambda t, f: f"{t},{1e6 * f},1", 1.0),
    "an offset in the name": ("BJD-2458000,flux", lambda t, f: f"{t - 1000},{f}", 1.0),
    "an offset in a comment": ("# T0 = 2457000, time is BJD - T0\ntime,flux", lambda t, f: f"{t},{f}", 1.0),
    "a line for spreadsheets": ("sep=;\ntime;flux", lambda t, f: f"{comma(t)};{comma(f)}", 1.0),
    "the minus of typesetters": ("time,flux [ppm]", lambda t, f: f"{t},{1e6 * (f - 1)}".replace("-", "\u2212"), 1.0),
    "a zero point in words": ("time_bjd_tdb_minus_2457000,flux", lambda t, f: f"{t},{f}", 1.0),
    "a faint star without a unit": ("time,flux", lambda t, f: f"{t},{10 + 300 * (f - 1)}", None),
    "exponents of Fortran": ("time flux", lambda t, f: f"{t:.9E} {f:.9E}".replace("E", "D"), 1.0),
}


@pytest.mark.parametrize("name", READ)
def test_text_that_is_read(tmp_path, name):
    head, write, level = READ[name]
    path = tmp_path / "TIC1.csv"
    path.write_text(rows(write, head))
    curve = read_light_curve(path)
    np.testing.assert_allclose(curve.time, TIME, atol=1e-5)
    np.testing.assert_allclose(curve.flux, 10 + 300 * (FLUX - 1) if level is None else level * FLUX, rtol=1e-7)
    assert curve.notes == ()


REFUSED = {
    "thousands in times": ("time,flux", lambda t, f: f'"{t:,.6f}",{f}', "cells are no numbers, such as '1,325"),
    "European thousands": ("time;flux", lambda t, f: f"1.{t - 1000:.0f},25;{comma(f)}", "cells are no numbers"),
    "magnitudes": ("time,mag", lambda t, f: f"{t},{10 + f}", "magnitudes must be made flux first"),
    "magnitudes called flux": ("time,flux", lambda t, f: f"{t},{10.5 - f}", "too quiet for so few electrons a second"),
    "magnitudes by their unit": ("time,flux\nBTJD,mag", lambda t, f: f"{t},{10 + f}", "is in 'mag'"),
    "hours": ("time,flux\nh,relative", lambda t, f: f"{24 * (t - 1325)},{f}", "is in 'h'; days are needed"),
    "a day without TESS": ("time,flux", lambda t, f: f"{t - 1000},{f}", "a day when TESS did not observe"),
    "an offset that nobody names": ("# BJD - 2458000\ntime,flux", lambda t, f: f"{t - 1000},{f}", "zero point"),
    "phases": ("phase,flux", lambda t, f: f"{t % 1},{f}", "no time column"),
    "a shortened number of a star": ("tic,time,flux", lambda t, f: f"2.61E+08,{t},{f}", "names no star"),
    "thousands in a star": ("tic,time,flux", lambda t, f: f'"261,136,679",{t},{f}', "names no star"),
    "flags in words": ("time,flux,quality", lambda t, f: f"{t},{f},{f > 1}", "write flags as whole numbers"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_text_that_is_refused(tmp_path, name):
    head, write, said = REFUSED[name]
    path = tmp_path / "TIC1.csv"
    path.write_text(rows(write, head))
    with pytest.raises(UnreadableLightCurve, match=said):
        read_light_curve(path)


def test_a_row_of_words_is_no_row_of_units_where_columns_hold_words(tmp_path):
    path = tmp_path / "stars.csv"
    path.write_text("name,class,period\nTIC 1,EB,\nTIC 2,RR,1.5\nTIC 3,EB,2.5\n")
    assert StarTable(path).owners == ["TIC 1", "TIC 2", "TIC 3"]
    path.write_text("tic,class,period\n-,-,d\n1,EB,0.5\n2,RR,1.5\n3,EB,2.5\n")
    assert StarTable(path).owners == ["TIC 1", "TIC 2", "TIC 3"]
    assert StarTable(path).numbers("period").strange == 0


@pytest.mark.parametrize(("dtype", "exact"), [("int64", True), ("float64", True), ("Int64", True), ("float32", False)])
def test_numbers_of_stars_that_have_lost_digits_are_refused(tmp_path, dtype, exact):
    stars = pd.Series(np.full(SIZE, 261136679)).astype(dtype)
    frame = pd.DataFrame({"tic": stars, "time": TIME, "flux": FLUX})
    frame.to_parquet(tmp_path / "a.parquet")
    if exact:
        assert read_light_curve(tmp_path / "a.parquet").target.tic == 261136679
        assert StarTable(tmp_path / "a.parquet").owners[0] == "TIC 261136679"
        return
    with pytest.raises(UnreadableLightCurve, match="tic has lost digits"):
        read_light_curve(tmp_path / "a.parquet")
    with pytest.raises(WorkspaceError, match="tic has lost digits"):
        StarTable(tmp_path / "a.parquet")


@pytest.mark.parametrize("number", [5707485527450614656, 5707485527450614656.0, "5.70748552745061e+18"])
def test_numbers_of_gaia_name_no_star_of_the_tic_however_they_are_stored(tmp_path, number):
    frame = pd.DataFrame({"source_id": [number] * SIZE, "time": TIME, "flux": FLUX})
    frame.to_parquet(tmp_path / "a.parquet")
    frame.to_csv(tmp_path / "a.csv")
    for path in tmp_path.iterdir():
        with pytest.raises(UnreadableLightCurve, match="whose light curve is it"):
            read_light_curve(path)


def test_every_digit_of_a_star_in_exponents_is_kept_and_missing_ones_refused(tmp_path):
    path = tmp_path / "a.csv"
    for cell, tic in {"2.611366790000000000e+08": 261136679, "2.61136679E8": 261136679, "1.2e+01": 12}.items():
        path.write_text(rows(lambda t, f, cell=cell: f"{cell},{t},{f}", "tic,time,flux"))
        assert read_light_curve(path).target.tic == tic
    for cell in ("2.6113668E8", "2.611366795e8", "2.61136679e9"):
        path.write_text(rows(lambda t, f, cell=cell: f"{cell},{t},{f}", "tic,time,flux"))
        with pytest.raises(UnreadableLightCurve, match="names no star"):
            read_light_curve(path)


@pytest.mark.parametrize("cell", ["1", "1.0", "s0001", "S1", "Sector 1", "sector_01"])
def test_sectors_in_words(tmp_path, cell):
    path = tmp_path / "a.csv"
    path.write_text(rows(lambda t, f: f"3,{cell},{t},{f}", "tic,sector,time,flux"))
    assert read_light_curve(path).target.sector == 1
    path.write_text(rows(lambda t, f: f"{t},{f}", f"# tic: 3\n# sector: {cell}\ntime,flux"))
    assert read_light_curve(path).target.sector == 1
    columns = [fits.Column("TIME", "D", array=TIME), fits.Column("PDCSAP_FLUX", "D", array=500 * FLUX)]
    table(tmp_path / "a.fits", *columns, SECTOR=cell)
    assert read_light_curve(tmp_path / "a.fits").target.sector == 1


def test_a_star_with_number_zero_is_no_star(tmp_path):
    columns = [fits.Column("TIME", "D", array=TIME), fits.Column("PDCSAP_FLUX", "D", array=500 * FLUX)]
    table(tmp_path / "a.fits", *columns, TICID=0)
    with pytest.raises(UnreadableLightCurve, match="whose light curve is it"):
        read_light_curve(tmp_path / "a.fits")
    table(tmp_path / "b.fits", *columns, TICID=0, OBJECT="TIC 12")
    assert read_light_curve(tmp_path / "b.fits").target.tic == 12


def test_small_and_nullable_numbers_of_parquet(tmp_path):
    path = tmp_path / "TIC1.parquet"
    time = pd.array([None, *TIME[1:]], dtype="Float64")
    pd.DataFrame({"time": time, "flux": FLUX.astype(np.float16)}).to_parquet(path)
    curve = read_light_curve(path)
    assert np.isnan(curve.time).sum() == 1
    np.testing.assert_allclose(curve.finite().flux, FLUX[1:], rtol=1e-3)
    pd.DataFrame({"time": pd.to_datetime(TIME + 2457000, unit="D", origin="julian"), "flux": FLUX}).to_parquet(path)
    with pytest.raises(UnreadableLightCurve, match="time holds dates such as 2018"):
        read_light_curve(path)
    pd.DataFrame({"time": (TIME + 2457000).astype(np.float32), "flux": FLUX}).to_parquet(path)
    with pytest.raises(UnreadableLightCurve, match="times come twice"):
        read_light_curve(path)


def test_tables_of_astropy_with_units_and_masks(tmp_path):
    flux = Masked(500 * FLUX * u.electron / u.s, mask=np.arange(SIZE) == 4)
    QTable({"time": TIME * u.day, "flux": flux}, meta={"OBJECT": "TIC 3"}).write(tmp_path / "a.ecsv")
    curve = read_light_curve(tmp_path / "a.ecsv")
    assert np.flatnonzero(np.isnan(curve.flux)).tolist() == [4]
    assert curve.flux_unit == "e-/s"
    QTable({"time": (TIME * u.day).to(u.s), "flux": flux}, meta={"OBJECT": "TIC 3"}).write(tmp_path / "b.ecsv")
    with pytest.raises(UnreadableLightCurve, match="time is in 's'; days are needed"):
        read_light_curve(tmp_path / "b.ecsv")
    days = Time(TIME + 2457000, format="jd", scale="tdb")
    QTable({"time": days, "flux": FLUX * u.one}, meta={"TICID": 3}).write(tmp_path / "c.fits")
    np.testing.assert_allclose(read_light_curve(tmp_path / "c.fits").time, TIME, atol=1e-8)


def table(path, *columns, **primary):
    first = fits.PrimaryHDU()
    first.header.update({"TELESCOP": "TESS", "ORIGIN": "NASA/Ames", "TICID": 3, "SECTOR": 1} | primary)
    fits.HDUList([first, fits.BinTableHDU.from_columns(columns)]).writeto(path)


def test_a_table_of_mixed_case_without_time_says_what_it_has(tmp_path):
    Table({"When": TIME, "Flux": FLUX}).write(tmp_path / "TIC1.csv")
    with pytest.raises(UnreadableLightCurve, match=r"no time column .*its columns: When, Flux"):
        read_light_curve(tmp_path / "TIC1.csv")


@pytest.mark.parametrize("name", ["time_utc", "JD_UTC", "bjd_tdb", "# Time system: UTC\ntime"])
def test_the_scale_of_times_may_stand_in_their_name_or_a_comment(tmp_path, name):
    path = tmp_path / "TIC1.csv"
    path.write_text(rows(lambda t, f: f"{t + (2457000 if 'jd' in name.lower() else 0)!r},{f}", f"{name},flux"))
    later = 0.0 if "tdb" in name else 69.184 / 86400  # seconds between UTC and TDB in 2018
    np.testing.assert_allclose(read_light_curve(path).time, TIME + later, atol=1e-7)


def test_units_and_times_that_astropy_keeps_beside_parquet_are_heard(tmp_path):
    time = Time(TIME + 2457000, format="jd", scale="tdb")
    table = QTable({"time": time, "flux": 1e3 * (FLUX - 1) * u.Unit("1e-3")}, meta={"TICID": 5, "SECTOR": 2})
    table.write(tmp_path / "a.parquet")
    (curve,) = read_light_curves(tmp_path / "a.parquet")
    assert curve.target.id == "5-s0002-table-120"
    np.testing.assert_allclose(curve.time, TIME, atol=1e-8)
    np.testing.assert_allclose(curve.flux, FLUX)
    assert holds_light_curve(tmp_path / "a.parquet")


def test_lists_in_parquet_are_no_numbers(tmp_path):
    frame = pd.DataFrame({"tic": [5], "time": [TIME.tolist()], "flux": [FLUX.tolist()]})
    frame.to_parquet(tmp_path / "a.parquet")
    with pytest.raises(UnreadableLightCurve, match=r"1 of 1 cell is no number, such as '\[1325\.0, 1325"):
        read_light_curve(tmp_path / "a.parquet")


def test_a_flux_that_a_person_made_in_lightkurve_is_not_passed_over_without_a_word(tmp_path):
    path = tmp_path / "TIC1.csv"
    frame = pd.DataFrame({"time": TIME, "flux": 500 * FLUX, "sap_flux": 480 * FLUX, "pdcsap_flux": 500 * FLUX})
    frame.to_csv(path, index=False)
    assert read_light_curve(path).notes == ()
    frame.assign(flux=1e3 * FLUX).to_csv(path, index=False)
    (note,) = read_light_curve(path).notes
    assert note.startswith("pdcsap_flux is taken; flux holds other numbers")
    assert read_light_curve(path, columns=note.split("--columns ")[1].removesuffix(" takes it")).notes == ()


@pytest.mark.parametrize(("sectors", "told"), [(1, False), (2, True)])
def test_sectors_in_one_table_without_a_column_of_them_are_told(tmp_path, sectors, told):
    path = tmp_path / "TIC1.csv"
    time = np.concatenate([TIME + 35 * number for number in range(sectors)])
    pd.DataFrame({"time": time, "flux": np.tile(FLUX, sectors)}).to_csv(path, index=False)
    assert ("35 days and no column sector" in " ".join(read_light_curve(path).notes)) == told


def test_two_light_curves_in_one_fits_file_are_refused(tmp_path):
    columns = [fits.Column(name, "D", array=values) for name, values in (("TIME", TIME), ("FLUX", FLUX))]
    columns.append(fits.Column("FLUX_ERR", "D", array=1e-3 * FLUX))
    tables = [fits.BinTableHDU.from_columns(columns, name=name) for name in ("SECTOR1", "SECTOR2")]
    fits.HDUList([fits.PrimaryHDU(), *tables]).writeto(tmp_path / "TIC1.fits")
    with pytest.raises(UnreadableLightCurve, match=r"2 tables hold TIME and FLUX \(SECTOR1, SECTOR2\)"):
        read_light_curve(tmp_path / "TIC1.fits")
