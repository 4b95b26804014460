"""Is it a planet? Tests of an ephemeris, each with its reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from clara_engine.errors import FeatureError
from clara_engine.lightcurve import LightCurve, Target
from clara_engine.periods.box import BIN_DAYS
from clara_engine.periods.centroid import PIXELS_A_DEPTH, centroid_shift
from clara_engine.periods.events import differ
from clara_engine.periods.measurement import Transit
from clara_engine.periods.search import LEAST_SNR
from clara_engine.periods.transit import flat_samples
from clara_engine.text import counted
from clara_engine.timeseries import Detrending, Samples, binned

__all__ = [
    "EARTH_RADII_A_SUN",
    "LARGEST_PLANET",
    "TESTS",
    "TOO_LONG",
    "V_SHAPE",
    "VettingResult",
    "longest_transit_hours",
    "vet",
]

Outcome = Literal["pass", "fail", "unknown"]

EARTH_RADII_A_SUN = 109.08
#: Tests of what lies between first and last contact.
OF_DISTINCT_EVENTS = frozenset({"shape", "duration", "centroid", "coverage", "sine"})
LARGEST_PLANET = 25.0  # earth radii: above the most inflated hot Jupiters
DEEPEST_PLANET_PPM = 50_000.0
V_SHAPE = 0.85
SECOND_DIP_SHARE = 0.05
LEAST_COVERAGE = 0.75
SINE_SIGMA, SINE_SHARE = 5.0, 0.25
LOG_G_SUN = 4.438
TOO_LONG = 1.5


@dataclass(frozen=True, slots=True)
class VettingResult:
    """The result of one test.

    Attributes
    ----------
    test : str
    outcome : {"pass", "fail", "unknown"}
        ``fail`` speaks against a planet; ``unknown`` where the data do not allow the test.
    reason : str
        Numbers and limit, for people.
    """

    test: str
    outcome: Outcome
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class _Case:
    """The input of the tests."""

    light_curve: LightCurve
    transit: Transit
    flat: Samples

    @property
    def target(self) -> Target:
        return self.light_curve.target


def vet(light_curve: LightCurve, transit: Transit, detrending: Detrending | None = None) -> tuple[VettingResult, ...]:
    """Every test of `TESTS` on a measured transit.

    Parameters
    ----------
    light_curve : LightCurve
    transit : Transit
        From `measure_transit` on the same light curve.
    detrending : Detrending, optional
        By default a biweight of 1.5 days.

    Returns
    -------
    tuple of VettingResult
        One a test, in the order of `TESTS`; a test that can't be made says why.
    """
    case = _Case(light_curve, transit, flat_samples(light_curve, transit.ephemeris, detrending))
    results = []
    for name, test in TESTS.items():
        if name in OF_DISTINCT_EVENTS and not np.isfinite([transit.duration_hours, transit.slope_share]).all():
            results.append(VettingResult(name, "unknown", "needs a whole event: first and last contact were not seen"))
            continue
        try:
            outcome, reason = test(case)
        except FeatureError as error:
            outcome, reason = "unknown", str(error)
        results.append(VettingResult(name, outcome, reason))
    return tuple(results)


def longest_transit_hours(period_days: float, density: float) -> float:
    """A central transit on a circular orbit: 13 h (P / 1 yr)^⅓ (ρ☉/ρ)^⅓ (Seager & Mallén-Ornelas 2003, ApJ 585, 1038).

    Parameters
    ----------
    period_days : float
        [days]
    density : float
        Mean density of the star [solar].

    Examples
    --------
    >>> longest_transit_hours(365.25, 1.0)
    13.0
    """
    return float(13.0 * (period_days / 365.25 / density) ** (1 / 3))


def _outcome(good: bool) -> Outcome:
    return "pass" if good else "fail"


def _significance(case: _Case) -> tuple[Outcome, str]:
    snr = case.transit.snr
    return _outcome(snr >= LEAST_SNR), f"S/N {snr:.1f} with red noise, {LEAST_SNR} is needed"


def _events(case: _Case) -> tuple[Outcome, str]:
    seen = len(case.transit.events)
    if seen == 1:
        return "unknown", "a single event: its period is not known"
    if seen == 2:
        return "unknown", "two events: half the period may be right where it falls into gaps"
    return "pass", counted(seen, "event")


def _odd_even(case: _Case) -> tuple[Outcome, str]:
    found = case.transit.odd_even
    if not np.isfinite(found.sigma):
        return "unknown", "needs odd and even events"
    said = f"odd {found.first_ppm:.0f} ppm, even {found.second_ppm:.0f} ppm: {found.sigma:.1f} σ apart"
    return _outcome(not differ(found)), said


def _second_dip(case: _Case) -> tuple[Outcome, str]:
    transit = case.transit
    if transit.ephemeris.single:
        return "unknown", "needs a period"
    if not np.isfinite(transit.secondary_depth_ppm):
        return "pass", f"no other dip stands out at any phase; S/N {LEAST_SNR} is needed"
    share = transit.secondary_depth_ppm / transit.depth_ppm
    error = transit.secondary_depth_error_ppm
    said = f"another dip of {transit.secondary_depth_ppm:.0f} ± {error:.0f} ppm at phase {transit.secondary_phase:.2f}"
    return _outcome(share < SECOND_DIP_SHARE), said


def _size(case: _Case) -> tuple[Outcome, str]:
    depth, radius = case.transit.depth_ppm, case.target.radius
    if depth <= 0:
        return "fail", f"depth {depth:.0f} ppm is not above 0"
    if not radius > 0:
        said = f"{depth:.0f} ppm deep; the star's radius is not known"
        return ("fail", f"{said}, no planet takes 5 %") if depth > DEEPEST_PLANET_PPM else ("unknown", said)
    size = radius * np.sqrt(depth / 1e6) * EARTH_RADII_A_SUN
    said = f"{size:.1f} earth radii from {depth:.0f} ppm and a star of {radius:.2f} R☉; at most {LARGEST_PLANET:.0f}"
    return _outcome(bool(size <= LARGEST_PLANET)), said


def _shape(case: _Case) -> tuple[Outcome, str]:
    share = case.transit.slope_share
    if case.transit.snr < 2 * LEAST_SNR:
        return "unknown", f"S/N {case.transit.snr:.1f} is too low to see the shape"
    return _outcome(share < V_SHAPE), f"{100 * share:.0f} % of its duration are slopes; {100 * V_SHAPE:.0f} % make a V"


def _duration(case: _Case) -> tuple[Outcome, str]:
    """Against the longest transit of the star's density."""
    hours, period, target = case.transit.duration_hours, case.transit.ephemeris.period_days, case.target
    if case.transit.ephemeris.single or not (target.radius > 0 and np.isfinite(target.logg)):
        return "unknown", f"{hours:.2f} h; needs a period, and the star's radius and gravity"
    longest = longest_transit_hours(period, 10 ** (target.logg - LOG_G_SUN) / target.radius)
    said = f"{hours:.2f} h; a planet of this star takes {longest:.2f} h at most on a circle"
    return _outcome(bool(hours <= TOO_LONG * longest)), said


