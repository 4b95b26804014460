"""An event of which a gap, or an end of the light curve, hides a part."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from clara_engine.errors import FeatureError
from clara_engine.periods.ephemeris import Ephemeris
from clara_engine.periods.event_points import FEWEST_POINTS
from clara_engine.periods.events import alternation, events, mean_depth, noise_of_means
from clara_engine.periods.measurement import NAN, Transit
from clara_engine.periods.red_noise import red_noise
from clara_engine.periods.secondary import Secondary
from clara_engine.timeseries import Samples

__all__ = ["cut_event"]

#: What was seen is looked at in so many parts; one is the bottom where it is so many errors below the mean.
PARTS, CLEARLY_LOWER = 16, 5.0


def cut_event(flat: Samples, ephemeris: Ephemeris, secondary: Secondary | None) -> Transit:
    """What was seen of events that a gap cuts: no error of a fit, a duration that is a lower limit, the lowest flux.

    Parameters
    ----------
    flat : Samples
        Detrended.
    ephemeris : Ephemeris
        With a duration.
    secondary : Secondary or None
        The second kind of event, which may be whole.

    Raises
    ------
    FeatureError
        When too little was seen.
    """
    seen = events(flat, ephemeris)
    mean, mean_error = mean_depth(seen)
    away = ephemeris.away_days(flat.time)
    inside = np.abs(away) < ephemeris.duration_days / 2
    if inside.sum() < FEWEST_POINTS:
        raise FeatureError(f"too few samples to measure an event that a gap cuts: {inside.sum()}")
    depth, error = _lowest(flat, ephemeris, mean, mean_error)
    first, last = float(away[inside].min()), float(away[inside].max())
    observed = min(last - first + flat.cadence_days, ephemeris.duration_days)
    known = replace(
        ephemeris, epoch_btjd=ephemeris.epoch_btjd + (first + last) / 2, duration_days=max(observed, flat.cadence_days)
    )
    found = Transit(
        ephemeris=known,
        depth_ppm=depth,
        depth_error_ppm=error,
        duration_hours=known.duration_days * 24,
        duration_error_hours=NAN,
        epoch_error_days=NAN,
        period_error_days=NAN,
        slope_share=NAN,
        snr=mean / mean_error,
        events=seen,
        odd_even=alternation(seen),
        secondary_ppm=NAN,
        secondary_error_ppm=NAN,
        cut=True,
    )
    if secondary is None:
        return found
    second = secondary.fit
    level = second.bottom + second.depth
    noise = red_noise(flat.without(inside), 2 * second.points.reach_days)
    return replace(
        found,
        secondary_depth_ppm=second.depth / level * 1e6,
        secondary_depth_error_ppm=second.errors(noise)["depth"] / level * 1e6,
        secondary_phase=secondary.phase,
    )


def _lowest(flat: Samples, ephemeris: Ephemeris, mean_ppm: float, error_ppm: float) -> tuple[float, float]:
    """Depth of the lowest part of what was seen, and its error [ppm]; the mean where no part is lower beyond noise."""
    away, width = ephemeris.away_days(flat.time), ephemeris.duration_days / PARTS
    inside = np.abs(away) < ephemeris.duration_days / 2
    place = np.floor(away[inside] / width).astype(np.intp)
    place -= place.min()
    count = np.bincount(place)
    parts = np.bincount(place, 1 - flat.flux[inside]) / np.maximum(count, 1)
    enough = count >= 0.5 * np.median(count[count > 0])
    lowest = float(parts[enough].max()) * 1e6
    error = noise_of_means(flat, width) * 1e6
    return (lowest, error) if lowest - mean_ppm > CLEARLY_LOWER * error else (mean_ppm, error_ppm)
