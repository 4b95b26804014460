"""Flares: heights, their power law, and widths."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from clara_engine.synthetic.signals import (
    Flares,
)
from clara_engine.synthetic.signals.drawing import power_law

TIME = 1325 + np.arange(0, 27, 2 / 1440)


SEEDS = st.integers(0, 2**31)


@settings(max_examples=30, deadline=None)
@given(seed=SEEDS, height=st.floats(0.001, 2), slope=st.floats(0, 3))
def test_flares_reach_the_asked_height_at_their_peaks(seed, height, slope):
    signal = Flares(depth=(height, height), slope=(slope, slope))
    event = signal.draw(np.random.default_rng(seed), TIME)
    facts = event.parameters
    heights = np.array(facts["heights"])
    assert heights[0] == event.depth == pytest.approx(height)
    assert heights.max() == heights[0]
    assert heights.min() >= 0.001 ** (1 - 0.39) * height * (1 - 1e-9)
    assert (signal.flux(np.array(facts["peaks_days"]), event) - 1 >= 0.97 * heights).all()


@pytest.mark.parametrize("slope", [0.0, 0.5, 1.0, 2.0])
def test_heights_follow_their_power_law(slope):
    """Against the distribution function, integrated numerically."""
    drawn = power_law(np.random.default_rng(8), (0.02, 1.0), slope, 4000)
    x = np.geomspace(0.02, 1, 20_001)
    below = np.concatenate([[0], np.cumsum(np.diff(x) * (x[1:] ** -slope + x[:-1] ** -slope) / 2)])
    assert stats.kstest(drawn, lambda value: np.interp(value, x, below / below[-1])).pvalue > 0.01


@settings(max_examples=20, deadline=None)
@given(seed=SEEDS)
def test_a_flare_is_half_as_high_over_its_width(seed):
    signal = Flares(per_day=(0.001, 0.001))
    event = signal.draw(np.random.default_rng(seed), TIME)
    if len(event.parameters["heights"]) > 1:
        return
    near = event.epoch_days + np.linspace(-2, 4, 60_001) * event.duration_hours / 24
    high = near[signal.flux(near, event) - 1 > event.depth / 2]
    assert 24 * (high[-1] - high[0]) == pytest.approx(1.087 * event.duration_hours, rel=0.002)


def test_there_are_as_many_flares_as_asked():
    counts = [
        len(Flares(events=(3, 6)).draw(np.random.default_rng(seed), TIME).parameters["peaks_days"])
        for seed in range(60)
    ]
    assert set(counts) == {3, 4, 5, 6}
