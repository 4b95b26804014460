"""The transit search: periods tried, small planets, long events."""

import numpy as np
import pytest

from clara_engine.features.steering.transit_search import trial_periods
from clara_engine.synthetic import shapes
from tests.features.steering.curves import TIME, features, noise


@pytest.mark.parametrize("span", [5.0, 27.0, 60.0])
def test_no_transit_shifts_by_more_than_half_its_duration_over_a_light_curve(span):
    periods = trial_periods(span)
    assert (np.diff(periods) < 0).all()
    # a central transit of a star of solar density (Seager & Mallén-Ornelas 2003) lasts 0.0757 P^(1/3) days
    shift = span / periods[1:] * -np.diff(periods) / 2
    assert (shift < 0.5 * 0.0757 * np.cbrt(periods[1:])).all()


def test_a_long_light_curve_has_a_bounded_number_of_periods():
    assert trial_periods(1500.0).size <= 10_001


def test_small_planets_of_long_periods_are_found():
    for period in (4.4, 8.3):
        flux = noise(samples=TIME.size) * shapes.box(TIME, epoch=2.0, period=period, duration=0.16, depth=0.0012)
        found = features(flux)
        assert 10 ** found["three alike dips, period, log10 d"] == pytest.approx(period, rel=0.01)
        assert 10 ** found["BLS period, log10 d"] == pytest.approx(period, rel=0.01)
        assert found["three alike dips, against inverted"] > 0.2
        assert found["three alike dips, events"] == len(np.arange(2.0, 27, period))


def test_an_eclipse_of_a_day_is_seen_among_the_long_durations():
    flux = noise(samples=TIME.size) * shapes.box(TIME, epoch=3.0, period=9.0, duration=1.2, depth=0.03)
    found = features(flux)
    assert found["repeated dips, 28 h"] > 15
    assert found["repeated dips against rises, any duration"] > 0.3
