"""Depth, duration and epoch of injected events: right within errors that cover."""

from dataclasses import replace

import numpy as np
import pytest

from clara_engine import LightCurve, Target
from clara_engine.periods import Ephemeris, find_periods, measure_event, measure_transit
from clara_engine.periods.event_fit import fit_event, rough_fit
from clara_engine.periods.event_points import points_around
from clara_engine.synthetic.shapes import transit, transit_duration
from clara_engine.timeseries import Samples

CADENCE = 120 / 86400
LIMB = (0.35, 0.25)


def times(days=27.0, cadence=CADENCE):
    time = np.arange(0, days, cadence)
    return 1325.3 + time[(time < 12.8) | (time > 14.2)]


def planet(rng):
    """A light curve with transits, and what is true of them."""
    period = float(np.exp(rng.uniform(np.log(1.5), np.log(9))))
    ratio, impact, axis = float(rng.uniform(0.03, 0.12)), float(rng.uniform(0, 0.6)), 4.2 * period ** (2 / 3)
    shape = {"period": period, "radius_ratio": ratio, "scaled_axis": axis, "impact": impact, "limb_darkening": LIMB}
    epoch, time = 1325.5 + rng.uniform(0, period), times()
    exposures = [transit(time + off * CADENCE, epoch=epoch, **shape) for off in (-0.4, -0.2, 0, 0.2, 0.4)]
    flux = np.mean(exposures, axis=0) * (1 + 4e-4 * rng.standard_normal(time.size))
    depth = 1 - transit(np.array([epoch]), epoch=epoch, **shape)[0]
    shape.pop("limb_darkening")
    return time, flux, Ephemeris(period, epoch, transit_duration(**shape)), depth


def eclipses(rng):
    """A light curve with V-like to flat-bottomed eclipses of two depths, and what is true of the deeper ones."""
    period, time = float(np.exp(rng.uniform(np.log(1.2), np.log(9)))), times()
    known = Ephemeris(period, 1325.5 + rng.uniform(0, period), rng.uniform(0.04, 0.1) * period)
    slopes, depth, shallow = rng.uniform(0.3, 1), rng.uniform(0.05, 0.4), rng.uniform(0.2, 0.9)

    def dip(ephemeris):
        exposures = [time + off * CADENCE for off in (np.arange(9) - 4) / 9]
        places = [2 * np.abs(ephemeris.away_days(one)) / known.duration_days for one in exposures]
        return np.mean([np.clip((1 - place) / slopes, 0, 1) for place in places], axis=0)

    later = replace(known, epoch_btjd=known.epoch_btjd + period / 2)
    flux = 1 - depth * (dip(known) + shallow * dip(later))
    return time, flux * (1 + 4e-4 * rng.standard_normal(time.size)), known, depth


@pytest.mark.heavy
@pytest.mark.parametrize("make", [planet, eclipses])
def test_errors_cover(make):
    """`benchmarks/event_errors.py` does the same with forty of each kind, and narrower limits."""
    rng = np.random.default_rng(4)
    pulls = []
    for _ in range(10):
        time, flux, true, depth = make(rng)
        start = Ephemeris(true.period_days, true.epoch_btjd + 0.01, true.duration_days * rng.uniform(0.85, 1.2))
        found = measure_transit(LightCurve(time=time, flux=1e4 * flux, target=Target(tic=1)), start)
        pulls.append(
            (
                (found.depth_ppm - 1e6 * depth) / found.depth_error_ppm,
                (found.duration_hours - 24 * true.duration_days) / found.duration_error_hours,
                (found.ephemeris.epoch_btjd - true.epoch_btjd) / found.epoch_error_days,
            )
        )
    assert np.isfinite(pulls).all()
    assert np.all(np.abs(np.median(pulls, axis=0)) < 1.2)
    assert np.all(np.mean(np.abs(pulls) < 3, axis=0) >= 0.8)


