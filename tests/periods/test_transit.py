"""Measured transits, centroids, detrending, folds and verdicts, against what was put in."""

import numpy as np
import pytest

from clara_engine import LightCurve, Target
from clara_engine.errors import DesignError, FeatureError
from clara_engine.periods import (
    Detrending,
    Ephemeris,
    detrend,
    fold,
    measure_transit,
)
from clara_engine.timeseries import binned, flattened, good_samples

TRUE = Ephemeris(3.7, 1326.3, 0.12)


@pytest.mark.parametrize("cadence_minutes", [2.0, 10.0, 30.0])
def test_a_transit_is_measured_within_its_errors(star, cadence_minutes):
    rough = Ephemeris(3.7, 1326.31, 0.15)
    found = measure_transit(star(noise=2e-4, duration=0.2, wave=1e-3, cadence_minutes=cadence_minutes), rough)
    assert abs(found.depth_ppm - 5000) < 4 * found.depth_error_ppm
    assert abs(found.duration_hours - 4.8) < 5 * found.duration_error_hours + 0.15
    assert abs(found.ephemeris.epoch_btjd - 1326.3) < 5 * found.epoch_error_days
    assert abs(found.ephemeris.period_days - 3.7) < 5 * found.period_error_days
    assert found.period_error_days < 5e-3
    assert found.depth_error_ppm < 200
    assert found.snr > 30
    assert abs(found.secondary_ppm) < 5 * found.secondary_error_ppm


def test_a_secondary_at_half_phase(star):
    found = measure_transit(star(3.7, 0.02, second=0.004, slopes=0.05), TRUE)
    assert found.secondary_ppm == pytest.approx(4000, rel=0.15)


def test_shape_is_told_from_box_to_v(star):
    box, v = (measure_transit(star(depth=0.02, slopes=s, duration=0.3), TRUE).slope_share for s in (0.1, 1.0))
    assert box < 0.3
    assert v > 0.8


@pytest.mark.parametrize("method", ["biweight", "median", "savgol"])
def test_detrending_takes_the_wave_and_leaves_the_dips(star, method):
    curve = star(wave=0.01, wave_period=9.0)
    before = curve.flux.copy()
    in_event = np.abs(TRUE.away_days(curve.time)) < 0.08
    flat = detrend(curve, Detrending(method=method, window_days=1.5), keep=in_event)
    np.testing.assert_array_equal(curve.flux, before)
    assert flat.flux_unit == "relative"
    known = np.isfinite(flat.flux)
    assert known.mean() > 0.98
    assert flat.flux[known & ~in_event].std() < 7e-4
    middle = np.abs(TRUE.away_days(curve.time)) < 0.03
    assert 1 - np.median(flat.flux[known & middle]) == pytest.approx(5e-3, abs=8e-4)
    np.testing.assert_allclose(flat.flux_err[known] / curve.flux_err[known], flat.flux[known] / curve.flux[known])


def test_no_detrending_only_normalises(star):
    curve = star(wave=0.01)
    np.testing.assert_allclose(
        detrend(curve, Detrending(method="none")).flux, curve.flux / np.median(curve.flux), rtol=1e-12
    )


def test_the_trend_of_means_is_as_good(star):
    fine = good_samples(star(wave=0.005, cadence_minutes=2.0))
    slow = flattened(fine, Detrending())
    quick = flattened(fine, Detrending(), coarse=binned(fine, 10 / 1440))
    assert np.std(slow.flux - quick.flux) < 0.3 * 3e-4


@pytest.mark.parametrize(
    ("settings", "message"),
    [({"window_days": 0}, "window_days = 0 is out of range: 0.1 to 30 d"), ({"method": "spline"}, "method")],
)
def test_detrending_is_validated(settings, message):
    with pytest.raises(DesignError, match=message):
        Detrending(**settings)


def test_a_window_of_too_few_samples_is_refused(star):
    with pytest.raises(FeatureError, match="choose another width"):
        detrend(star(cadence_minutes=60), Detrending(method="savgol", window_days=0.1))


def test_fold_on_half_phases_and_by_parity(star):
    curve = star(2.0, 0.02, second=0.01, noise=1e-5)
    folded = fold(curve, 1.0, 1326.3, 100)
    odd, even = (folded.bins_of(folded.cycle % 2 == rest).min() for rest in (1, 0))
    assert sorted((round(odd, -2), round(even, -2))) == pytest.approx([-20_000, -10_000], abs=300)
    wide = fold(curve, 2.0, 1326.3, 100, first_phase=-0.25)
    assert wide.phase.min() >= -0.25
    assert wide.phase.max() < 0.75
    assert wide.bin_phase[np.nanargmin(wide.bin_flux_ppm)] == pytest.approx(0, abs=0.03)
    assert np.nanmin(wide.bin_flux_ppm[wide.bin_phase > 0.4]) == pytest.approx(-10_000, abs=300)
    turns = (curve.time - 1326.3) / 2.0
    np.testing.assert_allclose(wide.phase + wide.cycle, turns, atol=1e-9)
    with pytest.raises(DesignError, match="first phase"):
        fold(curve, 2.0, first_phase=0.5)


def test_ephemeris_arithmetic():
    ephemeris = Ephemeris(2.0, 10.0, 0.5)
    np.testing.assert_allclose(ephemeris.expected_in(9.0, 15.0), [10, 12, 14])
    np.testing.assert_allclose(ephemeris.expected_in(4.5, 5.5), [])
    np.testing.assert_allclose(ephemeris.away_days(np.array([9.5, 10.9, 11.5])), [-0.5, 0.9, -0.5])
    assert ephemeris.scaled(2).period_days == 4
    assert np.isnan(ephemeris.scaled(0.1).duration_days)
    single = Ephemeris(np.nan, 10.0, 0.5)
    assert single.single
    np.testing.assert_allclose(single.away_days(np.array([0.0, 11.0])), [-10, 1])
    assert np.round(single.turns(np.array([-500.0, 10.0, 700.0]))).tolist() == [0, 0, 0]
    np.testing.assert_allclose(single.expected_in(9, 11), [10])
    assert not single.expected_in(11, 12).size


@pytest.mark.parametrize(
    ("values", "message"),
    [((0, 1, 0.1), "period = 0"), ((2, np.nan, 0.1), "time of an event"), ((2, 1, 2.5), "duration = 2.5")],
)
def test_impossible_ephemerides(values, message):
    with pytest.raises(DesignError, match=message):
        Ephemeris(*values)


def test_a_period_alone_gets_its_epoch_and_duration(star):
    found = measure_transit(star(), Ephemeris(3.7, 1325.0))
    assert TRUE.away_days(np.array([found.ephemeris.epoch_btjd]))[0] == pytest.approx(0, abs=0.02)
    assert found.depth_ppm == pytest.approx(5000, rel=0.1)
    with pytest.raises(FeatureError, match="too short for samples"):
        measure_transit(star(), Ephemeris(0.02, 1325.0))


def test_few_samples_are_no_transit():
    curve = LightCurve(
        time=1325 + np.arange(60) / 2, flux=1e4 + np.random.default_rng(0).normal(0, 1, 60), target=Target(tic=1)
    )
    with pytest.raises(FeatureError):
        measure_transit(curve, Ephemeris(3.0, 1326.0, 0.1))
