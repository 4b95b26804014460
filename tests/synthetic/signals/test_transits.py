"""Transits: depth, period, epoch and duration of their orbit."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clara_engine.errors import DesignError
from clara_engine.lightcurve import Target
from clara_engine.synthetic.signals import SingleTransits, Transits
from clara_engine.synthetic.signals.transits import LONGEST, scaled_axis

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


@settings(max_examples=30, deadline=None)
@given(seed=SEEDS, hours=st.floats(0.5, 12), count=st.integers(1, 12))
def test_transits_last_and_come_as_often_as_asked(seed, hours, count):
    signal = Transits(duration_hours=(hours, hours), events=(count, count), impact=(0.0, 0.7))
    event = signal.draw(np.random.default_rng(seed), TIME)
    assert event.period_days == pytest.approx(np.ptp(TIME) / count)
    middles = event.epoch_days + event.period_days * np.arange(-1, 50)
    assert ((TIME[0] <= middles) & (middles <= TIME[-1])).sum() == count
    asked = min(hours / 24, LONGEST * event.period_days)
    near = event.epoch_days + np.linspace(-0.5, 0.5, 20_001) * event.period_days
    low = near[signal.flux(near, event) < 1 - 1e-9]
    assert low[-1] - low[0] == pytest.approx(asked, abs=2e-4 * event.period_days + 1e-3)
    facts = event.parameters
    assert facts["scaled_axis"] == pytest.approx(scaled_axis(event.period_days, facts["density_solar"]))


def test_a_duration_leaves_the_periods_as_asked_on_a_giant():
    giant = Target(tic=1, teff=4500, radius=20, logg=1.8)
    signal = Transits(period_days=(2.0, 2.0), duration_hours=(3.0, 3.0))
    event = signal.draw(np.random.default_rng(1), TIME, giant)
    assert (event.period_days, event.duration_hours) == (2.0, pytest.approx(3.0))


def test_a_single_transit_has_a_duration_and_no_number():
    event = SingleTransits(duration_hours=(5.0, 5.0)).draw(np.random.default_rng(1), TIME)
    assert event.duration_hours == pytest.approx(5.0)
    with pytest.raises(DesignError, match="events is not a setting of single transits"):
        SingleTransits(events=(1, 1))
