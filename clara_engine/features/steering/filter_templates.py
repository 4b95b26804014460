"""Shapes that matched filters look for, and their spectra, each computed once."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.fft import rfft
from scipy.special import erfc

from clara_engine.caching import remembered

__all__ = ["SHAPES", "fast_size", "spectra", "template"]

Float = NDArray[np.float64]
MOST_BYTES = 64_000_000  # of spectra that are kept
FINE = 8  # instants that a sample is averaged over
TRANSIT_IMPACT, TRANSIT_LIMB_DARKENING, TRANSIT_RATIO = 0.35, (0.3, 0.2), 0.08


def _transit(x: Float) -> Float:
    """A transit of duration 1: quadratic limb darkening of a usual TESS star, contacts softened by a small planet."""
    first, second = TRANSIT_LIMB_DARKENING
    edge = np.sqrt((1 + TRANSIT_RATIO) ** 2 - TRANSIT_IMPACT**2)
    distance = np.hypot(2 * x * edge, TRANSIT_IMPACT)
    inside = np.clip((1 + TRANSIT_RATIO - distance) / (2 * TRANSIT_RATIO), 0, 1)
    lost = 1 - np.sqrt(np.clip(1 - np.minimum(distance, 1) ** 2, 0, 1))
    return np.asarray(inside * (1 - first * lost - second * lost**2))


def _flare(x: Float) -> Float:
    """A flare of half width 1 (Davenport et al. 2014, ApJ 797, 122, equations 1 and 4)."""
    rise = 1 + x * (1.941 + x * (-0.175 + x * (-2.246 - 1.125 * x)))
    with np.errstate(over="ignore"):
        decay = 0.6890 * np.exp(-1.6 * x) + 0.3030 * np.exp(-0.2783 * x)
    return np.where(x < -1, 0.0, np.where(x < 0, rise, decay))


def _bump(x: Float) -> Float:
    """A symmetric bump of full width 1 at half maximum."""
    return np.exp(-4 * np.log(2) * x**2)


def _step(x: Float) -> Float:
    """Up at once and, after 2, down at once."""
    return ((x >= 0) & (x < 2)).astype(np.float64)


def _comet(x: Float) -> Float:
    """A dip that falls four times as fast as its exponential recovery of scale 1 (Zieba et al. 2019, A&A 625, L13)."""
    width = 0.25
    z = (width - x / width) / np.sqrt(2)
    with np.errstate(over="ignore", invalid="ignore"):
        shape = np.exp(np.minimum(width**2 / 2 - x, 50)) * erfc(z) / 2
    return np.nan_to_num(shape)


#: Of each shape: flux lost or gained at a distance from its middle in units of its width, and where it begins and ends.
SHAPES: dict[str, tuple[Any, float, float]] = {
    "transit": (_transit, -0.52, 0.52),
    "flare": (_flare, -1.0, 9.0),
    "bump": (_bump, -1.2, 1.2),
    "step": (_step, 0.0, 2.0),
    "comet": (_comet, -1.0, 5.0),
}


@remembered(64)
def template(shape: str, width: float) -> tuple[Float, int]:
    """Means over samples of a shape that is `width` samples wide, and the number of samples before its middle.

    Parameters
    ----------
    shape : str
        A name in `SHAPES`.
    width : float
        Of the shape [samples].

    Returns
    -------
    values, before
        Shape (m,), of height 1; and the number of samples before the middle.
    """
    formula, first, last = SHAPES[shape]
    before, after = int(np.ceil(-first * width)) + 1, int(np.ceil(last * width)) + 1
    instants = np.arange(-before, after + 1)[:, None] + (np.arange(FINE) + 0.5) / FINE - 0.5
    return np.asarray(formula(instants / width).mean(axis=1)), before


@remembered(MOST_BYTES, size=lambda found: sum(one.nbytes for one in found))
def spectra(shape: str, widths: tuple[float, ...], size: int) -> tuple[NDArray[np.complex64], NDArray[np.float32]]:
    """Conjugate Fourier transforms of templates about their middles, and their squared moduli; a row a width.

    Parameters
    ----------
    shape : str
        A name in `SHAPES`.
    widths : tuple of float
        Of the shape [samples], w of them.
    size : int
        Length of the transform [samples].

    Returns
    -------
    conjugates, moduli
        Both of shape (w, size // 2 + 1).
    """
    padded = np.zeros((len(widths), size), np.float32)
    for row, width in zip(padded, widths, strict=True):
        values, before = template(shape, width)
        row[: values.size] = values
        row[:] = np.roll(row, -before)
    found = rfft(padded).astype(np.complex64)
    return found.conj(), (np.abs(found) ** 2).astype(np.float32)


def fast_size(least: int) -> int:
    """A length that transforms fast, one of few so that spectra are shared: 4, 5, 6 or 7 times a power of 2."""
    power = max(2, int(np.ceil(np.log2(max(least, 8)))) - 3)
    return min(factor << shift for factor in (4, 5, 6, 7) for shift in (power, power + 1) if factor << shift >= least)
