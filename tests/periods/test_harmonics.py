"""How periods are related."""

import numpy as np
import pytest

from clara_engine.periods.harmonics import RATIOS, harmonic_name, linear_fit, wave_terms


@pytest.mark.parametrize(("ratio", "name"), RATIOS.items())
def test_every_ratio_has_its_name(ratio, name):
    assert harmonic_name(3.0 * ratio, 3.0, span_days=27.0) == name


def test_long_light_curves_tell_periods_apart_that_short_ones_do_not():
    assert harmonic_name(6.05, 3.0, span_days=27.0) != ""
    assert harmonic_name(6.05, 3.0, span_days=2700.0) == ""


def test_normal_equations_fit_as_well_as_a_singular_value_decomposition():
    rng = np.random.default_rng(3)
    time = np.sort(rng.uniform(0, 27, 4000))
    for period in (0.3, 5.0, 40.0):  # the last one is longer than what was observed
        columns = wave_terms(time, period, 4)
        values = 1 + 0.01 * np.sin(2 * np.pi * time / period) + rng.normal(0, 1e-3, time.size)
        exact = columns @ np.linalg.lstsq(columns, values, rcond=None)[0]
        np.testing.assert_allclose(columns @ linear_fit(columns, values), exact, atol=1e-7)
    alike = np.ones((50, 2))
    np.testing.assert_allclose(linear_fit(alike, np.full(50, 3.0)), [1.5, 1.5])
