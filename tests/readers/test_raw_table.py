"""Columns that mean the same: equal ones are one, others are named and refused."""

import re

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from astropy.io import fits

from clara_engine.errors import UnreadableLightCurve
from clara_engine.readers import read_light_curve
from clara_engine.readers.raw_table import RawTable

TIME = 1325 + np.arange(120) / 720


FLUX = 1 + 1e-3 * np.sin(np.arange(120))


OTHER = FLUX + 0.1


def written(path, head, *columns):
    rows = (",".join(map(repr, row)) for row in zip(*(column.tolist() for column in columns), strict=True))
    path.write_text("\n".join([head, *rows]))
    return path


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ("time,flux,flux", "flux.1, flux.2 mean the same and hold other cells; say which: --columns time=… flux=…"),
        ("time,flux,flux.1", "flux, flux.1 mean the same"),  # so pandas writes it
        ("time,flux,Flux", "flux, Flux mean the same"),
        ("time,flux,flux_ppm", "flux, flux_ppm mean the same"),
        ("flux,time,time", "time.1, time.2 mean the same"),
        ("flux,BJD-2457000,BJD-2454833", "BJD-2457000, BJD-2454833 mean the same"),
    ],
)
def test_two_columns_that_may_be_meant_are_named(tmp_path, head, said):
    with pytest.raises(UnreadableLightCurve, match=re.escape(said)):
        read_light_curve(written(tmp_path / "TIC1.csv", head, TIME, FLUX, OTHER))


def test_the_one_that_a_person_names_is_taken(tmp_path):
    path = written(tmp_path / "TIC1.csv", "time,flux,flux", TIME, FLUX, OTHER)
    np.testing.assert_array_equal(read_light_curve(path, columns="time=time flux=flux.2").flux, OTHER)
    with pytest.raises(UnreadableLightCurve, match=r"no column flux; its columns: time, flux\.1, flux\.2"):
        read_light_curve(path, columns="time=time flux=flux")


def test_equal_columns_are_one(tmp_path):
    path = written(tmp_path / "TIC1.csv", "time,flux,flux", TIME, FLUX, FLUX)
    np.testing.assert_array_equal(read_light_curve(path).flux, FLUX)


def test_columns_of_one_name_in_parquet(tmp_path):
    arrays = [pa.array(values) for values in (TIME, FLUX, OTHER)]
    pq.write_table(pa.Table.from_arrays(arrays, names=["time", "flux", "flux"]), tmp_path / "TIC1.parquet")
    with pytest.raises(UnreadableLightCurve, match=r"flux\.1, flux\.2 mean the same"):
        read_light_curve(tmp_path / "TIC1.parquet")


@pytest.mark.parametrize(
    ("name", "said"), [("PDCSAP_FLUX", "several columns are called PDCSAP_FLUX"), ("RATE", "several columns have one")]
)
def test_columns_of_one_name_in_fits(tmp_path, name, said):
    columns = [fits.Column(each, "D", array=values) for each, values in zip("TAB", (TIME, FLUX, OTHER), strict=True)]
    first = fits.PrimaryHDU()
    first.header.update(
        {"TICID": 3, "SECTOR": 1} | ({"TELESCOP": "TESS", "ORIGIN": "NASA/Ames"} if "_" in name else {})
    )
    fits.HDUList([first, fits.BinTableHDU.from_columns(columns)]).writeto(tmp_path / "a.fits")
    content = (tmp_path / "a.fits").read_bytes()  # astropy itself writes no name twice
    for letter, word in {"T": "TIME", "A": name, "B": name}.items():
        content = content.replace(f"'{letter:8}'    ".encode(), f"'{word}'".ljust(14).encode())
    (tmp_path / "a.fits").write_bytes(content)
    with pytest.raises(UnreadableLightCurve, match=said):
        read_light_curve(tmp_path / "a.fits")
    np.testing.assert_array_equal(read_light_curve(tmp_path / "a.fits", columns=f"time=TIME flux={name}.2").flux, OTHER)


def test_what_is_called_alike():
    raw = RawTable(pd.DataFrame({"TIC": [1], "tic": [1], "kind": ["a"], "Kind": ["b"]}))
    assert raw.one_of(["tic"], "") == "TIC"
    assert raw.called(["tic"]) == ["TIC"]
    assert raw.called(["kind"]) == ["kind", "Kind"]
    assert raw.one_of(["flux"], "") is None
    with pytest.raises(UnreadableLightCurve, match="kind, Kind mean the same and hold other cells; take one"):
        raw.one_of(["kind"], "take one")
