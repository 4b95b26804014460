"""Cells as numbers, and columns of flags: understood, counted, or refused."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clara_engine.errors import UnreadableLightCurve
from clara_engine.readers.flags import flags
from clara_engine.readers.table_cells import is_missing, looks_like_number, numbers, words


def text(*cells):
    return pd.Series(list(cells), dtype=object)


def test_numbers_missing_and_strange():
    found = numbers(text("1.5", " 2 ", "", "N/A", "--", "0.998 *", "1.5D+03", "-1e-3", "inf"))
    np.testing.assert_array_equal(found.values, [1.5, 2, np.nan, np.nan, np.nan, np.nan, 1500, -1e-3, np.inf])
    assert (found.strange, found.example) == (1, "0.998 *")
    assert numbers(text("1,5", "2"), decimal=",").values.tolist() == [1.5, 2]
    assert numbers(text("1,5", "2")).strange == 1


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_every_written_number_is_read_as_it_was(values):
    found = numbers(text(*map(repr, values)))
    np.testing.assert_array_equal(found.values, values)
    assert found.strange == 0
    assert all(map(looks_like_number, map(repr, values)))


@given(st.text(max_size=12))
def test_every_cell_is_a_number_missing_or_counted(cell):
    found = numbers(text(cell))
    assert np.isnan(found.values[0]) == (is_missing(cell) or found.strange == 1)


def test_whole_numbers_keep_their_digits():
    gaia = 5707485527450614656
    assert words(pd.Series([gaia, 1])) == [str(gaia), "1"]
    assert words(pd.Series([12.0, np.nan])) == ["12", ""]
    assert words(pd.Series([gaia, None], dtype=object)) == [str(gaia), ""]


@pytest.mark.parametrize(
    ("cells", "expected", "said"),
    [
        (["0", "512", "4096.0"], [0, 512, 4096], ""),
        (["0", "1000000000", "101"], [0, 512, 5], "binary digits: 1000000000 is 512"),
        (["0000000000000000", "0000001000000000"], [0, 512], "binary digits"),
        (["0", "1", "10"], [0, 1, 10], "10 is ten"),
        (["G", "X", "g", "C"], [0, 1, 0, 1], "G, g is good"),
        (["ok", "bad", ""], [0, 1, 0], "1 cell of q is empty"),
        (["0", "100", "1000000002"], [0, 100, 1000000002], ""),
    ],
)
def test_flags_that_are_understood(cells, expected, said):
    found, notes = flags(text(*cells), "q")
    assert found.tolist() == expected
    assert said in " · ".join(notes)
    assert bool(notes) == bool(said)


@pytest.mark.parametrize(
    "cells", [["X", "Y"], ["True", "False"], ["0.5", "0"], ["-1", "0"], ["G", "3"], ["0", "99999999999"], ["G", "x!"]]
)
def test_flags_that_are_refused(cells):
    with pytest.raises(UnreadableLightCurve, match=r"^q holds "):
        flags(text(*cells), "q")


def test_typed_flags_are_decimal():
    assert flags(pd.Series([0, 100, 1000]), "q")[0].tolist() == [0, 100, 1000]


@given(st.lists(st.integers(0, 2**31 - 1), min_size=1))
def test_flags_come_back_from_decimal_and_binary_digits(values):
    decimal, _ = flags(text(*map(str, values)), "q")
    if any(set(str(value)) - {"0", "1"} for value in values):
        assert decimal.tolist() == values
    if max(values) > 3:
        assert flags(text(*(f"{value:b}" for value in values)), "q")[0].tolist() == values
