"""Microlensing: a star that is magnified once, the same before as after."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from clara_engine.lightcurve import Target
from clara_engine.setting import Interval, Random, Range, Weight
from clara_engine.synthetic.exposure import INSTANT, mean_of_line
from clara_engine.synthetic.signals.drawing import Scale, between, inside
from clara_engine.synthetic.signals.event import Event
from clara_engine.synthetic.signals.kind import UNKNOWN, Kind

__all__ = ["Microlensing"]

Float = NDArray[np.float64]
SIDE_NODES = 400


class Microlensing(Kind):
    """Point source and point lens (Paczyński 1986, ApJ 304, 1).

    Attributes
    ----------
    depth : interval
        Rise of the flux at the peak: magnification minus 1. It gives the impact parameter.
    einstein_days : interval
        Time to cross the Einstein radius, log-uniform [d].
    """

    kind: Literal["microlensing"] = "microlensing"
    weight: Weight = 1.0
    depth: Annotated[Interval, Range(1e-5, 1000)] = (0.01, 2.0)
    depth_scale: Scale = "log"
    einstein_days: Annotated[Interval, Range(0.01, 100, "d")] = (0.3, 6.0)

    def draw(self, random: Random, time: Float, star: Target = UNKNOWN) -> Event:
        """Parameters of one light curve with samples at `time` [days]; the peak is seen."""
        return Event(
            kind=self.kind,
            shape="point lens",
            depth=between(random, self.depth, self.depth_scale),
            epoch_days=float(inside(random, time)[0]),
            parameters={"einstein_days": between(random, self.einstein_days, "log")},
        )

    def flux(self, time: Float, event: Event) -> Float:
        """Relative flux, 1 far from the peak, at each of `time` [days]."""
        peak = 1 + event.depth
        nearest = 2 * peak / np.sqrt(peak**2 - 1) - 2  # squared distance in Einstein radii
        distance = nearest + ((time - event.epoch_days) / event.parameters["einstein_days"]) ** 2
        return np.asarray((distance + 2) / np.sqrt(distance * (distance + 4)))

    def exposed(self, time: Float, event: Event, exposure_days: float) -> Float:
        """Relative flux averaged over exposures around `time`; finely near the peak, where most happens."""
        peak, einstein = 1 + event.depth, event.parameters["einstein_days"]
        scale = einstein * np.sqrt(2 * peak / np.sqrt(peak**2 - 1) - 2)
        if exposure_days <= INSTANT * scale:
            return self.flux(time, event)
        far = max(float(np.abs(time - event.epoch_days).max()) + exposure_days, 2 * scale)
        side = scale * np.sinh(np.linspace(0, np.arcsinh(far / scale), SIDE_NODES))
        nodes = np.r_[-side[:0:-1], side]
        return mean_of_line(time - event.epoch_days, exposure_days, nodes, self.flux(event.epoch_days + nodes, event))
