"""Folded bins: shape, alignment, and light curves that can't be folded."""

import numpy as np
import pytest

from clara_engine import LightCurve, Target
from clara_engine.errors import FeatureError
from clara_engine.features import feature_set
from clara_engine.features.folded import fold_on_best, folded_bins, published_bins


def curve(flux_of, span=27.0, seed=0, noise=1e-4, start=1325.3):
    time = start + np.arange(0, span, 10 / 1440)
    flux = flux_of(time) + np.random.default_rng(seed).normal(0, noise, time.size)
    return LightCurve(time=time, flux=flux, target=Target(tic=1))


def wave(period, epoch=0.0):
    return lambda time: 1 + 0.01 * np.cos(2 * np.pi * (time - epoch) / period)


@pytest.mark.parametrize("period", [0.31, 2.7, 11.0])
def test_wave_comes_out_as_one_cycle_with_its_minimum_in_the_middle(period):
    bins = folded_bins(curve(wave(period)))
    phase = (np.arange(100) + 0.5) / 100 - 0.5
    expected = -np.sqrt(2) * np.cos(2 * np.pi * phase)
    np.testing.assert_allclose(bins, expected, atol=0.2)
    assert bins.mean() == pytest.approx(0, abs=1e-9)
    assert bins.std() == pytest.approx(1)
    assert bins.argmin() == 50


def test_epoch_scale_and_gaps_do_not_matter():
    first = folded_bins(curve(wave(3.1)))
    np.testing.assert_allclose(folded_bins(curve(wave(3.1, epoch=1.234))), first, atol=0.2)
    light_curve = curve(wave(3.1))
    holed = np.where((light_curve.time % 7) < 2, np.nan, light_curve.flux)
    gappy = LightCurve(time=light_curve.time, flux=2000 * holed, target=light_curve.target)
    np.testing.assert_allclose(folded_bins(gappy), first, atol=0.2)


def test_phases_that_were_never_seen_are_filled():
    light_curve = curve(wave(20.0), span=14.0)
    assert np.isfinite(folded_bins(light_curve)).all()


@pytest.mark.parametrize(
    ("light_curve", "message"),
    [
        (curve(lambda time: np.ones_like(time), noise=0.0), "without variation"),
        (curve(lambda time: np.ones_like(time)), "no period"),
        (curve(wave(0.05), span=0.15), "too short"),
        (LightCurve(time=np.arange(5.0), flux=np.full(5, np.nan), target=Target(tic=1)), "0 samples"),
    ],
)
def test_what_cannot_be_folded_says_why(light_curve, message):
    with pytest.raises(FeatureError, match=message):
        folded_bins(light_curve)


def transits(period, depth=0.003, width=0.12):
    return lambda time: 1 - depth * (np.abs((time - 1.3 + period / 2) % period - period / 2) < width / 2)


@pytest.mark.parametrize("period", [1.7, 3.46, 5.1])
def test_transits_without_a_wave_are_folded_by_the_box_search(period):
    light_curve = curve(transits(period), noise=2e-3)
    folded = fold_on_best(light_curve)
    assert folded.kind == "box"
    assert folded.period_days == pytest.approx(period, rel=5e-3)
    bins = folded_bins(light_curve)
    inside = np.abs(np.arange(100) - 50) <= 100 * 0.12 / period / 2
    assert bins[inside].mean() < -2
    assert bins.argmin() == 50
    with pytest.raises(FeatureError, match="no period"):  # as published
        published_bins(light_curve)


def test_a_wave_is_folded_as_published():
    light_curve = curve(wave(3.1))
    assert fold_on_best(light_curve).kind == "wave"
    np.testing.assert_array_equal(folded_bins(light_curve), published_bins(light_curve))
    assert feature_set("folded_published").size == 100


def test_noise_alone_is_seldom_folded():
    folded = 0
    for seed in range(40):
        try:
            folded_bins(curve(lambda time: np.ones_like(time), noise=1e-3, seed=seed))
            folded += 1
        except FeatureError:
            continue
    assert folded <= 2


def test_it_is_a_feature_set():
    chosen = feature_set("folded")
    assert chosen.size == folded_bins(curve(wave(2.0))).size == len(chosen.labels)
