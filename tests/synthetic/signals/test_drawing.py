"""How single numbers of an event are drawn."""

import numpy as np
import pytest

from clara_engine.synthetic.signals.drawing import between, inside, power_law, whole


@pytest.fixture
def rng():
    return np.random.default_rng(5)


@pytest.mark.parametrize(("scale", "middle"), [("uniform", 50.5), ("log", 10.0)])
def test_half_of_the_numbers_lie_below_the_middle_of_their_scale(rng, scale, middle):
    drawn = np.array([between(rng, (1.0, 100.0), scale) for _ in range(4000)])
    assert 1 <= drawn.min() < drawn.max() <= 100
    assert (drawn < middle).mean() == pytest.approx(0.5, abs=0.04)


@pytest.mark.parametrize("slope", [0.0, 1.0, 2.0])
def test_a_power_law_by_its_share_below_a_number(rng, slope):
    drawn = power_law(rng, (1.0, 16.0), slope, 4000)
    expected = {0.0: 3 / 15, 1.0: 0.5, 2.0: (1 - 1 / 4) / (1 - 1 / 16)}[slope]
    assert (drawn < 4).mean() == pytest.approx(expected, abs=0.04)


def test_whole_numbers_are_as_likely_ends_included(rng):
    drawn = [whole(rng, (2, 5)) for _ in range(4000)]
    assert sorted(set(drawn)) == [2, 3, 4, 5]
    assert np.bincount(drawn)[2:].min() > 850


def test_times_lie_in_exposures_and_not_in_gaps(rng):
    time = np.r_[np.arange(0, 1, 0.1), np.arange(5, 6, 0.1)]
    drawn = inside(rng, time, 500)
    assert (np.abs(drawn[:, None] - time).min(axis=1) <= 0.05 + 1e-9).all()
