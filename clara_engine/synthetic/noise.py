"""Signal-to-noise of injected signals in the noise of their background."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.fft import next_fast_len, rfft

from clara_engine.timeseries import MAD, median

__all__ = ["ColouredNoise", "Noise", "WhiteOnly", "measured_noise", "red_noise"]

Float = NDArray[np.float64]

MOST_CELLS = 2**21
#: Frequencies on either side that the power is a mean over: a quarter of the frequency's number, within these.
FEWEST_NEIGHBOURS, MOST_NEIGHBOURS = 2, 50
#: Parts of a light curve whose means bridge its gaps.
BLOCKS = 60
OUTLIER = 6.0  # spreads of a sample about the mean of its neighbours


class Noise(Protocol):
    """The noise of one light curve."""

    def signal_to_noise(self, model: Float) -> float:
        """Signal-to-noise of a relative flux `model` whose shape and times are known.

        It is that of the best linear filter: √(sᵀC⁻¹s) of the signal s, less its mean, and the noise's covariance C.
        For a box over n of many samples in white noise it is depth √n / σ.

        Parameters
        ----------
        model : ndarray, shape (n,)
            At the samples of the light curve that the noise is of.
        """


class WhiteOnly:
    """Independent noise of one size."""

    def __init__(self, sigma: float) -> None:
        self._sigma = sigma

    def signal_to_noise(self, model: Float) -> float:
        """See `Noise`."""
        signal = np.sqrt(model.size) * float(np.std(model))
        return signal / self._sigma if self._sigma > 0 else float("inf")


class ColouredNoise:
    """Noise with a power of its own at each frequency, on a grid that may have holes.

    Parameters
    ----------
    time : ndarray, shape (n,)
        Of the samples [days].
    power : ndarray, shape (frequencies,), or None
        Mean square of the noise's Fourier sum over the samples, at the frequencies of a transform of `size` cells; when
        not given, measured from `flux`.
    flux : ndarray, shape (n,), optional
        Relative flux that is all noise.
    """

    def __init__(self, time: Float, *, flux: Float | None = None, power: _Power | None = None) -> None:
        self._place, self._cells, self.step_days = _places(time)
        self._size = int(next_fast_len(self._cells, real=True))
        if power is not None:
            spectrum = time.size * power(2 * np.pi * np.arange(self._size // 2 + 1) / self._size)
        else:
            assert flux is not None
            spectrum = _smooth(np.abs(rfft(_continuous(self._place, self._cells, _despiked(flux)), self._size)) ** 2)
        least = max(1e-15 * float(spectrum.max(initial=0.0)), 1e-200)
        self._weight = 2 * time.size / self._size / np.maximum(spectrum, least)
        self._weight[0] = 0.0

    def signal_to_noise(self, model: Float) -> float:
        """See `Noise`."""
        cells = np.zeros(self._cells)
        cells[self._place] = model - model.mean()
        spectrum = rfft(cells, self._size)
        # not a product of matrices: that wakes all threads of BLAS for a few thousand numbers
        return float(np.sqrt(np.sum((spectrum.real**2 + spectrum.imag**2) * self._weight)))


class _Power(Protocol):
    def __call__(self, angle: Float) -> Float: ...


def measured_noise(time: Float, flux: Float) -> Noise:
    """The noise of an observed light curve, everything that it shows included.

    Its power is the mean of the periodogram over neighbouring frequencies (Welch 1967), without lone outliers.

    Parameters
    ----------
    time, flux : ndarray, shape (n,)
        Finite samples [days], relative flux.
    """
    return ColouredNoise(time, flux=flux) if time.size >= 16 else WhiteOnly(float(np.std(flux)))


def red_noise(time: Float, white: float, red: float, red_days: float) -> Noise:
    """White noise and an Ornstein–Uhlenbeck process of given standard deviations [relative flux].

    Parameters
    ----------
    time : ndarray of float
        Sorted, shape (n,) [days].
    white, red : float
        Standard deviations [relative flux].
    red_days : float
        Correlation time of the red part [days].
    """
    keep = np.exp(-_places(time)[2] / red_days)

    def power(angle: Float) -> Float:
        return np.asarray(white**2 + red**2 * (1 - keep**2) / (1 - 2 * keep * np.cos(angle) + keep**2))

    return ColouredNoise(time, power=power) if time.size >= 2 else WhiteOnly(float(np.hypot(white, red)))


def _places(time: Float) -> tuple[NDArray[np.intp], int, float]:
    """Cell of each sample, cells in all, and their width [days]."""
    steps = np.diff(time)
    on = steps > 0
    step = median(steps if on.all() else steps[on]) if on.any() else 1.0
    step = max(step, float(np.ptp(time)) / MOST_CELLS)
    place = np.round((time - time.min()) / step).astype(np.intp)
    return place, int(place.max()) + 1, step


def _despiked(flux: Float) -> Float:
    """Flux with lone outliers put to the mean of their neighbours."""
    middle, off = _neighbours(flux)
    return np.asarray(_without_spikes(flux, middle, off, MAD * median(off)))


@njit(cache=True, nogil=True)
def _neighbours(flux: Any) -> Any:
    """Mean of the two neighbours of each sample, and how far it is from that."""
    last = flux.size - 1
    middle, off = np.empty(flux.size), np.empty(flux.size)
    for i in range(flux.size):
        if i == 0:
            middle[i] = flux[1]
        elif i == last:
            middle[i] = flux[last - 1]
        else:
            middle[i] = (flux[i - 1] + flux[i + 1]) / 2
        off[i] = abs(flux[i] - middle[i])
    return middle, off


@njit(cache=True, nogil=True)
def _without_spikes(flux: Any, middle: Any, off: Any, spread: float) -> Any:
    least = OUTLIER * max(spread, 1e-300)
    clean = flux.copy()
    for i in range(flux.size):
        if off[i] > least:
            before = off[i - 1] if i > 0 else 0.0
            after = off[i + 1] if i < flux.size - 1 else 0.0
            lone = spread <= 0 or (before <= least and after <= least)
            # a neighbour of an outlier looks like one: of adjacent ones the farthest is it
            if lone or (off[i] >= before and off[i] >= after):
                clean[i] = middle[i]
    return clean


@njit(cache=True, nogil=True)
def _continuous(place: Any, cells: int, flux: Any) -> Any:
    """Flux on all cells: gaps bridged and the line between the ends taken off, so that slow changes don't leak."""
    total, count = np.zeros(BLOCKS), np.zeros(BLOCKS, np.int64)
    for i in range(place.size):
        block = place[i] * BLOCKS // cells
        total[block] += flux[i]
        count[block] += 1
    filled = np.flatnonzero(count)
    middles, means = (filled + 0.5) * cells / BLOCKS, total[filled] / count[filled]
    whole = np.empty(cells)
    left, last, slope = -1, filled.size - 1, 0.0
    for cell in range(cells):
        while left < last and middles[left + 1] <= cell:
            left += 1
            if left < last:
                slope = (means[left + 1] - means[left]) / (middles[left + 1] - middles[left])
        if left < 0 or left == last:
            whole[cell] = means[max(left, 0)]
        else:
            whole[cell] = slope * (cell - middles[left]) + means[left]
    first, end = whole[0], whole[cells - 1]
    step = (end - first) / max(cells - 1, 1)
    for i in range(place.size):
        whole[place[i]] = flux[i]
    for cell in range(cells - 1):
        whole[cell] -= cell * step + first
    whole[cells - 1] -= end if cells > 1 else first
    return whole


@njit(cache=True, nogil=True)
def _smooth(power: Any) -> Any:
    """Mean over neighbouring frequencies, 0 left out."""
    sums = np.zeros(power.size + 1)
    for k in range(power.size):
        sums[k + 1] = sums[k] + power[k]
    mean = np.empty(power.size)
    for k in range(power.size):
        reach = min(max(k // 4, FEWEST_NEIGHBOURS), MOST_NEIGHBOURS)
        low = max(k - reach, min(1, power.size - 1))
        high = min(k + reach + 1, power.size)
        mean[k] = (sums[high] - sums[low]) / (high - low)
    return mean
