"""A light curve made ready: relative flux, its noise, evenly spaced means, and slow changes taken off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.ndimage import median_filter

from clara_engine.errors import FeatureError
from clara_engine.lightcurve import LightCurve
from clara_engine.text import counted
from clara_engine.timeseries import MAD, good, in_order, median, neighbour_noise

__all__ = [
    "Grid",
    "Prepared",
    "folded_part",
    "gridded",
    "medians",
    "normalised_difference",
    "prepare",
    "robust_spreads",
    "running_median",
    "without",
]

Float = NDArray[np.float64]
LEAST_SAMPLES = 50
#: Bins of the evenly spaced means, and window of the running median [days].
GRID_DAYS = 1 / 96
WINDOW_DAYS = 1.5
#: Of longer light curves a part is folded: trial periods would be too far apart to keep the events together.
LONGEST_FOLDED_DAYS = 1500.0


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Means in evenly spaced bins.

    Attributes
    ----------
    time : ndarray, shape (m,)
        Middles of all bins [days].
    flux : ndarray, shape (m,)
        Mean relative flux minus 1; 0 where no sample falls.
    filled : ndarray of bool, shape (m,)
        Whether a bin holds a sample.
    """

    time: Float
    flux: Float
    filled: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Prepared:
    """What the families of features read.

    Attributes
    ----------
    time, flux : ndarray, shape (n,)
        Finite samples [days], relative flux minus 1.
    step : float
        Between neighbours, median [days].
    noise : float
        Of one sample, from differences of neighbours; not 0.
    grid : Grid
        Means of 15 minutes.
    slow : ndarray, shape (m,)
        Running median of the grid over `WINDOW_DAYS`.
    flat : ndarray, shape (n,)
        Samples without the running median of the grid.
    grid_noise : float
        Of one bin of the grid, from differences of neighbours; not 0.
    """

    time: Float
    flux: Float
    step: float
    noise: float
    grid: Grid
    slow: Float
    flat: Float
    grid_noise: float

    def detrended(self) -> Float:
        """Grid without its running median; 0 in empty bins."""
        return np.where(self.grid.filled, self.grid.flux - self.slow, 0.0)


def medians(rows: NDArray[Any]) -> NDArray[Any]:
    """Median of each row, without NaN: numpy's to the last bit, and several times as fast."""
    half = rows.shape[1] // 2
    parted = np.partition(rows, half, axis=1)
    upper = parted[:, half]
    return np.asarray(upper if rows.shape[1] % 2 else (parted[:, :half].max(axis=1) + upper) / rows.dtype.type(2))


