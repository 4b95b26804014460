"""The simulated instrument: time grid with its gap, photon and red noise, and systematics with their flags."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.signal import lfilter

__all__ = [
    "CADENCE_DAYS",
    "JITTER_LIMIT",
    "Observing",
    "electrons_per_second",
    "observe_sector",
    "red_noise",
    "white_noise",
]

Float = NDArray[np.float64]

CADENCE_S = 120.0
CADENCE_DAYS = CADENCE_S / 86400
SPAN_DAYS = 27.883
FIRST_BTJD = {1: 1325.296, 2: 1354.1}
GAP_DAYS = (13.228, 14.367)
DUMP_DAYS = 2.5
DUMP_CADENCES = 9
SETTLING_DAYS = 0.35  # of scattered light before the end of an orbit, and of the focus after its start
BEFORE_DUMP = 9  # cadences that are left out, too: the wheels are spun down
# the pointing jitters: days that unrest lasts, its median, and that between two dumps of the second orbit
UNREST_DAYS, USUAL, RESTLESS = 0.1, 0.6, 4.8
JITTER_DAYS = 0.002
SLOW_JITTER, SLOW_JITTER_DAYS = 0.15, 0.04  # as a share of the fast one
JITTER_LIMIT = 3.0  # in units of the usual jitter; SPOC leaves the samples beyond out
# bits of SPOC's quality flag
EARTH_POINT, ARGABRIGHTENING, MOMENTUM_DUMP, MANUAL_EXCLUDE = 8, 16, 32, 128

ZERO_POINT = 20.44
READ_NOISE = 10.0
READS = 48
LIVE_SECONDS = READS * 1.98
SKY = 770.0
FLOOR_AN_HOUR = 20e-6


@dataclass(frozen=True, slots=True)
class Observing:
    """The circumstances that all stars of a sector share.

    Attributes
    ----------
    time : ndarray, shape (n,)
        BTJD [days], never NaN.
    quality : ndarray of int32, shape (n,)
        SPOC's flags; where they are set, PDCSAP_FLUX is NaN.
    dumps : ndarray
        Times of the momentum dumps [days].
    scattered, thermal, pointing : ndarray, shape (n,)
        Scattered light (0 to 1), settling after each orbit's start (1 to 0), and pointing error [pixel].
    unrest : ndarray, shape (n,)
        How much the pointing jitters, 1 in the median of calm hours.
    jitter : ndarray, shape (n,)
        What the pointing jitters within a cadence, 1 in a usual hour [no unit]; flagged where it is too much.
    sector : int
    earlier : Observing or None
        The sector in which the same stars were first seen.
    """

    time: Float
    quality: NDArray[np.int32]
    dumps: Float
    scattered: Float
    thermal: Float
    pointing: Float
    unrest: Float
    jitter: Float
    sector: int = 1
    earlier: Observing | None = None

    @property
    def first(self) -> Observing:
        """The sector in which the stars were first seen: epochs are counted from it."""
        return self.earlier or self

    @property
    def observed(self) -> NDArray[np.bool_]:
        """Samples outside the gap."""
        return (self.quality & EARTH_POINT) == 0

    @property
    def start(self) -> float:
        """First time [days]."""
        return float(self.time[0])


def electrons_per_second(tmag: ArrayLike) -> Float:
    """Count rate of a star; magnitude 20.44 gives one electron a second (TESS Instrument Handbook, Vanderspek 2018)."""
    return 10 ** (0.4 * (ZERO_POINT - np.asarray(tmag)))


def white_noise(tmag: ArrayLike) -> Float:
    """Standard deviation of one 2-minute sample, relative to the star.

    Photons, sky and read-out summed over the aperture, and a floor (Sullivan et al. 2015, ApJ 809, 77, section 6.4;
    their 60 ppm in an hour are an upper limit, bright stars show 20). Pixels of the aperture from Stassun et al. (2018,
    AJ 156, 102), at least 6, and 4 for stars fainter than 12.5. The sky of 770 e-/s/pixel includes neighbours and
    scattered light: with it the median scatter of 50 real light curves of sector 1 is met to 2 % from T = 3 to 12.
    """
    magnitude = np.asarray(tmag, np.float64)
    least = np.interp(magnitude, (11.5, 12.5), (6.0, 4.0))
    pixels = np.maximum(least, 10 ** (0.8464 - 0.2144 * (magnitude - 10)))
    star = electrons_per_second(tmag) * LIVE_SECONDS
    variance = star + pixels * (SKY * LIVE_SECONDS + READS * READ_NOISE**2)
    return np.sqrt(variance / star**2 + FLOOR_AN_HOUR**2 * 3600 / CADENCE_S)


def red_noise(size: int, scale_days: float, rng: np.random.Generator) -> Float:
    """An Ornstein-Uhlenbeck process of unit variance on the 2-minute grid.

    Parameters
    ----------
    size : int
        Samples on the 2-minute grid.
    scale_days : float
        Correlation time [days].
    rng : numpy.random.Generator

    Returns
    -------
    ndarray of float
        Shape (size,).
    """
    keep = np.exp(-CADENCE_DAYS / scale_days)
    kicks = rng.standard_normal(size)
    kicks[0] /= np.sqrt(1 - keep**2)
    return np.asarray(lfilter([np.sqrt(1 - keep**2)], [1, -keep], kicks))


def observe_sector(rng: np.random.Generator, earlier: Observing | None = None) -> Observing:
    """Draw the circumstances of a sector of two orbits.

    Parameters
    ----------
    rng : numpy.random.Generator
    earlier : Observing, optional
        The sector before, in which the same stars were seen.
    """
    sector = 1 if earlier is None else earlier.sector + 1
    first = FIRST_BTJD[sector]
    since = np.arange(round(SPAN_DAYS / CADENCE_DAYS)) * CADENCE_DAYS
    quality = np.zeros(since.size, np.int32)
    gap_start, gap_end = GAP_DAYS
    in_gap = (since > gap_start) & (since < gap_end)
    orbits = [(0.0, gap_start), (gap_end, SPAN_DAYS)]

    dumps = np.concatenate(
        [np.arange(start + DUMP_DAYS + rng.uniform(0, 0.06), end - 0.5, DUMP_DAYS) for start, end in orbits]
    )
    rows = np.searchsorted(since, dumps)[:, None]
    quality[rows + np.arange(DUMP_CADENCES)] |= MOMENTUM_DUMP
    quality[rows + np.arange(-BEFORE_DUMP, DUMP_CADENCES + 1)] |= MANUAL_EXCLUDE
    quality[rng.choice(since.size, 25, replace=False)] |= ARGABRIGHTENING

    restless = (since > dumps[-3]) & (since < dumps[-2])
    unrest = np.exp(0.75 * red_noise(since.size, UNREST_DAYS, rng)) * np.where(restless, RESTLESS, USUAL)
    jitter = unrest * (
        red_noise(since.size, JITTER_DAYS, rng) + SLOW_JITTER * red_noise(since.size, SLOW_JITTER_DAYS, rng)
    )
    quality[np.abs(jitter) > JITTER_LIMIT] |= MANUAL_EXCLUDE

    scattered, thermal = np.zeros(since.size), np.zeros(since.size)
    for start, end in orbits:
        inside = (since >= start) & (since <= end)
        daily = 0.75 + 0.25 * np.cos(2 * np.pi * (end - since[inside]))
        scattered[inside] += np.exp(-(end - since[inside]) / SETTLING_DAYS) * daily
        thermal[inside] += np.exp(-(since[inside] - start) / SETTLING_DAYS)
    quality[in_gap] = EARTH_POINT

    last_dump = np.concatenate([[0.0], dumps])[np.searchsorted(dumps, since)]
    drift = np.minimum(since - last_dump, DUMP_DAYS) / DUMP_DAYS
    pointing = 0.006 * drift + 0.004 * red_noise(since.size, 0.02, rng) * (0.4 + drift)
    return Observing(
        np.asarray(since + first, np.float64),
        quality,
        dumps + first,
        scattered,
        thermal,
        pointing,
        unrest / USUAL,
        jitter,
        sector,
        earlier,
    )
