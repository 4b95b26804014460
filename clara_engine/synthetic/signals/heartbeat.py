"""Heartbeat stars: eccentric binaries that tides deform at periastron."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from clara_engine.lightcurve import Target
from clara_engine.setting import Interval, Random, Range, Weight
from clara_engine.synthetic.exposure import mean_of_line
from clara_engine.synthetic.signals.drawing import Scale, between
from clara_engine.synthetic.signals.event import Event
from clara_engine.synthetic.signals.kind import UNKNOWN, Kind

__all__ = ["Heartbeats", "heartbeat"]

Float = NDArray[np.float64]
NODES = 2001


def heartbeat(
    time: Float, *, epoch: float, period: float, eccentricity: float, inclination: float, periastron: float
) -> Float:
    """Tidal brightness of an eccentric binary (Kumar, Ao & Quataert 1995, equation 44), without its scale.

    Parameters
    ----------
    time : ndarray of float
        Shape (n,) [days].
    epoch, period : float
        Time of periastron, and orbital period [days].
    eccentricity : float
        0 to below 1.
    inclination, periastron : float
        Of the orbit, and argument of periastron [deg].

    Returns
    -------
    ndarray of float
        Shape (n,), without its scale.
    """
    mean = 2 * np.pi * (time - epoch) / period
    eccentric = mean + eccentricity * np.sin(mean)
    for _ in range(12):  # Newton's method on Kepler's equation
        step = (eccentric - eccentricity * np.sin(eccentric) - mean) / (1 - eccentricity * np.cos(eccentric))
        eccentric = eccentric - step
    return _tides(eccentric, eccentricity, inclination, periastron)


def _tides(eccentric: Float, eccentricity: float, inclination: float, periastron: float) -> Float:
    true = 2 * np.arctan2(
        np.sqrt(1 + eccentricity) * np.sin(eccentric / 2), np.sqrt(1 - eccentricity) * np.cos(eccentric / 2)
    )
    distance = 1 - eccentricity * np.cos(eccentric)
    tilt = np.sin(np.radians(inclination)) ** 2
    return np.asarray((1 - 3 * tilt * np.cos(true - np.radians(periastron)) ** 2) / distance**3)


class Heartbeats(Kind):
    """Heartbeat stars (Thompson et al. 2012, ApJ 753, 86).

    Attributes
    ----------
    period_days : interval
        Orbit, log-uniform [d].
    depth : interval
        Range of the light curve, from minimum to maximum.
    eccentricity : interval
    """

    kind: Literal["heartbeats"] = "heartbeats"
    weight: Weight = 1.0
    period_days: Annotated[Interval, Range(0.5, 1000, "d")] = (2.0, 14.0)
    depth: Annotated[Interval, Range(1e-6, 0.5)] = (0.0005, 0.02)
    depth_scale: Scale = "log"
    eccentricity: Annotated[Interval, Range(0.05, 0.95)] = (0.3, 0.8)

    def draw(self, random: Random, time: Float, star: Target = UNKNOWN) -> Event:
        """Parameters of one light curve with samples at `time` [days]."""
        period = between(random, self.period_days, "log")
        return Event(
            kind=self.kind,
            shape="tidal",
            period_days=period,
            depth=between(random, self.depth, self.depth_scale),
            epoch_days=float(time[0] + random.uniform(0, period)),
            parameters={
                "eccentricity": between(random, self.eccentricity),
                "inclination": float(np.degrees(np.arccos(between(random, (0, 1))))),
                "periastron": between(random, (0, 360)),
            },
        )

    def flux(self, time: Float, event: Event) -> Float:
        """Relative flux at each of `time` [days]."""
        middle, size = _level(event)
        orbit = {"epoch": event.epoch_days, "period": event.period_days, **event.parameters}
        return np.asarray(1 + event.depth * (heartbeat(time, **orbit) - middle) / size)

    def exposed(self, time: Float, event: Event, exposure_days: float) -> Float:
        """Relative flux averaged over exposures around `time`."""
        middle, size = _level(event)
        eccentric = np.linspace(-np.pi, np.pi, NODES)  # close together in time where the stars are
        mean = eccentric - event.parameters["eccentricity"] * np.sin(eccentric)
        tides = 1 + event.depth * (_tides(eccentric, **event.parameters) - middle) / size
        tides[-1] = tides[0]
        period = event.period_days
        return mean_of_line(time - event.epoch_days, exposure_days, mean * period / (2 * np.pi), tides, period)


def _level(event: Event) -> tuple[float, float]:
    """Median and range of the tidal brightness over an orbit."""
    eccentric = np.linspace(-np.pi, np.pi, NODES)
    tides = _tides(eccentric, **event.parameters)
    lasts = 1 - event.parameters["eccentricity"] * np.cos(eccentric)
    order = np.argsort(tides)
    passed = np.cumsum(lasts[order])
    return float(np.interp(passed[-1] / 2, passed, tides[order])), float(np.ptp(tides))
