"""Packs hold every number of a light curve as it was."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from clara_engine.lightcurve import LightCurve, Target
from clara_engine.readers.pack import KEY, read_all
from clara_engine.readers.pack_writer import pack_name, write_pack

NAMES = ("time", "flux", "flux_err", "quality")
NUMBER = st.floats(width=64, allow_nan=True, allow_infinity=False)


def curve(tic, size=500, seed=0, **more):
    rng = np.random.default_rng(seed)
    time = 1325 + np.arange(size) / 720 + 1e-6 * rng.random(size)
    time[7:9] = np.nan
    flux = rng.normal(1e4, 3, size).astype(np.float32).astype(float)
    flux[3:9] = np.nan
    facts = {"tmag": 9.5, "crowdsap": 0.9, "camera": 2, "procver": "spoc-5"} | more
    target = Target(tic=tic, sector=1, **facts)
    quality = rng.integers(0, 2, size) * 2**30
    return LightCurve(time=time, flux=flux, flux_err=np.full(size, 3.0), quality=quality, target=target)


def same(first, second):
    assert second.target == first.target or str(second.target) == str(first.target)  # NaN is not itself
    for name in NAMES:
        np.testing.assert_array_equal(getattr(first, name), getattr(second, name))
    assert (first.flux_unit, first.notes) == (second.flux_unit, second.notes)


def test_every_number_and_fact_comes_back(tmp_path):
    curves = [curve(7), replace(curve(8, size=30, seed=1), flux_unit="relative", notes=("a note",)), curve(9, seed=2)]
    write_pack(curves, tmp_path / pack_name(1))
    for first, second in zip(curves, read_all(tmp_path / "0001.pack.parquet"), strict=True):
        same(first, second)


@given(arrays(np.float64, 40, elements=NUMBER), arrays(np.float64, 40, elements=NUMBER))
def test_whatever_the_numbers_are(tmp_path_factory, time, flux):
    time[:2], flux[:2] = (1.5, 2.5), (1.0, 2.0)  # else there is no usable sample
    made = LightCurve(time=time, flux=flux, target=Target(tic=7))
    path = tmp_path_factory.mktemp("packs") / pack_name(1)
    write_pack([made], path)
    same(made, read_all(path)[0])


def test_centroids_are_kept_when_asked(tmp_path):
    rows = np.random.default_rng(3).normal(100, 0.1, 500)
    made = replace(curve(7), centroid_column=rows, centroid_row=rows + 1)
    for centroids in (False, True):
        write_pack([made], tmp_path / pack_name(1), centroids=centroids)
        (found,) = read_all(tmp_path / pack_name(1))
        assert (found.centroid_row is not None) == centroids
    np.testing.assert_array_equal(found.centroid_row, rows + 1)


def test_other_programs_read_it_as_parquet(tmp_path):
    made = curve(7)
    write_pack([made, curve(8)], tmp_path / pack_name(1))
    table = pd.read_parquet(tmp_path / pack_name(1))
    log2 = json.loads(pq.read_schema(tmp_path / pack_name(1)).metadata[KEY])["ticks_a_day_log2"]
    first = table[table["target_id"] == made.target.id]
    np.testing.assert_array_equal(first["time_ticks"].to_numpy(float) * 2.0**-log2, made.time)
    assert first["pdcsap_flux"].dtype == np.float32


def test_a_sample_of_two_minutes_takes_few_bytes(tmp_path):
    made = [curve(tic, size=20_000, seed=tic) for tic in (1, 2)]
    write_pack(made, tmp_path / pack_name(1))
    assert (tmp_path / pack_name(1)).stat().st_size < 8 * 40_000  # as FITS it takes 28 bytes a sample


@pytest.mark.parametrize("log2", [40, 60])
def test_times_that_are_no_whole_ticks_are_kept_too(tmp_path, log2):
    made = replace(curve(7), time=np.nan_to_num(curve(7).time, nan=1.0) * 2.0 ** -(log2 - 40) / 3)
    write_pack([made], tmp_path / pack_name(1))
    same(made, read_all(tmp_path / pack_name(1))[0])
