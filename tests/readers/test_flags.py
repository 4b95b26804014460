"""Quality flags as tables write them."""

import pandas as pd
import pytest

from clara_engine.errors import UnreadableLightCurve
from clara_engine.readers.flags import flags


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["0", "128", "1"], [0, 128, 1]),
        (["000", "101"], [0, 5]),  # binary digits
        (["G", "B", "good"], [0, 1, 0]),
        (["0x0000", "0x0080", "0X64"], [0, 128, 100]),
    ],
)
def test_flags_are_read(cells, expected):
    assert flags(pd.Series(cells), "quality")[0].tolist() == expected


def test_an_empty_cell_is_taken_as_good_and_said():
    found, notes = flags(pd.Series(["0", "", "4"]), "quality")
    assert found.tolist() == [0, 0, 4]
    assert "taken as good" in notes[0]


def test_what_is_no_flag_is_refused():
    with pytest.raises(UnreadableLightCurve):
        flags(pd.Series(["x", "y"]), "quality")
