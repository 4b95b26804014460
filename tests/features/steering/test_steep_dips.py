"""Steep-sided dips: found on either side, and told from symmetric ones."""

import numpy as np
import pytest

from clara_engine.features.steering.prepare import prepare
from clara_engine.features.steering.steep_dips import LABELS, steep_dips
from clara_engine.lightcurve import LightCurve, Target

TIME = np.arange(0, 20, 15 / 1440)


def row_of(shape, depth=4e-3, *, backwards=False):
    flux = 1 + np.random.default_rng(4).normal(0, 2e-4, TIME.size) - depth * shape
    flux = flux[::-1] if backwards else flux
    return dict(zip(LABELS, steep_dips(prepare(LightCurve(time=TIME, flux=flux, target=Target(tic=1)))), strict=True))


def comet(hours=7.0):
    since = 24 * (TIME - 10.0)
    return np.where(since < 0, np.exp(-(since**2) / 2), np.exp(-since / hours))


def test_a_comet_is_steep_on_one_side_and_a_bump_on_none():
    row, even = row_of(comet()), row_of(np.exp(-((24 * (TIME - 10.0)) ** 2) / (2 * 5.0**2)))
    assert row["steep-sided dip, signal-to-noise"] > 10 * row["steep-sided dip, second, signal-to-noise"] / 3
    assert row["steep-sided dip against its mirror image"] > even["steep-sided dip against its mirror image"] + 0.05
    assert row["steep-sided dip against a symmetric one"] > even["steep-sided dip against a symmetric one"]


def test_its_mirror_image_counts_alike():
    there, back = row_of(comet()), row_of(comet(), backwards=True)
    name = "steep-sided dip, signal-to-noise"
    assert there[name] == pytest.approx(back[name], rel=0.1)


def test_a_light_curve_of_half_a_day_has_none():
    short = slice(0, 60)
    flux = 1 + np.random.default_rng(4).normal(0, 2e-4, 60)
    assert not steep_dips(prepare(LightCurve(time=TIME[short], flux=flux, target=Target(tic=1)))).any()
