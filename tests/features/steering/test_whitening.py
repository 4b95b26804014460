"""Matched filters in whitened flux, and the folds over periods, against plain reckonings of the same."""

import numpy as np
import pytest

from clara_engine.features.steering.filter_templates import SHAPES, template
from clara_engine.features.steering.prepare import prepare
from clara_engine.features.steering.whitening import Whitened, local_noise
from clara_engine.lightcurve import LightCurve, Target
from clara_engine.synthetic import star_shapes
from tests.features.steering.curves import TIME, features, noise


@pytest.mark.parametrize("shape", SHAPES)
def test_in_white_noise_the_filter_is_a_sliding_sum(shape):
    rng = np.random.default_rng(3)
    flux, filled = rng.normal(size=3000), np.ones(3000, bool)
    values, before = template(shape, 9.0)
    white = Whitened(flux, filled, 200)
    for reverse in (False, True):
        kernel, lead = (values[::-1], values.size - 1 - before) if reverse else (values, before)
        sums = np.correlate(flux, kernel, "valid")
        fits = white.fit(shape, (9.0, 4.0), reverse=reverse)
        ratio = (fits[0] / white.spread(fits)[0])[lead : lead + sums.size]
        assert np.corrcoef(ratio, sums)[0, 1] > 0.95
        assert np.std(ratio) == pytest.approx(1, abs=0.1)


def test_a_pulsation_does_not_hide_a_dip():
    time = np.arange(2600) / 96
    rng = np.random.default_rng(1)
    flux = rng.normal(0, 1e-3, time.size) + 5e-3 * np.sin(2 * np.pi * 3.7 * time)
    flux[986:998] -= 3e-3  # on a crest
    dip = -Whitened(flux, np.ones(time.size, bool), 40).signal_to_noise("transit", (12.0,))[0]
    assert abs(int(np.argmax(dip)) - 992) <= 2
    assert dip.max() > 6
    assert abs(int(np.argmax(-np.convolve(flux, np.ones(12), "same"))) - 992) > 2


def test_noisy_days_count_less_and_eclipses_do_not_make_days_noisy():
    flux = noise(samples=TIME.size)
    late = TIME > 20
    flux[late] += np.random.default_rng(5).normal(0, 2e-3, late.sum())
    flux[(TIME > 9) & (TIME < 10)] -= 0.05
    ratio = local_noise(prepare(LightCurve(time=TIME, flux=flux, target=Target(tic=1))))
    hours = np.arange(ratio.size) / 4
    assert np.median(ratio[hours > 21 * 24]) > 2.5
    assert ratio[(hours > 8 * 24) & (hours < 11 * 24)].max() < 1.3


def test_a_flare_is_told_from_its_mirror_image():
    bump = star_shapes.flare(TIME, peak=9.01, width=0.02, amplitude=0.02) - 1
    flare, mirrored = features(noise(samples=TIME.size) + bump), features((noise(samples=TIME.size) + bump)[::-1])
    reversal = "flare 1 against reversed in time"
    assert flare[reversal] > mirrored[reversal] + 0.05
    assert flare["flare 1 against a symmetric bump"] > mirrored["flare 1 against a symmetric bump"]
    dip = features(noise(samples=TIME.size) - bump)
    assert flare["flare 1 against inverted"] > 0.3 > -0.3 > dip["flare 1 against inverted"]
    assert flare["flares above 9 noise, log"] == pytest.approx(np.log(2))
    assert 10 ** flare["flare 1, half width, log10 min"] > 15


def test_a_single_outlier_has_no_signal_outside_its_peak():
    outlier = noise(samples=TIME.size)
    outlier[1700] += 0.02
    bump = star_shapes.flare(TIME, peak=9.01, width=0.02, amplitude=0.02) - 1
    share = "flare 1, share of its signal outside the peak"
    assert features(noise(samples=TIME.size) + bump)[share] > features(outlier)[share] + 0.08


def test_an_exocomet_is_told_from_a_symmetric_dip_whichever_way_it_goes():
    since = TIME - 12.0
    tail = np.where(since < 0, np.exp(-((since / 0.04) ** 2)), np.exp(-np.abs(since) / 0.3))
    even = np.exp(-((since / 0.25) ** 2))
    comet, mirrored, dip = (features(noise(samples=TIME.size) - 0.003 * one) for one in (tail, tail[::-1], even))
    for one in (comet, mirrored):
        assert one["steep-sided dip against its mirror image"] > dip["steep-sided dip against its mirror image"] + 0.03
        assert one["steep-sided dip against a symmetric one"] > dip["steep-sided dip against a symmetric one"] + 0.01
        assert one["steep-sided dip, signal-to-noise"] > 10
