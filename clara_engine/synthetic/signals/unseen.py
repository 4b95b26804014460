"""Unseen generators: signals for measuring a forest must differ from those that trained it."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from clara_engine.lightcurve import Target
from clara_engine.setting import Interval, Random, Range, Weight
from clara_engine.synthetic.exposure import mean_of_integral, mean_of_line, mean_of_sine
from clara_engine.synthetic.signals.drawing import Scale, between, inside, whole
from clara_engine.synthetic.signals.event import Event
from clara_engine.synthetic.signals.kind import UNKNOWN, Kind

__all__ = ["ComplexFlares", "GrazingTransits", "IrregularDips", "ShortTails", "TrapezoidEclipses"]

Float = NDArray[np.float64]


def _distance(time: Float, epoch: float, period: float) -> Float:
    """Time from the nearest of epoch + n period [days]."""
    return np.abs((time - epoch + period / 2) % period - period / 2)


def _trapezoid(away: Float, width: float, flat: float) -> Float:
    """1 within the flat part of a trapezoid, 0 outside it; `width` [days] from end to end, `flat` a share of it."""
    ramp = max((1 - flat) * width / 2, 1e-9)
    return np.clip((width / 2 - away) / ramp, 0, 1)


def _trapezoid_line(width: float, flat: float) -> tuple[Float, Float]:
    """Corners of `_trapezoid` and its values there."""
    half = width / 2
    top = half - max((1 - flat) * half, 1e-9)
    return np.array([-half, -top, top, half]), np.array([0.0, 1.0, 1.0, 0.0])


def _burst(time: Float, peaks: Sequence[Sequence[float]]) -> Float:
    """Sum of rises and falls; being convex between its peaks, it is highest at one of them."""
    flux = np.zeros_like(time)
    for peak, height, rise, fall in peaks:
        since = time - peak
        flux += height * np.exp(-np.where(since < 0, -since / rise, since / fall).clip(max=700))
    return flux


class GrazingTransits(Kind):
    """V-shaped and round transits whose rounding follows no quadratic law.

    Attributes
    ----------
    period_days, duration_hours : interval
        Log-uniform [d], [h], independent of each other.
    depth : interval
        Fraction of the flux lost at the middle.
    """

    kind: Literal["grazing_transits"] = "grazing_transits"
    weight: Weight = 1.0
    period_days: Annotated[Interval, Range(0.2, 1000, "d")] = (1.0, 13.0)
    depth: Annotated[Interval, Range(1e-6, 0.2)] = (0.0005, 0.02)
    depth_scale: Scale = "log"
    duration_hours: Annotated[Interval, Range(0.2, 48, "h")] = (1.2, 7.0)

    def draw(self, random: Random, time: Float, star: Target = UNKNOWN) -> Event:
        """Parameters of one light curve with samples at `time` [days]."""
        period = between(random, self.period_days, "log")
        return Event(
            kind=self.kind,
            shape="V" if random.uniform() < 0.5 else "round",
            period_days=period,
            duration_hours=(hours := min(between(random, self.duration_hours, "log"), 4.8 * period)),
            lasts_hours=hours,
            depth=between(random, self.depth, self.depth_scale),
            epoch_days=float(time[0] + random.uniform(0, period)),
            parameters={"flat": between(random, (0, 0.35)), "power": between(random, (0.3, 0.9))},
        )

    def flux(self, time: Float, event: Event) -> Float:
        """Relative flux, 1 outside transit, at each of `time` [days]."""
        away, width = _distance(time, event.epoch_days, event.period_days), event.duration_hours / 24
        if event.shape == "V":
            return 1 - event.depth * _trapezoid(away, width, event.parameters["flat"])
        inside_disc = np.clip(1 - (2 * away / width) ** 2, 0, None)
        return np.asarray(1 - event.depth * inside_disc ** event.parameters["power"])

    def exposed(self, time: Float, event: Event, exposure_days: float) -> Float:
        """Relative flux averaged over exposures around `time`."""
        half = event.duration_hours / 48
        close = np.sin(np.linspace(-np.pi / 2, np.pi / 2, 201))
        if event.shape == "V":
            nodes, values = _trapezoid_line(2 * half, event.parameters["flat"])
        else:
            nodes, values = half * close, (1 - close**2) ** event.parameters["power"]
        return 1 - event.depth * mean_of_line(time - event.epoch_days, exposure_days, nodes, values, event.period_days)


class TrapezoidEclipses(Kind):
    """Two trapezoids an orbit, the second at phase 0.3 to 0.7; light that varies once an orbit.

    Attributes
    ----------
    period_days : interval
        Log-uniform [d]; an eclipse lasts 3 to 20 % of it.
    depth : interval
        Of the primary eclipse; the secondary has any share of it.
    """

    kind: Literal["trapezoid_eclipses"] = "trapezoid_eclipses"
    weight: Weight = 1.0
    period_days: Annotated[Interval, Range(0.2, 1000, "d")] = (0.6, 13.0)
    depth: Annotated[Interval, Range(1e-5, 0.9)] = (0.01, 0.5)
    depth_scale: Scale = "log"

    def draw(self, random: Random, time: Float, star: Target = UNKNOWN) -> Event:
        """Parameters of one light curve with samples at `time` [days]."""
        period = between(random, self.period_days, "log")
        depth = between(random, self.depth, self.depth_scale)
        width = period * between(random, (0.03, 0.2))
        return Event(
            kind=self.kind,
            shape="trapezoid",
            period_days=period,
            duration_hours=24 * width,
            lasts_hours=24 * width,
            depth=depth,
            epoch_days=float(time[0] + random.uniform(0, period)),
            parameters={
                "flat": between(random, (0, 0.7)),
                "secondary_depth": depth * between(random, (0, 1)),
                "secondary_phase": between(random, (0.3, 0.7)),
                "wave": depth * between(random, (0, 0.05)),
            },
        )

    def flux(self, time: Float, event: Event) -> Float:
        """Relative flux at each of `time` [days]."""
        facts, width = event.parameters, event.duration_hours / 24
        flux = 1 + facts["wave"] * np.sin(2 * np.pi * (time - event.epoch_days) / event.period_days)
        for epoch, depth in ((0.0, event.depth), (facts["secondary_phase"], facts["secondary_depth"])):
            away = _distance(time, event.epoch_days + epoch * event.period_days, event.period_days)
            flux -= depth * _trapezoid(away, width, facts["flat"])
        return np.asarray(flux)

    def exposed(self, time: Float, event: Event, exposure_days: float) -> Float:
        """Relative flux averaged over exposures around `time`."""
        facts, since, period = event.parameters, time - event.epoch_days, event.period_days
        flux = 1 + facts["wave"] * mean_of_sine(period, exposure_days) * np.sin(2 * np.pi * since / period)
        nodes, values = _trapezoid_line(event.duration_hours / 24, facts["flat"])
        for phase, depth in ((0.0, event.depth), (facts["secondary_phase"], facts["secondary_depth"])):
            flux -= depth * mean_of_line(since - phase * period, exposure_days, nodes, values, period)
        return np.asarray(flux)


class ComplexFlares(Kind):
    """Flares with slow rises and several peaks, exponential on both sides.

    Attributes
    ----------
    count : interval
        Flares in a light curve, each of one to four peaks.
    depth : interval
        Greatest height over the quiet flux, where flares meet included.
    """

    kind: Literal["complex_flares"] = "complex_flares"
    weight: Weight = 1.0
    count: Annotated[Interval, Range(1, 500, "flares")] = (1, 12)
    depth: Annotated[Interval, Range(1e-5, 100)] = (0.005, 0.3)
    depth_scale: Scale = "log"

    def draw(self, random: Random, time: Float, star: Target = UNKNOWN) -> Event:
        """Parameters of one light curve with samples at `time` [days]."""
        count, highest = whole(random, self.count), between(random, self.depth, self.depth_scale)
        starts, peaks = inside(random, time, count), []
        for number, start in enumerate(starts):
            height = highest * (1 if number == 0 else random.uniform(0.05, 0.8))
            at = float(start)
            for later in range(whole(random, (1, 4))):
                share = 1.0 if later == 0 else random.uniform(0.2, 0.9)
                rise, fall = (between(random, minutes, "log") / 1440 for minutes in ((2, 25), (5, 60)))
                peaks.append((at, height * share, rise, fall))
                at += random.uniform(0.3, 2) * fall
        overshoot = _burst(np.array([peak[0] for peak in peaks]), peaks).max() / highest
        peaks = [(at, height / overshoot, rise, fall) for at, height, rise, fall in peaks]
        return Event(
            kind=self.kind,
            shape="multi-peaked",
            depth=highest,
            epoch_days=float(starts[0]),
            parameters={"peaks": peaks},
        )

    def flux(self, time: Float, event: Event) -> Float:
        """Relative flux, 1 between flares, at each of `time` [days]."""
        return 1 + _burst(time, event.parameters["peaks"])

    def exposed(self, time: Float, event: Event, exposure_days: float) -> Float:
        """Relative flux averaged over exposures around `time`."""
        flux = np.ones_like(time)
        for peak, height, rise, fall in event.parameters["peaks"]:
            since = time - peak
            near = (since > -40 * rise - exposure_days) & (since < 40 * fall + exposure_days)

            def integral(at: Float, rise: float = rise, fall: float = fall) -> Float:
                before, after = np.minimum(at, 0) / rise, np.maximum(at, 0) / fall
                return np.asarray(rise * np.exp(before) - fall * np.expm1(-after))

            flux[near] += height * mean_of_integral(integral, since[near], exposure_days)
        return flux


class IrregularDips(Kind):
    """Dimmings with ragged floors: broken lines below 1 that come and go.

    Attributes
    ----------
    count : interval
        Dimmings in a light curve.
    depth : interval
        Of the deepest, as a fraction of the flux.
    duration_hours : interval
        From end to end, log-uniform [h].
    """

    kind: Literal["irregular_dips"] = "irregular_dips"
    weight: Weight = 1.0
    count: Annotated[Interval, Range(1, 100, "dips")] = (2, 10)
    depth: Annotated[Interval, Range(1e-5, 0.99)] = (0.02, 0.4)
    depth_scale: Scale = "log"
    duration_hours: Annotated[Interval, Range(0.5, 480, "h")] = (6.0, 40.0)

    def draw(self, random: Random, time: Float, star: Target = UNKNOWN) -> Event:
        """Parameters of one light curve with samples at `time` [days]."""
        knots_days, knots = [], []
        deepest = between(random, self.depth, self.depth_scale)
        for centre in inside(random, time, whole(random, self.count)):
            width = between(random, self.duration_hours, "log") / 24
            inner = whole(random, (2, 9))
            places = centre + width * (np.sort(random.uniform(0, 1, inner)) - 0.5)
            knots_days.append([float(centre - width / 2), *places.tolist(), float(centre + width / 2)])
            knots.append([0.0, *(random.uniform(0.2, 1, inner)).tolist(), 0.0])
        highest = max(max(values) for values in knots)
        return Event(
            kind=self.kind,
            shape="ragged",
            depth=deepest,
            epoch_days=knots_days[0][1],
            parameters={"knots_days": knots_days, "knots": [[v / highest for v in values] for values in knots]},
        )

    def flux(self, time: Float, event: Event) -> Float:
        """Relative flux, 1 between dips, at each of `time` [days]."""
        lost = np.zeros_like(time)
        for places, values in zip(event.parameters["knots_days"], event.parameters["knots"], strict=True):
            lost = np.maximum(lost, np.interp(time, places, values, left=0, right=0))
        return np.asarray(1 - event.depth * lost)

    def exposed(self, time: Float, event: Event, exposure_days: float) -> Float:
        """Relative flux averaged over exposures around `time`."""
        nodes = _corners(event.parameters["knots_days"], event.parameters["knots"])
        return mean_of_line(time - time[0], exposure_days, nodes - time[0], self.flux(nodes, event))


def _corners(lines_x: Sequence[Sequence[float]], lines_y: Sequence[Sequence[float]]) -> Float:
    """Where the greatest of several broken lines may bend: at their knots, and where two cross."""
    knots = np.unique(np.concatenate(lines_x))
    values = [np.interp(knots, x, y, left=0, right=0) for x, y in zip(lines_x, lines_y, strict=True)]
    found = [knots]
    for first, second in itertools.combinations(values, 2):
        apart = first - second
        at = np.flatnonzero(apart[:-1] * apart[1:] < 0)
        found.append(knots[at] + np.diff(knots)[at] * apart[at] / (apart[at] - apart[at + 1]))
    return np.unique(np.concatenate(found))


class ShortTails(Kind):
    """Comets with straight flanks: a linear fall, then a tail that ends, curved by a power of time.

    Attributes
    ----------
    count : interval
        Comets in a light curve.
    depth : interval
        Of the deepest, as a fraction of the flux.
    duration_hours : interval
        From end to end, log-uniform [h]; the fall takes 10 to 25 % of it.
    """

    kind: Literal["short_tails"] = "short_tails"
    weight: Weight = 1.0
    count: Annotated[Interval, Range(1, 50, "comets")] = (1, 4)
    depth: Annotated[Interval, Range(1e-6, 0.5)] = (0.0003, 0.01)
    depth_scale: Scale = "log"
    duration_hours: Annotated[Interval, Range(0.5, 480, "h")] = (10.0, 60.0)

    def draw(self, random: Random, time: Float, star: Target = UNKNOWN) -> Event:
        """Parameters of one light curve with samples at `time` [days]; the deepest moments are seen."""
        deepests = inside(random, time, whole(random, self.count))
        depth = between(random, self.depth, self.depth_scale)
        comets = [
            (
                float(at),
                1.0 if number == 0 else between(random, (0.25, 1)),
                between(random, self.duration_hours, "log") / 24,
                between(random, (0.1, 0.25)),
                between(random, (1.2, 2.5)),
            )
            for number, at in enumerate(deepests)
        ]
        return Event(
            kind=self.kind,
            shape="power-law tail",
            depth=depth,
            epoch_days=float(deepests[0]),
            duration_hours=24 * comets[0][2],
            lasts_hours=24 * comets[0][2],
            parameters={"comets": comets},
        )

    def flux(self, time: Float, event: Event) -> Float:
        """Relative flux, 1 without a comet, at each of `time` [days]."""
        flux = np.ones_like(time)
        for at, share, lasts, fall, power in event.parameters["comets"]:
            since = (time - at) / lasts
            falling = np.clip(1 + since / fall, 0, 1)
            rising = np.clip(1 - since / (1 - fall), 0, 1) ** power
            flux -= event.depth * share * np.where(since < 0, falling, rising)
        return flux

    def scale_days(self, event: Event) -> float:
        """The shortest fall."""
        return float(min(lasts * fall for _, _, lasts, fall, _ in event.parameters["comets"]))