def test_cadences_of_a_stitched_star_are_measured_together():
    period, shape = 2.4, {"radius_ratio": 0.1, "scaled_axis": 8.0, "impact": 0.2}
    duration = transit_duration(period=period, **shape)
    rng = np.random.default_rng(2)
    sectors = [
        1325.3 + 27.4 * number + np.arange(0, 25, minutes / 1440) for number, minutes in enumerate((30, 10, 10, 30))
    ]
    time = np.concatenate(sectors)
    step = np.repeat((30, 10, 10, 30), [len(sector) for sector in sectors]) / 1440
    seen = np.mean(
        [transit(time + off * step, epoch=1326.0, period=period, **shape) for off in (np.arange(9) - 4) / 9], axis=0
    )
    curve = LightCurve(
        time=time,
        flux=1e4 * (seen + 3e-4 * rng.standard_normal(time.size) * np.sqrt(2 / 1440 / step)),
        target=Target(tic=1),
    )
    known = Ephemeris(period, 1326.0, duration)
    found = measure_transit(curve, known)
    expected = sum(len(known.expected_in(sector[0] + duration, sector[-1] - duration)) for sector in sectors)
    assert expected <= len(found.events) <= expected + 4
    assert abs(found.duration_hours - 24 * duration) < 4 * found.duration_error_hours
    assert found.duration_error_hours < 0.1
    assert found.depth_ppm == pytest.approx(
        1e6 * (1 - transit(np.zeros(1), epoch=0.0, period=period, **shape)[0]), rel=0.02
    )


def test_an_event_cut_by_a_gap_is_called_cut():
    time = times()
    rng = np.random.default_rng(13)
    flux = (1 + 8e-4 * rng.standard_normal(time.size)) * (1 - 0.01 * (np.abs(time - 1338.1) < 0.125))
    curve = LightCurve(time=time, flux=1e4 * flux, target=Target(tic=1))
    search = find_periods(curve)
    found = measure_transit(curve, search.best.ephemeris)
    assert found.cut
    assert "gap" in search.summary
    assert 2.5 < found.duration_hours <= 6
    assert np.isnan([found.duration_error_hours, found.epoch_error_days, found.period_error_days]).all()
    assert found.depth_ppm == pytest.approx(10_000, rel=0.05)


def test_the_period_of_the_orbit_and_the_deeper_eclipse():
    time = times()
    rng = np.random.default_rng(5)
    true = Ephemeris(3.1, 1326.9, 0.2)
    deep, shallow = (
        np.clip(1 - 2 * np.abs(replace(true, epoch_btjd=at).away_days(time)) / 0.2, 0, 1) for at in (1326.9, 1328.4)
    )
    flux = (1 - 0.3 * deep - 0.2 * shallow) * (1 + 4e-4 * rng.standard_normal(time.size))
    curve = LightCurve(time=time, flux=1e4 * flux, target=Target(tic=1))
    for start in (true, Ephemeris(3.1, 1328.4, 0.2)):
        found = measure_event(curve, start)
        assert found.ephemeris.period_days == pytest.approx(3.1, abs=1e-3)
        assert found.depth_ppm == pytest.approx(300_000, rel=0.01)
        assert found.secondary_depth_ppm == pytest.approx(200_000, rel=0.01)
        assert found.secondary_phase == pytest.approx(1.5 / 3.1, abs=2e-3)
    equal = (
        1 - 0.3 * deep - 0.25 * np.clip(1 - 2 * np.abs(replace(true, epoch_btjd=1328.45).away_days(time)) / 0.2, 0, 1)
    )
    half = measure_event(
        LightCurve(time=time, flux=1e4 * equal + rng.normal(0, 4, time.size), target=Target(tic=1)),
        Ephemeris(1.55, 1326.9, 0.2),
    )
    assert half.ephemeris.period_days == pytest.approx(3.1, abs=1e-3)
    assert (half.depth_ppm, half.secondary_depth_ppm) == pytest.approx((300_000, 250_000), rel=0.01)
    assert half.odd_depth_ppm == pytest.approx(half.even_depth_ppm, rel=0.01)


def test_a_trapezoid_is_told_from_discs_where_it_fits_better():
    time = times()
    known = Ephemeris(3.0, 1326.0, 0.3)
    rng = np.random.default_rng(1)
    for slopes in (0.1, 1.0):
        dip = np.clip((1 - 2 * np.abs(known.away_days(time)) / 0.3) / slopes, 0, 1)
        points = points_around(Samples(time, 1 - 0.02 * dip + rng.normal(0, 2e-4, time.size), CADENCE), known, 2.5)
        found = fit_event(points, known, LIMB, planet=True)
        assert found.converged
        assert found.slope_share == pytest.approx(slopes, abs=0.1)
        assert found.depth == pytest.approx(0.02, rel=0.02)
        assert rough_fit(points, known).depth == pytest.approx(0.02, rel=0.03)
