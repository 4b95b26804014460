"""Dips that keep step with known events: what is left of them, their second kind, or those of another planet."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from clara_engine.periods.ephemeris import Ephemeris
from clara_engine.periods.events import DepthDifference, depth_difference, differ, events, whole
from clara_engine.periods.harmonics import RATIOS
from clara_engine.timeseries import Samples

__all__ = ["alike", "comes_more_often", "is_echo", "repeats"]

SURE, MOST_MISSING = 2.0, 0.25
SURELY_THERE = 5.0
#: Durations off the middle of an event within which dips may be what is left of it.
BESIDE = 2.0
PARTS = (1 / 2, 1 / 3)


def is_echo(samples: Samples, found: Ephemeris, known: Ephemeris, *, wave: bool = False) -> bool:
    """Whether dips are no others than events that are known: they keep step with them over the whole light curve.

    Dips of two planets keep step, too, where one period is the double of the other. But those of the longer period are
    absent in every second cycle of the shorter one, and those of the shorter period come twice in each of the longer.

    Parameters
    ----------
    samples : Samples
        Detrended, without the events that are known.
    found, known : Ephemeris
        Dips that were found, with a duration, and what was known before.
    wave : bool
        Whether what is known is a variation, of which any dip that keeps step is a rest.
    """
    if found.single:
        return False
    # Two dips a period are as far apart as 2/3 of it; a variation has no such pair.
    ratios = [ratio for ratio in (1.0, *RATIOS) if not wave or ratio % 1 == 0 or 1 / ratio % 1 == 0]
    off, ratio = min((abs(found.period_days / (one * known.period_days) - 1), one) for one in ratios)
    if off * samples.span_days >= found.duration_days:
        return False
    return wave or not _of_another_planet(samples, found, known, ratio)


def _of_another_planet(samples: Samples, found: Ephemeris, known: Ephemeris, ratio: float) -> bool:
    if ratio == 1:
        return False
    shorter = found if ratio < 1 else replace(found, period_days=found.period_days / ratio)
    longest = max(found.duration_days, known.duration_days)
    if abs(float(shorter.away_days(np.array([known.epoch_btjd]))[0])) < BESIDE * longest:
        return False
    if ratio > 1:
        return not repeats(samples, shorter)
    seen = whole(events(samples, found))
    there = [event for event in seen if event.depth_ppm > SURE * event.error_ppm]
    return len(there) >= max((1 - MOST_MISSING) * len(seen), 2)


def repeats(samples: Samples, ephemeris: Ephemeris) -> bool:
    """Whether a dip is there in nearly all cycles in which it was observed; those of another planet are not.

    Parameters
    ----------
    samples : Samples
        Detrended.
    ephemeris : Ephemeris
        With a duration.
    """
    seen = whole(events(samples, ephemeris))
    half = 0.5 * max(float(np.mean([event.depth_ppm for event in seen])), 0.0) if seen else 0.0
    missing = sum(event.depth_ppm + SURE * event.error_ppm < half for event in seen)
    return missing <= MOST_MISSING * len(seen)


def comes_more_often(samples: Samples, ephemeris: Ephemeris) -> bool:
    """Whether equal dips come half or a third of a period later, too: they are of another planet then.

    Parameters
    ----------
    samples : Samples
        Detrended, without the events that are known.
    ephemeris : Ephemeris
        With a duration.
    """
    first = whole(events(samples, ephemeris))
    later = (whole(events(samples, ephemeris, later_by=part)) for part in PARTS)
    return any(alike(depth_difference(first, one)) for one in later)


def alike(compared: DepthDifference) -> bool:
    """Whether the second of two depths is surely there, and may be that of the first."""
    return bool(compared.second_ppm > SURELY_THERE * compared.error_ppm and not differ(compared))
