"""The period that a star is folded on: made-up stars of every kind, and the real ones with catalogued periods."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clara_engine import LightCurve, Target
from clara_engine.errors import FeatureError
from clara_engine.periods import Ephemeris, find_periods, measure_event, measure_transit
from clara_engine.periods.harmonics import harmonic_name
from clara_engine.readers import read_light_curve
from clara_engine.timeseries import binned, good_samples


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(period=st.floats(0.8, 8.5), phase=st.floats(0, 1), depth=st.floats(2e-3, 5e-2), wave=st.floats(0, 3e-3))
def test_a_transit_is_folded_on_its_own_period(star, period, phase, depth, wave):
    duration = 0.1 * period**0.4
    curve = star(period, depth, duration, phase * period, wave=wave, wave_period=7.3)
    best = find_periods(curve).best
    assert best.kind == "dips"
    assert best.period_days == pytest.approx(period, rel=0.5 * duration / 27)  # no event slides off by half of itself
    off = (best.ephemeris.epoch_btjd - 1325 - phase * period + period / 2) % period - period / 2
    assert abs(off) < 0.5 * duration
    assert best.ephemeris.duration_days == pytest.approx(duration, rel=0.6)


@pytest.mark.parametrize("second", [0.0, 0.01, 0.018])
def test_eclipses_are_not_folded_on_half_the_period(star, second):
    best = find_periods(star(2.9, 0.02, 0.15, second=second)).best
    assert best.period_days == pytest.approx(2.9, rel=1e-3)
    assert (best.ephemeris.epoch_btjd - 1325 - 1.3) % 2.9 == pytest.approx(0, abs=0.05) or second == 0


def test_equal_dips_have_the_shorter_period_and_the_double_beside_it(star):
    search = find_periods(star(5.8, 0.01, 0.15, second=0.01))
    assert search.best.period_days == pytest.approx(2.9, rel=1e-3)
    assert any(other.period_days == pytest.approx(5.8, rel=1e-3) for other in search.alternatives)


@pytest.mark.parametrize("period", [0.3, 1.7, 4.4])
def test_a_smooth_variation_is_no_dip(star, period):
    best = find_periods(star(depth=0, wave=0.01, wave_period=period)).best
    assert best.kind == "variation"
    assert best.period_days == pytest.approx(period, rel=0.01)
    assert np.isnan(best.ephemeris.duration_days)


def test_where_the_middle_event_falls_into_the_gap_the_shorter_period_comes_first(star):
    search = find_periods(star(8.5, 0.01, 0.2, epoch=4.75))
    assert search.best.period_days == pytest.approx(8.5, rel=3e-3)
    assert "gaps" in search.best.reason
    assert any(other.period_days == pytest.approx(17.0, rel=3e-3) for other in search.alternatives)


def test_minima_that_alternate_double_the_period():
    time = np.arange(0, 27, 10 / 1440)
    turn = 2 * np.pi * time / 0.62
    flux = 1e4 * (1 - 0.1 * np.cos(2 * turn) - 0.02 * np.cos(turn))
    flux += np.random.default_rng(0).normal(0, 5, time.size)
    search = find_periods(LightCurve(time=1325 + time, flux=flux, target=Target(tic=1)))
    assert search.best.kind == "variation"
    assert search.best.period_days == pytest.approx(0.62, rel=2e-3)
    assert "alternate" in search.best.reason
    assert [round(other.period_days, 2) for other in search.alternatives[:2]] == [0.31, 1.24]


def test_minima_that_few_samples_hold_alternate_too():
    """Every minimum has three samples of half an hour: no box tells them apart, the wave of all cycles does."""
    time = np.arange(0, 80, 30 / 1440)
    turn = 2 * np.pi * time / 0.41
    flux = 1e4 * (1 - 0.1 * np.cos(2 * turn) - 0.004 * np.cos(turn))
    flux += np.random.default_rng(0).normal(0, 5, time.size)
    search = find_periods(LightCurve(time=1325 + time, flux=flux, target=Target(tic=1)))
    assert search.best.period_days == pytest.approx(0.41, rel=1e-3)
    assert "alternate" in search.best.reason


def test_a_wave_that_was_seen_once_may_be_a_trend(star):
    slow, fast = (find_periods(star(depth=0, wave=2e-3, wave_period=period)).best for period in (22.0, 6.0))
    assert "a trend looks so" in slow.reason
    assert "trend" not in fast.reason


def eclipses(times):
    """A binary of two kinds of V-shaped eclipses of half a day, longer than the longest box."""
    time = np.arange(0, 26, 10 / 1440)
    time = time[(time < 12.6) | (time > 13.8)]
    lost = sum(
        np.clip(1 - np.abs(time - at) / 0.3, 0, 1) * depth
        if kind == "deep"
        else np.clip(1.5 - np.abs(time - at) / 0.2, 0, 1) * depth
        for at, depth, kind in times
    )
    flux = 1e4 * (1 - lost + np.random.default_rng(2).normal(0, 5e-4, time.size))
    return LightCurve(time=1325 + time, flux=flux, target=Target(tic=1))


def test_two_kinds_of_eclipse_are_not_one_that_repeats():
    best = find_periods(eclipses([(4.0, 0.44, "deep"), (20.4, 0.37, "shallow")])).best
    assert best.period_days == pytest.approx(32.8, rel=2e-3)
    assert "two dips of unequal depth" in best.reason


def test_the_kind_that_was_seen_twice_gives_the_period():
    curve = eclipses([(4.0, 0.44, "deep"), (19.4, 0.37, "shallow"), (24.9, 0.44, "deep")])
    best = find_periods(curve).best
    assert best.period_days == pytest.approx(20.9, rel=2e-3)
    found = measure_event(curve, best.ephemeris)
    assert found.secondary_phase == pytest.approx(15.4 / 20.9, abs=5e-3)
    assert found.depth_ppm == pytest.approx(440_000, rel=0.02)


def test_low_samples_at_the_end_are_no_event_and_hide_none(star):
    for depth in (0.0, 0.01):
        curve = star(3.3, depth, 0.15)
        glitch = replace(curve, flux=curve.flux * (1 - 0.1 * (curve.time > curve.time[-3])))
        best = find_periods(glitch).best
        assert best is None if not depth else best.period_days == pytest.approx(3.3, rel=1e-3)


def test_one_dip_is_a_single_event(star):
    search = find_periods(star(60.0, 0.01, 0.3, epoch=7.0))
    assert search.best.kind == "single event"
    assert search.best.ephemeris.single
    assert search.best.ephemeris.epoch_btjd == pytest.approx(1332.0, abs=0.1)
    assert search.summary.startswith("single event: one dip")


def test_a_second_dip_of_another_depth_stands_beside_a_single_one(star):
    curve = star(60.0, 0.2, 0.3, epoch=16.4)
    lost = np.interp(np.abs(curve.time - 1325.8), [0.1, 0.15], [0.04, 0.0])
    search = find_periods(curve.with_flux(curve.flux * (1 - lost)))
    assert search.best.ephemeris.epoch_btjd == pytest.approx(1341.4, abs=0.1)
    assert [round(other.ephemeris.epoch_btjd, 1) for other in search.beside] == [1325.8]
    assert find_periods(star(60.0, 0.2, 0.3, epoch=16.4)).beside == ()


def test_one_deep_dip_does_not_hide_what_repeats(star):
    curve = star(3.7, 2e-3)
    flux = curve.flux.copy()
    flux[np.abs(curve.time - 1345.5) < 0.2] *= 0.9
    search = find_periods(curve.with_flux(flux))
    assert search.best.kind == "dips"
    assert search.best.period_days == pytest.approx(3.7, rel=2e-3)
    assert any(other.kind == "single event" for other in search.alternatives)


@pytest.mark.parametrize("seed", range(4))
def test_noise_has_no_period(star, seed):
    search = find_periods(star(depth=0, seed=seed))
    assert search.best is None
    assert search.summary.startswith("no period")
    assert search.verdict == search.summary
    assert search.box.peaks[0].false_alarm > 1e-3


@pytest.mark.parametrize(("period", "name"), [(2, "2×"), (0.5, "½"), (1.5, "3/2"), (3.02, "3×"), (1.3, ""), (7, "")])
def test_names_of_harmonics(period, name):
    assert harmonic_name(period, 1.0, 27.0) == name


def test_bins_keep_the_mean(star):
    fine = good_samples(star(cadence_minutes=2.0))
    coarse = binned(fine, 10 / 1440)
    assert coarse.time.size < fine.time.size / 4
    assert coarse.flux.mean() == pytest.approx(fine.flux.mean(), abs=1e-5)
    assert binned(coarse, 10 / 1440) is coarse


def test_flagged_samples_are_left_out_unless_they_are_most(star):
    curve = star()
    some = LightCurve(time=curve.time, flux=curve.flux, quality=np.arange(len(curve)) % 10 == 0, target=curve.target)
    most = LightCurve(time=curve.time, flux=curve.flux, quality=np.arange(len(curve)) % 10 != 0, target=curve.target)
    assert good_samples(some).time.size == pytest.approx(0.9 * len(curve), abs=1)
    assert good_samples(most).time.size == len(curve)


@pytest.mark.parametrize(
    ("flux", "message"),
    [(np.ones(100), "constant"), (-np.arange(100.0), "median flux"), (np.full(100, np.nan), "0 usable samples")],
)
def test_what_can_not_be_searched(flux, message):
    curve = LightCurve(time=1325 + np.arange(100) / 10, flux=flux, target=Target(tic=1))
    with pytest.raises(FeatureError, match=message):
        find_periods(curve)


def real(shared_data, tic):
    return read_light_curve(next((shared_data / "spoc_s0001_2min").glob(f"*{tic:016d}*")))


def test_catalogued_periods_are_found(shared_data):
    """Every TOI and eclipsing binary host with at least two events in the sector folds on the catalogue's period."""
    labels = pd.read_csv(shared_data / "spoc_s0001_2min" / "labels.csv")
    hosts = labels[labels["toi_period"].notna() | labels["eb_period"].notna()]
    known = hosts["toi_period"].fillna(hosts["eb_period"])
    several = hosts[known < 14]
    assert len(several) >= 4
    for row in several.itertuples():
        search = find_periods(real(shared_data, row.tic))
        assert search.best.kind == "dips", row.tic
        assert search.best.period_days == pytest.approx(known[row.Index], rel=2e-3), row.tic


