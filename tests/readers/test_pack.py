"""A pack is read like any other file, one star without the others; a damaged one is one line."""

import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from clara_engine.errors import UnreadableLightCurve
from clara_engine.readers import read_light_curve, read_light_curves, read_target, summarise
from clara_engine.readers.pack import KEY, recognises
from clara_engine.readers.pack_writer import write_pack
from tests.small_workspace import star


@pytest.fixture(scope="module")
def curves():
    return [star(7, seed=1), star(8, seed=2, dip=0.01)]


@pytest.fixture
def file(tmp_path, curves):
    path = tmp_path / "0001.pack.parquet"
    write_pack(curves, path)
    return path


def test_one_star_and_all_and_what_they_are(file, curves):
    assert recognises(file)
    second = read_light_curve(file, of=("TIC 8", 1))
    np.testing.assert_array_equal(second.flux, curves[1].flux)
    assert [one.target.tic for one in read_light_curves(file)] == [7, 8]
    assert read_target(file).tic == 7
    found = summarise(file)
    assert [(one.target.tic, one.samples) for one in found] == [(7, len(curves[0])), (8, len(curves[1]))]
    assert found[0].begin_btjd == curves[0].time[0]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ({"of": ("TIC 9", 1)}, "no light curve of TIC 9, sector 1"),
        ({}, "holds 2 light curves"),
        ({"flux": "sap", "of": ("TIC 8", 1)}, "no sap flux"),
    ],
)
def test_what_it_does_not_hold_is_told_with_its_name(file, words, why):
    with pytest.raises(UnreadableLightCurve, match=rf"0001\.pack\.parquet: .*{why}"):
        read_light_curve(file, **words)


def damaged(file, change):
    """The same file with another index."""
    table = pq.read_table(file)
    index = json.loads(table.schema.metadata[KEY])
    change(index)
    pq.write_table(table.replace_schema_metadata({KEY: json.dumps(index)}), file, row_group_size=len(table) // 2)


@pytest.mark.parametrize(
    "change",
    [
        lambda index: index.update(version=2),
        lambda index: index.update(curves=index["curves"][:1]),
        lambda index: index.update(curves="x"),
        lambda index: index.pop("ticks_a_day_log2"),
        lambda index: index["curves"][1].pop("flux_unit"),
        lambda index: index["curves"][1]["target"].pop("tic"),
    ],
)
def test_a_damaged_index_is_one_line(file, change):
    damaged(file, change)
    with pytest.raises(UnreadableLightCurve, match=r"^0001\.pack\.parquet: [^\n]*pack"):
        read_light_curve(file, of=("TIC 8", 1))


def test_damaged_and_foreign_files_are_one_line(file, tmp_path):
    content = file.read_bytes()
    other = tmp_path / "other.pack.parquet"
    pq.write_table(pa.table({"time": [1.0], "flux": [1.0]}), other)
    cases = [content[:-100], b"", *(content[:at] + bytes(9) + content[at + 9 :] for at in (200, 5000, 9000))]
    for number, bad in enumerate(cases):
        path = tmp_path / f"{number}.pack.parquet"
        path.write_bytes(bad)
        with pytest.raises(UnreadableLightCurve, match=r"^[^\n]+$"):
            read_light_curves(path)
    for path in (other, tmp_path / "gone.pack.parquet"):
        with pytest.raises(UnreadableLightCurve, match=r"^[^\n]+$"):
            read_light_curve(path)
