"""Spots and pulsations: ranges and periods."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clara_engine.synthetic.signals import (
    Pulsations,
    Spots,
)

TIME = 1325 + np.arange(0, 27, 2 / 1440)


SEEDS = st.integers(0, 2**31)


@settings(max_examples=20, deadline=None)
@given(seed=SEEDS, depth=st.floats(0.001, 0.3))
def test_spots_have_the_asked_range(seed, depth):
    signal = Spots(depth=(depth, depth))
    event = signal.draw(np.random.default_rng(seed), TIME)
    assert np.ptp(signal.flux(TIME, event)) == pytest.approx(depth, rel=1e-6)


@settings(max_examples=20, deadline=None)
@given(seed=SEEDS, period=st.floats(0.03, 0.8))
def test_pulsators_have_the_asked_range_and_come_back_after_a_period(seed, period):
    for shape in ("sinusoid", "sawtooth"):
        signal = Pulsations(shapes=(shape,), period_days=(period, period))
        event = signal.draw(np.random.default_rng(seed), TIME)
        turn = TIME[0] + period * np.linspace(0, 1, 801)
        flux = signal.flux(turn, event)
        assert np.ptp(flux) == pytest.approx(event.depth, rel=2e-3)
        np.testing.assert_allclose(signal.flux(turn + 7 * period, event), flux, atol=1e-6 * event.depth + 1e-9)


@settings(max_examples=20, deadline=None)
@given(seed=SEEDS)
def test_several_modes_stay_within_the_asked_range_and_the_strongest_has_the_period(seed):
    signal = Pulsations(shapes=("modes",), period_days=(0.1, 0.1), modes=(3, 6))
    event = signal.draw(np.random.default_rng(seed), TIME)
    facts = event.parameters
    assert 3 <= len(facts["amplitudes"]) <= 6
    assert 2 * sum(facts["amplitudes"]) == pytest.approx(event.depth)
    assert facts["frequencies_per_day"][int(np.argmax(facts["amplitudes"]))] == pytest.approx(10)
    assert np.abs(signal.flux(TIME, event) - 1).max() <= event.depth / 2 * (1 + 1e-9)
