"""Words and numbers of headers."""

import math

from clara_engine.readers.fits_header import number, word


def test_what_is_missing_or_of_another_kind_is_the_default():
    header = {"OBJECT": "TIC 7", "SECTOR": 1.0, "BAD": math.inf}
    assert (word(header, "OBJECT"), word(header, "SECTOR"), word(header, "NONE", "?")) == ("TIC 7", "", "?")
    assert (number(header, "SECTOR"), number(header, "BAD", 0.0)) == (1.0, 0.0)
    assert math.isnan(number(header, "OBJECT"))
