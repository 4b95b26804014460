"""Instrument faults that the pipeline left in: relative sensitivity against time, 1 where all is well."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from clara_engine.simulate.instrument import DUMP_DAYS, Observing, red_noise

__all__ = ["FAULTS", "fault"]

Float = NDArray[np.float64]
Rng = np.random.Generator


def jump(sector: Observing, rng: Rng) -> Float:
    """A pixel loses sensitivity at once, and recovers a part of it."""
    when = rng.choice(sector.time[sector.quality == 0][1500:-1500])
    since = sector.time - when
    lost = 1 - rng.uniform(0, 0.6) * (1 - np.exp(-np.maximum(since, 0) / rng.uniform(0.1, 2)))
    return -np.where(since > 0, lost, 0.0)


def ramp(sector: Observing, rng: Rng) -> Float:
    """The focus settles after each orbit's start."""
    return rng.choice([-1, 1]) * sector.thermal


def background_leak(sector: Observing, rng: Rng) -> Float:
    """Scattered light near the end of each orbit, subtracted too little or too much."""
    return rng.choice([-1, 1]) * sector.scattered


def dump_residual(sector: Observing, rng: Rng) -> Float:
    """A sawtooth that every momentum dump resets: the star drifts over a pixel's edge."""
    edges = np.concatenate([[sector.start], sector.dumps])
    since = sector.time - edges[np.searchsorted(sector.dumps, sector.time)]
    return rng.choice([-1, 1]) * np.minimum(since / DUMP_DAYS, 1.0) ** rng.uniform(0.7, 2.0)


def unstable_pixel(sector: Observing, rng: Rng) -> Float:
    """A pixel flickers between two levels for some days."""
    start = rng.uniform(1, 20)
    since = sector.time - sector.start
    active = (since > start) & (since < start + rng.uniform(1.5, 6))
    return np.where(active & (red_noise(since.size, rng.uniform(0.02, 0.2), rng) > 0.3), 1.0, 0.0)


def jitter(sector: Observing, rng: Rng) -> Float:
    """Pointing errors that show in the flux for some days before a dump."""
    last = sector.dumps[rng.integers(1, sector.dumps.size)]
    active = (sector.time > last - rng.uniform(0.5, 2.5)) & (sector.time < last)
    return np.where(active, rng.standard_normal(sector.time.size) / 3, 0.0)


FAULTS: dict[str, Callable[[Observing, Rng], Float]] = {
    "jump": jump,
    "ramp": ramp,
    "background leak": background_leak,
    "dump residual": dump_residual,
    "unstable pixel": unstable_pixel,
    "jitter": jitter,
}


def fault(sector: Observing, noise: float, rng: Rng) -> tuple[str, Float]:
    """A fault of a random kind, from 0.2 to 4 % and at least 3 times the noise of one sample.

    Parameters
    ----------
    sector : Observing
    noise : float
        Of one sample [relative flux].
    rng : Rng

    Returns
    -------
    kind : str
    flux : ndarray, shape (n,)
        Relative flux.
    """
    kind = str(rng.choice(list(FAULTS)))
    size = max(np.exp(rng.uniform(np.log(0.002), np.log(0.04))), 3 * noise)
    return kind, 1 + size * FAULTS[kind](sector, rng)
