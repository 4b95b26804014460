"""Noise that lasts: how alike the flux of two samples is that are some time apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft, next_fast_len, rfft

from clara_engine.timeseries import Samples, neighbour_noise, robust_noise

__all__ = ["RedNoise", "red_noise"]

Float = NDArray[np.float64]
STEPS = 250
CLIP = 5.0  # standard deviations: flares are no noise that events lie in
FEWEST_PAIRS = 100


@dataclass(frozen=True, slots=True, eq=False)
class RedNoise:
    """Covariance of the noise of two samples by the time between them, and the white noise of a sample.

    Attributes
    ----------
    covariance : ndarray, shape (n,)
        Squared relative flux, of samples 0, 1, 2 … steps apart; that of one step stands for less.
    step_days : float
    white : float
        Standard deviation of a sample's own noise [relative flux].
    cadence_days : float
        Of these samples.
    """

    covariance: Float
    step_days: float
    white: float
    cadence_days: float

    def variance(self, away: Float, weights: Float) -> float:
        """Variance that red noise gives a weighted sum of samples.

        Parameters
        ----------
        away : ndarray, shape (n,)
            Times [days], from any zero.
        weights : ndarray, shape (n,)
        """
        if not away.size:
            return 0.0
        place = np.round((away - away.min()) / self.step_days).astype(np.intp)
        summed = np.bincount(place, weights)
        alike = np.correlate(summed, summed, "full")[summed.size - 1 :][: self.covariance.size]
        alike[1:] *= 2
        return max(float(alike @ self.covariance[: alike.size]), 0.0)

    def white_variance(self, exposure: Float, weights: Float) -> float:
        """Variance that the samples' own noise gives a weighted sum of them.

        Parameters
        ----------
        exposure : ndarray, shape (n,)
            How long each is [days].
        weights : ndarray, shape (n,)
        """
        return float(self.white**2 * self.cadence_days * (weights**2 / exposure).sum())


def red_noise(rest: Samples, longest_days: float) -> RedNoise:
    """Measure the noise between the events, by its autocovariance.

    Parameters
    ----------
    rest : Samples
        Without events.
    longest_days : float
        Up to which time apart [days].
    """
    step = max(rest.cadence_days, longest_days / STEPS)
    steps = max(int(np.ceil(longest_days / step)), 1)
    off = rest.flux - np.median(rest.flux)
    white = max(neighbour_noise(off), 1e-9)
    off = np.clip(off, -CLIP * robust_noise(off), CLIP * robust_noise(off))
    place = np.round((rest.time - rest.time[0]) / step).astype(np.intp)
    count = np.bincount(place).astype(float)
    means = np.bincount(place, off) / np.maximum(count, 1)
    size = next_fast_len(means.size + steps + 1, real=True)

    def lagged(values: Float) -> Float:
        return irfft(np.abs(rfft(values, size)) ** 2, size)[: steps + 1]

    pairs = np.round(lagged((count > 0).astype(float)))
    covariance = np.where(pairs >= FEWEST_PAIRS, lagged(means) / np.maximum(pairs, 1), 0.0)
    covariance[0] = covariance[1]
    return RedNoise(covariance, step, white, rest.cadence_days)
