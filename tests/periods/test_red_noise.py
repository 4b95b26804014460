"""The noise of sums of samples from the autocovariance, against the scatter of such sums."""

import numpy as np
import pytest
from scipy.signal import lfilter

from clara_engine.periods.red_noise import red_noise
from clara_engine.timeseries import Samples

CADENCE = 1 / 720
DURATION = 90


def noise(lasting, seed=3):
    """White noise of 400 ppm, and noise of 300 ppm that lasts some samples, with a gap."""
    rng = np.random.default_rng(seed)
    alike = np.exp(-1 / lasting) if lasting else 0.0
    slow = lfilter([1], [1, -alike], rng.standard_normal(40_000) * np.sqrt(1 - alike**2)) * 3e-4 * bool(lasting)
    time = 1325 + np.arange(slow.size) * CADENCE
    seen = (time < 1350) | (time > 1351.3)
    return Samples(time, 1 + 4e-4 * rng.standard_normal(slow.size) + slow, CADENCE), seen


def dip_less_level():
    """Weights of a depth: the mean beside an event less the mean in it."""
    weights = np.full(5 * DURATION, 1 / (4 * DURATION))
    weights[2 * DURATION : 3 * DURATION] = -1 / DURATION
    return np.arange(weights.size) * CADENCE, weights


@pytest.mark.parametrize("lasting", [0, 4, 100, 1000])
def test_the_scatter_of_depths_is_foretold(lasting):
    samples, seen = noise(lasting)
    measured = red_noise(samples.without(~seen), 5 * DURATION * CADENCE)
    away, weights = dip_less_level()
    white = measured.white_variance(np.full(weights.size, CADENCE), weights)
    foretold = np.sqrt(white + measured.variance(away, weights))
    scatter = np.std(np.convolve(samples.flux - 1, weights[::-1], "valid"))
    assert foretold == pytest.approx(scatter, rel=0.15)
    assert measured.white == pytest.approx(4e-4, rel=0.1)


def test_slow_noise_moves_a_mean_and_hardly_a_depth():
    samples, _ = noise(3000)
    measured = red_noise(samples, 5 * DURATION * CADENCE)
    away, weights = dip_less_level()
    mean = measured.variance(away[:DURATION], np.full(DURATION, 1 / DURATION))
    assert measured.variance(away, weights) < 0.1 * mean


def test_a_flare_is_no_noise():
    samples, seen = noise(0)
    flaring = samples.flux.copy()
    flaring[5000:5030] += 0.5
    calm, with_flare = (
        red_noise(Samples(samples.time, flux, CADENCE).without(~seen), 1.0) for flux in (samples.flux, flaring)
    )
    away, weights = dip_less_level()
    assert with_flare.variance(away, weights) - calm.variance(away, weights) < (4e-4) ** 2 / DURATION
