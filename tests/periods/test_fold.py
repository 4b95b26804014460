import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clara_engine import LightCurve, Target
from clara_engine.errors import DesignError, FeatureError
from clara_engine.periods import Ephemeris, around_events, fold, periodogram
from clara_engine.periods.fold import drawn_flux, no_level

TIME = np.arange(0, 27, 10 / 1440)


def curve(flux, time=TIME):
    return LightCurve(time=time + 1325, flux=flux, target=Target(tic=1))


@settings(deadline=None, max_examples=25)
@given(period=st.floats(0.2, 10), phase=st.floats(0, 6.28))
def test_period_of_a_sinusoid(period, phase):
    found = periodogram(curve(1e4 * (1 + 0.01 * np.sin(2 * np.pi * TIME / period + phase))))
    assert found.peaks[0].period_days == pytest.approx(period, rel=period / 27 / 10)
    assert found.peaks[0].power > 0.9


def test_peaks_are_the_highest_and_apart():
    flux = 1e4 + 90 * np.sin(2 * np.pi * TIME / 3) + 50 * np.sin(2 * np.pi * TIME / 0.7)
    peaks = periodogram(curve(flux)).peaks
    assert [round(p.period_days, 1) for p in peaks[:2]] == [3.0, 0.7]
    assert list(peaks) == sorted(peaks, key=lambda p: -p.power)


@pytest.mark.parametrize("epoch", [None, 1326.25])
def test_fold_puts_the_dip_at_zero(epoch):
    flux = np.full(TIME.size, 2000.0)
    flux[np.abs((TIME - 1.25 + 1.75) % 3.5 - 1.75) < 0.1] *= 0.99
    folded = fold(curve(flux), 3.5, epoch, bins=50)
    assert abs(folded.bin_phase[np.nanargmin(folded.bin_flux_ppm)]) < 0.03
    assert folded.bin_flux_ppm.min() == pytest.approx(-10_000, rel=1e-6)
    assert np.all(np.abs(folded.phase) <= 0.5)
    np.testing.assert_allclose(np.sort(folded.flux_ppm), np.sort((flux / 2000 - 1) * 1e6), atol=1e-6)


def test_empty_bins_are_nan():
    folded = fold(curve(np.ones(3), np.array([0.05, 0.15, 0.25])), 10.0, 1325.0, bins=100)
    assert np.isnan(folded.bin_flux_ppm).sum() == 97


def test_bad_input():
    with pytest.raises(DesignError, match="period = 0"):
        fold(curve(np.ones(TIME.size)), 0)
    with pytest.raises(FeatureError, match="2 samples"):
        periodogram(curve(np.ones(2), np.array([0.0, 1.0])))


def test_what_lies_around_the_events_is_folded_in_hours() -> None:
    time = np.arange(0, 20, 1 / 288)
    ephemeris = Ephemeris(3.0, 1.0, 0.2)
    flux = 1 - 0.01 * (np.abs(ephemeris.away_days(time)) < 0.1) * (1 + (np.round(ephemeris.turns(time)) % 2))
    star = LightCurve(time=time, flux=flux, target=Target(tic=1))
    folded = around_events(star, ephemeris, durations=2)
    assert np.abs(folded.hours).max() <= 9.6
    inside = np.abs(folded.bin_hours) < 2
    even, odd = (folded.bins_of(folded.number % 2 == which)[inside] for which in (0, 1))
    np.testing.assert_allclose(even, -10_000)
    np.testing.assert_allclose(odd, -20_000)
    single = around_events(star, Ephemeris(np.nan, 4.0, 0.2))
    assert set(single.number) == {0}
    with pytest.raises(DesignError, match="fit it first"):
        around_events(star, Ephemeris(3.0, 1.0))


@pytest.mark.parametrize("level", [-4.0, 0.0])
def test_a_share_of_no_flux_is_none(level):
    flux = level + 6 * np.random.default_rng(3).standard_normal(TIME.size)
    faint = curve(flux - np.median(flux) + level)
    assert np.isnan(fold(faint, 3.3).flux_ppm).all()
    assert np.isnan(around_events(faint, Ephemeris(3.3, 1326.0, 0.1)).flux_ppm).all()
    drawn, unit = drawn_flux(faint)
    np.testing.assert_array_equal(drawn, faint.flux)
    assert unit == "e-/s"
    assert "no depth relative to it" in no_level(faint)


def test_flux_with_a_level_is_drawn_in_ppm():
    flux = 400 + 6 * np.random.default_rng(3).standard_normal(TIME.size)
    drawn, unit = drawn_flux(curve(flux))
    np.testing.assert_allclose(drawn, (flux / np.median(flux) - 1) * 1e6)
    assert (unit, no_level(curve(flux))) == ("ppm", "")
