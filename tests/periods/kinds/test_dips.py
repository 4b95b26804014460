"""Fading without a period."""

import numpy as np

from clara_engine.periods.kinds.dips import irregular_dips
from clara_engine.timeseries import good_samples


def test_a_dipper_fades_and_a_burster_does_the_opposite(made):
    times, depths = np.array([2.1, 5.7, 8.2, 11.0, 16.3, 20.9]), np.array([0.2, 0.1, 0.3, 0.15, 0.25, 0.1])

    def fades(t):
        return -sum(depth * np.exp(-(((t - at) / 0.25) ** 2)) for at, depth in zip(times, depths, strict=True))

    found, upside = (irregular_dips(good_samples(made(flux))) for flux in (fades, lambda t: -fades(t)))
    assert found.count == 6
    assert found.asymmetry > 0.25
    assert 0.28e6 < found.deepest_ppm < 0.31e6
    assert found.highest_ppm < 3000
    assert upside.asymmetry < -0.25
    assert upside.highest_ppm > 0.28e6


def test_a_sinusoid_is_symmetric_and_one_bad_hour_is_no_dip(made):
    def flux(t):
        return 0.02 * np.sin(2 * np.pi * t / 2.2)

    assert abs(irregular_dips(good_samples(made(flux))).asymmetry) < 0.1
    assert irregular_dips(good_samples(made(lambda t: np.where(np.abs(t - 5) < 0.01, -0.2, 0)))).count == 1
