"""Harmonics: names of halves, doubles and similar ratios of periods, and waves made of some of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clara_engine.timeseries import Samples

__all__ = ["RATIOS", "harmonic_name", "linear_fit", "usual_harmonics", "wave", "wave_terms"]

Float = NDArray[np.float64]

#: Eclipses of a short period need more than other variations.
HARMONICS, SHARP_HARMONICS, SHARP_DAYS = 4, 10, 1.0
#: Period over the period it is compared with, and its name.
RATIOS = {
    1 / 2: "½",
    2.0: "2×",
    1 / 3: "⅓",
    3.0: "3×",
    1 / 4: "¼",
    4.0: "4×",
    2 / 3: "⅔",
    3 / 2: "3/2",
    1 / 5: "⅕",
    5.0: "5×",
}


def harmonic_name(period_days: float, of_days: float, span_days: float) -> str:
    """How `period_days` is related to `of_days`: ``"½"``, ``"2×"`` …; empty when it is not.

    Two periods count as one when their frequencies differ by less than half a peak width, 1 / (2 `span_days`), and by
    less than 3 %, since long periods have wide peaks.

    Parameters
    ----------
    period_days, of_days : float
        Two periods [days].
    span_days : float
        From the first to the last sample [days]; the longer, the narrower the peaks.

    Examples
    --------
    >>> harmonic_name(6.0, 3.0, span_days=27.0)
    '2×'
    >>> harmonic_name(1.5, 3.0, span_days=27.0)
    '½'
    >>> harmonic_name(4.0, 3.0, span_days=27.0)
    ''
    """
    off = {name: abs(of_days * ratio / period_days - 1) for ratio, name in RATIOS.items()}
    nearest = min(off, key=lambda name: off[name])
    return nearest if off[nearest] < min(0.03, 0.5 * period_days / span_days) else ""


def usual_harmonics(period_days: float) -> int:
    """How many harmonics describe a variation: more within a day, where binaries in contact and pulsators are."""
    return SHARP_HARMONICS if period_days < SHARP_DAYS else HARMONICS


def wave(samples: Samples, period_days: float, at: Float, count: int) -> Float:
    """The wave of a period and its first harmonics that fits the samples best.

    Parameters
    ----------
    samples : Samples
        Relative flux.
    period_days : float
        [days]
    at : ndarray, shape (n,)
        Where the wave is wanted [BTJD, days].
    count : int
        Harmonics, the period itself included.

    Returns
    -------
    ndarray, shape (n,)
        Relative flux.
    """
    start = float(samples.time[0])
    weights = linear_fit(wave_terms(samples.time - start, period_days, count), samples.flux)
    return np.asarray(wave_terms(at - start, period_days, count) @ weights)


def wave_terms(time: Float, period_days: float, count: int) -> Float:
    """A constant, and cosine and sine of each harmonic, at some times.

    Parameters
    ----------
    time : ndarray, shape (n,)
        [days]
    period_days : float
        [days]
    count : int
        Harmonics, the period itself included.

    Returns
    -------
    ndarray, shape (n, 1 + 2 count)
        The constant first, then cosine and sine in turns.
    """
    turn = 2 * np.pi * time / period_days
    return np.column_stack(
        [np.ones(turn.size), *(part(k * turn) for k in range(1, count + 1) for part in (np.cos, np.sin))]
    )


def linear_fit(columns: Float, values: Float) -> Float:
    """Weights of columns whose sum fits some values best, by the normal equations: quick where rows are many.

    Parameters
    ----------
    columns : ndarray, shape (n, m)
        Such as waves and straight lines, which are unlike each other.
    values : ndarray, shape (n,)

    Returns
    -------
    ndarray, shape (m,)
        Where columns are alike, the shortest of all that fit as well.
    """
    return np.asarray(np.linalg.lstsq(columns.T @ columns, columns.T @ values, rcond=None)[0], dtype=np.float64)
