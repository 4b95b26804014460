"""Matched filters in flux that is whitened by its own spectrum, so that pulsations and red noise count less."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft, next_fast_len, rfft
from scipy.ndimage import median_filter

from clara_engine.features.steering.prepare import robust_spread

__all__ = ["Whitened"]

Float = NDArray[np.float64]
SMOOTHED = 101  # bins of the spectrum that its floor is a median over
CLIP_SPREADS = 5.0
# A bin this far above the floor is a line: such a pulsation is taken out, not averaged over its neighbours.
LINE = 12.0


class Whitened:
    """Evenly spaced flux and the power of its noise at each frequency (as Jenkins 2002, with one spectrum throughout).

    Parameters
    ----------
    flux : ndarray, shape (n,)
        Median about 0; 0 where there is no sample.
    filled : ndarray of bool, shape (n,)
    longest : int
        Samples of the longest template.
    """

    def __init__(self, flux: Float, filled: NDArray[np.bool_], longest: int) -> None:
        self._filled = filled
        self._size = int(next_fast_len(flux.size + longest, real=True))
        limit = CLIP_SPREADS * max(robust_spread(flux[filled]), 1e-12)
        power = np.abs(rfft(np.clip(flux, -limit, limit), self._size)) ** 2
        floor = median_filter(power, size=SMOOTHED, mode="nearest") / np.log(2)
        floor = np.maximum(floor, 1e-6 * floor.max() + 1e-300)
        self._weighted = rfft(flux, self._size) / np.where(power > LINE * floor, power, floor)

    def signal_to_noise(self, template: Float) -> Float:
        """How well `template` fits when it starts at each sample, in robust spreads; 0 where there is none."""
        fit = irfft(self._weighted * np.conj(rfft(template, self._size)), self._size)[: self._filled.size]
        spread = robust_spread(fit[self._filled])
        if spread == 0:
            return np.zeros(fit.size)
        return np.asarray(np.where(self._filled, (fit - np.median(fit[self._filled])) / spread, 0.0))
