"""Ten features of the shape of a folded light curve (METHOD section 6; Dasgupta 2025)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from clara_engine.errors import FeatureError
from clara_engine.features.definition import Block, FeatureSet
from clara_engine.features.folded import BINS, fold_on_best
from clara_engine.features.steering.prepare import prepare
from clara_engine.features.steering.transit_search import LABELS as BOX_LABELS
from clara_engine.features.steering.transit_search import transit_search
from clara_engine.lightcurve import LightCurve
from clara_engine.timeseries import bin_means

__all__ = ["LABELS", "SHAPE", "shape_features", "shape_of_bins"]

Float = NDArray[np.float64]

LABELS = (
    "depth, in standard deviations",
    "width at half depth, in phase",
    "scatter of the baseline, in standard deviations",
    "asymmetry, in standard deviations",
    "sharpness of the minimum, in standard deviations a bin²",
    "autocorrelation at its first peak",
    "Lomb–Scargle peaks",
    "BLS depth, in noise of half an hour",
    "BLS signal-to-noise",
    "BLS duration, h",
)
SMOOTHED = 3  # bins, before the minimum is looked at
BASELINE = 80  # per cent of the bins lie below it
PROMINENCE = 0.05


def shape_features(light_curve: LightCurve) -> Float:
    """The ten shape features of a light curve, folded on its best period (`clara_engine.features.folded`).

    They are of the publication's list. The folded curve is turned so that its lowest bin lies in the middle, which the
    published code does not do: its width and asymmetry hang on when the light curve begins.

    Returns
    -------
    ndarray of float64, shape (10,)
        See `LABELS`.

    Raises
    ------
    FeatureError
        When the light curve can't be folded.
    """
    folded = fold_on_best(light_curve)
    spread = float(folded.flux.std())
    if not spread > 0:
        raise FeatureError(f"{light_curve.target.name}: the folded light curve is flat")
    place = np.minimum((folded.phase * BINS).astype(int), BINS - 1)
    filled, _, means = bin_means(place, (folded.flux - np.median(folded.flux)) / spread)
    bins = np.interp(np.arange(BINS), filled, means, period=BINS)
    box = folded.box or dict(zip(BOX_LABELS, transit_search(prepare(light_curve)), strict=True))
    return np.array(
        [
            *shape_of_bins(np.roll(bins, BINS // 2 - int(bins.argmin()))),
            _peaks(folded.power),
            10 ** box["BLS depth in noise, log10"],
            box["BLS signal-to-noise"],
            box["BLS duration, h"],
        ]
    )


def shape_of_bins(bins: Float) -> Float:
    """The first six of `LABELS` from a folded curve whose lowest bin lies in the middle, shape (6,)."""
    level, lowest = float(np.median(bins)), float(bins.min())
    below = np.flatnonzero(bins < (level + lowest) / 2)
    width = (below[-1] - below[0]) / bins.size if below.size > 1 else 0.0
    baseline = bins[bins > np.percentile(bins, BASELINE)]
    half = bins.size // 2
    asymmetry = float(np.abs(bins[:half] - bins[::-1][:half]).mean())
    smooth = gaussian_filter1d(bins, SMOOTHED, mode="wrap")
    at = int(smooth.argmin())
    sharpness = smooth[at - 1] - 2 * smooth[at] + smooth[(at + 1) % bins.size]
    return np.array(
        [
            level - lowest,
            width,
            baseline.std() if baseline.size else 0.0,
            asymmetry,
            sharpness,
            _autocorrelation(bins),
        ]
    )


def _autocorrelation(bins: Float) -> float:
    """At its first peak beyond lag 0, −1 to 1; 0 without a peak."""
    from scipy.signal import correlate, find_peaks  # a second of each process that computes no shape

    spread = bins.std()
    if spread == 0:
        return 0.0
    even = (bins - bins.mean()) / spread
    found = correlate(even, even, mode="full")[bins.size :] / bins.size
    peaks, _ = find_peaks(found)
    return float(found[peaks[0]]) if peaks.size else 0.0


def _peaks(power: Float) -> float:
    """Lomb–Scargle peaks from 0.2 to 20 d that stand out by 0.05, at every second frequency of the fold's."""
    from scipy.signal import find_peaks  # a second of each process that computes no shape

    return float(find_peaks(power[::2], prominence=PROMINENCE)[0].size)


SHAPE = FeatureSet(
    name="shape",
    version=1,
    title="Shape of the folded light curve",
    blocks=(
        Block(
            name="shape",
            quantity="shape of the folded light curve",
            unit="",
            start=0,
            stop=len(LABELS),
            axis=np.arange(len(LABELS), dtype=np.float64),
            axis_name="feature",
            labels=LABELS,
        ),
    ),
    compute=shape_features,
)
