"""Checks that every light curve must pass, of whatever product."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clara_engine.errors import UnreadableLightCurve

__all__ = ["SECONDS_A_DAY", "checked_flux", "finite", "in_order", "is_step", "step_seconds"]

Float = NDArray[np.float64]
SECONDS_A_DAY = 86400.0
#: Steps of rounded times: so far from the median, by a factor (at 2 a sample is missing); so different, as a share
#: of it; so many different ones; none the step of more than this share.
ROUNDED, ROUNDED_BY, ROUNDED_STEPS, ROUNDED_MOST = 1.5, 0.02, 4, 0.97


def finite(values: Float) -> Float:
    """Those that are finite; the very array where all are."""
    usable = np.isfinite(values)
    return values if usable.all() else values[usable]


def in_order(time: Float) -> NDArray[np.intp] | None:
    """What sorts samples by time, those without time last; None where they are in order."""
    timed = finite(time)
    return None if (timed[1:] >= timed[:-1]).all() else np.argsort(time, kind="stable")


def step_seconds(time: Float, name: str = "TIME") -> float:
    """Median step of times that advance [s].

    Of times that were rounded (single precision, few decimals), whose steps are multiples of what they were rounded to,
    the mean of those near the median.

    Parameters
    ----------
    time : ndarray of float
        Shape (n,) [days]; NaN is left out.
    name : str
        What the file calls the column; for the reason.

    Raises
    ------
    UnreadableLightCurve
        No time is later than the one before it, or most are equal to it.

    Examples
    --------
    >>> step_seconds(np.arange(5) * 120 / 86400)
    120.0
    """
    steps = np.diff(finite(time))
    forward = steps[steps > 0]
    if not forward.size:
        raise UnreadableLightCurve(f"{name} does not advance")
    if 2 * np.count_nonzero(steps == 0) > steps.size:
        raise UnreadableLightCurve(f"{name} has lost digits: most samples have the time of the one before (float32?)")
    step = float(np.median(forward))
    near = forward[(forward > step / ROUNDED) & (forward < step * ROUNDED)] / step
    sizes, counts = np.unique(near.round(3), return_counts=True)
    if sizes[-1] - sizes[0] > ROUNDED_BY and sizes.size <= ROUNDED_STEPS and counts.max() < ROUNDED_MOST * near.size:
        step *= float(near.mean())
    return step * SECONDS_A_DAY


def is_step(time: Float, shortest: float, longest: float) -> bool:
    """Whether the median step of times surely lies between two numbers [s]; much faster than the step itself.

    Parameters
    ----------
    time : ndarray of float
        Shape (n,) [days]; NaN is left out.
    shortest, longest : float
        Bounds of the step [s].
    """
    steps = np.diff(finite(time))
    between = (steps > shortest / SECONDS_A_DAY) & (steps < longest / SECONDS_A_DAY)
    return bool(2 * np.count_nonzero(between) > np.count_nonzero(steps > 0))


def checked_flux(time: Float, flux: Float, name: str) -> Float:
    """`flux` with NaN for infinite values, once it is sure that there is something to look at.

    Parameters
    ----------
    time : ndarray of float
        Shape (n,) [days], NaN where unknown.
    flux : ndarray of float
        Of the same shape, in any unit.
    name : str
        What the file calls the column; for the reason.

    Raises
    ------
    UnreadableLightCurve
        All NaN, a single sample, or constant.
    """
    if flux.shape != time.shape:
        raise UnreadableLightCurve(f"{name} holds several numbers a row")
    measured = np.isfinite(flux)
    usable = measured & np.isfinite(time)
    count = np.count_nonzero(usable)
    if count == 0:
        raise UnreadableLightCurve(f"{name} is NaN throughout")
    if count == 1:
        raise UnreadableLightCurve(f"{name} has one usable sample; at least 2 are needed")
    one = flux[usable.argmax()]
    if not np.any(usable & (flux != one)):
        raise UnreadableLightCurve(f"{name} is constant ({one:.6g})")
    return np.where(measured, flux, np.nan) if np.isinf(flux).any() else flux
