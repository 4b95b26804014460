"""Words for people."""

import pytest

from app.words import star_number


@pytest.mark.parametrize(
    ("star", "words"),
    [({"tic": 261136679}, "261136679"), ({"tic": 5, "catalogue": "TIC"}, "5"),
     ({"tic": 757076, "catalogue": "KIC"}, "KIC 757076"), ({"tic": 2.1e8, "catalogue": "EPIC"}, "EPIC 210000000")],
)  # fmt: skip
def test_numbers_of_other_catalogues_are_named(star: dict, words: str) -> None:
    assert star_number(star) == words
