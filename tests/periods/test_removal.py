"""A light curve without what is known of it, and what is found then."""

from dataclasses import replace

import numpy as np
import pytest

from clara_engine.errors import FeatureError
from clara_engine.periods import Ephemeris, find_periods, without_known
from clara_engine.periods.removal import around_events_of, wave_of
from clara_engine.synthetic.shapes import transit, transit_duration
from clara_engine.timeseries import binned, good_samples

PLANET = {"radius_ratio": 0.055, "scaled_axis": 17.0, "impact": 0.3}


def spotted(star, period, seed, *, turn=3.1, wave=0.012):
    """Spots that come and go, flares, and a planet behind them; the flux of DS Tuc A is like it."""
    rng = np.random.default_rng(seed)
    curve = star(depth=0.0, noise=4e-4, seed=seed)
    days = curve.time - 1325
    spots = np.zeros(days.size)
    for _ in range(3):
        phase, middle, width = rng.uniform(0, 2 * np.pi), rng.uniform(0, 27), rng.uniform(9, 25)
        spots += np.exp(-0.5 * ((days - middle) / width) ** 2) * np.clip(np.cos(2 * np.pi * days / turn + phase), 0, 1)
    flux = curve.flux * (1 - 2 * wave * spots / np.ptp(spots))
    for at in rng.uniform(0, 27, 8):
        since = np.clip(days - at, 0, 1)
        flux *= 1 + 0.01 * np.where(days > at, np.exp(-since * 72), 0)
    epoch = 1325 + rng.uniform(0, period)
    return curve.with_flux(flux * transit(curve.time, period=period, epoch=epoch, **PLANET)), epoch


@pytest.mark.parametrize(("seed", "period"), [(0, 8.14), (1, 5.3), (2, 6.7)])
def test_the_planet_of_a_spotted_star_is_behind_its_variation(star, seed, period):
    curve, epoch = spotted(star, period, seed)
    search = find_periods(curve)
    assert search.best.kind == "variation"
    assert search.behind in search.alternatives
    assert search.behind.kind == "dips"
    assert search.behind.period_days == pytest.approx(period, rel=2e-3)
    off = (search.behind.ephemeris.epoch_btjd - epoch + period / 2) % period - period / 2
    assert abs(off) < transit_duration(period=period, **PLANET) / 2
    assert f"behind that, perhaps dips every {search.behind.period_days:.3g} d" in search.summary


def test_a_spotted_star_alone_has_nothing_behind_it(star):
    for seed in range(2):
        curve, _ = spotted(star, 200.0, seed)
        search = find_periods(curve)
        assert search.best.kind == "variation"
        assert search.behind is None or search.behind.reason.startswith("2 events")


def test_a_planet_near_a_harmonic_of_the_rotation_is_no_echo(star):
    """7.3 d is within 3 % of the double of 3.58 d, but its events do not keep step with the rotation."""
    curve, _ = spotted(star, 7.3, 5, turn=3.58)
    assert find_periods(curve).behind.period_days == pytest.approx(7.3, rel=2e-3)


def test_saved_events_are_left_out_and_the_second_planet_is_found(star):
    first = Ephemeris(3.7, 1326.3, 0.12)
    curve = star(3.7, 6e-3)
    second = Ephemeris(7.9, 1329.1, 0.15)
    both = curve.with_flux(curve.flux * np.where(around_events_of(second, curve.time, 0.5), 1 - 2e-3, 1))
    assert find_periods(both).best.period_days == pytest.approx(3.7, rel=1e-3)
    search = find_periods(both, without=[first])
    assert search.best.period_days == pytest.approx(7.9, rel=2e-3)
    assert search.without == (first,)
    assert search.summary.endswith(", without the events every 3.7 d")
    assert find_periods(both, without=[first, second]).best is None


def test_both_eclipses_and_a_variation_are_taken_off(star):
    curve = star(4.6, 0.03, second=0.02, wave=0.006, wave_period=6.1)
    eclipses = Ephemeris(4.6, 1326.3, 0.12)
    left = without_known(curve, [eclipses])
    times = [replace(eclipses, epoch_btjd=eclipses.epoch_btjd + shift) for shift in (0.0, 2.3)]
    assert not any(around_events_of(one, left.time, 0.5).any() for one in times)
    assert len(left) > 0.85 * len(curve)
    assert find_periods(left).best.period_days == pytest.approx(6.1, rel=0.02)
    search = find_periods(curve, without=[eclipses, Ephemeris(6.1, 1325.0)])
    assert search.best is None
    assert search.summary.endswith("without the events every 4.6 d, the variation of 6.1 d")
    assert search.highest_peaks.startswith("Lomb–Scargle ")


def test_nothing_known_leaves_the_light_curve_as_it_is(star):
    curve = star()
    assert without_known(curve, []) is curve
    with pytest.raises(FeatureError, match="usable samples"):
        without_known(curve, [Ephemeris(0.2, 1325.0, 0.19)])


def test_the_wave_follows_spots_that_change(star):
    curve = star(depth=0.0, noise=2e-4)
    days = curve.time - 1325
    flux = 1 + 0.01 * np.exp(-days / 9) * np.sin(2 * np.pi * days / 0.7)
    samples = good_samples(curve.with_flux(flux))
    coarse = binned(samples, 10 / 1440)
    wave = wave_of(coarse, 0.7, coarse.time)
    assert np.std(coarse.flux / wave) < 0.1 * np.std(coarse.flux)
