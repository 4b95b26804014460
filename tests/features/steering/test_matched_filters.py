"""Matched filters in whitened flux, and the folds over periods, against plain reckonings of the same."""

import numpy as np
import pytest

from clara_engine.features.steering import STEERING, steering
from clara_engine.features.steering.repeated import _fold
from clara_engine.features.steering.transit_search import trial_periods
from clara_engine.features.steering.whitening import Whitened
from clara_engine.lightcurve import LightCurve, Target
from clara_engine.synthetic import shapes

LABELS = list(STEERING.labels)
TIME = np.arange(0, 27, 10 / 1440)


def features(flux):
    row = steering(LightCurve(time=TIME, flux=flux, target=Target(tic=1)))
    return dict(zip(LABELS, row, strict=True))


def noise(size=5e-4, seed=0):
    return 1 + np.random.default_rng(seed).normal(0, size, TIME.size)


def test_in_white_noise_the_filter_is_a_sliding_sum():
    rng = np.random.default_rng(3)
    flux, filled, template = rng.normal(size=3000), np.ones(3000, bool), np.exp(-np.arange(12) / 4)
    sums = np.correlate(flux, template, "valid")
    ratio = Whitened(flux, filled, template.size).signal_to_noise(template)[: sums.size]
    assert np.corrcoef(ratio, sums)[0, 1] > 0.97
    assert np.std(ratio) == pytest.approx(1, abs=0.08)


def test_a_pulsation_does_not_hide_a_dip():
    time = np.arange(2600) / 96
    rng = np.random.default_rng(1)
    flux = rng.normal(0, 1e-3, time.size) + 5e-3 * np.sin(2 * np.pi * 3.7 * time)
    flux[986:998] -= 3e-3  # on a crest
    box = np.ones(12)
    dip = -Whitened(flux, np.ones(time.size, bool), box.size).signal_to_noise(box)
    assert abs(int(np.argmax(dip)) - 986) <= 2
    assert dip.max() > 6
    assert np.argmax(-np.convolve(flux, box, "valid")) != 986


@pytest.mark.parametrize("span", [5.0, 27.0, 60.0])
def test_no_transit_shifts_by_more_than_half_its_duration_over_a_light_curve(span):
    periods = trial_periods(span)
    assert (np.diff(periods) < 0).all()
    # a central transit of a star of solar density (Seager & Mallén-Ornelas 2003) lasts 0.0757 P^(1/3) days
    shift = span / periods[1:] * -np.diff(periods) / 2
    assert (shift < 0.5 * 0.0757 * np.cbrt(periods[1:])).all()


def test_a_long_light_curve_has_a_bounded_number_of_periods():
    assert trial_periods(1500.0).size <= 10_001


def test_fold_adds_events_in_quadrature():
    time = np.arange(0, 20, 0.05) + 0.001
    dips = np.zeros((time.size, 1))
    dips[np.isclose((time - 0.001) % 2.5, 1.0)] = 4.0
    power, inverted, phase = _fold(time, dips, np.array([2.5, 1.7]), 0.05)
    assert power[0, 0] == pytest.approx(4 * np.sqrt(8))
    assert phase[0, 0] == pytest.approx(1.025 / 2.5, abs=0.02)
    assert power[1, 0] < power[0, 0]
    assert inverted.max() == 0


def test_searches_stay_within_their_arrays_at_any_cadence():
    rng = np.random.default_rng(2)
    for cadence_days in (0.2, 1.0, 5.0):
        time = np.arange(200) * cadence_days
        assert np.isfinite(
            steering(LightCurve(time=time, flux=1 + rng.normal(0, 0.01, 200), target=Target(tic=1)))
        ).all()


def test_small_planets_of_long_periods_are_found():
    for period in (4.4, 8.3):
        flux = noise() * shapes.box(TIME, epoch=2.0, period=period, duration=0.16, depth=0.0012)
        found = features(flux)
        assert 10 ** found["repeated period, log10 d, best duration"] == pytest.approx(period, rel=0.01)
        assert 10 ** found["BLS period, log10 d"] == pytest.approx(period, rel=0.01)
        assert found["repeated dips against rises, 3 h"] > 0.2


def test_a_flare_is_told_from_its_mirror_image():
    bump = shapes.flare(TIME, peak=9.01, width=0.02, amplitude=0.02) - 1
    flare, mirrored = features(noise() + bump), features((noise() + bump)[::-1])
    reversal = "flare of 40 min against reversed in time"
    assert flare[reversal] > mirrored[reversal] + 0.05
    dip = features(noise() - bump)
    assert flare["flare of 15 min against inverted"] > 0.3 > -0.3 > dip["flare of 15 min against inverted"]