def robust_spreads(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """`robust_spread` of each row, with the upper median where there is an even number; all rows at once."""
    half = rows.shape[1] // 2
    away = np.abs(rows - np.partition(rows, half, axis=1)[:, half, None])
    return np.asarray(np.float32(MAD) * np.partition(away, half, axis=1)[:, half])


def normalised_difference(one: float, other: float) -> float:
    """From -1, all `other`, to 1, all `one`; both at least 0.

    Parameters
    ----------
    one, other : float
        Two amounts, at least 0, in one unit.

    Examples
    --------
    >>> normalised_difference(3.0, 1.0)
    0.5
    """
    return float((one - other) / max(one + other, 1e-9))


def _noise(values: Float) -> float:
    """Noise of one value from the differences of neighbours, or a least positive number."""
    return 1e-9 if values.size < 3 else max(neighbour_noise(values), 1e-9)


def prepare(light_curve: LightCurve) -> Prepared:
    """Make a light curve ready.

    Flagged samples are left out unless most are flagged.

    Raises
    ------
    FeatureError
        When there is too little to compute features from.
    """
    name = light_curve.target.id
    chosen = good(light_curve, least=LEAST_SAMPLES)
    time, flux = light_curve.time[chosen], light_curve.flux[chosen]
    if time.size < LEAST_SAMPLES:
        raise FeatureError(f"{name}: {counted(time.size, 'usable sample')}, {LEAST_SAMPLES} are needed")
    time, flux = in_order(time, flux)
    step = median(np.diff(time))
    level = median(flux)
    if level <= 0:
        raise FeatureError(f"{name}: median flux is {level:g}, not above 0")
    flux = flux / level - 1
    if np.ptp(flux) == 0:
        raise FeatureError(f"{name}: the flux is constant")
    grid = gridded(time, flux, max(GRID_DAYS, 1.01 * step))
    slow = running_median(grid)
    flat = without(time, flux, grid.time, slow)
    return Prepared(time, flux, step, _noise(flux), grid, slow, flat, _noise(grid.flux[grid.filled]))


def folded_part(grid: Grid) -> slice:
    """Bins of the grid that are folded: all, or the `LONGEST_FOLDED_DAYS` side by side in which most are filled."""
    if grid.time.size < 2:
        return slice(0, grid.time.size)
    most = 2 * int(LONGEST_FOLDED_DAYS / float(grid.time[1] - grid.time[0]) / 2)
    if grid.time.size <= most:
        return slice(0, grid.time.size)
    total = np.concatenate([[0], np.cumsum(grid.filled)])
    first = 2 * int(np.argmax((total[most:] - total[:-most])[::2]))
    return slice(first, first + most)


def running_median(grid: Grid, days: float = WINDOW_DAYS) -> Float:
    """Running median of the grid, shape (m,); empty bins are bridged.

    Parameters
    ----------
    grid : Grid
    days : float
        Width of the window [days].
    """
    width = float(grid.time[1] - grid.time[0]) if grid.time.size > 1 else GRID_DAYS
    whole = np.interp(grid.time, grid.time[grid.filled], grid.flux[grid.filled])
    return np.asarray(median_filter(whole, size=2 * round(days / width / 2) + 1, mode="nearest"))


@njit(cache=True, nogil=True)
def without(time: Any, flux: Any, knots: Any, level: Any) -> Any:
    """Flux at sorted times minus the straight lines between sorted knots; the end ones reach on.

    Parameters
    ----------
    time : ndarray of float
        Shape (n,), sorted [days].
    flux : ndarray of float
        Shape (n,).
    knots : ndarray of float
        Shape (k,), sorted [days].
    level : ndarray of float
        The curve at the knots, shape (k,), in the unit of `flux`.

    Returns
    -------
    ndarray of float
        Shape (n,).
    """
    left = np.empty(flux.size)
    k, of = 0, -1
    slope = 0.0
    for i in range(time.size):
        while k < knots.size - 2 and time[i] >= knots[k + 1]:
            k += 1
        if time[i] <= knots[0]:
            left[i] = flux[i] - level[0]
        elif time[i] >= knots[-1]:
            left[i] = flux[i] - level[-1]
        else:
            if k != of:
                slope = (level[k + 1] - level[k]) / (knots[k + 1] - knots[k])
                of = k
            left[i] = flux[i] - (slope * (time[i] - knots[k]) + level[k])
    return left


def gridded(time: Float, flux: Float, width: float) -> Grid:
    """Means in bins of `width` [days] from the first of the sorted times on.

    Parameters
    ----------
    time : ndarray of float
        Shape (n,), sorted [days].
    flux : ndarray of float
        Shape (n,).
    width : float
        Of a bin [days].
    """
    mean, filled = _means(time, flux, width)
    return Grid(time[0] + (np.arange(mean.size) + 0.5) * width, mean, filled)


@njit(cache=True, nogil=True, error_model="numpy")
def _means(time: Any, flux: Any, width: float) -> Any:
    # Samples on the edge of a bin go to the later one, however their times are rounded.
    size = int((time[-1] - time[0]) / width + 1e-6) + 1
    total, count = np.zeros(size), np.zeros(size, np.int64)
    for i in range(time.size):
        place = int((time[i] - time[0]) / width + 1e-6)
        total[place] += flux[i]
        count[place] += 1
    for k in range(size):
        total[k] /= max(count[k], 1)
    return total, count > 0
