"""The samples that a period search looks at: good ones, in order, relative to the star's brightness, binned."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from clara_engine.errors import FeatureError
from clara_engine.lightcurve import LightCurve

__all__ = ["Samples", "binned", "good_samples", "level_of", "no_level_words", "robust_noise"]

Float = NDArray[np.float64]
LEAST_SAMPLES = 50
MAD = 1.4826  # standard deviations of Gaussian noise in a median absolute deviation


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Samples of one star in order of time.

    Attributes
    ----------
    time : ndarray, shape (n,)
        BTJD [days].
    flux : ndarray, shape (n,)
        Relative to the median: 1 is the quiet star.
    cadence_days : float
        Between neighbours, gaps aside.
    """

    time: Float
    flux: Float
    cadence_days: float

    @property
    def span_days(self) -> float:
        """Days between the first and the last sample."""
        return float(self.time[-1] - self.time[0])

    def without(self, mask: NDArray[np.bool_]) -> Samples:
        """The samples that `mask` does not mark."""
        return replace(self, time=self.time[~mask], flux=self.flux[~mask])


def level_of(flux: NDArray[np.float64]) -> float:
    """The median, where it stands above 0 by three times its error; NaN where nothing can be a share of it.

    The error of the median is 1.2533 standard deviations over the root of the number of samples (as of normal noise).
    """
    if not flux.size:
        return np.nan
    level = float(np.median(flux))
    return level if level > 3 * 1.2533 * float(np.std(flux)) / np.sqrt(flux.size) else np.nan


def no_level_words(flux: NDArray[np.float64]) -> str:
    """Why there is no depth relative to such a flux."""
    return f"its median flux is {float(np.median(flux)):.4g}, so there is no depth relative to it"


def good_samples(light_curve: LightCurve, *, least: int = LEAST_SAMPLES) -> Samples:
    """The finite samples that the pipeline does not flag; the flagged ones too when they are more than half.

    Raises
    ------
    FeatureError
        Fewer than `least` samples, a median flux that is not above 0, or no variation.
    """
    name = light_curve.target.name
    finite = np.isfinite(light_curve.time) & np.isfinite(light_curve.flux)
    unflagged = finite & (light_curve.quality == 0)
    good = unflagged if unflagged.sum() >= max(least, finite.sum() / 2) else finite
    time, flux = light_curve.time[good], light_curve.flux[good]
    if time.size < least:
        raise FeatureError(f"{name}: {time.size} usable samples, {least} are needed to look for periods")
    if (np.diff(time) < 0).any():
        order = np.argsort(time, kind="stable")
        time, flux = time[order], flux[order]
    level = level_of(flux)
    if np.isnan(level):
        raise FeatureError(f"{name}: {no_level_words(flux)}")
    if flux.min() == flux.max():
        raise FeatureError(f"{name}: constant flux has no period")
    steps = np.diff(time)
    steps = steps[steps > 0]
    if not steps.size:
        raise FeatureError(f"{name}: every sample has the same time")
    return Samples(time, flux / level, float(np.median(steps)))


def binned(samples: Samples, width_days: float) -> Samples:
    """Means of bins of `width_days`, empty ones left out; the samples themselves where they are as coarse."""
    if width_days < 1.5 * samples.cadence_days:
        return samples
    place = ((samples.time - samples.time[0]) / width_days).astype(np.intp)
    count = np.bincount(place)
    filled = count > 0
    time = np.bincount(place, samples.time)[filled] / count[filled]
    flux = np.bincount(place, samples.flux)[filled] / count[filled]
    return Samples(time, flux, width_days)


def robust_noise(flux: Float) -> float:
    """Standard deviation from the median absolute deviation; at least 1e-9, so that it can divide."""
    return max(MAD * float(np.median(np.abs(flux - np.median(flux)))), 1e-9) if flux.size else 1e-9
