"""Events that a gap cuts: the lowest flux that was seen, and the second kind of event, which may be whole."""

import numpy as np
import pytest

from clara_engine import LightCurve, Target
from clara_engine.periods import Ephemeris, find_periods, measure_event

TIME = 1325 + np.arange(0, 20, 2 / 1440)
FIRST, SECOND, LENGTH = 1331.0, 1340.0, 0.3


def v_shape(middle, depth):
    return depth * np.clip(1 - np.abs(TIME - middle) / (LENGTH / 2), 0, 1)


def eclipses(first=0.3, second=0.2, *, until=np.inf, noise=5e-4):
    flux = 1 - v_shape(FIRST, first) - v_shape(SECOND, second) + np.random.default_rng(2).normal(0, noise, TIME.size)
    seen = (until > TIME) | (TIME > FIRST + 1)
    return LightCurve(time=TIME[seen], flux=1e4 * flux[seen], target=Target(tic=1, cadence_s=120))


def test_the_depth_of_an_event_that_is_cut_is_its_lowest_flux_and_the_other_is_measured():
    found = measure_event(eclipses(until=FIRST + 0.02), Ephemeris(30.0, FIRST, 0.2))
    assert found.cut
    assert np.isnan(found.duration_error_hours)
    assert found.depth_ppm == pytest.approx(300_000, rel=0.06)
    assert found.secondary_depth_ppm == pytest.approx(200_000, rel=0.02)
    assert found.secondary_phase == pytest.approx(0.3, abs=0.002)


def test_of_a_flat_dip_the_noise_is_not_taken_for_its_bottom():
    flux = 1 - 1e-3 * (np.abs(TIME - FIRST) < LENGTH / 2) + np.random.default_rng(3).normal(0, 5e-4, TIME.size)
    seen = (TIME < FIRST + 0.05) | (TIME > FIRST + 1)
    curve = LightCurve(time=TIME[seen], flux=1e4 * flux[seen], target=Target(tic=1, cadence_s=120))
    found = measure_event(curve, Ephemeris(np.nan, FIRST, 0.2))
    assert found.cut
    assert found.depth_ppm == pytest.approx(1000, abs=4 * found.depth_error_ppm)


@pytest.mark.parametrize(("second", "orbit"), [(0.2, 18.0), (0.295, 9.0)])
def test_two_deep_dips_are_of_one_kind_only_where_they_are_alike(second, orbit):
    found = measure_event(eclipses(second=second), Ephemeris(SECOND - FIRST, FIRST, 0.2))
    assert found.ephemeris.period_days == pytest.approx(orbit, abs=0.01)
    if orbit > 10:
        assert np.isnan(found.period_error_days)
        assert found.depth_ppm == pytest.approx(300_000, rel=0.02)
        assert found.secondary_depth_ppm == pytest.approx(200_000, rel=0.02)
    shallow = measure_event(eclipses(0.03, 0.02, noise=2e-4), Ephemeris(9.0, FIRST, 0.2))
    assert shallow.ephemeris.period_days == pytest.approx(9.0, abs=0.02)  # transits may differ by a fault


def test_a_glitch_at_the_end_has_no_error_of_a_fit():
    flux = 1 + np.random.default_rng(4).normal(0, 5e-4, TIME.size)
    flux[-72:] -= np.linspace(0, 0.01, 72)
    search = find_periods(LightCurve(time=TIME, flux=1e4 * flux, target=Target(tic=1, cadence_s=120)))
    assert search.best.kind == "single event"
    assert "a gap cuts it" in search.summary
    found = measure_event(LightCurve(time=TIME, flux=1e4 * flux, target=Target(tic=1)), search.best.ephemeris)
    assert found.cut
    assert np.isnan([found.duration_error_hours, found.epoch_error_days]).all()
    assert found.duration_hours < 3
