"""What astropy, lightkurve and pandas write of themselves, columns without names, and several stars in a table."""

import numpy as np
import pandas as pd
import pytest
from astropy import units as u
from astropy.table import Table
from astropy.time import Time
from astropy.timeseries import TimeSeries

from clara_engine import Workspace
from clara_engine.errors import UnreadableLightCurve
from clara_engine.readers import read_light_curve, read_light_curves
from clara_engine.readers.open_table import read_table

SIZE = 80
TIME = 1325 + np.arange(SIZE) / 720
FLUX = 1 + 1e-3 * np.sin(np.arange(SIZE))
FLAGS = np.where(np.arange(SIZE) == 7, 4096, 0)


@pytest.mark.parametrize(("scale", "shift"), [("tdb", 0.0), ("utc", 69.184 / 86400)])
def test_ecsv_of_a_time_series(tmp_path, scale, shift):
    series = TimeSeries(time=Time(TIME + 2457000, format="jd", scale=scale), data={"flux": FLUX})
    series.meta["OBJECT"] = "TIC 5"
    series.write(tmp_path / "a.ecsv", format="ascii.ecsv")
    curve = read_light_curve(tmp_path / "a.ecsv")
    np.testing.assert_allclose(curve.time, TIME + shift, rtol=0, atol=2e-8)
    assert curve.target.name == "TIC 5"


def lightkurve_curve(zero="btjd", days=TIME):
    import lightkurve as lk

    curve = lk.LightCurve(time=Time(days, format=zero, scale="tdb"), flux=1e3 * FLUX * u.electron / u.s)
    curve["quality"] = FLAGS
    curve["quality"].info.format = "{:16b}"
    return curve


@pytest.mark.parametrize("kind", ["csv", "ecsv", "parquet"])
def test_what_lightkurve_writes(tmp_path, kind):
    curve = lightkurve_curve()
    path = tmp_path / f"TIC 7.{kind}"
    if kind == "csv":
        curve.to_csv(str(path), overwrite=True)
    elif kind == "ecsv":
        curve.write(path, format="ascii.ecsv")
    else:
        curve.to_pandas().to_parquet(path)  # the time is its index
    read = read_light_curve(path)
    np.testing.assert_allclose(read.time, TIME, rtol=0, atol=1e-9)
    np.testing.assert_allclose(read.flux, 1e3 * FLUX, rtol=1e-6)
    assert read.quality.tolist() == FLAGS.tolist()


def test_kepler_stars_of_lightkurve_are_in_bkjd(tmp_path):
    path = tmp_path / "KIC757076.csv"
    lightkurve_curve("bkjd", TIME - 800).to_csv(str(path))
    assert read_light_curve(path).time[0] == pytest.approx(TIME[0] - 800 - 2167)


def test_votable_with_masked_values(tmp_path):
    table = Table({"BTJD": TIME * u.day, "flux": np.ma.masked_array(FLUX, np.arange(SIZE) == 3), "TIC": [9] * SIZE})
    table.write(tmp_path / "a.vot", format="votable")
    curve = read_light_curve(tmp_path / "a.vot")
    assert np.flatnonzero(np.isnan(curve.flux)).tolist() == [3]
    assert curve.target.name == "TIC 9"


@pytest.mark.parametrize(
    ("third", "taken", "said"),
    [
        (np.full(SIZE, 1e-3), True, "3 its error"),
        (1.1e7 * FLUX, False, "too much for the error"),
        (FLUX - 1, False, "negative"),
        (FLAGS, False, "0 mostly"),
    ],
)
def test_columns_without_names(tmp_path, third, taken, said):
    path = tmp_path / "TIC7.txt"
    np.savetxt(path, np.column_stack([TIME, FLUX, third]), fmt="%.9f")
    curve = read_light_curve(path)
    assert np.isfinite(curve.flux_err).all() == taken
    assert "1 is time, 2 flux" in curve.notes[0]
    assert said in curve.notes[0]
    np.savetxt(path, np.column_stack([TIME, FLUX - 1]), fmt="%.9f")
    with pytest.raises(UnreadableLightCurve, match="column 2 is around zero"):
        read_light_curve(path)
    curve = read_light_curve(path, columns='time=1 flux="2 [relative]"')
    np.testing.assert_allclose(curve.flux, FLUX, atol=1e-8)


def several(tmp_path, **columns):
    frame = pd.DataFrame({"time": np.tile(TIME, 2), "flux": np.r_[FLUX, FLUX[::-1]]} | columns)
    frame.sample(frac=1, random_state=1).to_csv(tmp_path / "stars.csv", index=False)
    return tmp_path / "stars.csv"


