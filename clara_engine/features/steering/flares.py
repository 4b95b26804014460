"""Flares sought by their shape: a rise at once, an exponential decay."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clara_engine.features.steering.events import strongest
from clara_engine.features.steering.prepare import Prepared, contrast, gridded
from clara_engine.features.steering.whitening import Whitened

__all__ = ["LABELS", "flares"]

Float = NDArray[np.float64]
DECAY_MINUTES = (6, 15, 40)
STRONGEST = 4
GRID_DAYS = 2 / 1440
FACTS = ("inverted, signal-to-noise, log10", "against inverted", "against reversed in time")

LABELS = (
    *(
        f"flare {number} of {minutes} min, signal-to-noise, log10"
        for minutes in DECAY_MINUTES
        for number in range(1, STRONGEST + 1)
    ),
    *(f"flare of {minutes} min {fact}" for minutes in DECAY_MINUTES for fact in FACTS),
)


def flares(prepared: Prepared) -> Float:
    """Values of `LABELS`."""
    step = max(GRID_DAYS, 1.01 * float(np.median(np.diff(prepared.time))))
    grid = gridded(prepared.time, prepared.detrended_samples(), step)
    templates = [_template(minutes / 1440 / step) for minutes in DECAY_MINUTES]
    white = Whitened(grid.flux, grid.filled, templates[-1].size)
    highest: list[float] = []
    facts: list[float] = []
    for minutes, template in zip(DECAY_MINUTES, templates, strict=True):
        forward = white.signal_to_noise(template)
        backward = white.signal_to_noise(template[::-1].copy())
        apart = max(3, int(3 * minutes / 1440 / step))
        up, down = strongest(forward, apart, STRONGEST), strongest(-forward, apart, 1)[0]
        highest += list(np.log10(1 + up))
        facts += [float(np.log10(1 + down)), contrast(up[0], down), contrast(up[0], float(backward.max()))]
    return np.array(highest + facts)


def _template(decay: float) -> Float:
    """Flux from the peak on, at each sample; `decay` is in samples."""
    return np.asarray(np.exp(-np.arange(int(5 * decay) + 1) / decay))
