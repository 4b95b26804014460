"""What a person reads of an error."""

import pytest

from clara_engine.errors import ClaraError, one_line


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ClaraError("two\nlines"), "two lines"),
        (ValueError("first\nsecond"), "ValueError: first"),
        (ValueError(), "ValueError: no further message"),
        (FileNotFoundError(2, "No such file", "a.fits"), "a.fits: No such file"),
    ],
)
def test_every_error_is_one_line(error, words):
    assert one_line(error) == words
