"""Flags of FITS tables: none of them is lost, however many bits they have."""

import numpy as np
import pytest
from astropy.io import fits

from clara_engine.readers.fits_file import open_fits
from clara_engine.readers.fits_flags import flags_of


def table_of(path, *columns):
    fits.HDUList([fits.PrimaryHDU(), fits.BinTableHDU.from_columns(columns)]).writeto(path)
    return open_fits(path).table


@pytest.mark.parametrize(
    ("value", "flag"),
    [(0, 0), (4096, 4096), (2**40, 2**30), (2**40 + 8, 2**30 + 8), (-(2**31), 2**30), (-1, 2**31 - 1)],
)
def test_bits_beyond_the_last_are_told_by_it(tmp_path, value, flag):
    table = table_of(tmp_path / "a.fits", fits.Column("QUALITY", "K", array=np.array([value])))
    assert flags_of(table, ["QUALITY"]).tolist() == [flag]


def test_a_second_column_lies_above_the_first(tmp_path):
    columns = [fits.Column(name, "J", array=np.array(cells)) for name, cells in {"A": [1, 0], "B": [0, 1]}.items()]
    table = table_of(tmp_path / "a.fits", *columns)
    assert flags_of(table, ["A", "B"]).tolist() == [1, 1 << 16]
    assert flags_of(table, []) is None


def test_letters_are_flags_but_for_the_good_ones(tmp_path):
    table = table_of(tmp_path / "a.fits", fits.Column("IRQ1", "1A", array=np.array(["G", "X"])))
    assert flags_of(table, ["IRQ1"], ["G"]).tolist() == [0, 1]
