"""The shape of a variation: steady or not, of a binary or of a pulsation."""

import numpy as np
import pytest

from clara_engine.periods.wave_shape import wave_shape
from clara_engine.timeseries import good_samples


def shape(curve, period):
    return wave_shape(good_samples(curve), period, 0.9)


def test_a_steady_sinusoid(made):
    found = shape(made(lambda t: 0.01 * np.sin(2 * np.pi * t / 0.7)), 0.7)
    assert found.amplitude_ppm == pytest.approx(20_000, rel=0.02)
    assert found.explained > 0.99
    assert found.unsteady < 0.02
    assert found.second_harmonic < 0.02
    assert found.rise_share == pytest.approx(0.5, abs=0.02)
    assert not found.alternates
    assert abs(found.sharp_minima) < 5 * found.sharp_error
    assert found.cycles == pytest.approx(26 / 0.7, rel=0.01)


def test_spots_that_change_are_unsteady(made):
    grows = shape(made(lambda t: 0.02 * t / 26 * np.sin(2 * np.pi * t / 1.3)), 1.3)
    drifts = shape(made(lambda t: 0.01 * np.sin(2 * np.pi * (t / 1.3 + (t / 26) ** 2))), 1.3)
    assert grows.unsteady > 0.3
    assert drifts.unsteady > 0.3


def test_a_contact_binary_has_sharp_minima_that_alternate_and_is_symmetric(made):
    def flux(t):
        x = 2 * np.pi * t / 0.4
        return -0.1 * np.cos(2 * x) - 0.02 * np.cos(4 * x) - 0.01 * np.cos(x)

    found = shape(made(flux), 0.2)
    assert found.sharp_minima == pytest.approx(0.2, abs=0.02)
    assert found.alternates
    assert found.symmetric > 0.95
    assert found.orbit_days == pytest.approx(0.4)
    assert shape(made(lambda t: -flux(t)), 0.2).sharp_minima == pytest.approx(-0.2, abs=0.02)


@pytest.mark.parametrize("phase", [0.0, 3.0])
def test_two_oscillations_that_beat_do_not_alternate(made, phase):
    """The second one takes three turns in two of the first and a little more, as alternating minima would."""
    other = 1.5 / 0.579 + 0.02
    found = shape(
        made(lambda t: 2e-3 * np.cos(2 * np.pi * t / 0.579) + 8e-4 * np.cos(2 * np.pi * t * other + phase)), 0.579
    )
    assert not found.alternates


def test_a_wave_that_few_quarters_hold_twice_changes_by_what_it_changes(made):
    found = shape(made(lambda t: 0.01 * (1 - 0.4 * t / 26) * np.sin(2 * np.pi * t / 3.7), noise=2e-3), 3.7)
    assert found.unsteady == pytest.approx(0.14, abs=0.05)  # a ramp of .4 over its mean of .8 scatters by .14


def test_the_orbit_is_the_period_that_holds_two_minima(made):
    unequal = shape(made(lambda t: -0.009 * np.cos(2 * np.pi * t / 1.2) - 0.012 * np.cos(4 * np.pi * t / 1.2)), 1.2)
    assert unequal.orbit_days == pytest.approx(1.2)
    assert shape(made(lambda t: 0.2 - 0.4 * (t / 0.55 % 1)), 0.55).orbit_days == pytest.approx(1.1)


def test_a_sawtooth_rises_fast(made):
    found = shape(made(lambda t: 0.2 - 0.4 * (t / 0.55 % 1)), 0.55)
    assert found.rise_share < 0.25
    assert found.second_harmonic == pytest.approx(0.5, abs=0.1)  # of a sawtooth the n-th harmonic is 1/n
    assert found.symmetric < 0.3


def test_less_than_two_cycles_have_no_shape(made):
    assert shape(made(lambda t: 0.01 * np.sin(2 * np.pi * t / 20)), 20.0) is None
