"""Signals that no contrast set uses: the truth says what the flux does."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clara_engine.synthetic import EVENTS, UNSEEN_EVENTS
from clara_engine.synthetic.signals import ComplexFlares, GrazingTransits, IrregularDips, TrapezoidEclipses

TIME = 1325 + np.arange(0, 27, 2 / 1440)
SEEDS = st.integers(0, 2**31)


def test_no_contrast_set_has_a_kind_that_is_measured_as_unseen():
    taught = {signal.kind for signals in EVENTS.values() for signal in signals}
    measured = {signal.kind for signals in UNSEEN_EVENTS.values() for signal in signals}
    assert len(measured) == 5
    assert not taught & measured


@settings(max_examples=30, deadline=None)
@given(seed=SEEDS, depth=st.floats(1e-4, 0.05), period=st.floats(1, 12), hours=st.floats(1, 4))
def test_transits_have_the_asked_depth_period_and_duration(seed, depth, period, hours):
    signal = GrazingTransits(depth=(depth, depth), period_days=(period, period), duration_hours=(hours, hours))
    event = signal.draw(np.random.default_rng(seed), TIME)
    assert TIME[0] <= event.epoch_days <= TIME[0] + period
    middles = event.epoch_days + period * np.arange(3)
    np.testing.assert_allclose(1 - signal.flux(middles, event), depth, rtol=1e-6)
    edge = event.duration_hours / 48
    for side in (-1, 1):
        assert (signal.flux(middles + side * 1.001 * edge, event) == 1).all()
        assert (signal.flux(middles + side * 0.98 * edge, event) < 1).all()


@settings(max_examples=30, deadline=None)
@given(seed=SEEDS)
def test_eclipses_have_both_depths(seed):
    signal = TrapezoidEclipses(depth=(0.05, 0.4))
    event = signal.draw(np.random.default_rng(seed), TIME)
    facts = event.parameters
    middles = event.epoch_days + event.period_days * np.array([0, facts["secondary_phase"]])
    expected = 1 - np.array([event.depth, facts["secondary_depth"]])
    np.testing.assert_allclose(signal.flux(middles, event), expected, atol=facts["wave"] + 1e-9)
    np.testing.assert_allclose(signal.flux(TIME + 2 * event.period_days, event), signal.flux(TIME, event), atol=1e-6)


@settings(max_examples=30, deadline=None)
@given(seed=SEEDS, height=st.floats(0.001, 2))
def test_flares_reach_the_asked_height_and_no_more_where_they_meet(seed, height):
    signal = ComplexFlares(depth=(height, height), count=(1, 30))
    event = signal.draw(np.random.default_rng(seed), TIME)
    peaks = np.array([peak[0] for peak in event.parameters["peaks"]])
    at_peaks = signal.flux(peaks, event) - 1
    assert at_peaks.max() == pytest.approx(height, rel=1e-9)
    assert (signal.flux(np.linspace(1324, 1354, 10_001), event) - 1).max() <= height * (1 + 1e-9)


@settings(max_examples=30, deadline=None)
@given(seed=SEEDS, depth=st.floats(0.001, 0.9))
def test_dips_reach_the_asked_depth_and_no_more(seed, depth):
    signal = IrregularDips(depth=(depth, depth))
    event = signal.draw(np.random.default_rng(seed), TIME)
    knots = np.concatenate([np.array(days) for days in event.parameters["knots_days"]])
    assert (1 - signal.flux(knots, event)).max() == pytest.approx(depth, rel=1e-6)
    assert signal.flux(TIME, event).max() == 1
