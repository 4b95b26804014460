"""Events of a star: their depths and errors, odd and even ones, and missing ones."""

import numpy as np
import pytest

from clara_engine.periods import (
    Detrending,
    Ephemeris,
    measure_transit,
)
from clara_engine.periods.events import depth_difference, depth_difference_by_scatter, events, mean_depth, odd_even
from clara_engine.timeseries import flattened, good_samples

TRUE = Ephemeris(3.7, 1326.3, 0.12)


def test_depth_errors_are_what_the_scatter_says(star):
    fits = [measure_transit(star(seed=seed), TRUE) for seed in range(12)]
    pulls = np.array([(fit.depth_ppm - 5000) / fit.depth_error_ppm for fit in fits])
    assert 0.4 < pulls.std() < 2


def test_events_are_counted_and_missing_ones_left_out(star):
    flat = flattened(good_samples(star()), Detrending())
    seen = events(flat, TRUE)
    whole = TRUE.expected_in(flat.time[0], flat.time[-1])
    in_gap = whole[(whole > 1325 + 12.6) & (whole < 1325 + 13.8)]
    assert len(seen) == len(whole) - len(in_gap)
    assert all(event.snr > 8 for event in seen)
    depth, error = mean_depth(seen)
    assert abs(depth - 5000 * 0.85) < 600  # the mean of a trapezoid is below its floor
    assert error < 200
    assert np.isnan(mean_depth([])).all()


def test_odd_and_even_depths(star):
    flat = flattened(good_samples(star(2.0, 0.02, second=0.015)), Detrending())
    odd, even = odd_even(events(flat, Ephemeris(1.0, 1326.3, 0.12)))
    for compared in (depth_difference(odd, even), depth_difference_by_scatter(odd, even)):
        assert compared.sigma > 4
        assert compared.relative == pytest.approx(0.25, abs=0.03)
    assert np.isnan(depth_difference_by_scatter(odd[:2], even).sigma)
