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

__all__ = ["BLOCK_DAYS", "inverted", "null_light_curve", "scrambled"]

#: Length of the blocks that are moved: longer than a night of red noise, shorter than most orbits [days].
BLOCK_DAYS = 1.0


def inverted(light_curve: LightCurve) -> LightCurve:
    """Flux turned upside down about its median: dips become bumps, and flares dips. Noise and slow changes stay alike.

    Raises
    ------
    UnreadableLightCurve
        When no sample is finite.
    """
    finite = _finite(light_curve)
    return light_curve.with_flux(2 * np.median(light_curve.flux[finite]) - light_curve.flux)


def scrambled(light_curve: LightCurve, random: np.random.Generator, block_days: float = BLOCK_DAYS) -> LightCurve:
    """Blocks of about a day in another order, so that nothing repeats with a period; times and gaps stay.

    The blocks hold equally many samples and start at a random one. Moved is what is left of the flux over a running
    median, with its errors, flags and centroids; the median itself stays, so that no step appears where blocks meet.

    Raises
    ------
    UnreadableLightCurve
        When no sample is finite.
    """
    finite = np.flatnonzero(_finite(light_curve))
    time, flux = light_curve.time[finite], light_curve.flux[finite]
    blocks = max(2, round(_observed_days(time) / block_days))
    size = finite.size // blocks
    if size < 1:
        return light_curve
    start = int(random.integers(finite.size))
    moved = np.roll(np.arange(finite.size), -start)
    whole = moved[: blocks * size].reshape(blocks, size)
    moved = np.concatenate([random.permutation(whole).ravel(), moved[blocks * size :]])
    order = np.arange(len(light_curve))
    order[finite[np.roll(np.arange(finite.size), -start)]] = finite[moved]
    slow = np.full(len(light_curve), np.nan)
    slow[finite] = _slow(time, flux, block_days)
    mixed = light_curve.select(order)  # type: ignore[arg-type]
    return replace(mixed, time=light_curve.time, flux=slow + (light_curve.flux - slow)[order])


def null_light_curve(light_curve: LightCurve, copy: int, seed: int = 0) -> LightCurve:
    """Null number `copy` of a light curve: inverted, scrambled, inverted and scrambled, and so on with other orders.

    The same light curve, number and seed give the same null, whatever else is made.
    """
    name = hashlib.blake2b(light_curve.target.id.encode(), digest_size=8).digest()
    random = np.random.default_rng([seed, copy, int.from_bytes(name, "big")])
    if copy == 0:
        return inverted(light_curve)
    made = scrambled(light_curve, random)
    return inverted(made) if copy % 2 == 0 else made


def _finite(light_curve: LightCurve) -> NDArray[np.bool_]:
    finite = np.isfinite(light_curve.time) & np.isfinite(light_curve.flux)
    if not finite.any():
        raise UnreadableLightCurve(f"{light_curve.target.id} has no finite sample to make a null of")
    return finite


def _observed_days(time: NDArray[np.float64]) -> float:
    """Days that are covered, gaps left out."""
    return float(np.median(np.diff(time)) * time.size) if time.size > 1 else 0.0


def _slow(time: NDArray[np.float64], flux: NDArray[np.float64], window: float) -> NDArray[np.float64]:
    """Medians of windows half a block apart, joined by straight lines."""
    middles = np.arange(time[0], time[-1] + window / 2, window / 2)
    first, last = np.searchsorted(time, middles - window / 2), np.searchsorted(time, middles + window / 2)
    filled = last - first >= 5
    if not filled.any():
        return np.full(time.size, np.median(flux))
    medians = [np.median(flux[a:b]) for a, b in zip(first[filled], last[filled], strict=True)]
    return np.asarray(np.interp(time, middles[filled], medians))
