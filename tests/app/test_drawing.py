"""Small plots, colours of the map."""

import re

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from clara_app.colouring import MOST_CATEGORIES, choices, colouring
from clara_app.sparkline import Line, envelope, sparkline


@given(st.integers(1, 500), st.integers(4, 60), st.integers(0, 10**6))
def test_an_envelope_keeps_every_extreme(size: int, most: int, seed: int) -> None:
    y = np.random.default_rng(seed).normal(size=size)
    x = np.arange(float(size))
    thin_x, thin_y = envelope(x, y, most)
    assert thin_y.min() == y.min()
    assert thin_y.max() == y.max()
    assert np.all(np.diff(thin_x) >= 0)
    np.testing.assert_array_equal(thin_y, y[thin_x.astype(int)])


def test_a_sparkline_stays_in_its_frame_and_escapes() -> None:
    x = np.logspace(-1, 1, 50)
    svg = sparkline(
        [Line(x, np.sin(x), "red")], x_label="<d>", y_label="y", title='"t', log_x=True, width=200, height=60
    )
    assert "<d>" not in svg
    dots = np.array([[float(v) for v in dot.split(",")] for dot in re.search(r'points="([^"]+)"', svg)[1].split()])
    assert dots.min() >= 0
    assert dots[:, 0].max() <= 200
    assert dots[:, 1].max() <= 60
    np.testing.assert_allclose(np.diff(dots[:, 0]), np.diff(dots[:, 0])[0], atol=0.11)
    assert sparkline([], x_label="", y_label="", title="") == ""


def test_colours_by_number_label_and_verdict() -> None:
    table = pd.DataFrame(
        {"anomaly_score": [0.1, 0.9, np.nan], "tmag": 8.0, "verdict": ["planet", None, None]}, list("abc")
    )
    labels = {("toi", "CP"): np.array([True, False, False]), ("toi", "any"): np.array([True, True, False])}
    assert "label: toi" in choices(table, ["toi"])
    by_score = colouring("anomaly_score", table, labels)
    np.testing.assert_array_equal(by_score.values, np.float32([0.1, 0.9, np.nan]))
    assert by_score.low < by_score.high
    constant = colouring("tmag", table, labels)
    assert constant.low < constant.high
    by_label = colouring("label:toi", table, labels)
    assert by_label.categories == ("CP",)
    np.testing.assert_array_equal(by_label.values, np.float32([0, np.nan, np.nan]))
    assert colouring("verdict", table, labels).categories == ("planet",)
    assert np.isnan(colouring("gone", table, labels).values).all()


def test_many_categories_are_gathered() -> None:
    words = [f"class {i}" for i in range(20)] + ["class 0"]
    table = pd.DataFrame({"verdict": words})
    found = colouring("verdict", table, {})
    assert len(found.categories) == MOST_CATEGORIES
    assert found.categories[0] == "class 0"
    assert found.categories[-1] == "other"
    assert found.values.max() == MOST_CATEGORIES - 1
