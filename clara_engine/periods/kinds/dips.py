"""Dips that do not repeat: how lopsided the flux is, and how little of it any period explains."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clara_engine.timeseries import Samples, binned, robust_noise

__all__ = ["Dips", "irregular_dips"]

COARSE_DAYS = 1 / 24
TENTH = 0.1
CLIPPED = 5.0
LEAST_DEPTH, BELOW = 0.01, 5.0  # of a dip: share of the flux, and σ of an hour
APART_DAYS = 0.25


@dataclass(frozen=True, slots=True)
class Dips:
    """Fading without a period.

    Attributes
    ----------
    asymmetry : float
        M of Cody et al. 2014 (AJ 147, 82): above .25 a star fades, below -.25 it bursts, near 0 it does both alike.
    times_btjd : tuple of float
        Of the bottoms of separate dips deeper than 1 % and than five times the noise of an hour.
    depths_ppm : tuple of float
        Of the deepest hour of each.
    deepest_ppm, highest_ppm : float
        Of the deepest and of the brightest hour, from the level.
    """

    asymmetry: float
    times_btjd: tuple[float, ...]
    depths_ppm: tuple[float, ...]
    deepest_ppm: float
    highest_ppm: float

    @property
    def count(self) -> int:
        """Separate dips."""
        return len(self.times_btjd)


def irregular_dips(samples: Samples) -> Dips:
    """Measure what a dipper shows, on means of an hour.

    Parameters
    ----------
    samples : Samples
        Not detrended.
    """
    hours = binned(samples, COARSE_DAYS)
    noise = robust_noise(np.diff(hours.flux)) / np.sqrt(2)
    flux = hours.flux[_without_outliers(hours.flux)]
    order = np.sort(flux)
    tenth = max(round(TENTH * order.size), 1)
    extremes = np.r_[order[:tenth], order[-tenth:]]
    asymmetry = float((np.median(order) - extremes.mean()) / max(float(np.std(flux)), 1e-9))
    level = float(np.percentile(flux, 75))
    low = np.flatnonzero(hours.flux < level - max(LEAST_DEPTH, BELOW * noise))
    dips = np.split(low, np.flatnonzero(np.diff(hours.time[low]) > APART_DAYS) + 1) if low.size else []
    depths = tuple((level - float(hours.flux[dip].min())) * 1e6 for dip in dips)
    times = tuple(float(hours.time[dip[np.argmin(hours.flux[dip])]]) for dip in dips)
    below, above = level - float(hours.flux.min()), float(hours.flux.max()) - level
    return Dips(asymmetry, times, depths, below * 1e6, above * 1e6)


def _without_outliers(flux: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Hours that do not stand alone: both neighbours far away from them."""
    step = np.abs(np.diff(flux))
    limit = CLIPPED * robust_noise(np.diff(flux))
    alone = np.r_[False, (step[:-1] > limit) & (step[1:] > limit) & (np.abs(flux[2:] - flux[:-2]) < limit), False]
    return ~alone if flux.size > 2 else np.ones(flux.size, bool)
