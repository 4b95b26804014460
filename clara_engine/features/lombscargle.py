"""Lomb–Scargle periodogram on the exact times, by non-uniform FFTs: at any frequencies, or evenly spaced ones."""

from __future__ import annotations

from math import ceil, log2
from typing import Any

import finufft
import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray
from scipy.fft import rfft

from clara_engine.caching import remembered
from clara_engine.errors import FeatureError

__all__ = ["lomb_scargle", "lomb_scargle_even"]

Float = NDArray[np.float64]
Complex = NDArray[np.complex128]

TOLERANCE = 1e-12
# Where the determinant of the normal equations is smaller than this, the sums cancel and the error of the
# transform, divided by it, would pass 1e-9: those frequencies (periods much longer than the data) are summed exactly.
WELL_CONDITIONED = 1e-3
DIRECT_BLOCK = 2_000_000
#: So many samples are summed at a time, and at so many frequencies.
SAMPLES_AT_ONCE, FREQUENCIES_AT_ONCE = 1_000_000, 250_000
MOST_BYTES = 16_000_000  # of corrections that are kept
EPSILON = float(np.finfo(np.float64).eps)
# Gaussian gridding (Greengard & Lee 2004, SIAM Review 46, 443): cells to either side, and the decay that goes with
# them at 1.25 times as many cells as modes; errors of 1e-6.
REACH = 5
DECAY = 0.6 * np.pi / REACH
# Heights in the cells about a place, for places between two cells; between these, straight lines are right to 4e-7.
BETWEEN, LANES = 512, 16
_away = np.linspace(-0.5, 0.5, BETWEEN + 1)[:, None] - (np.arange(LANES) - REACH)
HEIGHTS = np.where(np.arange(LANES) <= 2 * REACH, np.exp(-DECAY * _away**2), 0).astype(np.float32)


def lomb_scargle(time: ArrayLike, flux: ArrayLike, frequency: ArrayLike) -> Float:
    """Generalised (floating-mean) Lomb–Scargle power in standard normalisation, all samples weighted alike.

    Parameters
    ----------
    time : array_like, shape (n,)
        Times in any order [days].
    flux : array_like, shape (n,)
        Brightness in any unit; the power does not depend on its scale or offset.
    frequency : array_like, shape (m,)
        Positive frequencies in any order and spacing [cycles per day].

    Returns
    -------
    ndarray of float64, shape (m,)
        The share of the flux variance, 0 to 1, that a sinusoid of that frequency explains. 0 where the samples can't
        tell that sinusoid from a constant (every sample at the same or the opposite phase).

    Raises
    ------
    FeatureError
        Fewer than 3 samples, constant flux, values that are not finite, or frequencies that are not positive.

    Notes
    -----
    Equations 4–15 of Zechmeister & Kürster (2009, A&A 496, 577), in terms of the three sums
    mean(y exp iωt), mean(exp iωt), mean(exp 2iωt). One type-3 transform (Barnett, Magland & af Klinteberg 2019,
    SIAM J. Sci. Comput. 41, C479) gives all of them: with strengths y + i and the conjugate frequencies beside the
    wanted ones, the two real series come apart by symmetry.
    """
    t, y, f = _checked(time, flux, frequency)
    power = np.empty(f.size)
    for start in range(0, f.size, FREQUENCIES_AT_ONCE):
        part = slice(start, start + FREQUENCIES_AT_ONCE)
        power[part] = _power(t, y, f[part], *_sums(t, y, f[part]))
    return power


def _sums(t: Float, y: Float, f: Float) -> tuple[Complex, Complex, Complex]:
    """mean(y exp iωt), mean(exp iωt) and mean(exp 2iωt)."""
    wanted = np.concatenate([f, -f, 2 * f, -2 * f])
    total = np.zeros(wanted.size, np.complex128)
    for start in range(0, t.size, SAMPLES_AT_ONCE):
        part = slice(start, start + SAMPLES_AT_ONCE)
        strengths = np.empty(t[part].size, np.complex128)
        strengths.real = y[part]
        strengths.imag = 1.0
        total += finufft.nufft1d3(2 * np.pi * t[part], strengths, wanted, eps=TOLERANCE, isign=1, nthreads=1)
    once, once_conjugate, twice, twice_conjugate = total.reshape(4, f.size) / t.size
    flux_sum = (once + once_conjugate.conj()) / 2
    window = (once - once_conjugate.conj()) / 2j
    window_twice = (twice - twice_conjugate.conj()) / 2j
    return flux_sum, window, window_twice


