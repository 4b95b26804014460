"""Light curves on the grid of the steering features: medians, and what is refused."""

import numpy as np
import pytest

from clara_engine.errors import FeatureError
from clara_engine.features.steering import steering
from clara_engine.features.steering.prepare import LONGEST_FOLDED_DAYS, folded_part, gridded, medians
from tests.features.steering.curves import curve, noise


@pytest.mark.parametrize(
    ("flux", "words"),
    [(np.full(100, 5.0), "constant"), (np.full(100, np.nan), "0 usable"), (-noise(samples=100), "not above 0")],
)
def test_what_has_no_features_says_why(flux, words):
    with pytest.raises(FeatureError, match=words):
        steering(curve(flux))


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("columns", [5, 96])
def test_medians_of_rows_are_numpys_to_the_last_bit(kind, columns):
    rows = np.random.default_rng(columns).normal(size=(7, columns)).astype(kind)
    found = medians(rows)
    assert found.dtype == kind
    assert np.array_equal(found, np.median(rows, axis=1))


def test_of_a_very_long_light_curve_the_part_with_most_samples_is_folded():
    few, many = np.arange(0, 300, 0.02), np.arange(4000, 4800, 0.02)
    time = np.concatenate([few, many, [7000.0]])
    grid = gridded(time, np.ones(time.size), 1 / 96)
    part = folded_part(grid)
    assert grid.time[part][-1] - grid.time[part][0] == pytest.approx(LONGEST_FOLDED_DAYS, abs=0.1)
    assert grid.filled[part].sum() == np.unique((many * 96 + 1e-6).astype(int)).size
    assert part.start % 2 == 0
    short = gridded(few, few, 1 / 96)
    assert folded_part(short) == slice(0, short.time.size)
