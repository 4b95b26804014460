"""How periods are related."""

import pytest

from clara_engine.periods.harmonics import RATIOS, harmonic_name


@pytest.mark.parametrize(("ratio", "name"), RATIOS.items())
def test_every_ratio_has_its_name(ratio, name):
    assert harmonic_name(3.0 * ratio, 3.0, span_days=27.0) == name


def test_long_light_curves_tell_periods_apart_that_short_ones_do_not():
    assert harmonic_name(6.05, 3.0, span_days=27.0) != ""
    assert harmonic_name(6.05, 3.0, span_days=2700.0) == ""
