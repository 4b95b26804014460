"""One form for what catalogues say, and tables that lie in files."""

import gzip

import numpy as np
import pandas as pd
import pytest
from astropy.table import Table

from clara_engine.archives.known_rows import KNOWN_COLUMNS, known_rows, named, near, read_file, to_btjd
from clara_engine.errors import ArchiveError


def test_rows_have_all_columns_and_a_star():
    found = known_rows(["7", None, 8], name=["a", "b", None], period_days=[2.0, 3.0, -1.0])
    assert list(found) == list(KNOWN_COLUMNS)
    assert found.index.tolist() == [7, 8]
    assert found["name"].tolist() == ["a", ""]
    assert np.isnan(found.loc[8, "period_days"])


def test_julian_dates():
    assert to_btjd([2458325.5, 58325.0]).tolist()[0] == 1325.5
    assert np.isnan(to_btjd([58325.0, None])).all()  # a modified Julian date is not guessed at


def test_columns_go_by_any_of_their_names():
    table = pd.DataFrame({"tic id": [7], "PERIOD (days)": [2.0]})
    names = {"tic": ("TIC ID",), "period": ("Period (days)",), "epoch": ("Epoch",)}
    found = named(table, names, "it", ("tic",))
    assert found.loc[0, ["tic", "period"]].tolist() == [7, 2.0]
    assert np.isnan(found["epoch"][0])
    with pytest.raises(ArchiveError, match="it has no column Epoch; it has tic id"):
        named(table, names, "it", ("epoch",))


def test_pairs_on_both_sides_of_the_meridian():
    stars = pd.DataFrame({"ra": [0.0001], "dec": [0.0], "pmra": [0.0], "pmdec": [0.0]}, index=[7])
    objects = pd.DataFrame({"ra": [359.9999, 180.0], "dec": [0.0, 0.0]})
    found = near(stars, objects, 2.0)
    assert found["row"].tolist() == [0]
    assert found["separation_arcsec"][0] == pytest.approx(0.72, abs=0.01)


def test_every_kind_of_file(tmp_path):
    table = pd.DataFrame({"Name": ["a", "b"], "Period": [1.5, 2.5]})
    table.to_csv(tmp_path / "t.csv", index=False)
    table.to_csv(tmp_path / "t.txt", index=False, sep="|")
    table.to_parquet(tmp_path / "t.parquet")
    Table.from_pandas(table).write(tmp_path / "t.vot", format="votable")
    Table.from_pandas(table).write(tmp_path / "t.fits")
    with gzip.open(tmp_path / "t.csv.gz", "wt") as file:
        file.write("# a remark\n" + table.to_csv(index=False))
    for name in ("t.csv", "t.txt", "t.parquet", "t.vot", "t.fits", "t.csv.gz"):
        found = read_file(tmp_path / name)
        assert found["Period"].astype(float).tolist() == [1.5, 2.5], name
        assert [str(word) for word in found["Name"]] == ["a", "b"], name
    (tmp_path / "quoted.csv").write_text('Name,Period\n"a, b",1.5\n"c ""d""",2.5\n')
    assert read_file(tmp_path / "quoted.csv")["Name"].tolist() == ["a, b", 'c "d"']
    with pytest.raises(ArchiveError, match=r"gone\.csv can't be read as a table"):
        read_file(tmp_path / "gone.csv")
