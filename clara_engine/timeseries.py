"""Samples in order of time: which are good, their level and noise, means of bins, and slow changes taken off."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray

from clara_engine.errors import FeatureError
from clara_engine.lightcurve import LightCurve
from clara_engine.setting import Range, Setting
from clara_engine.text import counted

__all__ = [
    "MAD",
    "Detrending",
    "Samples",
    "bin_means",
    "binned",
    "detrend",
    "flattened",
    "good",
    "good_samples",
    "in_order",
    "level_of",
    "local_cadence",
    "median",
    "no_level_words",
    "robust_noise",
    "robust_spread",
]

Float = NDArray[np.float64]
Mask = NDArray[np.bool_]
LEAST_SAMPLES = 50
#: Standard deviations of Gaussian noise in a median absolute deviation.
MAD = 1.4826


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

    def without(self, mask: Mask) -> Samples:
        """The samples that `mask` does not mark."""
        return replace(self, time=self.time[~mask], flux=self.flux[~mask])


def good(light_curve: LightCurve, *also: Float, least: int = 0) -> Mask:
    """Which samples to look at: finite ones that the pipeline does not flag.

    Where more than half are flagged, or fewer than `least` are not, the flagged ones are looked at, too.

    Parameters
    ----------
    light_curve : LightCurve
    *also : ndarray, shape (n,)
        Other values of the same samples that must be finite as well, such as a centroid.
    least : int
        Samples that are needed.

    Returns
    -------
    ndarray of bool, shape (n,)
    """
    finite = np.isfinite(light_curve.time) & np.isfinite(light_curve.flux)
    for values in also:
        finite &= np.isfinite(values)
    unflagged = finite & (light_curve.quality == 0)
    return unflagged if unflagged.sum() >= max(least, finite.sum() / 2) else finite


def in_order(time: Float, flux: Float) -> tuple[Float, Float]:
    """Samples in order of time; those of one time keep theirs.

    Parameters
    ----------
    time : ndarray of float
        Shape (n,) [days].
    flux : ndarray of float
        Shape (n,), in any unit.

    Examples
    --------
    >>> in_order(np.array([2.0, 1.0]), np.array([0.9, 1.1]))
    (array([1., 2.]), array([1.1, 0.9]))
    """
    if not (np.diff(time) < 0).any():
        return time, flux
    order = np.argsort(time, kind="stable")
    return time[order], flux[order]


def good_samples(light_curve: LightCurve, *, least: int = LEAST_SAMPLES) -> Samples:
    """The samples that are `good`, in order of time and relative to their median.

    Parameters
    ----------
    light_curve : LightCurve
    least : int
        Number of samples below which there is nothing to measure.

    Returns
    -------
    Samples
        Times [BTJD, days] in order; flux relative to 1.

    Raises
    ------
    FeatureError
        Fewer than `least` samples, a median flux that is not above 0, or no variation.
    """
    name = light_curve.target.name
    chosen = good(light_curve, least=least)
    time, flux = light_curve.time[chosen], light_curve.flux[chosen]
    if time.size < least:
        raise FeatureError(f"{name}: {counted(time.size, 'usable sample')}, {least} are needed to look for periods")
    time, flux = in_order(time, flux)
    level = level_of(flux)
    if np.isnan(level):
        raise FeatureError(f"{name}: {no_level_words(flux)}")
    if flux.min() == flux.max():
        raise FeatureError(f"{name}: constant flux has no period")
    steps = np.diff(time)
    steps = steps[steps > 0]
    if not steps.size:
        raise FeatureError(f"{name}: every sample has the same time")
    return Samples(time, flux / level, median(steps))


def median(values: NDArray[np.floating]) -> float:
    """Median of one-dimensional values without NaN: numpy's to the last bit for float64, and seven times as fast.

    numpy looks for two middles at once, for which it has no vector instructions, and for NaN.
    """
    half = values.size // 2
    parted = np.partition(values, half)
    upper = float(parted[half])
    return upper if values.size % 2 else (float(parted[:half].max()) + upper) / 2


def local_cadence(time: Float) -> Float:
    """Days between a sample and its neighbours, where the cadence changes within a light curve.

    Parameters
    ----------
    time : ndarray, shape (n,)
        In rising order [days].

    Returns
    -------
    ndarray, shape (n,)
        The median over 25 samples of the distance to the nearer neighbour; gaps do not count.
    """
    from scipy.ndimage import median_filter  # who reads files has no need of it

    if time.size < 2:
        return np.full(time.size, 1.0)
    step = np.diff(time)
    nearer = np.minimum(np.r_[step[0], step], np.r_[step, step[-1]])
    return np.maximum(median_filter(nearer, 25, mode="nearest"), 1e-6)


def level_of(flux: Float) -> float:
    """The median, where it stands above 0 by three times its error; NaN where nothing can be a share of it.

    The error of the median is 1.2533 standard deviations over the root of the number of samples (as of normal noise).

    Examples
    --------
    >>> level_of(np.array([990.0, 1000.0, 1010.0]))
    1000.0
    >>> level_of(np.array([-1.0, 0.0]))
    nan
    """
    if not flux.size:
        return np.nan
    level = float(np.median(flux))
    return level if level > 3 * 1.2533 * float(np.std(flux)) / np.sqrt(flux.size) else np.nan


def no_level_words(flux: Float) -> str:
    """Why there is no depth relative to such a flux."""
    return f"its median flux is {float(np.median(flux)):.4g}, so there is no depth relative to it"


def robust_spread(values: NDArray[np.floating]) -> float:
    """Standard deviation of Gaussian noise with this median absolute deviation; 0 where there are no values.

    Parameters
    ----------
    values : ndarray, shape (n,)
        Without NaN.
    """
    return MAD * median(np.abs(values - median(values))) if values.size else 0.0


def robust_noise(flux: Float) -> float:
    """Standard deviation from the median absolute deviation; at least 1e-9, so that it can divide.

    Examples
    --------
    >>> round(robust_noise(np.array([1.0, 2.0, 3.0, 4.0, 1000.0])), 3)
    1.483
    """
    return max(robust_spread(flux), 1e-9)


def neighbour_noise(flux: Float) -> float:
    """White noise of samples, from the differences between neighbours; 0 where there are none.

    Examples
    --------
    >>> round(neighbour_noise(np.array([1.0, 2.0, 1.0, 2.0, 1.0])), 3)
    1.048
    """
    return MAD * median(np.abs(np.diff(flux))) / float(np.sqrt(2)) if flux.size > 1 else 0.0


def bin_means(place: NDArray[np.intp], *values: Float, bins: int = 0) -> tuple[NDArray[Any], ...]:
    """Number of samples and means of values in each bin that holds a sample.

    Parameters
    ----------
    place : ndarray of int, shape (n,)
        Bin of each sample, from 0.
    *values : ndarray, shape (n,)
    bins : int
        Number of bins at least.

    Returns
    -------
    filled, count : ndarray of int, shape (m,)
        The bins that hold a sample, and how many each holds.
    *means : ndarray, shape (m,)
        One array for each of `values`.
    """
    count = np.bincount(place, minlength=bins)
    filled = np.flatnonzero(count)
    return filled, count[filled], *(np.bincount(place, one)[filled] / count[filled] for one in values)


def binned(samples: Samples, width_days: float) -> Samples:
    """Means of bins of `width_days`, empty ones left out; the samples themselves where they are as coarse.

    Parameters
    ----------
    samples : Samples
    width_days : float
        Width of a bin [days]; the first one begins with the first sample.

    Returns
    -------
    Samples
        Mean time and mean flux of each bin that holds samples; its cadence is `width_days`.
    """
    if width_days < 1.5 * samples.cadence_days:
        return samples
    place = ((samples.time - samples.time[0]) / width_days).astype(np.intp)
    _, _, time, flux = bin_means(place, samples.time, samples.flux)
    return Samples(time, flux, width_days)


class Detrending(Setting):
    """How slow changes are taken off.

    Attributes
    ----------
    method : {"none", "biweight", "median", "savgol"}
        ``biweight`` and ``median`` slide over time (wotan; Hippke et al. 2019, AJ 158, 143); ``savgol`` is the
        Savitzky–Golay filter of `lightkurve.LightCurve.flatten`.
    window_days : float
        Width of the window [days]: three times the longest event or more, or the event goes with the trend.
    """

    method: Literal["none", "biweight", "median", "savgol"] = "biweight"
    window_days: Annotated[float, Range(0.1, 30, "d")] = 1.5


def detrend(
    light_curve: LightCurve, detrending: Detrending | None = None, *, keep: NDArray[np.bool_] | None = None
) -> LightCurve:
    """A new light curve without its slow changes, relative to 1.

    Parameters
    ----------
    light_curve : LightCurve
        Flux in any unit with a median above 0; the samples need no order.
    detrending : Detrending, optional
        By default a biweight of 1.5 days.
    keep : ndarray of bool, shape (n,), optional
        Samples that must not shape the trend, those in transit for example; ``savgol`` and the sliders honour it.

    Returns
    -------
    LightCurve
        The same samples; flux and its error divided by the trend, NaN where there is no trend.

    Raises
    ------
    FeatureError
        When the flux has no positive median to divide by, or the window holds too few samples.
    """
    chosen = detrending or Detrending()
    good = np.isfinite(light_curve.time) & np.isfinite(light_curve.flux)
    level = float(np.median(light_curve.flux[good])) if good.any() else np.nan
    if not level > 0:
        raise FeatureError(f"{light_curve.target.name}: without a positive median flux there is nothing to divide by")
    trend = np.full(len(light_curve), np.nan)
    order = np.flatnonzero(good)[np.argsort(light_curve.time[good], kind="stable")]
    masked = None if keep is None else np.asarray(keep, bool)[order]
    trend[order] = level * _trend(light_curve.time[order], light_curve.flux[order] / level, chosen, masked)
    trend[~(trend > 0)] = np.nan
    flat = light_curve.with_flux(light_curve.flux / trend, "relative")
    object.__setattr__(flat, "flux_err", _frozen(light_curve.flux_err / trend))
    return flat


def flattened(samples: Samples, detrending: Detrending, *, coarse: Samples | None = None) -> Samples:
    """`samples` divided by their trend; those without a trend are left out.

    Parameters
    ----------
    samples : Samples
        In order of time, relative to 1.
    detrending : Detrending
        Method and width of the window [days].
    coarse : Samples, optional
        Means of the same samples. Their trend is taken instead, which is as good and much faster.

    Returns
    -------
    Samples
        Divided by the trend.
    """
    source = samples if coarse is None else coarse
    trend = _trend(source.time, source.flux, detrending, None)
    if coarse is not None:
        known = trend > 0
        if not known.any():
            return Samples(samples.time[:0], samples.flux[:0], samples.cadence_days)
        trend = np.interp(samples.time, coarse.time[known], trend[known])
    known = trend > 0
    return Samples(samples.time[known], samples.flux[known] / trend[known], samples.cadence_days)


def _frozen(values: Float) -> Float:
    values.setflags(write=False)
    return values


def _trend(time: Float, flux: Float, detrending: Detrending, keep: NDArray[np.bool_] | None) -> Float:
    """The trend of flux that is relative to 1, times in order; NaN where it is not known."""
    if detrending.method == "none":
        return np.ones(time.size)
    if detrending.method == "savgol":
        return _savitzky_golay(time, flux, detrending.window_days, keep)
    from wotan import flatten

    window = detrending.window_days
    # The trend is evaluated 72 times in a window: as exact as at every sample, and several times faster.
    step = window / 72 if time.size > 1000 else None
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*received a NaN trend")  # the result is NaN, which says so
        _, trend = flatten(
            time,
            flux,
            window_length=window,
            method=detrending.method,
            return_trend=True,
            mask=keep,
            step=step,
            break_tolerance=window,
        )
    return np.asarray(trend, dtype=np.float64)


def _savitzky_golay(time: Float, flux: Float, window_days: float, keep: NDArray[np.bool_] | None) -> Float:
    import lightkurve

    cadence = float(np.median(np.diff(time))) if time.size > 1 else 1.0
    window = 2 * round(window_days / cadence / 2) + 1
    if not 5 <= window <= time.size:
        raise FeatureError(
            f"a window of {window_days} d holds {window} of {counted(time.size, 'sample')}; choose another width"
        )
    _, trend = lightkurve.LightCurve(time=time, flux=flux).flatten(
        window_length=window, polyorder=2, break_tolerance=window, return_trend=True, mask=keep
    )
    return np.asarray(trend.flux.value, dtype=np.float64)
