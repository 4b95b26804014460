"""Periodogram maxima in bands, how periodic the light curve is, and its autocorrelation."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft, rfft

from clara_engine.features.lombscargle import lomb_scargle_even
from clara_engine.features.steering.filter_templates import fast_size
from clara_engine.features.steering.prepare import Prepared
from clara_engine.timeseries import median

__all__ = ["LABELS", "periodicity"]

Float = NDArray[np.float64]
#: Edges of the bands [cycles per day].
BANDS = (0.07, 0.2, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 72.0)
PER_CYCLE = 3  # frequencies in 1 / span
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
        middle = factor * (first + best) - first
        near = power[max(0, int(np.floor(middle - PER_CYCLE)) + 1) : max(0, int(np.ceil(middle + PER_CYCLE)))]
        return float(near.max()) if near.size else 0.0

    away = (power[: max(0, best - 2 * PER_CYCLE)], power[best + 2 * PER_CYCLE + 1 :])
    second = max((float(part.max()) for part in away if part.size), default=0.0)
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


def _autocorrelations(curves: tuple[Float, Float], filled: NDArray[np.bool_]) -> list[Any]:
    """Correlation of pairs of filled bins at each lag, up to half the light curve."""
    lags = filled.size // 2
    size = fast_size(filled.size + lags)

    rows = np.zeros((4, filled.size), np.float32)  # as many as one processor transforms at a time
    rows[-1] = filled
    for row, values in zip(rows, curves, strict=False):
        centred = np.where(filled, values - values[filled].mean(), 0.0)
        row[:] = centred / max(float(np.sqrt(np.dot(centred, centred) / filled.sum())), 1e-15)
    spectra = rfft(rows, size)
    first, second, _, pairs = irfft(spectra.real**2 + spectra.imag**2, size)[:, :lags]
    weight = np.where(pairs > 5, 1 / np.maximum(pairs, 1), 0.0)
    return [weight * first, weight * second]
