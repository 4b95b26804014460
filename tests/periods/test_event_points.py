"""Means of samples around events: what blurs them, and which belong together."""

import numpy as np
import pytest

from clara_engine.errors import FeatureError
from clara_engine.periods import Ephemeris
from clara_engine.periods.event_points import points_around
from clara_engine.timeseries import Samples

CADENCE = 2 / 1440
KNOWN = Ephemeris(2.5, 1326.0, 0.1)


def samples(days=20.0):
    time = 1325 + np.arange(0, days, CADENCE)
    return Samples(time, 1 + 1e-4 * np.random.default_rng(1).standard_normal(time.size), CADENCE)


def test_a_point_of_one_sample_is_blurred_by_its_exposure_alone():
    points = points_around(samples(), KNOWN, 2.5)  # bins of 86 s, samples of 120 s
    assert points.spread.max() < 1e-12
    np.testing.assert_allclose(points.blur_days, CADENCE, rtol=1e-3)


def test_the_mean_of_many_samples_is_blurred_as_a_box_of_their_length():
    points = points_around(samples(90.0), Ephemeris(30.0, 1340.0, 2.0), 2.5)  # bins of 29 minutes
    assert np.median(points.blur_days) == pytest.approx(2.0 / 100, rel=0.05)
    stacked = points.stacked(0.1)
    assert np.median(stacked.blur_days) == pytest.approx(0.1, rel=0.05)
    assert stacked.together.tolist() == [3]
    assert stacked.error.max() < points.error.min()


def test_groups_hold_the_events_that_are_averaged():
    points = points_around(samples(400.0), KNOWN, 2.5)
    assert points.together.sum() == 160
    assert points.together.size == points.group.max() + 1 == 40
    with pytest.raises(FeatureError, match="too few to fit"):
        points_around(samples(), Ephemeris(2.5, 1326.0, 1e-3), 2.5).stacked(1.0)
