"""Text in a CSV file is never a formula; numbers are those that were written."""

import io
import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clara_engine.csv_file import harmless, write_csv


def read_again(table: pd.DataFrame, **how: object) -> pd.DataFrame:
    file = io.BytesIO()
    write_csv(table, file)
    file.seek(0)
    return pd.read_csv(file, **how)


FORMULAS = ("=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "  =1", "\n=1", "-")


@pytest.mark.parametrize("text", FORMULAS)
def test_what_a_spreadsheet_would_run_stands_behind_an_apostrophe(text: str) -> None:
    assert harmless(text) == f"'{text}"
    table = pd.DataFrame({text: [text, None], "category": pd.Categorical([text, text])})
    found = read_again(table, keep_default_na=False)
    assert [str(name)[0] for name in found] == ["'", "c"]
    assert found.iloc[0].tolist() == [f"'{text}", f"'{text}"]
    assert found.iloc[1, 0] == ""


def test_a_lone_end_of_a_line_makes_no_row() -> None:
    found = read_again(pd.DataFrame({"note": ["deep\r=1+1", "\r\n=2"]}))["note"].tolist()
    assert found == ["deep\n=1+1", "'\n=2"]


@pytest.mark.parametrize("cell", ["-5", "+1.5e-3", "-.5", "1=2", "a-b", "", "π Men", -5, -2.5, None, True])
def test_other_cells_stay(cell: object) -> None:
    assert harmless(cell) == cell


@given(st.lists(st.floats(allow_nan=False), min_size=1), st.lists(st.integers(-(2**62), 2**62), min_size=1))
def test_pandas_reads_numbers_back_unchanged(floats: list[float], whole: list[int]) -> None:
    assert read_again(pd.DataFrame({"x": floats}), float_precision="round_trip")["x"].tolist() == floats
    assert read_again(pd.DataFrame({"n": whole}))["n"].tolist() == whole
    as_text = [str(value) for value in floats if math.isfinite(value)]
    assert [harmless(text) for text in as_text] == as_text


@given(st.text(max_size=20))
def test_no_text_begins_like_a_formula_and_none_is_lost(text: str) -> None:
    said = str(harmless(text))
    assert said.strip()[:1] not in ("=", "@")
    assert said.removeprefix("'") == "\n".join(text.replace("\r\n", "\n").split("\r")).removeprefix("'")
