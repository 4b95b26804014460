"""Noise every ten minutes, and the numbers that the steering features make of a light curve."""

import numpy as np

from clara_engine.features.steering import STEERING, steering
from clara_engine.lightcurve import LightCurve, Target

LABELS = list(STEERING.labels)
TIME = np.arange(0, 27, 10 / 1440)


def curve(flux, time=None, quality=None) -> LightCurve:
    time = np.arange(flux.size) * 10 / 1440 if time is None else time
    return LightCurve(time=time, flux=flux, quality=quality, target=Target(tic=1))


def noise(seed=0, samples=3600, size=5e-4):
    return 1 + np.random.default_rng(seed).normal(0, size, samples)


def value(row, label):
    return row[LABELS.index(label)]


def features(flux):
    row = steering(LightCurve(time=TIME, flux=flux, target=Target(tic=1)))
    return dict(zip(LABELS, row, strict=True))
