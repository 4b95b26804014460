"""Comets enter fast and leave slowly; their profile against a convolution done numerically."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clara_engine.synthetic.signals import Exocomets, ShortTails

TIME = 1325 + np.arange(0, 27, 2 / 1440)
SEEDS = st.integers(0, 2**31)


def half_widths(signal, event, moment: float) -> tuple[float, float]:
    """Days from half depth to the deepest moment, and back."""
    near = moment + np.linspace(-3, 12, 150_001)
    lost = 1 - signal.flux(near, event)
    low = near[lost > lost.max() / 2]
    return near[lost.argmax()] - low[0], low[-1] - near[lost.argmax()]


@settings(max_examples=30, deadline=None)
@given(seed=SEEDS, depth=st.floats(1e-4, 0.05))
def test_a_comet_is_as_deep_as_asked_at_its_epoch_and_leaves_more_slowly_than_it_came(seed, depth):
    for signal in (Exocomets(depth=(depth, depth), count=(1, 1)), ShortTails(depth=(depth, depth), count=(1, 1))):
        event = signal.draw(np.random.default_rng(seed), TIME)
        assert 1 - signal.flux(np.array([event.epoch_days]), event)[0] == pytest.approx(depth, rel=1e-4)
        fall, rise = half_widths(signal, event, event.epoch_days)
        assert rise > 1.2 * fall
        near = event.epoch_days + np.linspace(-5, 12, 20_001)
        flux = signal.flux(near, event)
        assert flux.min() >= 1 - depth * (1 + 1e-5)
        assert flux.max() <= 1 + 1e-12


@pytest.mark.parametrize(("ingress", "tail"), [(1.5, 24.0), (3.0, 6.0), (6.0, 9.0)])
def test_the_profile_is_a_tail_seen_past_a_star_of_gaussian_width(ingress, tail):
    signal = Exocomets(count=(1, 1), depth=(0.01, 0.01), ingress_hours=(ingress, ingress), tail_hours=(tail, tail))
    event = signal.draw(np.random.default_rng(1), TIME)
    step = 0.005
    hours = np.arange(-60, 240, step)
    head = np.where(hours >= 0, np.exp(-hours / tail), 0.0)
    width = ingress / 2.5631
    kernel = np.exp(-0.5 * (np.arange(-6 * width, 6 * width, step) / width) ** 2)
    smeared = np.convolve(head, kernel, "same")
    smeared /= smeared.max()
    expected = np.interp(np.linspace(-10, 60, 300), hours - hours[smeared.argmax()], smeared)
    got = 1 - signal.flux(event.epoch_days + np.linspace(-10, 60, 300) / 24, event)
    np.testing.assert_allclose(got / 0.01, expected, atol=5e-3)


def test_the_tail_is_never_shorter_than_the_ingress():
    signal = Exocomets(ingress_hours=(6, 6), tail_hours=(1, 1))
    facts = signal.draw(np.random.default_rng(1), TIME).parameters
    assert (np.array(facts["tails_days"]) >= 1.5 * np.array(facts["ingress_days"]) - 1e-12).all()