def lomb_scargle_even(time: ArrayLike, flux: ArrayLike, step: float, first: int, last: int) -> Float:
    """`lomb_scargle` at the multiples `first` to `last` of `step`, to 1e-5 and several times as fast.

    Parameters
    ----------
    time, flux : array_like, shape (n,)
        As of `lomb_scargle`.
    step : float
        Distance of the frequencies [cycles per day]; at most 1 over the span of the times.
    first, last : int
        First at least 1.

    Returns
    -------
    ndarray of float64, shape (last - first + 1,)
    """
    t, y, f = _checked(time, flux, step * np.arange(first, last + 1))
    size = min(factor << max(0, ceil(log2(5 * last / factor))) for factor in (4, 5, 6))  # fast to transform
    cells = np.zeros((2, size + LANES + 1), np.float32)
    _spread((t - t.min()) * (step * size), y, HEIGHTS, cells)
    cells[:, : LANES + 1] += cells[:, size:]
    gain = np.sqrt(DECAY / np.pi) / t.size * _sharpening(size, first, last)
    flux_sum, window = rfft(cells[0, :size])[first : last + 1], rfft(cells[1, :size])[first : 2 * last + 1]
    power = np.empty(f.size)
    for start in range(0, f.size, FREQUENCIES_AT_ONCE):
        once = slice(start, min(start + FREQUENCIES_AT_ONCE, f.size))
        twice = slice(first + 2 * once.start, first + 2 * once.stop, 2)
        sums = (flux_sum[once] * gain[once], window[once] * gain[once], window[twice] * gain[twice])
        power[once] = _power(t, y, f[once], *sums, 100 * WELL_CONDITIONED)
    return power


@remembered(MOST_BYTES, size=lambda found: found.nbytes)
def _sharpening(size: int, first: int, last: int) -> Float:
    """What the Gaussians take from the frequencies `first` to twice `last`, but for a factor."""
    return np.asarray(np.exp((np.pi / size * np.arange(first, 2 * last + 1)) ** 2 / DECAY))


@njit(cache=True, nogil=True, fastmath=True)
def _spread(place: Any, flux: Any, table: Any, cells: Any) -> None:
    """Add a Gaussian about each place, `REACH` cells later: of height `flux` to the first row, of 1 to the second."""
    for i in range(place.size):
        nearest = int(place[i] + 0.5)
        row = (place[i] - nearest + 0.5) * BETWEEN
        above = min(int(row), BETWEEN - 1)
        part = np.float32(row - above)
        value = np.float32(flux[i])
        for j in range(LANES):
            height = table[above, j] + part * (table[above + 1, j] - table[above, j])
            cells[0, nearest + j] += value * height
            cells[1, nearest + j] += height


def _power(
    t: Float,
    y: Float,
    f: Float,
    flux_sum: Complex,
    window: Complex,
    window_twice: Complex,
    least: float = WELL_CONDITIONED,
) -> Float:
    """Power from mean(y exp iωt), mean(exp iωt) and mean(exp 2iωt), whose time may start anywhere."""
    spread = 1 - (window.real**2 + window.imag**2)
    skew = window_twice - window**2
    determinant = spread**2 - (skew.real**2 + skew.imag**2)
    explained = spread * (flux_sum.real**2 + flux_sum.imag**2) - (flux_sum**2 * skew.conj()).real
    good = determinant > least
    power = np.divide(2 * explained, determinant, out=np.zeros(f.size), where=good)
    if not good.all():
        power[~good] = _direct(t, y, f[~good])
    return np.clip(power, 0.0, 1.0)


def _checked(time: ArrayLike, flux: ArrayLike, frequency: ArrayLike) -> tuple[Float, Float, Float]:
    """Centred times, flux with mean 0 and variance 1, and frequencies, or `FeatureError`."""
    t, y, f = (np.asarray(values, dtype=np.float64) for values in (time, flux, frequency))
    if t.ndim != 1 or t.shape != y.shape:
        raise FeatureError(f"time and flux must be one-dimensional and equally long, not {t.shape} and {y.shape}")
    if t.size < 3:
        raise FeatureError(f"a periodogram needs at least 3 samples, not {t.size}")
    if not (np.isfinite(t).all() and np.isfinite(y).all()):
        raise FeatureError("a periodogram needs finite times and fluxes: drop the other samples first")
    if f.ndim != 1 or not (np.isfinite(f).all() and (f > 0).all()):
        raise FeatureError("frequencies must be a list of positive finite numbers, in cycles per day")
    if y.min() == y.max():
        raise FeatureError("constant flux has no periodogram")
    y = y - y.mean()
    return t - (t.min() + t.max()) / 2, y / np.sqrt(np.mean(y**2)), f


def _direct(t: Float, y: Float, f: Float) -> Float:
    """The same power by plain sums, with every mean taken out before squaring, so that nothing cancels."""
    power = np.zeros(f.size)
    step = max(1, DIRECT_BLOCK // t.size)
    for start in range(0, f.size, step):
        half = np.pi * np.outer(f[start : start + step], t)
        sine = np.sin(2 * half)
        cosine = -2 * np.sin(half) ** 2  # cos(ωt) − 1: the constant drops out, the small part keeps its digits
        sine -= sine.mean(axis=1, keepdims=True)
        cosine -= cosine.mean(axis=1, keepdims=True)
        cc, ss, cs = (np.mean(a * b, axis=1) for a, b in ((cosine, cosine), (sine, sine), (cosine, sine)))
        yc, ys = cosine @ y / t.size, sine @ y / t.size
        determinant = cc * ss - cs**2
        rounding = (8 * EPSILON * 2 * np.abs(half).max(axis=1)) ** 2
        solvable = determinant > np.maximum(rounding * (cc + ss), 1e-14 * cc * ss)
        explained = yc**2 * ss + ys**2 * cc - 2 * yc * ys * cs
        np.divide(explained, determinant, out=power[start : start + step], where=solvable)
    return power
