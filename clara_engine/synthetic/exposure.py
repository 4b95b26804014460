"""What a detector makes of a signal: its mean over each exposure."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clara_engine.synthetic.signals import Event, PaperTransits, Signal

__all__ = ["exposed"]

Float = NDArray[np.float64]

FINE_S = 120.0
DAY_S = 86_400.0


def exposed(signal: Signal, event: Event, time: Float, cadence_s: float) -> Float:
    """Relative flux of a signal averaged over exposures, which smears what is shorter (Kipping 2010, MNRAS 408, 1758).

    Exposures of two minutes or less are taken at their middle, and published transits always, as they were.

    Parameters
    ----------
    signal : Signal
    event : Event
        What `signal` drew.
    time : ndarray, shape (n,)
        Middle of each exposure [days], all finite.
    cadence_s : float
        Length of an exposure [s].

    Returns
    -------
    ndarray, shape (n,)
    """
    parts = round(cadence_s / FINE_S)
    if parts <= 1 or isinstance(signal, PaperTransits):
        return signal.flux(time, event)
    offsets = ((np.arange(parts) + 0.5) / parts - 0.5) * cadence_s / DAY_S
    instants = (time[:, np.newaxis] + offsets).ravel()
    return np.asarray(signal.flux(instants, event).reshape(time.size, parts).mean(axis=1))
