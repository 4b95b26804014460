"""Eclipsing and contact binaries."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clara_engine.synthetic.signals import (
    ContactBinaries,
    EclipsingBinaries,
)

TIME = 1325 + np.arange(0, 27, 2 / 1440)


SEEDS = st.integers(0, 2**31)


@settings(max_examples=20, deadline=None)
@given(seed=SEEDS)
def test_contact_binaries_are_deepest_at_the_epoch_and_come_back(seed):
    signal = ContactBinaries()
    event = signal.draw(np.random.default_rng(seed), TIME)
    turn = event.epoch_days + event.period_days * np.linspace(0, 1, 401)
    flux = signal.flux(turn, event)
    assert flux.argmin() in (0, 400)
    assert np.ptp(flux) == pytest.approx(event.depth, rel=0.26)
    np.testing.assert_allclose(signal.flux(turn + 5 * event.period_days, event), flux, atol=1e-6)


@settings(max_examples=20, deadline=None)
@given(seed=SEEDS)
def test_binaries_show_both_eclipses(seed):
    signal = EclipsingBinaries(depth=(0.1, 0.1), eccentric_shift=0.1)
    event = signal.draw(np.random.default_rng(seed), TIME)
    facts = event.parameters
    middles = event.epoch_days + event.period_days * np.array([0.0, facts["secondary_phase"]])
    tides = 1.6 * facts["ellipsoidal"] + 1e-3
    expected = 1 - np.array([event.depth, facts["secondary_depth"]])
    np.testing.assert_allclose(signal.flux(middles, event), expected, atol=tides + 0.004)


@settings(max_examples=20, deadline=None)
@given(seed=SEEDS, hours=st.floats(0.5, 10), count=st.integers(1, 12))
def test_eclipses_last_and_come_as_often_as_asked(seed, hours, count):
    signal = EclipsingBinaries(duration_hours=(hours, hours), events=(count, count))
    event = signal.draw(np.random.default_rng(seed), TIME)
    assert event.period_days == pytest.approx(np.ptp(TIME) / count)
    asked = min(hours / 24, event.period_days / 4)
    assert event.duration_hours / 24 == pytest.approx(asked, rel=1e-6)
    edges = event.epoch_days + asked * np.array([-0.51, -0.49, 0.49, 0.51])
    lost = 1 - signal.flux(edges, event)
    tides = -event.parameters["ellipsoidal"] * np.cos(4 * np.pi * (edges - event.epoch_days) / event.period_days)
    np.testing.assert_array_equal(lost + tides > 1e-12, [False, True, True, False])
