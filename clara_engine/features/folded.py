"""The folded light curve as features: what dynamic time warping compares."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clara_engine.errors import FeatureError
from clara_engine.features.definition import Block, FeatureSet
from clara_engine.features.lombscargle import lomb_scargle
from clara_engine.lightcurve import LightCurve
from clara_engine.text import counted
from clara_engine.timeseries import bin_means

__all__ = ["FOLDED", "folded_bins"]

Float = NDArray[np.float64]

BINS = 100
SHORTEST_DAYS, LONGEST_DAYS = 0.2, 20.0
SAMPLES_PER_PEAK = 10
LEAST_POWER = 0.05


def folded_bins(light_curve: LightCurve) -> Float:
    """Light curve folded on its best period, binned and z-scored (METHOD section 6, "bin_means").

    The period is the highest Lomb–Scargle peak from 0.2 to 20 d, at most the span, with 10 samples a peak. The lowest
    bin lies in the middle, so that stars with different epochs can be compared.

    Returns
    -------
    ndarray of float64, shape (100,)
        Means of the bins, standardised over the bins; empty bins are filled from their neighbours.

    Raises
    ------
    FeatureError
        Too few samples, no variation, or no period with a power of at least 0.05.
    """
    name = light_curve.target.name
    clean = light_curve.finite()
    if len(clean) < 3 or clean.flux.min() == clean.flux.max():
        raise FeatureError(f"{name}: {counted(len(clean), 'sample')} without variation can't be folded")
    longest = min(LONGEST_DAYS, clean.span_days)
    if longest <= SHORTEST_DAYS:
        raise FeatureError(f"{name}: {clean.span_days:.2f} d are too short to be folded")
    step = 1 / (clean.span_days * SAMPLES_PER_PEAK)
    frequency = np.arange(1 / longest, 1 / SHORTEST_DAYS, step)
    power = lomb_scargle(clean.time, clean.flux, frequency)
    best = int(power.argmax())
    if power[best] < LEAST_POWER:
        raise FeatureError(f"{name}: no period, the highest power is {power[best]:.3f} and {LEAST_POWER} is needed")
    phase = ((clean.time - clean.time[0]) * frequency[best]) % 1
    place = np.minimum((phase * BINS).astype(int), BINS - 1)
    filled, _, means = bin_means(place, clean.flux)
    bins = np.interp(np.arange(BINS), filled, means, period=BINS)
    spread = bins.std()
    if spread == 0:
        raise FeatureError(f"{name}: the folded light curve is flat")
    return np.roll((bins - bins.mean()) / spread, BINS // 2 - int(bins.argmin()))


FOLDED = FeatureSet(
    name="folded",
    version=1,
    title="Folded light curve",
    blocks=(
        Block(
            name="folded flux",
            quantity="flux",
            unit="z-score",
            start=0,
            stop=BINS,
            axis=(np.arange(BINS) + 0.5) / BINS - 0.5,
            axis_name="phase",
        ),
    ),
    compute=folded_bins,
)
