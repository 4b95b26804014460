"""Numbers as the page of results writes them."""

import math

import pytest

from clara_engine.results.markdown import interval, number, span


@pytest.mark.parametrize(
    ("value", "text"), [(0.5, ".500"), (-0.5, "−.500"), (-0.0001, ".000"), (1.0, "1.000"), (math.nan, "–"), (None, "–")]
)
def test_numbers(value, text):
    assert number(value) == text


def test_an_interval_names_its_ends_alone_or_behind_the_measure():
    assert interval({"auc": 0.9, "auc_low": 0.8, "auc_high": 0.95}, "auc", 2) == ".90 (.80–.95)"
    assert interval({"value": None}) == "–"


def test_open_ends():
    assert (span(7, 10), span(30, math.inf), span(None, 5)) == ("7–10", "30 up", "0–5")