def _centroid(case: _Case) -> tuple[Outcome, str]:
    shift = centroid_shift(case.light_curve, case.transit.ephemeris, case.transit.depth_ppm)
    said = (
        f"moves by {shift.pixel:.5f} ± {shift.error_pixel:.5f} pixel, {shift.per_depth:.2f} ± "
        f"{shift.per_depth_error:.2f} per unit depth; more than {PIXELS_A_DEPTH} by 3 σ points at a neighbour"
    )
    if not shift.elsewhere and shift.per_depth_error > PIXELS_A_DEPTH:
        return "unknown", f"{said}; too noisy to tell"
    return _outcome(not shift.elsewhere), said


def _coverage(case: _Case) -> tuple[Outcome, str]:
    from exovetter.transit_coverage import calc_coverage

    ephemeris = case.transit.ephemeris
    if ephemeris.single:
        return "unknown", "needs a period"
    share, _, _ = calc_coverage(
        case.flat.time, ephemeris.period_days, ephemeris.epoch_btjd, ephemeris.duration_days * 24
    )
    said = f"{100 * share:.0f} % of the phases around the event were observed (exovetter)"
    return ("pass", said) if share >= LEAST_COVERAGE else ("unknown", said)


def _sine(case: _Case) -> tuple[Outcome, str]:
    """SWEET of Kepler's robovetter (Thompson et al. 2018, ApJS 235, 38), on what detrending left."""
    from exovetter.sweet import sweet

    ephemeris = case.transit.ephemeris
    if ephemeris.single:
        return "unknown", "needs a period"
    coarse = binned(case.flat, BIN_DAYS)
    fits = sweet(
        coarse.time.copy(), coarse.flux - 1, ephemeris.period_days, ephemeris.epoch_btjd, ephemeris.duration_days
    )
    amplitude, _, sigma = fits[int(np.argmax(fits[:, 2]))]
    share = abs(amplitude) * 1e6 / max(case.transit.depth_ppm, 1e-9)
    said = f"strongest sine at ½, 1 or 2 periods: {abs(amplitude) * 1e6:.0f} ppm, {sigma:.1f} σ (exovetter SWEET)"
    return _outcome(not (sigma > SINE_SIGMA and share > SINE_SHARE)), said


#: What is tested, in the order of the answers. exovetter's ModShift and OddEven are not among them: version 0.0.16
#: takes the scatter of single samples for the error of a depth, and bin numbers for times.
TESTS: dict[str, Callable[[_Case], tuple[Outcome, str]]] = {
    "significance": _significance,
    "events": _events,
    "odd and even": _odd_even,
    "second dip": _second_dip,
    "size": _size,
    "shape": _shape,
    "duration": _duration,
    "centroid": _centroid,
    "coverage": _coverage,
    "sine": _sine,
}
