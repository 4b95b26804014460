"""Is it the telescope? Events against known bad intervals, momentum dumps, other stars and moving objects."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from clara_engine.archives.intervals import DUMP, BadInterval, CoveredSector
from clara_engine.periods.ephemeris import Ephemeris
from clara_engine.periods.known_intervals import interval_at
from clara_engine.periods.other_stars import DipsOfOthers
from clara_engine.periods.vetting import VettingResult
from clara_engine.text import counted

__all__ = ["SIGNIFICANT", "dump_result", "ecliptic_latitude", "interval_result", "moving_words", "others_result"]

Float = NDArray[np.float64]

#: More stars than chance has in so many moments.
SIGNIFICANT = 0.02
LEAST_DIPS = 3
UNLIKELY = 0.01
#: Days from a dump to where the light curve is calm again.
AFTER_DUMP_DAYS = 0.02
LIKE_PERIOD = 0.01
OBLIQUITY_DEG = 23.4393
NEAR_ECLIPTIC_DEG = 20.0


def interval_result(middles_btjd: Sequence[float], known: Sequence[BadInterval], coverage: str) -> VettingResult:
    """How many events lie in known bad intervals.

    Parameters
    ----------
    middles_btjd : sequence of float
        Of the events that were observed, BTJD [days].
    known : sequence of BadInterval
        Of the light curve; dumps are tested apart.
    coverage : str
        What is known of the sector.
    """
    test, seen = "bad intervals", counted(len(middles_btjd), "event")
    others = [one for one in known if one.kind != DUMP]
    inside = [one for middle in middles_btjd if (one := interval_at(middle, others))]
    if inside:
        words = "; ".join(dict.fromkeys(one.words for one in inside))
        said = f"{len(inside)} of {seen} in {words} ({inside[0].source})"
        bad = 2 * sum(not one.searched for one in inside) > len(middles_btjd)
        return VettingResult(test, "fail" if bad else "unknown", said)
    if coverage.startswith("data release notes"):
        return VettingResult(test, "pass", f"none of {seen} in one that is known ({coverage})")
    return VettingResult(test, "unknown", coverage or "none is known here")


def dump_result(
    ephemeris: Ephemeris,
    middles_btjd: Sequence[float],
    dumps: Float,
    sector: CoveredSector | None,
    ends_btjd: tuple[float, float],
) -> VettingResult:
    """Whether events come with momentum dumps, flagged or not.

    Parameters
    ----------
    ephemeris : Ephemeris
    middles_btjd : sequence of float
        Of the events that were observed, BTJD [days].
    dumps : ndarray
        Middles of the dumps, BTJD [days]; empty where they are not known.
    sector : CoveredSector or None
        For the rhythm of the dumps.
    ends_btjd : (float, float)
        Of the light curve.
    """
    test, seen = "dumps", counted(len(middles_btjd), "event")
    period = ephemeris.period_days
    every = sector.dumps_every_days if sector is not None else ()
    alike = next((one for one in every if _harmonic(period, one)), None)
    if not dumps.size:
        if alike is not None:
            said = f"the period is that of the dumps ({alike:g} d by the release notes), whose times are not known here"
            return VettingResult(test, "unknown", said)
        return VettingResult(test, "unknown", "the times of the dumps are not known here")
    reach = float(np.nan_to_num(ephemeris.duration_days)) / 2 + AFTER_DUMP_DAYS
    middles = np.asarray(middles_btjd, float)
    away = np.abs(middles[:, None] - dumps[None, :]).min(axis=1) if middles.size else np.empty(0)
    near = int((away < reach).sum())
    share = min(1.0, 2 * reach * dumps.size / max(ends_btjd[1] - ends_btjd[0], reach))
    chance = float(binom.sf(near - 1, middles.size, share)) if near else 1.0
    said = f"{near} of {seen} within {24 * reach:.1f} h of one of {dumps.size} dumps; chance {chance:.2g}"
    said += f"; the period is that of the dumps, {alike:g} d" if alike is not None else ""
    if near >= 2 and 2 * near > middles.size and chance < UNLIKELY:
        return VettingResult(test, "fail", said)
    return VettingResult(test, "unknown" if near and 2 * near > middles.size else "pass", said)


def _harmonic(period: float, dumps: float) -> bool:
    return any(abs(period * parts / dumps - 1) < LIKE_PERIOD for parts in (0.5, 1, 2, 3))


def others_result(
    sector: Sequence[DipsOfOthers], camera: Sequence[DipsOfOthers], number: int, camera_number: int | None
) -> VettingResult:
    """Whether other stars dip at the moments of the events.

    Parameters
    ----------
    sector, camera : sequence of DipsOfOthers
        One an event: of all other stars of the sector, and of those of the same camera.
    number : int
        Of the sector.
    camera_number : int or None
        Of the camera.
    """
    test = "other stars"
    pairs = [(one, two) for one, two in zip(sector, camera, strict=True) if one.stars and np.isfinite(one.chance)]
    if not pairs:
        return VettingResult(test, "unknown", "no other star was observed at its moments")
    together = sum(_many(one) or _many(two) for one, two in pairs)
    worst, its_camera = min(pairs, key=lambda pair: min(pair[0].chance, np.nan_to_num(pair[1].chance, nan=1.0)))
    said = _dips(worst, f"sector {number}")
    if camera_number is not None and its_camera.stars:
        said += f"; {_dips(its_camera, f'camera {camera_number}')}"
    if len(pairs) > 1:
        said = f"at {together} of {counted(len(pairs), 'event')} more than chance; at most {said}"
    failed = 2 * together > len(pairs)
    return VettingResult(test, "fail" if failed else "pass", said)


def _many(found: DipsOfOthers) -> bool:
    return found.dips >= LEAST_DIPS and found.chance < SIGNIFICANT


def _dips(found: DipsOfOthers, of: str) -> str:
    expected = f"{found.expected:.1f} expected, chance {found.chance:.2g}"
    return f"{found.dips} of {found.stars} other stars of {of} dip at this moment ({expected})"


def ecliptic_latitude(ra: float, dec: float) -> float:
    """Degrees from the ecliptic, of a place in degrees (ICRS).

    Parameters
    ----------
    ra, dec : float
        [deg]

    Examples
    --------
    >>> round(ecliptic_latitude(270.0, 66.5607), 3)
    90.0
    """
    alpha, delta, tilt = np.radians([ra, dec, OBLIQUITY_DEG])
    return float(np.degrees(np.arcsin(np.sin(delta) * np.cos(tilt) - np.cos(delta) * np.sin(tilt) * np.sin(alpha))))


def moving_words(ra: float, dec: float) -> str:
    """How likely a moving object is near a star.

    Parameters
    ----------
    ra, dec : float
        Of the star [deg].
    """
    if not np.isfinite([ra, dec]).all():
        return "the star's place is not known"
    latitude = ecliptic_latitude(ra, dec)
    near = "near the ecliptic" if abs(latitude) < NEAR_ECLIPTIC_DEG else "far from the ecliptic, where they are rare"
    return f"ecliptic latitude {latitude:+.0f}°, {near}"
