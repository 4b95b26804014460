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
    cycle : ndarray of int, shape (n,)
        Which period a sample belongs to, counted from the epoch: odd and even events by its last bit.
    epoch_btjd : float
        Time of phase 0 [BTJD, days].
    """

    phase: Float
    flux_ppm: Float
    bin_phase: Float
    bin_flux_ppm: Float
    bin_error_ppm: Float
    cycle: NDArray[np.int64]
    epoch_btjd: float

    def bins_of(self, cycles: NDArray[np.bool_]) -> Float:
        """Medians of the bins from some of the samples alone: ``folded.bins_of(folded.cycle % 2 == 1)`` for odd events.

        Returns
        -------
        ndarray, shape (bins,)
            Parts per million, NaN where a bin is empty.
        """
        start = float(self.bin_phase[0] - 0.5 / self.bin_phase.size)
        return _binned(self.phase[cycles], self.flux_ppm[cycles], self.bin_phase.size, start)[1]


def relative_ppm(flux: Float) -> Float:
    """Flux as parts per million off its median; plain differences when the median is not positive."""
    middle = np.nanmedian(flux)
    return (flux - middle) / middle * 1e6 if middle > 0 else flux - middle


def fold(
    light_curve: LightCurve, period_days: float, epoch_btjd: float | None = None, bins: int = 100, *,
    first_phase: float = -0.5,
) -> Folded:  # fmt: skip
    """Fold a light curve.

    Parameters
    ----------
    epoch_btjd : float, optional
        Time of phase 0 [BTJD, days]; by default the centre of the deepest bin, so that a dip lies in the middle.
    bins : int
        Bins over the whole phase (METHOD: 100).
    first_phase : float
        Where the phases begin, −1 to 0: with −0.25 a secondary eclipse at half a period stands beside the primary.

    Raises
    ------
    DesignError
        When the period is not positive, or the first phase out of range.
    """
    if not (np.isfinite(period_days) and period_days > 0):
        raise DesignError(f"period = {period_days} d is out of range: above 0 d")
    if not -1 <= first_phase <= 0:
        raise DesignError(f"first phase = {first_phase} is out of range: -1 to 0")
    clean = light_curve.finite()
    flux = relative_ppm(clean.flux)
    if epoch_btjd is None:
        start = float(clean.time[0]) if len(clean) else 0.0
        first = _binned(_phase(clean.time, period_days, start, -0.5), flux, bins, -0.5)
        epoch_btjd = (
            start if np.isnan(first[1]).all() else start + float(first[0][np.nanargmin(first[1])]) * period_days
        )
    phase = _phase(clean.time, period_days, epoch_btjd, first_phase)
    cycle = np.round((clean.time - epoch_btjd) / period_days - phase).astype(np.int64)
    return Folded(phase, flux, *_binned(phase, flux, bins, first_phase), cycle, float(epoch_btjd))


def _phase(time: Float, period: float, epoch: float, first: float) -> Float:
    turns = (time - epoch) / period
    return turns - np.round(turns) if first == -0.5 else turns - np.floor(turns - first)


def _binned(phase: Float, flux: Float, bins: int, first: float) -> tuple[Float, Float, Float]:
    place = np.clip(((phase - first) * bins).astype(int), 0, bins - 1)
    order = np.argsort(place, kind="stable")
    edges = np.searchsorted(place[order], np.arange(bins + 1))
    middle, error = np.full(bins, np.nan), np.full(bins, np.nan)
    for i, (start, stop) in enumerate(pairwise(edges)):
        if stop > start:
            inside = flux[order[start:stop]]
            middle[i] = np.median(inside)
            error[i] = inside.std() / np.sqrt(inside.size)
    return (np.arange(bins) + 0.5) / bins + first, middle, error
