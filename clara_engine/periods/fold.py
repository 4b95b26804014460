"""A light curve folded on a period."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from clara_engine.errors import DesignError
from clara_engine.lightcurve import LightCurve

__all__ = ["Folded", "fold"]

Float = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded light curve.

    Attributes
    ----------
    phase, flux_ppm : ndarray, shape (n,)
        Phase in −0.5 … 0.5, 0 at the epoch; flux as parts per million off the median.
    bin_phase, bin_flux_ppm, bin_error_ppm : ndarray, shape (bins,)
        Bin centres, medians, and standard errors of the mean; NaN where a bin is empty.
    """

    phase: Float
    flux_ppm: Float
    bin_phase: Float
    bin_flux_ppm: Float
    bin_error_ppm: Float


def relative_ppm(flux: Float) -> Float:
    """Flux as parts per million off its median; plain differences when the median is not positive."""
    middle = np.nanmedian(flux)
    return (flux - middle) / middle * 1e6 if middle > 0 else flux - middle


def fold(light_curve: LightCurve, period_days: float, epoch_btjd: float | None = None, bins: int = 100) -> Folded:
    """Fold a light curve.

    Parameters
    ----------
    epoch_btjd : float, optional
        Time of phase 0 [BTJD, days]; by default the centre of the deepest bin, so that a dip lies in the middle.
    bins : int
        Bins over the whole phase (METHOD: 100).

    Raises
    ------
    DesignError
        When the period is not positive.
    """
    if not (np.isfinite(period_days) and period_days > 0):
        raise DesignError(f"period = {period_days} d is out of range: above 0 d")
    clean = light_curve.finite()
    flux = relative_ppm(clean.flux)
    if epoch_btjd is None:
        start = float(clean.time[0]) if len(clean) else 0.0
        first = _binned(_phase(clean.time, period_days, start), flux, bins)
        epoch_btjd = (
            start if np.isnan(first[1]).all() else start + float(first[0][np.nanargmin(first[1])]) * period_days
        )
    phase = _phase(clean.time, period_days, epoch_btjd)
    return Folded(phase, flux, *_binned(phase, flux, bins))


def _phase(time: Float, period: float, epoch: float) -> Float:
    return (time - epoch) / period - np.round((time - epoch) / period)


def _binned(phase: Float, flux: Float, bins: int) -> tuple[Float, Float, Float]:
    place = np.clip(((phase + 0.5) * bins).astype(int), 0, bins - 1)
    order = np.argsort(place, kind="stable")
    edges = np.searchsorted(place[order], np.arange(bins + 1))
    middle, error = np.full(bins, np.nan), np.full(bins, np.nan)
    for i, (first, last) in enumerate(pairwise(edges)):
        if last > first:
            inside = flux[order[first:last]]
            middle[i] = np.median(inside)
            error[i] = inside.std() / np.sqrt(inside.size)
    return (np.arange(bins) + 0.5) / bins - 0.5, middle, error
