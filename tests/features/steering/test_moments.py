"""Quantiles, and moments about the median at several time scales, against numpy."""

import numpy as np
import pytest

from clara_engine.features.steering.moments import LABELS, SCALES_HOURS, moments
from clara_engine.features.steering.prepare import prepare
from clara_engine.lightcurve import LightCurve, Target


@pytest.fixture(scope="module")
def found():
    rng = np.random.default_rng(6)
    time = np.arange(0, 20, 15 / 1440)
    flux = 1 + 3e-4 * rng.gamma(2, 1, time.size)
    prepared = prepare(LightCurve(time=time, flux=flux, target=Target(tic=1)))
    return prepared, dict(zip(LABELS, moments(prepared), strict=True))


@pytest.mark.parametrize("percent", [0.1, 25, 99])
def test_quantiles_are_numpys_in_units_of_the_noise(found, percent):
    prepared, row = found
    expected = np.percentile(prepared.flux, percent) / prepared.noise
    assert row[f"sample quantile {percent:g} %, in noise"] == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("hours", SCALES_HOURS[1:4])
def test_moments_of_means_are_about_their_median(found, hours):
    prepared, row = found
    grid = prepared.grid
    size = round(hours / (24 * (grid.time[1] - grid.time[0])))
    whole = grid.flux.size // size
    means = grid.flux[: whole * size].reshape(whole, size).mean(axis=1)
    scaled = (means - np.median(means)) / means.std()
    assert row[f"flux, {hours:g} h means, skewness"] == pytest.approx(np.mean(scaled**3), abs=1e-9)
    assert row[f"flux, {hours:g} h means, kurtosis"] == pytest.approx(np.mean(scaled**4), abs=1e-9)
    spread = np.log10(means.std() * np.sqrt(size) / prepared.grid_noise)
    assert row[f"flux, {hours:g} h means, spread against white noise"] == pytest.approx(spread, abs=1e-9)
