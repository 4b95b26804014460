"""Times at which a light curve is known to be bad: which they are, and which samples lie in them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from clara_engine.archives.intervals import DUMP, EDGE_DAYS, BadInterval, BadIntervals, bad_intervals
from clara_engine.lightcurve import LightCurve
from clara_engine.text import counted
from clara_engine.timeseries import Samples

__all__ = [
    "BEND_DAYS",
    "coverage_words",
    "edges_of",
    "in_intervals",
    "interval_at",
    "intervals_of",
    "left_out_words",
    "without_intervals",
]

Float = NDArray[np.float64]
LEAST_LEFT_SHARE = 0.5
NEAR_DAYS = 0.08  # a long event is not where its end is
GAP_DAYS = 0.5
#: So far from their edges and gaps light curves bend [days].
BEND_DAYS = 0.25


def edges_of(samples: Samples) -> Float:
    """Where a light curve begins, ends, and is interrupted for half a day or more [BTJD]: light curves bend there.

    Parameters
    ----------
    samples : Samples
    """
    gaps = np.flatnonzero(np.diff(samples.time) > GAP_DAYS)
    return np.r_[samples.time[0], samples.time[gaps], samples.time[gaps + 1], samples.time[-1]]


def intervals_of(light_curve: LightCurve, table: BadIntervals | None = None) -> tuple[BadInterval, ...]:
    """Known bad intervals within a light curve, the first one first.

    They are told by their time, so those of every sector of a stitched light curve are found. What is of one camera or
    chip is taken where the light curve is known to be of it. A simulation, and what is not of TESS, has none.

    Parameters
    ----------
    light_curve : LightCurve
    table : BadIntervals, optional
        By default that of the manifest.
    """
    target = light_curve.target
    time = light_curve.time[np.isfinite(light_curve.time)]
    if target.catalogue != "TIC" or target.simulated or not time.size:
        return ()
    chosen = table if table is not None else bad_intervals()
    found = chosen.within(float(time.min()), float(time.max()))
    return tuple(one for one in found if _concerns(one, light_curve))


def _concerns(one: BadInterval, light_curve: LightCurve) -> bool:
    target = light_curve.target
    if one.camera is None and one.ccd is None:
        return True
    return target.sector == one.sector and one.camera in (None, target.camera) and one.ccd in (None, target.ccd)


def in_intervals(time: Float, intervals: Sequence[BadInterval], *, searched: bool = False) -> NDArray[np.bool_]:
    """Which samples lie in intervals that searches leave out.

    Parameters
    ----------
    time : ndarray, shape (n,)
        BTJD [days].
    intervals : sequence of BadInterval
    searched : bool
        Whether those that are searched all the same count too.

    Returns
    -------
    ndarray of bool, shape (n,)
    """
    inside = np.zeros(time.size, dtype=bool)
    for one in intervals:
        if searched or not one.searched:
            inside |= (time > one.begin_btjd - EDGE_DAYS) & (time < one.end_btjd + EDGE_DAYS)
    return inside


def interval_at(time_btjd: float, intervals: Sequence[BadInterval], half_days: float = 0.0) -> BadInterval | None:
    """The first interval that overlaps an event; None where none does.

    Parameters
    ----------
    time_btjd : float
        Middle of the event, BTJD [days].
    intervals : sequence of BadInterval
    half_days : float
        Half of its duration [days].
    """
    reach = EDGE_DAYS + min(half_days, NEAR_DAYS)
    return next((i for i in intervals if i.begin_btjd - reach < time_btjd < i.end_btjd + reach), None)


def without_intervals(samples: Samples, intervals: Sequence[BadInterval]) -> tuple[Samples, tuple[BadInterval, ...]]:
    """The samples out of the intervals, and the intervals that held some; all samples where less than half is left.

    Parameters
    ----------
    samples : Samples
    intervals : sequence of BadInterval
        Those that are searched all the same count for nothing.
    """
    inside = in_intervals(samples.time, intervals)
    if not inside.any() or inside.sum() > (1 - LEAST_LEFT_SHARE) * inside.size:
        return samples, ()
    held = tuple(one for one in intervals if in_intervals(samples.time, [one]).any())
    return samples.without(inside), held


def left_out_words(intervals: Sequence[BadInterval]) -> str:
    """What a search left out, in one line; empty where it left out nothing.

    Examples
    --------
    >>> jitter = BadInterval(sector=1, begin_btjd=1347, end_btjd=1349.4, kind="pointing jitter", source="notes 1")
    >>> left_out_words([jitter])
    'left out: pointing jitter, BTJD 1347–1349.4'
    """
    named = [one.words for one in intervals if one.kind != DUMP and not one.searched]
    dumps = sum(one.kind == DUMP for one in intervals)
    named += [counted(dumps, DUMP)] if dumps else []
    return f"left out: {'; '.join(named)}" if named else ""


def coverage_words(light_curve: LightCurve, table: BadIntervals | None = None) -> str:
    """What is known of the sector of a light curve, in a few words.

    Parameters
    ----------
    light_curve : LightCurve
    table : BadIntervals, optional
        By default that of the manifest.
    """
    target = light_curve.target
    if target.catalogue != "TIC" or target.simulated or target.sector < 1:
        return ""
    covered = (table if table is not None else bad_intervals()).covered(target.sector)
    if covered is None:
        return f"bad intervals of sector {target.sector} are not known"
    if covered.release_note is None:
        return f"of sector {target.sector} only the momentum dumps are known"
    return f"data release notes {covered.release_note}"
