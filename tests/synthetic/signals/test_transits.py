"""Transits: depth, period, epoch and duration of their orbit."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clara_engine.synthetic.signals import (
    Transits,
)
from clara_engine.synthetic.signals.transits import scaled_axis

TIME = 1325 + np.arange(0, 27, 2 / 1440)


SEEDS = st.integers(0, 2**31)


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS, depth=st.floats(1e-4, 0.03), period=st.floats(0.8, 12))
def test_transits_have_the_asked_depth_period_epoch_and_the_duration_of_their_orbit(seed, depth, period):
    signal = Transits(depth=(depth, depth), period_days=(period, period), impact=(0.0, 0.7))
    event = signal.draw(np.random.default_rng(seed), TIME)
    middle = event.epoch_days + period * np.arange(3)
    np.testing.assert_allclose(1 - signal.flux(middle, event), depth, rtol=1e-3)
    near = event.epoch_days + np.linspace(-0.5, 0.5, 20_001) * period
    low = near[signal.flux(near, event) < 1 - 1e-9]
    assert low[-1] - low[0] == pytest.approx(event.duration_hours / 24, abs=2e-4 * period + 1e-3)
    facts = event.parameters
    assert facts["scaled_axis"] == pytest.approx(max(scaled_axis(period, facts["density_solar"]), 1.5))


def test_a_year_around_the_sun_is_215_solar_radii_wide():
    assert scaled_axis(365.25, 1.0) == pytest.approx(215.0, rel=2e-3)
