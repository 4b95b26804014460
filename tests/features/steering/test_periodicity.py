"""Bands of variability."""

import numpy as np
import pytest

from clara_engine.features.steering import STEERING, steering
from clara_engine.lightcurve import LightCurve, Target

LABELS = list(STEERING.labels)


def curve(flux, time=None, quality=None) -> LightCurve:
    time = np.arange(flux.size) * 10 / 1440 if time is None else time
    return LightCurve(time=time, flux=flux, quality=quality, target=Target(tic=1))


def noise(seed=0, samples=3600, size=5e-4):
    return 1 + np.random.default_rng(seed).normal(0, size, samples)


def value(row, label):
    return row[LABELS.index(label)]


def test_a_pulsation_shows_in_its_band_and_only_there():
    flux = noise()
    time = np.arange(flux.size) * 10 / 1440
    row = steering(curve(flux + 0.002 * np.sin(2 * np.pi * 10 * time)))
    assert value(row, "highest power, 8 to 16 cycles/d") > 0.7
    assert value(row, "highest power, 1 to 2 cycles/d") < 0.05
    assert 10 ** value(row, "best frequency, log10 cycles/d") == pytest.approx(10, rel=0.01)
