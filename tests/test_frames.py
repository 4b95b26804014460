"""A result with a table comes back from JSON as it was."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clara_engine.frames import Frame, from_json, to_json


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    table: Frame
    count: int = 0
    value: float = 0.0
    shares: dict[float, float] | None = None


def back(result: Result) -> Result:
    return from_json(Result, to_json(Result, result))


def test_types_missing_values_and_names_are_kept() -> None:
    table = pd.DataFrame(
        {
            "float": [1 / 3, np.nan, np.inf],
            "short": np.float32([0.1, np.nan, 1e-30]),
            "text": ["<b>", None, "é"],
            "whole": np.arange(3),
            "flag": [True, False, True],
        },
        index=pd.Index(["a", "b", "c"], name="target_id"),
    ).rename_axis(columns="named")
    pd.testing.assert_frame_equal(back(Result(table)).table, table)


@pytest.mark.parametrize("table", [pd.DataFrame(), pd.DataFrame({"a": pd.Series([], dtype=float)})])
def test_an_empty_table(table: pd.DataFrame) -> None:
    found = back(Result(table)).table
    assert list(found.columns) == list(table.columns)
    assert len(found) == 0


def test_two_columns_of_one_name() -> None:
    table = pd.DataFrame([[1, 2], [3, 4]], columns=["a", "a"])
    pd.testing.assert_frame_equal(back(Result(table)).table, table)


def test_numbers_of_numpy_and_nan() -> None:
    found = back(Result(pd.DataFrame(), np.int64(3), np.nan, {np.float64(5.0): np.float64(0.5)}))  # type: ignore[arg-type]
    assert found.count == 3
    assert np.isnan(found.value)
    assert found.shares == {5.0: 0.5}


@given(st.lists(st.floats(width=64)))
def test_no_bit_of_a_number_is_lost(values: list[float]) -> None:
    table = pd.DataFrame({"x": np.array(values, float)})
    np.testing.assert_array_equal(back(Result(table)).table["x"].to_numpy(), table["x"].to_numpy())


def test_what_is_no_result_of_this_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="Field required"):
        from_json(Result, '{"other": 1}')
    with pytest.raises(ValueError, match="Expecting"):
        from_json(Result, "{")
