"""Periodogram maxima in bands, how periodic the light curve is, and its autocorrelation."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft, next_fast_len, rfft

from clara_engine.features.lombscargle import lomb_scargle_even
from clara_engine.features.steering.prepare import Prepared, median

__all__ = ["LABELS", "periodicity"]

Float = NDArray[np.float64]
#: Edges of the bands [cycles per day].
BANDS = (0.07, 0.2, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 72.0)
PER_CYCLE = 4  # frequencies in 1 / span
LAGS_HOURS = (0.5, 1, 2, 4, 8, 16, 32, 64, 128)

LABELS = (
    *(f"highest power, {low:g} to {high:g} cycles/d" for low, high in pairwise(BANDS)),
    *(f"power over median, {low:g} to {high:g} cycles/d, log10" for low, high in pairwise(BANDS)),
    "best frequency, log10 cycles/d",
    "power at the best frequency",
    "power at twice the best frequency",
    "power at half the best frequency",
    "power at three times the best frequency",
    "second peak over the best",
    *(f"autocorrelation at {hours:g} h" for hours in LAGS_HOURS),
    "highest autocorrelation beyond 8 h",
    *(f"autocorrelation of detrended flux at {hours:g} h" for hours in LAGS_HOURS[:6]),
)


def periodicity(prepared: Prepared) -> Float:
    """Values of `LABELS`."""
    time, flux = prepared.time, prepared.flux
    span = max(float(np.ptp(time)), 0.1)
    step = 1 / (PER_CYCLE * span)
    first, last = int(np.ceil(BANDS[0] / step)), int(BANDS[-1] / step)
    frequency = step * np.arange(first, last + 1)
    power = lomb_scargle_even(time, np.clip(flux / prepared.noise, -1e4, 1e4), step, first, last)
    edges = np.searchsorted(frequency, BANDS)
    highest, over = [], []
    for low, high in pairwise(edges):
        band = power[low:high]
        top = float(band.max()) if band.size else 0.0
        highest.append(top)
        over.append(float(np.log10(max(top, 1e-9) / max(median(band) if band.size else 1.0, 1e-9))))
    best = int(np.argmax(power))

    def at(factor: float) -> float:
        near = np.abs(frequency - factor * frequency[best]) < 1 / span
        return float(power[near].max()) if near.any() else 0.0

    away = np.abs(frequency - frequency[best]) > 2 / span
    second = float(power[away].max()) if away.any() else 0.0
    raw, flat = _autocorrelations((prepared.grid.flux, prepared.detrended()), prepared.grid.filled)
    lags = _lags(prepared)
    beyond = raw[lags[4] :] if lags[4] < raw.size else np.zeros(1)
    return np.array(
        [
            *highest,
            *over,
            np.log10(frequency[best]),
            float(power[best]),
            at(2),
            at(0.5),
            at(3),
            second / max(float(power[best]), 1e-9),
            *(raw[lag] if lag < raw.size else 0.0 for lag in lags),
            float(beyond.max()) if beyond.size else 0.0,
            *(flat[lag] if lag < flat.size else 0.0 for lag in lags[:6]),
        ]
    )


def _lags(prepared: Prepared) -> list[int]:
    time = prepared.grid.time
    width = 24 * float(time[1] - time[0]) if time.size > 1 else 0.25
    return [max(1, round(hours / width)) for hours in LAGS_HOURS]


def _autocorrelations(curves: tuple[Float, ...], filled: NDArray[np.bool_]) -> list[Float]:
    """Correlation of pairs of filled bins at each lag, up to half the light curve."""
    lags = filled.size // 2
    size = next_fast_len(filled.size + lags, real=True)

    def products(values: Float) -> Float:
        spectrum = rfft(values, size)
        return np.asarray(irfft(spectrum.real**2 + spectrum.imag**2, size)[:lags])

    pairs = products(filled.astype(np.float64))
    found = []
    for values in curves:
        centred = np.where(filled, values - values[filled].mean(), 0.0)
        variance = max(float((centred**2).sum() / filled.sum()), 1e-30)
        found.append(np.where(pairs > 5, products(centred) / np.maximum(pairs, 1) / variance, 0.0))
    return found