def test_several_stars_are_several_light_curves(tmp_path):
    path = several(tmp_path, **{"TIC ID": np.repeat([101, 202], SIZE)})
    first, second = read_light_curves(path)
    assert (first.target.name, second.target.name) == ("TIC 101", "TIC 202")
    np.testing.assert_allclose(second.flux, FLUX[::-1])
    with pytest.raises(UnreadableLightCurve, match="holds 2 light curves"):
        read_light_curve(path)
    workspace = Workspace.open(tmp_path / "ws")
    assert workspace.ingest([path]).added
    ids = workspace.targets.ids()
    assert [target_id.split("-")[0] for target_id in ids] == ["101", "202"]
    np.savetxt(tmp_path / "TIC7.txt", np.column_stack([TIME, FLUX, FLUX * 1e7]), fmt="%.9f")
    (note,) = workspace.ingest([tmp_path / "TIC7.txt"]).notes
    assert note[0].endswith("TIC7.txt")
    assert "too much for the error" in note[1]
    np.testing.assert_allclose(workspace.targets.light_curve(ids[1]).flux, FLUX[::-1])


def test_several_sectors_and_several_unknown_objects(tmp_path):
    path = several(tmp_path, tic=7, sector=np.repeat([3, 4], SIZE))
    assert [curve.target.sector for curve in read_light_curves(path)] == [3, 4]
    path = several(tmp_path, tic=["7"] * SIZE + [""] * SIZE)
    with pytest.raises(UnreadableLightCurve, match="names no star"):
        read_light_curves(path)
    path = several(tmp_path, source_id=np.repeat([5707485527450614656, 5707485527450614657], SIZE))
    with pytest.raises(UnreadableLightCurve, match="source_id holds 2 values: light curves of several objects"):
        read_light_curves(path)


REAL = {
    "lightkurve_csv/TIC 186779497.csv.gz": ("TIC 186779497", 1517.350892, "e-/s"),
    "lightkurve_csv/TIC 290864720.csv.gz": ("TIC 290864720", 2036.286826, "relative"),
    "other_products/TIC198153540_sherlock_lc.csv.gz": ("TIC 198153540", 1738.649188, "relative"),
    "other_products/TIC_200322593_spoc_pdcsap.csv.gz": ("TIC 200322593", 1410.904251, "relative"),
    "other_products/ktwo210359769-c04_detrended.dat.gz": ("EPIC 210359769", 61.861461, "relative"),
}


@pytest.mark.parametrize("name", REAL)
def test_real_tables(shared_data, name):
    path = shared_data / "real_more" / name
    if not path.exists():
        pytest.skip(f"{path} is not there")
    curve = read_light_curve(path)
    star, first, unit = REAL[name]
    assert (curve.target.name, curve.flux_unit) == (star, unit)
    assert curve.time[0] == pytest.approx(first, abs=1e-5)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.ecsv", b"# %ECSV 1.0\n# ---\n" + b"# a: b\n" * 200_000 + b"time flux\n", "1,400,018 letters of a head"),
        ("a.vot", b"<?xml version='1.0'?><VOTABLE>" + b"<FIELD name='a'/>" * 30_000, "30,002 elements"),
        ("a.mrt", b"Byte-by-byte Description of file\n" + b"  1-  2 I2 --- a\n" * 11_000, "11,000 columns"),
        ("a.tbl", b"|time|flux|\n" * 3_000_000, "36,000,000 letters of a table"),
    ],
)
def test_what_astropy_would_read_for_minutes_is_refused(tmp_path, name, content, said):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UnreadableLightCurve, match=f"{said}, where [0-9,]+ are the most"):
        read_light_curve(tmp_path / name)


def test_a_small_parquet_file_that_holds_gigabytes_is_refused_or_read_in_little_memory(tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"time": np.zeros(11_000_000), "flux": np.zeros(11_000_000)}), tmp_path / "a.parquet")
    texts = {"time": np.arange(5000.0), "flux": np.ones(5000), "note": pa.array(["x" * 10_000] * 5000)}
    pq.write_table(pa.table(texts), tmp_path / "b.parquet")
    assert max(path.stat().st_size for path in tmp_path.iterdir()) < 400_000
    with pytest.raises(UnreadableLightCurve, match="22,000,000 values, where 20,000,000 are the most"):
        read_light_curve(tmp_path / "a.parquet")
    note = read_table(tmp_path / "b.parquet").frame["note"]
    assert note.dtype == object
    assert len({id(cell) for cell in note}) == 1


@pytest.mark.parametrize("notes", [b'{"columns": [{"name": "time"}]}', b'{"index_columns": 7}', b"[]", b"{", b"\xff"])
def test_a_parquet_file_whose_notes_of_pandas_are_damaged_is_refused_in_a_line(tmp_path, notes):
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table({"time": np.arange(5.0), "flux": np.ones(5)}).replace_schema_metadata({b"pandas": notes})
    pq.write_table(table, tmp_path / "a.parquet")
    with pytest.raises(UnreadableLightCurve, match=r"a\.parquet.*damaged or no Parquet file"):
        read_light_curve(tmp_path / "a.parquet")
