"""The part of a very long light curve that is searched for periods."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clara_engine.lightcurve import LightCurve
from clara_engine.periods.box import BIN_DAYS, SHORTEST_DAYS, trial_bands
from clara_engine.timeseries import binned, good_samples

__all__ = ["searched_part"]

#: Trial periods times samples of a search for dips: ten seconds on two cores. Some sectors in ten years are below it.
MOST_WORK = 1.2e10
SHORTER = 0.9  # by this factor parts are tried


def searched_part(light_curve: LightCurve) -> tuple[float, float] | None:
    """First and last time of the part with most samples that is searched; None where the whole is.

    The work grows with the span and with the number of samples: searched whole are a year and a half at 2 minutes and
    four sectors in eight years; of twenty years at 30 minutes a thousand days are.

    Parameters
    ----------
    light_curve : LightCurve

    Returns
    -------
    (float, float) or None
        BTJD [days].

    Raises
    ------
    FeatureError
        As `clara_engine.timeseries.good_samples`.
    """
    samples = binned(good_samples(light_curve), BIN_DAYS)
    time, cadence = samples.time, samples.cadence_days
    days = samples.span_days
    first, count = 0, time.size
    while count * _trials(days, cadence) > MOST_WORK:
        days *= SHORTER
        first, count = _fullest(time, days)
    return None if count == time.size else (float(time[first]), float(time[first + count - 1]))


def _trials(span_days: float, cadence_days: float) -> float:
    bands = trial_bands(span_days, cadence_days, SHORTEST_DAYS, span_days)
    return sum(float(np.log(high / low)) / step for low, high, step, _ in bands)


def _fullest(time: NDArray[np.float64], days: float) -> tuple[int, int]:
    """Where the stretch of some days begins that holds most samples, and how many it holds."""
    count = np.searchsorted(time, time + days, side="right") - np.arange(time.size)
    first = int(count.argmax())
    return first, int(count[first])
