"""Matched filters in flux that is whitened by its own spectrum, so that pulsations and red noise count less."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft, rfft
from scipy.ndimage import median_filter

from clara_engine.caching import remembered_with
from clara_engine.features.steering.filter_templates import fast_size, spectra
from clara_engine.features.steering.prepare import Prepared, medians, robust_spreads
from clara_engine.timeseries import median, robust_spread

__all__ = ["Whitened", "local_noise", "whitened_grid", "whitened_hours"]

Float = NDArray[np.float64]
Single = NDArray[np.float32]
BLOCK = 50  # bins of the spectrum that its floor is a median over
USUAL_SPREADS, LARGEST, LEAST_POWER = 5.0, 1e6, 1e-3
# A bin this far above the floor is a line: such a pulsation is taken out, not averaged over its neighbours.
LINE = 12.0
MOST_FOR_SPREAD = 2000
LONGEST_DAYS = 0.5  # of a template on the grid
HOURLY_DAYS, SLOW_DAYS, LONGEST_HOURLY_DAYS = 1 / 24, 4.0, 5.0


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
        self.filled = filled
        self._size = fast_size(flux.size + longest)
        some = np.flatnonzero(filled)
        self._some = some[:: max(1, some.size // MOST_FOR_SPREAD)]
        spread = max(robust_spread(flux[self._some]), 1e-12)
        scaled = np.clip(flux / spread, -LARGEST, LARGEST).astype(np.float32)
        # Deep events are left out of the noise that they are measured against.
        usual = rfft(np.where(np.abs(scaled) < USUAL_SPREADS, scaled, np.float32(0)), self._size)
        power = usual.real**2 + usual.imag**2
        floor = _floor(power)
        self._weights = 1 / np.where(power > LINE * floor, power, floor)
        self._weighted = rfft(scaled, self._size) * self._weights

    def signal_to_noise(self, shape: str, widths: tuple[float, ...]) -> Single:
        """How well templates fit with their middle at each sample, in robust spreads.

        Parameters
        ----------
        shape : str
            One of `clara_engine.features.steering.filter_templates.SHAPES`.
        widths : tuple of float
            In samples.

        Returns
        -------
        ndarray of float32, shape (widths, n)
            0 where there is no sample.
        """
        fits = self.fit(shape, widths)
        spreads = self.spread(fits)
        fits *= np.divide(1, spreads, out=np.zeros_like(spreads), where=spreads > 0)[:, None]
        return np.asarray(fits * self.filled)

    def fit(self, shape: str, widths: tuple[float, ...], *, reverse: bool = False) -> Single:
        """What `signal_to_noise` scales; templates compare when each is divided by its `norm`.

        With `reverse`, templates run backwards in time.

        Parameters
        ----------
        shape : str
            A name in `SHAPES`.
        widths : tuple of float
            Of the template [samples].
        reverse : bool
            Whether templates run backwards in time.

        Returns
        -------
        ndarray of float32
            Shape (widths, samples).
        """
        backwards = spectra(shape, widths, self._size)[0]
        # Several at a time take half as long as one after the other.
        many = irfft(self._weighted * (backwards.conj() if reverse else backwards), self._size)
        return np.asarray(many[:, : self.filled.size])

    def spread(self, fits: Single) -> Single:
        """Robust standard deviation of each row where there are samples."""
        return robust_spreads(fits[:, self._some])

    def weighted(self) -> Single:
        """Flux whose product with a template, summed, is its `fit`."""
        return np.asarray(irfft(self._weighted, self._size)[: self.filled.size])

    def norm(self, shape: str, widths: tuple[float, ...]) -> Single:
        """Standard deviations that such sums have in the noise, but for a factor that all templates share.

        Parameters
        ----------
        shape : str
            A name in `SHAPES`.
        widths : tuple of float
            Of the template [samples].

        Returns
        -------
        ndarray of float32
            Shape (widths,).
        """
        return np.asarray(np.sqrt(spectra(shape, widths, self._size)[1] @ self._weights))


@remembered_with
def whitened_grid(prepared: Prepared) -> Whitened:
    """The grid without changes of over a day, evened and whitened."""
    grid = prepared.grid
    width = float(grid.time[1] - grid.time[0])
    flux = prepared.detrended() / local_noise(prepared)
    return Whitened(flux, grid.filled, int(LONGEST_DAYS / width) + 6)


@remembered_with  # families of features share it
def whitened_hours(prepared: Prepared) -> tuple[Whitened, int]:
    """Means of about an hour without changes of over four days, whitened, and how many bins of the grid they hold."""
    grid = prepared.grid
    width = float(grid.time[1] - grid.time[0])
    size = max(1, round(HOURLY_DAYS / width))
    usable = grid.time.size // size * size
    count = grid.filled[:usable].reshape(-1, size).sum(axis=1)
    sums = (grid.flux * grid.filled / local_noise(prepared))[:usable].reshape(-1, size).sum(axis=1)
    seen = 2 * count > size
    flux = sums / np.maximum(count, 1)
    whole = np.interp(np.arange(flux.size), np.flatnonzero(seen), flux[seen]) if seen.any() else flux
    slow = median_filter(whole, size=2 * round(SLOW_DAYS / (size * width) / 2) + 1, mode="nearest")
    return Whitened(np.where(seen, flux - slow, 0.0), seen, int(LONGEST_HOURLY_DAYS / (size * width)) + 6), size


@remembered_with
def local_noise(prepared: Prepared) -> Float:
    """How much noisier than usual neighbours differ around each bin of the grid, at least 1; by days."""
    grid = prepared.grid
    if grid.time.size < 2:
        return np.ones(grid.time.size)
    day = max(8, round(1 / float(grid.time[1] - grid.time[0])))
    days = -(-grid.time.size // day)
    both = grid.filled[1:] & grid.filled[:-1]
    if not both.any():
        return np.ones(grid.time.size)
    steps = np.abs(np.diff(grid.flux))
    usual = median(steps[both])
    away = np.full(days * day, usual)
    away[: steps.size][both] = steps[both]
    ratio = np.maximum(medians(away.reshape(days, day)) / max(usual, 1e-12), 1.0)
    return np.interp(np.arange(grid.time.size), (np.arange(days) + 0.5) * day, ratio)


def _floor(power: Single) -> Single:
    """Power of the noise: medians over blocks, with straight lines between them."""
    block = min(BLOCK, max(4, power.size // 8))
    count = power.size // block
    parted = np.partition(power[: count * block].reshape(count, block), block // 2, axis=1)
    middles = parted[:, block // 2] / np.log(2)
    floor = np.interp(np.arange(power.size), (np.arange(count) + 0.5) * block, middles)
    return np.maximum(floor, 1e-6 * floor.max() + LEAST_POWER).astype(np.float32)
