"""The second kind of event of a period, looked for at all phases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clara_engine.errors import FeatureError
from clara_engine.periods.echo import comes_more_often, repeats
from clara_engine.periods.ephemeris import Ephemeris
from clara_engine.periods.event_fit import EventFit, fit_event
from clara_engine.periods.event_points import points_around
from clara_engine.periods.out_of_event import folded_medians
from clara_engine.timeseries import MAD, Samples, robust_noise

__all__ = ["LEAST_SNR", "Secondary", "find_secondary"]

Float = NDArray[np.float64]
#: Of Kepler's pipeline (Jenkins, Caldwell & Borucki 2002, ApJ 564, 495).
LEAST_SNR = 7.1
STEPS_A_DURATION = 8
MOST_STEPS = 5000
BESIDE_PRIMARY = 0.12  # of the period: where a binary that varies all the time has its second minimum
SMOOTH = np.ones(3) / 3


@dataclass(frozen=True, slots=True, eq=False)
class Secondary:
    """A second event in each period.

    Attributes
    ----------
    fit : EventFit
    phase : float
        Of its middle.
    snr : float
        Of the search; NaN where the flux varies all the time.
    """

    fit: EventFit
    phase: float
    snr: float


def find_secondary(
    samples: Samples, ephemeris: Ephemeris, limb_darkening: tuple[float, float], *, varying: bool
) -> Secondary | None:
    """Search all phases but those of the events of `ephemeris`, and fit the best.

    Parameters
    ----------
    samples : Samples
        Detrended, or as they are where the flux varies with the period.
    ephemeris : Ephemeris
        Of the first kind of event, with a duration.
    limb_darkening : two floats
        Quadratic coefficients.
    varying : bool
        Whether the flux between events varies with the period: then the other minimum of the fold is taken.

    Returns
    -------
    Secondary or None
        None where nothing stands out.
    """
    if ephemeris.single or ephemeris.duration_days > 0.4 * ephemeris.period_days:
        return None
    phase, snr = _other_minimum(samples, ephemeris) if varying else _strongest_dip(samples, ephemeris)
    if not np.isfinite(phase):
        return None
    period, duration = ephemeris.period_days, ephemeris.duration_days
    start = Ephemeris(period, ephemeris.epoch_btjd + phase * period, duration)
    room = samples.without(np.abs(ephemeris.away_days(samples.time)) < 0.6 * duration)
    try:
        points = points_around(room, start, 1.5 if varying else 2.5)
        fit = fit_event(points, start, limb_darkening, planet=False, curved=varying, timed=False)
    except FeatureError:
        return None
    if not varying and (not repeats(samples, fit.ephemeris) or comes_more_often(room, fit.ephemeris)):
        return None
    phase = float(np.mod(ephemeris.turns(np.array([fit.ephemeris.epoch_btjd]))[0], 1))
    return Secondary(fit, phase, snr)


def _other_minimum(samples: Samples, ephemeris: Ephemeris) -> tuple[float, float]:
    folded = folded_medians(samples, ephemeris)
    centre = (np.arange(folded.size) + 0.5) / folded.size
    near = np.minimum(centre, 1 - centre) < max(0.75 * ephemeris.duration_days / ephemeris.period_days, BESIDE_PRIMARY)
    smooth = np.convolve(np.r_[folded[-1:], folded, folded[:1]], SMOOTH, "valid")
    smooth[near | ~np.isfinite(smooth)] = np.inf
    lowest = int(np.argmin(smooth))
    return (float(centre[lowest]) if np.isfinite(smooth[lowest]) else np.nan), np.nan


def _strongest_dip(samples: Samples, ephemeris: Ephemeris) -> tuple[float, float]:
    """Phase and signal-to-noise of the deepest box as long as the event; NaN where none stands out."""
    share = ephemeris.duration_days / ephemeris.period_days
    bins = int(min(np.ceil(STEPS_A_DURATION / share), MOST_STEPS))
    width = max(round(share * bins), 1)
    rest = samples.without(np.abs(ephemeris.away_days(samples.time)) < ephemeris.duration_days)
    if rest.time.size < 50:
        return np.nan, np.nan
    place = (np.mod(ephemeris.turns(rest.time), 1) * bins).astype(np.intp) % bins

    def around(values: NDArray[Any]) -> Float:
        """Sums over a duration from each bin on."""
        total = np.cumsum(np.r_[0.0, values, values[:width]])
        return total[width : width + bins] - total[:bins]

    count = around(np.bincount(place, minlength=bins).astype(float))
    level = float(np.median(rest.flux))
    lost = around(np.bincount(place, level - rest.flux, bins))
    enough = count > 0.5 * np.median(count[count > 0])
    snr = np.full(bins, -np.inf)
    snr[enough] = lost[enough] / np.sqrt(count[enough]) / robust_noise(rest.flux)
    spread = MAD * float(np.median(np.abs(snr[enough] - np.median(snr[enough]))))
    snr /= max(spread, 1.0)
    best = int(np.argmax(snr))
    if snr[best] < LEAST_SNR:
        return np.nan, np.nan
    return float((best + width / 2) / bins % 1), float(snr[best])
