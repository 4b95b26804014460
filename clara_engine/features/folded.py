"""The folded light curve as features: what dynamic time warping compares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from clara_engine.errors import FeatureError
from clara_engine.features.definition import Block, FeatureSet
from clara_engine.features.lombscargle import lomb_scargle
from clara_engine.features.steering.prepare import folded_part, prepare
from clara_engine.features.steering.transit_search import LABELS as BOX_LABELS
from clara_engine.features.steering.transit_search import transit_search
from clara_engine.lightcurve import LightCurve
from clara_engine.text import counted
from clara_engine.timeseries import bin_means

__all__ = ["FOLDED", "FOLDED_PUBLISHED", "Folded", "fold_on_best", "folded_bins", "published_bins"]

Float = NDArray[np.float64]

BINS = 100
SHORTEST_DAYS, LONGEST_DAYS = 0.2, 20.0
SAMPLES_PER_PEAK = 10
LEAST_POWER = 0.05
#: Signal-to-noise of the box search, red noise included, that counts as a period.
LEAST_BOX = 7.0
TRIALS = 41  # periods, around that of the coarse search
MOST_SAMPLES = 1_000_000  # that are folded on a box's period


@dataclass(frozen=True, slots=True, eq=False)
class Folded:
    """A light curve folded on its best period.

    Attributes
    ----------
    period_days : float
    kind : {"wave", "box"}
        Whether a Lomb–Scargle peak or the box search gave the period.
    phase : ndarray, shape (n,)
        Of each sample, 0 to 1.
    flux : ndarray, shape (n,)
        As it was folded: as it is for a wave, without slow changes for a box.
    power : ndarray, shape (m,)
        Lomb–Scargle power at frequencies that rise evenly, `SAMPLES_PER_PEAK` a peak.
    box : dict of str to float
        What `transit_search` found, by its labels; empty where it was not asked.
    """

    period_days: float
    kind: Literal["wave", "box"]
    phase: Float
    flux: Float
    power: Float
    box: Mapping[str, float]


def folded_bins(light_curve: LightCurve) -> Float:
    """Light curve folded on its best period, binned and z-scored (METHOD section 6, "bin_means").

    The period is the highest Lomb–Scargle peak from 0.2 to 20 d, at most the span, with 10 samples a peak; of a light
    curve without a wave, that of the box search, and then it is folded without its slow changes. The lowest bin lies
    in the middle, so that stars with different epochs can be compared.

    Returns
    -------
    ndarray of float64, shape (100,)
        Means of the bins, standardised over the bins; empty bins are filled from their neighbours.

    Raises
    ------
    FeatureError
        Too few samples, no variation, or no period: no power of at least 0.05, and no box with a signal-to-noise of
        at least 7.
    """
    return _bins(light_curve, fold_on_best(light_curve))


def published_bins(light_curve: LightCurve) -> Float:
    """`folded_bins` as published: of light curves with a Lomb–Scargle power of at least 0.05 alone.

    Raises
    ------
    FeatureError
        As `folded_bins`.
    """
    return _bins(light_curve, fold_on_best(light_curve, boxes=False))


def fold_on_best(light_curve: LightCurve, *, boxes: bool = True) -> Folded:
    """Fold a light curve on its best period; see `folded_bins`.

    Parameters
    ----------
    light_curve : LightCurve
    boxes : bool
        Whether the box search is asked where there is no wave.

    Raises
    ------
    FeatureError
        As `folded_bins`.
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
    if power[best] >= LEAST_POWER:
        phase = ((clean.time - clean.time[0]) * frequency[best]) % 1
        return Folded(1 / float(frequency[best]), "wave", phase, clean.flux, power, {})
    reason = f"{name}: no period, the highest power is {power[best]:.3f} and {LEAST_POWER} is needed"
    if not boxes:
        raise FeatureError(reason)
    try:
        return _boxed(light_curve, power)
    except FeatureError as error:
        raise FeatureError(f"{reason}; {error}") from None


def _boxed(light_curve: LightCurve, power: Float) -> Folded:
    prepared = prepare(light_curve)
    facts = dict(zip(BOX_LABELS, transit_search(prepared), strict=True))
    strength = facts["BLS signal-to-noise"]
    if strength < LEAST_BOX:
        raise FeatureError(f"the box search finds a signal-to-noise of {strength:.1f} and {LEAST_BOX:g} are needed")
    # The search is coarse: over the whole light curve its period may slide by half an event.
    period, width = 10 ** facts["BLS period, log10 d"], facts["BLS duration, h"] / 24
    searched = prepared.grid.time[folded_part(prepared.grid)]
    bin_days = searched[1] - searched[0]
    first, last = np.searchsorted(prepared.time, [searched[0] - bin_days, searched[-1] + bin_days])
    part = slice(first, min(last, first + MOST_SAMPLES))
    time, flux = prepared.time[part] - prepared.time[0], prepared.flat[part]
    reach = width / max(float(np.ptp(time)), width)
    found = [(_contrast(time, flux, trial), trial) for trial in period * (1 + np.linspace(-reach, reach, TRIALS))]
    period = float(max(found)[1])
    return Folded(period, "box", (time / period) % 1, flux, power, facts)


def _contrast(time: Float, flux: Float, period: float) -> float:
    """How far the lowest bin of the folded light curve lies below the others, in errors of a bin."""
    place = np.minimum((time / period % 1 * BINS).astype(int), BINS - 1)
    _, count, means = bin_means(place, flux)
    return float(((np.median(means) - means) * np.sqrt(count)).max())


def _bins(light_curve: LightCurve, folded: Folded) -> Float:
    place = np.minimum((folded.phase * BINS).astype(int), BINS - 1)
    filled, _, means = bin_means(place, folded.flux)
    bins = np.interp(np.arange(BINS), filled, means, period=BINS)
    spread = bins.std()
    if spread == 0:
        raise FeatureError(f"{light_curve.target.name}: the folded light curve is flat")
    return np.roll((bins - bins.mean()) / spread, BINS // 2 - int(bins.argmin()))


BLOCKS = (
    Block(
        name="folded flux",
        quantity="flux",
        unit="z-score",
        start=0,
        stop=BINS,
        axis=(np.arange(BINS) + 0.5) / BINS - 0.5,
        axis_name="phase",
    ),
)
FOLDED = FeatureSet(name="folded", version=2, title="Folded light curve", blocks=BLOCKS, compute=folded_bins)
FOLDED_PUBLISHED = FeatureSet(
    name="folded_published",
    version=1,
    title="Folded light curve, as published",
    blocks=BLOCKS,
    compute=published_bins,
)
