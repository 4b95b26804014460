"""A light curve folded on a period."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from clara_engine.errors import DesignError
from clara_engine.lightcurve import LightCurve
from clara_engine.periods.ephemeris import Ephemeris
from clara_engine.timeseries import level_of, no_level_words

__all__ = ["FIRST_PHASE", "EventsFolded", "Folded", "around_events", "drawn_flux", "fold", "no_level", "relative_ppm"]

Float = NDArray[np.float64]

#: Where the phases begin of every fold that is shown or written: to 0.75, so that no eclipse at half a period is cut.
FIRST_PHASE = -0.25


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded light curve.

    Attributes
    ----------
    phase, flux_ppm : ndarray, shape (n,)
        Phase from `first_phase` on, one period long, 0 at the epoch; flux as parts per million off the median.
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


@dataclass(frozen=True, slots=True)
class EventsFolded:
    """What lies around the events of an ephemeris, all on top of each other.

    Attributes
    ----------
    hours, flux_ppm : ndarray, shape (n,)
        Time off the middle of the nearest event [hours]; flux as parts per million off the median of the light curve.
    number : ndarray of int, shape (n,)
        Which event a sample belongs to, counted from the epoch.
    bin_hours, bin_flux_ppm : ndarray, shape (bins,)
        Bin centres and medians; NaN where a bin is empty.
    """

    hours: Float
    flux_ppm: Float
    number: NDArray[np.int64]
    bin_hours: Float
    bin_flux_ppm: Float

    def bins_of(self, events: NDArray[np.bool_]) -> Float:
        """Medians of the bins from some of the samples alone [ppm], as `Folded.bins_of`."""
        reach = -float(self.bin_hours[0]) + (self.bin_hours[1] - self.bin_hours[0]) / 2
        return _binned(self.hours[events] / (2 * reach), self.flux_ppm[events], self.bin_hours.size, -0.5)[1]


def around_events(
    light_curve: LightCurve, ephemeris: Ephemeris, *, durations: float = 3.0, bins: int = 72
) -> EventsFolded:
    """Fold a light curve around the events of an ephemeris, a single one included.

    Parameters
    ----------
    light_curve : LightCurve
    ephemeris : Ephemeris
        With a duration.
    durations : float
        How far to look on both sides of the middle, in durations; never beyond half a period.
    bins : int
        Over the whole window.

    Raises
    ------
    DesignError
        When the ephemeris has no duration.
    """
    if not ephemeris.duration_days > 0:
        raise DesignError("an ephemeris without a duration has no events to zoom in on: fit it first")
    clean = light_curve.finite()
    away = ephemeris.away_days(clean.time)
    reach = float(np.nanmin([durations * ephemeris.duration_days, 0.5 * ephemeris.period_days]))
    near = np.abs(away) <= reach
    flux = relative_ppm(clean.flux)[near]
    number = np.round(ephemeris.turns(clean.time[near])).astype(np.int64)
    centre, middle, _ = _binned(away[near] / (2 * reach), flux, bins, -0.5)
    return EventsFolded(24 * away[near], flux, number, 48 * reach * centre, middle)


def relative_ppm(flux: Float) -> Float:
    """Flux as parts per million off its median; NaN when that is not above 0: a share of nothing is none.

    Examples
    --------
    >>> relative_ppm(np.array([0.999, 1.0, 1.001])).round()
    array([-1000.,     0.,  1000.])
    """
    level = level_of(flux[np.isfinite(flux)])
    return (flux - level) / level * 1e6


def drawn_flux(light_curve: LightCurve, *, as_it_is: bool = False) -> tuple[Float, str]:
    """Flux as it can be drawn, and its unit: ppm off the median, or as it is where the median is not above 0.

    Parameters
    ----------
    light_curve : LightCurve
    as_it_is : bool
        Whether the flux stays in its own unit.

    Returns
    -------
    flux, unit
        Shape (n,), and ``"ppm"`` or the unit of the light curve.
    """
    if as_it_is or no_level(light_curve):
        return light_curve.flux, light_curve.flux_unit
    return relative_ppm(light_curve.flux), "ppm"


def no_level(light_curve: LightCurve) -> str:
    """Why there are no ppm of a light curve, in a line; empty where there are."""
    usable = light_curve.flux[np.isfinite(light_curve.time) & np.isfinite(light_curve.flux)]
    return no_level_words(usable) if usable.size and np.isnan(level_of(usable)) else ""


def fold(
    light_curve: LightCurve,
    period_days: float,
    epoch_btjd: float | None = None,
    bins: int = 100,
    *,
    first_phase: float = -0.5,
) -> Folded:
    """Fold a light curve.

    Parameters
    ----------
    light_curve : LightCurve
    period_days : float
        Above 0 [days].
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
