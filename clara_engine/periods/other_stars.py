"""Whether other stars dip when one does: then it is the telescope, not the star."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from clara_engine.archives.intervals import BadInterval
from clara_engine.lightcurve import LightCurve
from clara_engine.periods.known_intervals import in_intervals
from clara_engine.timeseries import MAD, Detrending, Samples, bin_means, flattened, good_samples

__all__ = [
    "DUMP_FLAG",
    "GRID_DAYS",
    "BinnedStar",
    "DipsOfOthers",
    "binned_star",
    "dips_of_others",
    "dumps_of",
    "flagged_dumps",
]

Float = NDArray[np.float64]

#: Width of the bins [days]; all stars have bins of the same times.
GRID_DAYS = 0.5 / 24
LEAST_SNR = 5.0
LEAST_FILLED = 0.5  # of the bins of a box
LEAST_STARS = 0.5  # of all, at a moment that is compared with
ROWS_AT_ONCE = 1000
#: QUALITY bit 6 of light curves of the SPOC: the reaction wheels are slowed down.
DUMP_FLAG = 32
OF_SPOC = ("SPOC", "TESS-SPOC")
SAME_DUMP_DAYS = 0.1
LEAST_SHARE = 0.3  # of the light curves, for a dump to be one


@dataclass(frozen=True, slots=True, eq=False)
class BinnedStar:
    """30-minute means of a light curve without its slow changes.

    Attributes
    ----------
    first : int
        Number of the first bin; bin n begins at BTJD n · `GRID_DAYS`.
    flux : ndarray of float32, shape (n,)
        Relative to 1; NaN where a bin holds no good sample.
    dumps : ndarray of float64, shape (k,)
        Middles of the momentum dumps that are flagged, BTJD [days].
    """

    first: int
    flux: NDArray[np.float32]
    dumps: Float = field(default_factory=lambda: np.empty(0))


@dataclass(frozen=True, slots=True)
class DipsOfOthers:
    """How many stars dip at a moment.

    Attributes
    ----------
    dips, stars : int
        How many of how many that were observed then.
    expected : float
        Mean number at other moments.
    chance : float
        Share of the other moments with as many or more; NaN where there are none.
    """

    dips: int
    stars: int
    expected: float
    chance: float


def binned_star(light_curve: LightCurve) -> BinnedStar:
    """30-minute means of a light curve, without slow changes (biweight of 1.5 days).

    Raises
    ------
    FeatureError
        When the light curve has too few good samples, or no level.
    """
    samples = good_samples(light_curve)
    place = np.floor(samples.time / GRID_DAYS).astype(np.intp)
    first = int(place[0])
    filled, _, time, flux = bin_means(place - first, samples.time, samples.flux)
    flat = flattened(Samples(time, flux, GRID_DAYS), Detrending())
    row = np.full(int(filled[-1]) + 1, np.nan, np.float32)
    row[filled[np.isin(time, flat.time)]] = flat.flux
    return BinnedStar(first, row, flagged_dumps(light_curve))


def flagged_dumps(light_curve: LightCurve) -> Float:
    """Middles of the momentum dumps that a light curve of the SPOC flags, BTJD [days], shape (k,)."""
    if light_curve.target.product not in OF_SPOC or light_curve.target.catalogue != "TIC":
        return np.empty(0)
    flagged = ((light_curve.quality & DUMP_FLAG) != 0) & np.isfinite(light_curve.time)
    runs = _runs(np.sort(light_curve.time[flagged]))
    return np.array([(run[0] + run[-1]) / 2 for run in runs])


def dumps_of(stars: Sequence[BinnedStar]) -> Float:
    """Middles of the momentum dumps of a sector, which three in ten of its light curves flag or more.

    Parameters
    ----------
    stars : sequence of BinnedStar

    Returns
    -------
    ndarray, shape (k,)
        BTJD [days].
    """
    telling = [star.dumps for star in stars if star.dumps.size]
    if not telling:
        return np.empty(0)
    runs = _runs(np.sort(np.concatenate(telling)))
    return np.array([np.median(run) for run in runs if run.size >= LEAST_SHARE * len(telling)])


def _runs(times: Float) -> list[Float]:
    """Times in order, parted where they are further apart than one dump lasts."""
    return np.split(times, np.flatnonzero(np.diff(times) > SAME_DUMP_DAYS) + 1) if times.size else []


def dips_of_others(
    stars: Sequence[BinnedStar],
    middles_btjd: Sequence[float],
    duration_days: float,
    bad: Sequence[BadInterval] = (),
) -> tuple[DipsOfOthers, ...]:
    """Count the stars that dip by S/N 5 at some moments, and at others.

    The noise of a star is the scatter of its own means over the duration, red noise included.

    Parameters
    ----------
    stars : sequence of BinnedStar
        The other ones of the sector.
    middles_btjd : sequence of float
        Of the events, BTJD [days].
    duration_days : float
        Means are taken over so much time [days], 30 minutes at least.
    bad : sequence of BadInterval
        Moments in them are not compared with.

    Returns
    -------
    tuple of DipsOfOthers
        One for each moment.
    """
    nothing = DipsOfOthers(0, 0, 0.0, np.nan)
    stars = [star for star in stars if star.flux.size]
    width = max(1, round(duration_days / GRID_DAYS))
    first = min((star.first for star in stars), default=0)
    bins = max((star.first - first + star.flux.size for star in stars), default=0)
    if bins < width:
        return (nothing,) * len(middles_btjd)
    dips = np.zeros(bins - width + 1, np.intp)
    seen = np.zeros(bins - width + 1, np.intp)
    for some in _matrices(stars, first, bins):
        snr = _box_snr(some, width)
        dips += (snr < -LEAST_SNR).sum(axis=0)
        seen += np.isfinite(snr).sum(axis=0)
    places = [round(middle / GRID_DAYS - first - width / 2) for middle in middles_btjd]  # of boxes: their first bins
    found = []
    for place in places:
        if not 0 <= place < dips.size or not seen[place]:
            found.append(nothing)
            continue
        others = _moments(seen, place, places, width, first, bad)
        if not others.size:
            found.append(DipsOfOthers(int(dips[place]), int(seen[place]), 0.0, np.nan))
            continue
        # Not all stars are seen at every moment, so shares are compared.
        share = dips[others] / seen[others]
        here = dips[place] / seen[place]
        chance = (1 + int((share >= here).sum())) / (1 + others.size)
        found.append(DipsOfOthers(int(dips[place]), int(seen[place]), float(share.mean() * seen[place]), chance))
    return tuple(found)


def _matrices(stars: Sequence[BinnedStar], first: int, bins: int) -> Iterator[Float]:
    for start in range(0, len(stars), ROWS_AT_ONCE):
        some = stars[start : start + ROWS_AT_ONCE]
        matrix = np.full((len(some), bins), np.nan)
        for row, star in zip(matrix, some, strict=True):
            row[star.first - first : star.first - first + star.flux.size] = star.flux
        yield matrix


def _box_snr(flux: Float, width: int) -> Float:
    """Means of boxes off 1 over their scatter, shape (stars, places); NaN where too little was observed."""
    known = np.isfinite(flux)
    count = _running_sum(known.astype(np.float64), width)
    total = _running_sum(np.where(known, flux - 1, 0.0), width)
    means = np.full(total.shape, np.nan)
    np.divide(total, count, out=means, where=count >= max(1.0, LEAST_FILLED * width))
    with np.errstate(all="ignore"):
        middle = np.nanmedian(means, axis=1, keepdims=True) if means.size else means
        noise = MAD * np.nanmedian(np.abs(means - middle), axis=1, keepdims=True)
        return np.where(noise > 0, (means - middle) / noise, np.nan)


def _running_sum(values: Float, width: int) -> Float:
    summed = np.cumsum(np.pad(values, ((0, 0), (1, 0))), axis=1)
    return np.asarray(summed[:, width:] - summed[:, :-width])


def _moments(
    seen: NDArray[np.intp],
    place: int,
    events: Sequence[int],
    width: int,
    first: int,
    bad: Sequence[BadInterval],
) -> NDArray[np.intp]:
    """Places of boxes that overlap neither an event nor each other, nor a bad interval."""
    places = np.arange(place % width, seen.size, width)
    middle = ((first + places + width / 2) * GRID_DAYS).astype(np.float64)
    usable = seen[places] >= LEAST_STARS * max(int(seen.max()), 1)
    for event in events:
        usable &= np.abs(places - event) >= 2 * width
    return np.asarray(places[usable & ~in_intervals(middle, bad)])
