"""Light curves in which nothing happens, made of observed ones: their noise and gaps stay, their events do not.

What a forest makes of them is what it makes of a quiet star: the null of its p-values.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from clara_engine.errors import UnreadableLightCurve
from clara_engine.lightcurve import LightCurve
from clara_engine.timeseries import median

__all__ = ["BLOCK_DAYS", "inverted", "null_light_curve", "scrambled"]

#: Length of the blocks that are moved: long enough to keep red noise, shorter than most orbits [days].
BLOCK_DAYS = 1.0
#: Window of the running median that stays as it is. Of half a day, the spots of a rotating star stay with it: with a
#: longer one, or turned upside down as a whole, quiet rotators become stranger than they are.
SLOW_DAYS = 0.5


def inverted(light_curve: LightCurve) -> LightCurve:
    """Flux turned upside down about its running median: dips become bumps, and flares dips; noise and spots stay alike.

    Raises
    ------
    UnreadableLightCurve
        When no sample is finite.
    """
    return light_curve.with_flux(2 * _slow(light_curve, np.flatnonzero(_finite(light_curve))) - light_curve.flux)


def scrambled(light_curve: LightCurve, random: np.random.Generator, block_days: float = BLOCK_DAYS) -> LightCurve:
    """Blocks of about a day in another order, so that nothing repeats with a period; times and gaps stay.

    The blocks hold equally many samples and start at a random one. Moved is what is left of the flux over a running
    median, with its errors, flags and centroids; the median itself stays, so that no step appears where blocks meet.

    Parameters
    ----------
    light_curve : LightCurve
    random : numpy.random.Generator
    block_days : float
        Length of a block [days].

    Raises
    ------
    UnreadableLightCurve
        When no sample is finite.
    """
    finite = np.flatnonzero(_finite(light_curve))
    blocks = max(2, round(_observed_days(light_curve.time[finite]) / block_days))
    size = finite.size // blocks
    if size < 1:
        return light_curve
    start = int(random.integers(finite.size))
    moved = np.roll(np.arange(finite.size), -start)
    whole = moved[: blocks * size].reshape(blocks, size)
    moved = np.concatenate([random.permutation(whole).ravel(), moved[blocks * size :]])
    order = np.arange(len(light_curve))
    order[finite[np.roll(np.arange(finite.size), -start)]] = finite[moved]
    slow = _slow(light_curve, finite)
    mixed = light_curve.select(order)  # type: ignore[arg-type]
    return replace(mixed, time=light_curve.time, flux=slow + (light_curve.flux - slow)[order])


def null_light_curve(light_curve: LightCurve, copy: int, seed: int = 0) -> LightCurve:
    """Null number `copy` of a light curve: inverted, and from number 1 on scrambled too, each in another order.

    Scrambled alone, a star that flares or dips once would be as strange as it is. The same light curve, number and seed
    give the same null, whatever else is made.

    Parameters
    ----------
    light_curve : LightCurve
    copy : int
        Number of the null light curve, from 0.
    seed : int
        Fixes all that is drawn.
    """
    turned = inverted(light_curve)
    if copy == 0:
        return turned
    name = hashlib.blake2b(light_curve.target.id.encode(), digest_size=8).digest()
    return scrambled(turned, np.random.default_rng([seed, copy, int.from_bytes(name, "big")]))


def _finite(light_curve: LightCurve) -> NDArray[np.bool_]:
    finite = np.isfinite(light_curve.time) & np.isfinite(light_curve.flux)
    if not finite.any():
        raise UnreadableLightCurve(f"{light_curve.target.id} has no finite sample to make a null of")
    return finite


def _observed_days(time: NDArray[np.float64]) -> float:
    """Days that are covered, gaps left out."""
    return median(np.diff(time)) * time.size if time.size > 1 else 0.0


def _slow(light_curve: LightCurve, finite: NDArray[np.intp]) -> NDArray[np.float64]:
    """Medians of windows half their length apart, joined by straight lines; NaN where nothing is finite."""
    time, flux = light_curve.time[finite], light_curve.flux[finite]
    middles = np.arange(time[0], time[-1] + SLOW_DAYS / 2, SLOW_DAYS / 2)
    first, last = (np.searchsorted(time, middles + side * SLOW_DAYS / 2) for side in (-1, 1))
    filled = last - first >= 5
    slow = np.full(len(light_curve), np.nan)
    slow[finite] = median(flux)
    if filled.any():
        medians = [median(flux[a:b]) for a, b in zip(first[filled], last[filled], strict=True)]
        slow[finite] = np.interp(time, middles[filled], medians)
    return slow
