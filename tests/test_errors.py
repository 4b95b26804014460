"""What a person reads of an error."""

import pytest

from clara_engine.errors import ClaraError, first_line, one_line


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


@pytest.mark.parametrize(
    ("error", "words"),
    [(OSError("damaged\nmore\n"), "damaged"), (ValueError(" \n\nlate"), "late"), (KeyError(), "KeyError")],
)
def test_a_librarys_words_are_cut_to_a_line(error, words):
    assert first_line(error) == words
