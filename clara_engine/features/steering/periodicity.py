"""Periodogram maxima in bands, how periodic the light curve is, and its autocorrelation."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from clara_engine.features.lombscargle import lomb_scargle
from clara_engine.features.steering.prepare import Prepared

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
    frequency = np.arange(BANDS[0], BANDS[-1], 1 / (PER_CYCLE * span))
    power = np.nan_to_num(lomb_scargle(time, np.clip(flux / prepared.noise, -1e4, 1e4), frequency))
    highest, over = [], []
    for low, high in pairwise(BANDS):
        band = power[(frequency >= low) & (frequency < high)]
        top = float(band.max()) if band.size else 0.0
        highest.append(top)
        over.append(float(np.log10(max(top, 1e-9) / max(float(np.median(band)) if band.size else 1.0, 1e-9))))
    best = int(np.argmax(power))

    def at(factor: float) -> float:
        near = np.abs(frequency - factor * frequency[best]) < 1 / span
        return float(power[near].max()) if near.any() else 0.0

    away = np.abs(frequency - frequency[best]) > 2 / span
    second = float(power[away].max()) if away.any() else 0.0
    raw = _autocorrelation(np.where(prepared.grid.filled, prepared.grid.flux, 0.0), prepared)
    flat = _autocorrelation(prepared.detrended(), prepared)
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


def _autocorrelation(values: Float, prepared: Prepared) -> Float:
    """Correlation of pairs of filled bins at each lag, up to half the light curve."""
    filled = prepared.grid.filled.astype(np.float64)
    centred = np.where(prepared.grid.filled, values - values[prepared.grid.filled].mean(), 0.0)
    size = 1 << int(np.ceil(np.log2(2 * values.size)))
    products = np.fft.irfft(np.abs(np.fft.rfft(centred, size)) ** 2)[: values.size // 2]
    pairs = np.fft.irfft(np.abs(np.fft.rfft(filled, size)) ** 2)[: values.size // 2]
    variance = max(float((centred**2).sum() / filled.sum()), 1e-30)
    return np.where(pairs > 5, products / np.maximum(pairs, 1) / variance, 0.0)
