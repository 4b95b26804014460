import numpy as np
import pytest

from clara_engine.synthetic import WhiteNoise


def test_noise_has_the_asked_standard_deviation_and_no_colour():
    sky = WhiteNoise(span_days=100, cadence_minutes=10, noise_ppm=300)
    random = np.random.default_rng(3)
    blank = sky.blank(random, 4)
    flux = sky.observe(blank, np.ones(len(blank)), random)
    assert blank.target.tic == -5
    assert len(blank) == 14400
    assert 1e6 * flux.std() == pytest.approx(300, rel=0.03)
    residual = flux - flux.mean()
    assert abs(np.mean(residual[1:] * residual[:-1]) / residual.var()) < 0.03


def test_no_noise_leaves_the_model():
    sky = WhiteNoise(span_days=1, cadence_minutes=10, noise_ppm=0)
    random = np.random.RandomState(0)
    blank = sky.blank(random, 0)
    assert (sky.observe(blank, blank.flux, random) == 1).all()
