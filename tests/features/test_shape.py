"""The ten shape features: of curves whose shape is known, and against the formulas written out."""

import numpy as np
import pytest
from scipy.signal import argrelmax, find_peaks

from clara_engine.errors import FeatureError
from clara_engine.features import feature_set
from clara_engine.features.lombscargle import lomb_scargle
from clara_engine.features.shape import LABELS, shape_features, shape_of_bins
from tests.features.test_folded import curve, transits, wave


def test_a_box_has_its_depth_and_width():
    bins = np.zeros(100)
    bins[45:56] = -2
    depth, width, scatter, asymmetry, sharpness, _ = shape_of_bins(bins)
    assert (depth, width) == (2, 0.1)
    assert scatter == 0
    assert asymmetry == pytest.approx(2 / 50)  # an even number of bins has no middle one
    assert sharpness > 0


def test_a_narrow_dip_is_sharper_and_a_lopsided_one_less_even():
    phase = (np.arange(100) + 0.5) / 100 - 0.5
    narrow, wide = (-np.exp(-0.5 * (phase / width) ** 2) for width in (0.03, 0.1))
    assert shape_of_bins(narrow)[4] > 2 * shape_of_bins(wide)[4]
    lopsided = -np.where(phase < 0, np.exp(-0.5 * (phase / 0.02) ** 2), np.exp(-0.5 * (phase / 0.15) ** 2))
    assert shape_of_bins(lopsided)[3] > 5 * shape_of_bins(wide)[3]


def test_autocorrelation_is_that_of_the_sum_written_out():
    rng = np.random.default_rng(0)
    bins = np.cos(2 * np.pi * 3 * np.arange(100) / 100) + 0.1 * rng.normal(size=100)
    even = (bins - bins.mean()) / bins.std()
    lags = np.array([(even[:-lag] * even[lag:]).sum() / 100 for lag in range(1, 100)])
    assert shape_of_bins(bins)[5] == pytest.approx(lags[argrelmax(lags)[0][0]])


def test_of_light_curves():
    row = dict(zip(LABELS, shape_features(curve(transits(3.46), noise=2e-3)), strict=True))
    assert row["BLS signal-to-noise"] > 7
    assert row["BLS duration, h"] == pytest.approx(24 * 0.12, rel=0.4)
    assert row["Lomb–Scargle peaks"] == 0
    assert row["width at half depth, in phase"] == pytest.approx(0.12 / 3.46, abs=0.03)
    periodic = dict(zip(LABELS, shape_features(curve(wave(2.7))), strict=True))
    assert periodic["Lomb–Scargle peaks"] >= 1
    assert periodic["width at half depth, in phase"] == pytest.approx(1 / 3, abs=0.05)
    assert periodic["depth, in standard deviations"] == pytest.approx(np.sqrt(2), rel=0.05)
    chosen = feature_set("shape")
    assert chosen.size == len(row) == 10
    assert np.isfinite(list(row.values())).all()


def test_peaks_are_those_of_five_frequencies_a_peak():
    star = curve(lambda time: wave(2.7)(time) + wave(0.9)(time), noise=1e-3)
    frequency = np.arange(1 / min(20, star.span_days), 5, 1 / (5 * star.span_days))
    peaks, _ = find_peaks(lomb_scargle(star.time, star.flux, frequency), prominence=0.05)
    assert shape_features(star)[LABELS.index("Lomb–Scargle peaks")] == peaks.size
    assert peaks.size > 1


def test_without_a_period_there_is_a_reason():
    with pytest.raises(FeatureError, match="no period"):
        shape_features(curve(lambda time: np.ones_like(time), noise=1e-3, seed=3))
