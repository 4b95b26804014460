"""The flux between the events: variation with the period, maximum light, and noise."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from clara_engine.periods.ephemeris import Ephemeris
from clara_engine.timeseries import Samples

__all__ = [
    "MINIMUM_REACH",
    "Minimum",
    "folded_medians",
    "lowest_phase",
    "maximum_light",
    "minima_of_cycles",
    "minimum_near",
    "varies_with_the_period",
    "without_the_fold",
]

Float = NDArray[np.float64]
#: Bins of a period: fine enough for maximum light between eclipses.
FINE_BINS = 200
COARSE_BINS = 24
BINS, NEAR = 100, 0.1  # in which minima are looked for, and how far from a phase
FEWEST_CYCLES = 3
ALIKE = 0.7
MATTERS = 0.01  # of the depth
MINIMUM_REACH = 0.07  # of the period: where a parabola describes the minimum of a binary in contact
FEWEST_SAMPLES = 8


def folded_medians(samples: Samples, ephemeris: Ephemeris, bins: int = FINE_BINS) -> Float:
    """Medians of the folded flux.

    Parameters
    ----------
    samples : Samples
    ephemeris : Ephemeris
    bins : int
        Of a period.

    Returns
    -------
    ndarray, shape (bins,)
        Relative flux from phase 0 on; NaN where nothing was observed.
    """
    place = (np.mod(ephemeris.turns(samples.time), 1) * bins).astype(np.intp) % bins
    order = np.argsort(place, kind="stable")
    edges = np.searchsorted(place[order], np.arange(bins + 1))
    flux = samples.flux[order]
    return np.array([np.median(flux[a:b]) if b > a else np.nan for a, b in pairwise(edges)])


def maximum_light(samples: Samples, ephemeris: Ephemeris) -> float:
    """The 95th percentile of the folded and finely binned flux: what depths of a binary are relative to.

    Parameters
    ----------
    samples : Samples
        Not detrended.
    ephemeris : Ephemeris
    """
    return float(np.nanpercentile(folded_medians(samples, ephemeris), 95))


def without_the_fold(samples: Samples, ephemeris: Ephemeris) -> Samples:
    """What is left when the folded light curve is taken off, around 1.

    Parameters
    ----------
    samples : Samples
    ephemeris : Ephemeris
    """
    middle = folded_medians(samples, ephemeris)
    phase = np.mod(ephemeris.turns(samples.time), 1)
    centre = (np.arange(middle.size) + 0.5) / middle.size
    known = np.isfinite(middle)
    expected = np.interp(phase, centre[known], middle[known], period=1)
    return Samples(samples.time, samples.flux - expected + 1, samples.cadence_days)


def varies_with_the_period(samples: Samples, ephemeris: Ephemeris, events: NDArray[np.bool_], depth: float) -> bool:
    """Whether the flux between events changes with phase by what matters beside the depth.

    The variation of a spotted star, or a trend, is not alike from cycle to cycle; the tides and reflections of a
    binary are. So the fold of odd cycles is compared with that of even ones, and early ones with late ones.

    Parameters
    ----------
    samples : Samples
        Not detrended.
    ephemeris : Ephemeris
    events : ndarray of bool, shape (n,)
        Samples in or close to an event.
    depth : float
        Relative flux.
    """
    if ephemeris.single or samples.span_days < FEWEST_CYCLES * ephemeris.period_days:
        return False
    rest = samples.without(events)
    cycle = np.floor(ephemeris.turns(rest.time)).astype(np.int64)
    profile = folded_medians(rest, ephemeris, COARSE_BINS)
    if np.isfinite(profile).sum() < 5 or np.nanpercentile(profile, 95) - np.nanmedian(profile) < MATTERS * depth:
        return False
    return all(
        _alike(*(folded_medians(rest.without(~part), ephemeris, COARSE_BINS) for part in (half, ~half)))
        for half in (cycle % 2 == 0, cycle < np.median(cycle))
    )


def _alike(first: Float, second: Float) -> bool:
    both = np.isfinite(first) & np.isfinite(second)
    return bool(both.sum() >= 5 and np.corrcoef(first[both], second[both])[0, 1] > ALIKE)


@dataclass(frozen=True, slots=True)
class Minimum:
    """The bottom of a parabola through a minimum of the fold: relative flux, phase, their white errors, and its cycle.

    Attributes
    ----------
    bottom, error : float
        Relative flux.
    phase, phase_error : float
    number : int
        Cycle, counted from the epoch; 0 for all of them together.
    middle_btjd : float
        Time [days].
    """

    bottom: float
    error: float
    phase: float
    phase_error: float
    number: int = 0
    middle_btjd: float = np.nan


def minimum_near(samples: Samples, ephemeris: Ephemeris, phase: float) -> Minimum | None:
    """The minimum of the folded light curve near a phase; None where it has none there, but goes on falling.

    Parameters
    ----------
    samples : Samples
        Not detrended.
    ephemeris : Ephemeris
    phase : float
        The lowest bin within 0.1 of it is where the parabola is fitted.
    """
    folded = folded_medians(samples, ephemeris, BINS)
    centre = (np.arange(BINS) + 0.5) / BINS
    apart = np.abs((centre - phase + 0.5) % 1 - 0.5)
    near = np.where((apart < NEAR) & np.isfinite(folded), folded, np.inf)
    lowest = int(np.argmin(near))
    if (np.take(folded, [lowest - 1, lowest + 1], mode="wrap") < near[lowest]).any():
        return None
    found = _parabola(samples, ephemeris, float(centre[lowest]))
    return found if found.phase_error < MINIMUM_REACH else None


def lowest_phase(samples: Samples, ephemeris: Ephemeris) -> float:
    """Phase of the lowest bin of the folded light curve, 0 to 1.

    Parameters
    ----------
    samples : Samples
        Not detrended.
    ephemeris : Ephemeris
    """
    return float((np.nanargmin(folded_medians(samples, ephemeris, BINS)) + 0.5) / BINS)


def minima_of_cycles(samples: Samples, ephemeris: Ephemeris) -> list[Minimum]:
    """The flux at the epoch in every cycle of which enough was observed.

    Parameters
    ----------
    samples : Samples
        Not detrended.
    ephemeris : Ephemeris
        Its epoch is that of a minimum.
    """
    away = ephemeris.away_days(samples.time) / ephemeris.period_days
    near = np.abs(away) < MINIMUM_REACH
    found = []
    for which, turn in ephemeris.each_turn(samples.time, near):
        mine = near[turn]
        off = away[turn][mine]
        if off.size < FEWEST_SAMPLES or off.min() >= -0.5 * MINIMUM_REACH or off.max() <= 0.5 * MINIMUM_REACH:
            continue
        part = Samples(samples.time[turn][mine], samples.flux[turn][mine], samples.cadence_days)
        minimum = _parabola(part, ephemeris, 0.0, free=False)
        middle = ephemeris.epoch_btjd + which * ephemeris.period_days
        found.append(Minimum(minimum.bottom, minimum.error, 0.0, np.nan, which, middle))
    return found


def _parabola(samples: Samples, ephemeris: Ephemeris, phase: float, *, free: bool = True) -> Minimum:
    """A parabola around a phase; its bottom is at its vertex, or at the phase itself where it is not `free`."""
    off = (ephemeris.turns(samples.time) - phase + 0.5) % 1 - 0.5
    near = np.abs(off) < MINIMUM_REACH
    x, y = off[near] / MINIMUM_REACH, samples.flux[near]
    design = np.column_stack([np.ones(x.size), x, x * x])
    inverse = np.linalg.pinv(design.T @ design)
    level, slope, curve = inverse @ design.T @ y
    noise = float(np.sqrt(((y - design @ [level, slope, curve]) ** 2).sum() / max(x.size - 3, 1)))
    vertex = float(-slope / (2 * curve)) if free and curve > 0 else 0.0
    inside = curve > 0 and abs(vertex) < 1
    vertex = vertex if inside else 0.0
    at = np.array([1.0, vertex, vertex**2])
    turn = noise * np.sqrt(inverse[1, 1]) / (2 * curve) if inside else np.nan
    return Minimum(
        bottom=float(at @ [level, slope, curve]),
        error=noise * float(np.sqrt(at @ inverse @ at)),
        phase=phase + vertex * MINIMUM_REACH,
        phase_error=float(turn * MINIMUM_REACH),
    )
