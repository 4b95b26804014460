"""Slow changes taken off: a choice of how to look at a light curve, which never changes what is stored."""

from __future__ import annotations

import warnings
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from clara_engine.errors import FeatureError
from clara_engine.lightcurve import LightCurve
from clara_engine.periods.samples import Samples
from clara_engine.synthetic.fields import Range, Setting

__all__ = ["Detrending", "detrend", "flattened"]

Float = NDArray[np.float64]


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
    coarse : Samples, optional
        Means of the same samples. Their trend is taken instead, which is as good and much faster.
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
    # Evaluating the trend 72 times a window is as good as at every sample, and several times faster.
    step = window / 72 if time.size > 1000 else None
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*received a NaN trend")  # the NaN says as much
        _, trend = flatten(
            time, flux, window_length=window, method=detrending.method, return_trend=True, mask=keep, step=step,
            break_tolerance=window,
        )  # fmt: skip
    return np.asarray(trend, dtype=np.float64)


def _savitzky_golay(time: Float, flux: Float, window_days: float, keep: NDArray[np.bool_] | None) -> Float:
    import lightkurve

    cadence = float(np.median(np.diff(time))) if time.size > 1 else 1.0
    window = 2 * round(window_days / cadence / 2) + 1
    if not 5 <= window <= time.size:
        raise FeatureError(f"a window of {window_days} d holds {window} of {time.size} samples; choose another width")
    _, trend = lightkurve.LightCurve(time=time, flux=flux).flatten(
        window_length=window, polyorder=2, break_tolerance=window, return_trend=True, mask=keep
    )
    return np.asarray(trend.flux.value, dtype=np.float64)
