"""Numbers that programs write where nothing was measured, such as -999 or 1e30; told from flux by where they lie."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from clara_engine.text import agreeing, counted
from clara_engine.timeseries import neighbour_noise

__all__ = ["doubtful_errors", "usable_errors", "without_sentinels"]

Float = NDArray[np.float64]

#: -999, 99.99, -9999.0 …
NINES = re.compile(r"-?9{2,7}(\.9{1,4})?")
#: What whole numbers of 16 and 32 bits end with, and -1.
LIMITS = frozenset({-1.0, 32767.0, -32768.0, 2147483647.0, -2147483648.0, 2147483648.0})
#: No flux of a star in any unit.
HUGE = 1e20
#: They lie at least so far off, as a share of the level: what dips or flares less may be the star.
LEAST_SHARE = 0.5
#: A light curve has no more kinds of them.
MOST_KINDS = 4
#: Any other number is told from this many equal samples on, where the rest has so many values and so small a range.
REPEATED, DISTINCT, RANGES = 3, 20, 10.0
#: Errors of so many times the scatter of their flux are in another unit.
MOST_SCATTERS = 30.0


def without_sentinels(flux: Float, name: str) -> tuple[Float, list[str]]:
    """`flux` with NaN for numbers that stand for "missing", and a line for each kind of them.

    Such a number is the least or the largest of all, further from the others than these are from each other and than
    half of their level, and one that programs use: nines, the limits of whole numbers, from 1e20 on; -1 where all
    others are above 0. Other numbers that lie far off and come again and again are told, and stay; but for zeros:
    see `clara_engine.readers.flux_unit.without_zeros`.

    Parameters
    ----------
    flux : ndarray of float64, shape (n,)
        As the file has it.
    name : str
        Of the column, for the lines.
    """
    notes: list[str] = []
    for _ in range(MOST_KINDS):
        extremes = _extremes(flux)
        value = next((one for one in extremes if _is_known(one) and _stands_apart(flux, one, 1.0)), None)
        if value is None:
            return flux, [*notes, *(_doubt(flux, one, name) for one in extremes if _is_doubtful(flux, one))]
        there = flux == value
        notes.append(
            f"{counted(int(there.sum()), 'sample')} of {name} {agreeing(int(there.sum()), 'are')} {value:.7g}: "
            "taken as missing"
        )
        flux = np.where(there, np.nan, flux)
    return flux, notes


def usable_errors(errors: Float | None) -> Float | None:
    """`errors` with NaN for what no error can be: 0 and less."""
    if errors is None or not np.any(errors <= 0):
        return errors
    return np.where(errors > 0, errors, np.nan)


def doubtful_errors(flux: Float, errors: Float) -> str:
    """Why errors may be in another unit than their flux; empty where nothing speaks for it.

    Parameters
    ----------
    flux, errors : ndarray of float64, shape (n,)
        In the same unit, as the file says.
    """
    usable = np.isfinite(flux) & np.isfinite(errors)
    if np.count_nonzero(usable) < DISTINCT:
        return ""
    middle = float(np.median(errors[usable]))
    scatter = neighbour_noise(flux[usable])
    if not 0 < MOST_SCATTERS * scatter < middle:
        return ""
    return f"is around {middle:.3g} where the flux scatters by {scatter:.2g}: has it another unit?"


def _extremes(flux: Float) -> list[float]:
    """The least and the largest finite number."""
    if not flux.size:
        return []
    found = [float(edge.reduce(flux, axis=None)) for edge in (np.fmin, np.fmax)]
    return _extremes(flux[np.isfinite(flux)]) if np.inf in map(abs, found) else found


def _is_known(value: float) -> bool:
    return value in LIMITS or HUGE <= abs(value) < np.inf or NINES.fullmatch(f"{value:.7g}") is not None


def _stands_apart(flux: Float, value: float, ranges: float) -> bool:
    others = flux[np.isfinite(flux) & (flux != value)]
    if not others.size:
        return False
    low, high = float(others.min()), float(others.max())
    away = max(ranges * (high - low), LEAST_SHARE * abs(high + low) / 2)
    return value > high + away or (value < low - away and (value != -1.0 or low > 0))


def _is_doubtful(flux: Float, value: float) -> bool:
    if value == 0 or np.count_nonzero(flux == value) < REPEATED or not _stands_apart(flux, value, RANGES):
        return False
    return np.unique(flux[np.isfinite(flux)]).size > DISTINCT


def _doubt(flux: Float, value: float, name: str) -> str:
    samples = counted(int(np.count_nonzero(flux == value)), "sample")
    return (
        f"{samples} of {name} are exactly {value:.7g}, far from all others: if nothing was measured there, leave "
        "these cells empty"
    )
