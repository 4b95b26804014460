"""Columns without names: what they are taken for, and why a third one is no error."""

import numpy as np
import pytest

from clara_engine.readers.columns import Columns
from clara_engine.readers.unnamed import meaning

FLUX = np.random.default_rng(1).normal(1, 1e-3, 200)


def test_two_columns_are_time_and_flux():
    assert meaning(["1", "2"], FLUX, None) == (Columns("1", "2"), "columns without names: 1 is time, 2 flux")


def test_a_third_one_of_the_size_of_the_scatter_is_the_error():
    columns, said = meaning(["1", "2", "3", "4"], FLUX, np.full(200, 1e-3))
    assert columns == Columns("1", "2", "3")
    assert said.endswith("3 its error; left out 4")


@pytest.mark.parametrize(
    ("third", "reason"),
    [
        (np.full(200, np.nan), "holds no numbers"),
        (np.r_[-1e-3, np.full(199, 1e-3)], "holds negative numbers"),
        (np.r_[np.zeros(150), np.full(50, 64.0)], "is 0 mostly; flags?"),
        (np.full(200, 500.0), "too much for the error of a flux that scatters by"),
    ],
)
def test_what_can_not_be_an_error_is_left_out_with_the_reason(third, reason):
    columns, said = meaning(["1", "2", "3"], FLUX, third)
    assert columns == Columns("1", "2")
    assert "left out 3 (3 " in said
    assert reason in said
