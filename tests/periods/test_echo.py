"""What keeps step with known events: their rest, their second kind, or another planet."""

from dataclasses import replace

import numpy as np
import pytest

from clara_engine import LightCurve, Target
from clara_engine.periods import Ephemeris, find_periods
from clara_engine.periods.echo import alike, comes_more_often, is_echo, repeats
from clara_engine.periods.events import DepthDifference
from clara_engine.timeseries import Samples

TIME = 1325.3 + np.arange(0, 26, 2 / 1440)
KNOWN = Ephemeris(4.0, 1326.0, 0.15)


def samples(*dips, depth=0.003):
    """Noise and dips, without what lies near the known events."""
    flux = 1 + np.random.default_rng(8).normal(0, 4e-4, TIME.size)
    for dip in dips:
        flux -= depth * (np.abs(dip.away_days(TIME)) < dip.duration_days / 2)
    return Samples(TIME, flux, 2 / 1440).without(np.abs(KNOWN.away_days(TIME)) < 1.5 * KNOWN.duration_days)


@pytest.mark.parametrize("ratio", [1 / 3, 1 / 2, 2, 3, 3 / 2])
def test_a_planet_whose_period_is_a_multiple_or_a_fraction_is_no_echo(ratio):
    other = Ephemeris(ratio * KNOWN.period_days, 1327.25 if ratio >= 1 else 1326.6, 0.12)
    assert not is_echo(samples(other), other, KNOWN)
    assert is_echo(samples(other), other, KNOWN, wave=True) == (ratio != 1.5)


@pytest.mark.parametrize("phase", [0.25, 0.4, 0.5])
@pytest.mark.parametrize("ratio", [1, 1 / 3, 1 / 2, 2, 3, 3 / 2])
def test_the_second_eclipse_is_an_echo_at_each_of_its_harmonics(phase, ratio):
    second = replace(KNOWN, epoch_btjd=KNOWN.epoch_btjd + phase * KNOWN.period_days)
    assert is_echo(samples(second), second.scaled(ratio), KNOWN)


def test_what_keeps_no_step_is_no_echo():
    other = Ephemeris(2.3 * KNOWN.period_days, 1327.25, 0.12)
    assert not is_echo(samples(other), other, KNOWN)
    assert not is_echo(samples(other), replace(other, period_days=np.nan), KNOWN)


def test_how_often_a_dip_comes():
    second = replace(KNOWN, epoch_btjd=1327.5)
    assert repeats(samples(second), second)
    assert not repeats(samples(second.scaled(2)), second)
    assert not comes_more_often(samples(second), second)
    assert comes_more_often(samples(second.scaled(0.5)), second)
    assert comes_more_often(samples(second.scaled(1 / 3)), second)


@pytest.mark.parametrize(("second", "answer"), [(3000, True), (300, False), (2000, False), (np.nan, False)])
def test_alike(second, answer):
    assert alike(DepthDifference(3000, second, 100)) == answer


@pytest.mark.parametrize("deeper", [0, 1])
def test_both_of_two_planets_at_2_to_1_are_offered(deeper):
    """Whichever is found first, the other one stands behind it, with its own epoch."""
    inner, outer = Ephemeris(3.1, 1326.9, 0.12), Ephemeris(6.2, 1328.6, 0.12)
    flux = 1 + np.random.default_rng(1).normal(0, 4e-4, TIME.size)
    for number, planet in enumerate((inner, outer)):
        flux -= (0.004 if number == deeper else 0.002) * (np.abs(planet.away_days(TIME)) < 0.06)
    found = find_periods(LightCurve(time=TIME, flux=1e4 * flux, target=Target(tic=1)))
    offered = (found.best.ephemeris, found.behind.ephemeris)
    for planet in (inner, outer):
        same = next(one for one in offered if abs(one.period_days - planet.period_days) < 0.01)
        assert abs(planet.away_days(np.array([same.epoch_btjd]))[0]) < 0.03
