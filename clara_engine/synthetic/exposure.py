"""Signals averaged over exposures (Kipping 2010, MNRAS 408, 1758)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from clara_engine.timeseries import median

if TYPE_CHECKING:
    from clara_engine.synthetic.signals import Event, Signal

__all__ = ["exposed", "mean_of_integral", "mean_of_line", "mean_of_samples", "mean_of_sine"]

Float = NDArray[np.float64]

DAY_S = 86_400.0
#: An exposure this much shorter than what happens is as good as an instant: what is left is a thousandth of the change.
INSTANT = 0.15
MOST_PARTS = 64
GAUSS_PLACES, GAUSS_WEIGHTS = np.polynomial.legendre.leggauss(3)


def exposed(signal: Signal, event: Event, time: Float, cadence_s: float) -> Float:
    """Relative flux of a signal averaged over exposures, which smears what is short; published transits are not.

    Parameters
    ----------
    signal : Signal
    event : Event
        What `signal` drew.
    time : ndarray, shape (n,)
        Middle of each exposure [days], all finite.
    cadence_s : float
        Length of an exposure [s]; the usual step of `time` when it is not known.

    Returns
    -------
    ndarray, shape (n,)
    """
    length = cadence_s / DAY_S
    if not (np.isfinite(length) and length > 0):
        length = median(np.abs(np.diff(time))) if time.size > 1 else 0.0
    return signal.exposed(time, event, length)


def mean_of_integral(integral: Callable[[Float], Float], time: Float, exposure_days: float) -> Float:
    """Mean over exposures of a function whose `integral` is known.

    Parameters
    ----------
    integral : callable
        Of the function, at times [days].
    time : ndarray of float
        Middles of the exposures, shape (n,) [days].
    exposure_days : float
        Above 0 [days].
    """
    half = exposure_days / 2
    return np.asarray((integral(time + half) - integral(time - half)) / exposure_days)


def mean_of_sine(period_days: float, exposure_days: float) -> float:
    """What is left of the amplitude of a sinusoid.

    Parameters
    ----------
    period_days : float
        Of the sinusoid [days].
    exposure_days : float
        [days].

    Returns
    -------
    float
        0 to 1; sinc(exposure / period).

    Examples
    --------
    >>> round(mean_of_sine(1 / 24, 0.5 / 24), 3)  # half an hour of an hourly pulsation
    0.637
    """
    return float(np.sinc(exposure_days / period_days))


def mean_of_samples(flux: Callable[[Float], Float], time: Float, exposure_days: float, scale_days: float) -> Float:
    """Mean of `flux` over exposures by Gauss's rule, in as many parts as its time scale asks for.

    Parameters
    ----------
    flux : callable
        Relative flux at times [days].
    time : ndarray of float
        Middles of the exposures, shape (n,) [days].
    exposure_days : float
        [days].
    scale_days : float
        How quickly the flux changes [days].
    """
    if exposure_days <= INSTANT * scale_days or not time.size:
        return flux(time)
    parts = int(min(np.ceil(exposure_days / scale_days), MOST_PARTS))
    edges = (np.arange(parts) + 0.5) / parts - 0.5
    places = (edges[:, None] + GAUSS_PLACES / (2 * parts)).ravel() * exposure_days
    weights = np.tile(GAUSS_WEIGHTS, parts) / (2 * parts)
    fine = flux((time[:, None] + places).ravel()).reshape(time.size, -1)
    return np.asarray(np.sum(fine * weights, axis=1))


def mean_of_line(since: Float, exposure_days: float, nodes: Float, values: Float, period_days: float = np.inf) -> Float:
    """Mean over exposures of straight lines between nodes, exactly.

    Parameters
    ----------
    since : ndarray, shape (n,)
        Middle of each exposure, on the axis of the nodes [days].
    exposure_days : float
        [days].
    nodes, values : ndarray, shape (m,)
        In order; two equal nodes are a step. The ends go on as they are.
    period_days : float
        The line repeats so often; it holds all nodes, and begins and ends with one value.
    """
    exposure_days = max(exposure_days, 1e-9)
    middle, reach = (nodes[0] + nodes[-1]) / 2, (nodes[-1] - nodes[0] + exposure_days) / 2
    if np.isfinite(period_days):
        since = since - period_days * np.round((since - middle) / period_days)
        nodes, values = _repeated(nodes, values, period_days)
    mean = np.where(since < middle, values[0], values[-1])
    inside = np.abs(since - middle) < reach
    widths = np.diff(nodes)
    slopes = np.diff(values) / np.where(widths > 0, widths, np.inf)
    sums = np.r_[0.0, np.cumsum(widths * (values[1:] + values[:-1]) / 2)]

    def integral(at: Float) -> Float:
        place = np.clip(np.searchsorted(nodes, at, "right") - 1, 0, nodes.size - 2)
        held = np.clip(at, nodes[0], nodes[-1])
        step = held - nodes[place]
        beyond = np.where(at < nodes[0], values[0], values[-1]) * (at - held)
        return np.asarray(sums[place] + step * (values[place] + slopes[place] * step / 2) + beyond)

    mean[inside] = mean_of_integral(integral, since[inside], exposure_days)
    return mean


def _repeated(nodes: Float, values: Float, period_days: float) -> tuple[Float, Float]:
    """A line with its copies a period before and after, for exposures that reach into them."""
    places = np.concatenate([nodes - period_days, nodes, nodes + period_days])
    return places, np.tile(values, 3)
