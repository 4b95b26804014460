"""Null light curves: noise, gaps and slow changes stay, events go."""

import numpy as np
import pytest
from scipy.stats import kstest

from clara_engine import LightCurve, Target
from clara_engine.errors import UnreadableLightCurve
from clara_engine.synthetic.nulls import inverted, null_light_curve, scrambled


def star(depth=0.0, seed=0, slow=2e-3):
    """Two orbits with a gap; a transit every 3.1 d; NaN here and there."""
    rng = np.random.default_rng(seed)
    time = np.arange(0, 26, 10 / 1440)
    time = time[(time < 12.5) | (time > 14)]
    flux = 1 + rng.normal(0, 4e-4, time.size) + slow * np.sin(2 * np.pi * time / 11)
    flux[(time - 1) % 3.1 < 0.12] -= depth
    flux[rng.random(time.size) < 0.02] = np.nan
    return LightCurve(time=time + 1325, flux=1e4 * flux, target=Target(tic=7, sector=1, cadence_s=600.0))


def folded_depth(light_curve):
    phase = (light_curve.time - 1326) % 3.1
    return np.nanmedian(light_curve.flux[phase > 0.3]) - np.nanmedian(light_curve.flux[phase < 0.12])


def slow_part(light_curve):
    finite = np.isfinite(light_curve.flux)
    time = light_curve.time[finite]
    return np.polynomial.Polynomial.fit(time, light_curve.flux[finite], 6)(time)


def test_inverted_is_upside_down_but_for_slow_changes():
    curve = star(0.01)
    turned = inverted(curve)
    assert folded_depth(turned) == pytest.approx(-folded_depth(curve), rel=0.1)
    assert np.corrcoef(slow_part(inverted(star())), slow_part(star()))[0, 1] > 0.95
    still = star(slow=0.0)
    around = inverted(still).flux - 1e4, 1e4 - still.flux
    finite = np.isfinite(around[1])
    assert np.corrcoef(around[0][finite], around[1][finite])[0, 1] > 0.95


def test_scrambled_keeps_times_gaps_noise_and_slow_changes_and_loses_the_period():
    curve = star(0.01)
    made = scrambled(curve, np.random.default_rng(1))
    np.testing.assert_array_equal(made.time, curve.time)
    assert np.isfinite(made.flux).sum() == np.isfinite(curve.flux).sum()
    np.testing.assert_array_equal(np.isfinite(made.flux), np.isfinite(curve.flux))
    assert np.abs(folded_depth(made)) < 0.3 * folded_depth(curve)
    still = star()
    moved = scrambled(still, np.random.default_rng(2))
    steps = [np.diff(c.flux[np.isfinite(c.flux)]) for c in (still, moved)]
    assert kstest(*steps).pvalue > 0.01  # the noise of neighbours, joints of blocks included
    assert np.corrcoef(slow_part(still), slow_part(moved))[0, 1] > 0.95
    assert (moved.flux != still.flux)[np.isfinite(still.flux)].mean() > 0.8


def test_flags_move_with_their_flux():
    curve = star()
    flagged = LightCurve(time=curve.time, flux=curve.flux, target=curve.target, quality=np.arange(len(curve)))
    made = scrambled(flagged, np.random.default_rng(3))
    finite = np.isfinite(curve.flux)
    assert sorted(made.quality[finite]) == sorted(flagged.quality[finite])
    np.testing.assert_array_equal(made.quality[~finite], flagged.quality[~finite])


def test_nulls_are_the_same_whenever_they_are_made():
    curve = star()
    copies = [null_light_curve(curve, copy) for copy in range(4)]
    for copy, made in enumerate(copies):
        np.testing.assert_array_equal(made.flux, null_light_curve(curve, copy).flux)
    finite = np.isfinite(curve.flux)
    for one in range(4):
        for other in range(one):
            assert not np.array_equal(copies[one].flux[finite], copies[other].flux[finite])
    assert not np.array_equal(copies[1].flux[finite], null_light_curve(curve, 1, seed=1).flux[finite])


@pytest.mark.parametrize("make", [inverted, lambda curve: scrambled(curve, np.random.default_rng(0))])
def test_what_has_no_samples_is_refused(make):
    nothing = LightCurve(time=[1.0, 2.0], flux=[np.nan, np.nan], target=Target(tic=1))
    with pytest.raises(UnreadableLightCurve, match="no finite sample"):
        make(nothing)


def test_a_few_samples_do_not_break_it():
    few = LightCurve(time=[1.0, 2.0, 9.0], flux=[1.0, 2.0, 3.0], target=Target(tic=1))
    assert np.isfinite(scrambled(few, np.random.default_rng(0)).flux).all()
