"""Separate oscillations, and the granulation of giants."""

import numpy as np
import pytest

from clara_engine.periods.kinds.oscillations import expected_granulation, expected_nu_max, power_spectrum
from clara_engine.timeseries import good_samples


def test_separate_oscillations_are_counted_and_multiples_are_not(made):
    fast = [(12.31, 900), (17.9, 500), (23.456, 300)]
    slow = [(0.83, 2000), (1.91, 700)]

    def flux(t):
        waves = [*fast, *slow, (2 * 12.31, 400), (12.31 + 17.9, 250)]
        return sum(a * 1e-6 * np.sin(2 * np.pi * f * t + f) for f, a in waves)

    found = power_spectrum(good_samples(made(flux, minutes=4.0)))
    assert [round(one.frequency, 1) for one in found.fast] == [12.3, 17.9, 23.5]
    assert [one.amplitude_ppm for one in found.fast] == pytest.approx([900, 500, 300], rel=0.1)
    assert {0.8, 1.9} <= {round(one.frequency, 1) for one in found.slow}  # the filter of two days leaves a trace at 0.7


def test_multiples_of_an_orbit_are_no_oscillations(made, dips):
    curve = made(dips(0.9, 0.02, 0.1))
    assert not power_spectrum(good_samples(curve), without=(1 / 0.9,)).fast


def test_white_noise_has_none_and_does_not_scatter(made):
    found = power_spectrum(good_samples(made(lambda t: 0 * t, noise=1e-3)))
    assert not found.fast
    assert not found.slow
    assert found.scatter_ppm < 150  # of 1000 ppm a sample


def test_the_sun_oscillates_at_three_millihertz_and_giants_scatter_more():
    assert expected_nu_max(4.438, 5777) == pytest.approx(3090)
    assert expected_nu_max(2.438, 5777) == pytest.approx(30.9)
    assert expected_granulation(expected_nu_max(2.3, 4800)) == pytest.approx(520, rel=0.1)
    assert expected_granulation(10) > 3 * expected_granulation(100)


def test_the_hump_of_a_giant_is_found(made):
    random = np.random.default_rng(3)
    centre = 40e-6 * 86400  # 40 µHz in cycles a day
    modes = [(centre * (1 + 0.15 * random.normal()), random.uniform(0, 6)) for _ in range(40)]
    slow = [(f, 100 / (1 + (f / centre) ** 2), random.uniform(0, 6)) for f in np.arange(0.1, 20, 0.13)]

    def flux(t):
        hump = sum(40e-6 * np.sin(2 * np.pi * f * t + phase) for f, phase in modes)
        return hump + sum(a * 1e-6 * np.sin(2 * np.pi * f * t + phase) for f, a, phase in slow)

    found = power_spectrum(good_samples(made(flux, noise=5e-5)))
    assert found.nu_max_microhertz == pytest.approx(40, rel=0.25)
    assert found.nu_max_excess > 2