def test_a_period_longer_than_the_sector_is_not_made_up(shared_data):
    """TOI 793.01 repeats every 54.7 d, and by its ephemeris none of its events falls into sector 1."""
    curve = real(shared_data, 300013921)
    ephemeris = Ephemeris(54.6616036, 2236.957286, 0.1)
    assert not ephemeris.expected_in(curve.finite().time[0], curve.finite().time[-1]).size
    assert find_periods(curve).best is None
    with pytest.raises(FeatureError, match="no event of this ephemeris was observed"):
        measure_transit(curve, ephemeris)


def test_real_single_events_are_named_so(shared_data):
    for tic in (259784884, 370324073, 126890217):  # one SPOC detection each, none with a second event
        assert find_periods(real(shared_data, tic)).best.kind == "single event", tic


def test_the_other_eclipse_tells_the_half_of_the_highest_peak(shared_data):
    """Where one kind of eclipse falls into a gap, the other one is seen three times."""
    path = next((shared_data / "real_more" / "spoc_2min").glob("*s0008-0000000118313102-*"))
    best = find_periods(read_light_curve(path)).best
    assert best.period_days == pytest.approx(9.2557, rel=2e-3)
    assert "other dips repeat" in best.reason


def test_other_products_of_pi_mensae(shared_data):
    for path in (shared_data / "other_products").glob("hlsp_tess-spoc*"):
        best = find_periods(read_light_curve(path)).best
        assert best.period_days == pytest.approx(6.2678, rel=3e-3)
