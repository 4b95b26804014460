"""The vetting queue: who is in it, and the progress."""

import pandas as pd
import pytest

from clara_engine.studies.vetting_queue import progress, queued


@pytest.fixture
def opinions():
    rows = [("b", "ann", "planet", 100.0), ("c", "ann", "flare", 200_000.0), ("c", "bob", "planet", 200_100.0)]
    return pd.DataFrame(rows, columns=["target_id", "author", "label", "created"])


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ({}, "adbc"),
        ({"show": "unreviewed"}, "ad"),
        ({"show": "not by me", "author": "bob"}, "abd"),
        ({"show": "reviewed"}, "bc"),
        ({"show": "split"}, "c"),
        ({"label": "planet"}, "bc"),
        ({"among": ["d", "c", "z"]}, "dc"),
    ],
)
def test_who_is_in_the_queue(opinions, choice, expected):
    assert queued(list("abcd"), opinions, **choice) == list(expected)


def test_progress_counts_stars_not_records(opinions):
    found = progress(list("abc"), opinions, "bob", now=200_200.0)
    assert (found.reviewed, found.total, found.today, found.mine) == (2, 3, 1, 1)
    assert progress([], opinions, "bob").total == 0
