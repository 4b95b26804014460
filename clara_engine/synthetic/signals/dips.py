"""Dippers: stars behind dust that comes and goes."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from clara_engine.lightcurve import Target
from clara_engine.setting import Interval, Random, Range, Weight
from clara_engine.synthetic import star_shapes
from clara_engine.synthetic.signals.drawing import Scale, between, inside, whole
from clara_engine.synthetic.signals.event import Event
from clara_engine.synthetic.signals.kind import UNKNOWN, Kind

__all__ = ["Dips"]

Float = NDArray[np.float64]


class Dips(Kind):
    """Several skewed dips, at random times or once a quasi-period (Ansdell et al. 2016, ApJ 816, 69).

    Attributes
    ----------
    count : interval
        Dips in a light curve, where they come at random times.
    depth : interval
        Of the deepest alone; where dips meet, the flux is lower.
    duration_hours : interval
        Full width at half depth, log-uniform [h].
    period_days : interval
        Quasi-period, with a scatter of 6 % [d].
    periodic_share : float
        Share of the light curves that have one.
    """

    kind: Literal["dips"] = "dips"
    weight: Weight = 1.0
    count: Annotated[Interval, Range(1, 200, "dips")] = (3, 15)
    depth: Annotated[Interval, Range(1e-5, 0.99)] = (0.02, 0.4)
    depth_scale: Scale = "log"
    duration_hours: Annotated[Interval, Range(0.2, 240, "h")] = (4.0, 24.0)
    period_days: Annotated[Interval, Range(0.5, 100, "d")] = (2.0, 9.0)
    periodic_share: Annotated[float, Range(0, 1)] = 0.5

    def draw(self, random: Random, time: Float, star: Target = UNKNOWN) -> Event:
        """Parameters of one light curve with samples at `time` [days]."""
        deepest = between(random, self.depth, self.depth_scale)
        periodic = random.uniform() < self.periodic_share
        period = between(random, self.period_days)
        if periodic:
            centres = np.arange(time[0] + random.uniform(0, period), time[-1], period)
            centres = centres + random.normal(0, 0.06 * period, centres.size)
        else:
            centres = inside(random, time, whole(random, self.count))
        if not centres.size:
            centres = inside(random, time)
        depths = deepest * random.uniform(0.25, 1, centres.size)
        depths[0] = deepest
        hours = [between(random, self.duration_hours, "log") for _ in centres]
        return Event(
            kind=self.kind,
            shape="quasi-periodic" if periodic else "aperiodic",
            period_days=period if periodic else float("nan"),
            duration_hours=float(np.median(hours)),
            depth=deepest,
            epoch_days=float(centres[0]),
            parameters={
                "centres_days": centres.tolist(),
                "depths": depths.tolist(),
                "widths_days": [hour / 24 for hour in hours],
                "skews": random.uniform(-0.6, 0.6, centres.size).tolist(),
                "sharpness": random.uniform(1.2, 3.0, centres.size).tolist(),
            },
        )

    def flux(self, time: Float, event: Event) -> Float:
        """Relative flux, 1 between dips, at each of `time` [days]."""
        facts = event.parameters
        columns = ("centres_days", "widths_days", "depths", "skews", "sharpness")
        flux = np.ones_like(time)
        for centre, width, depth, skew, sharpness in zip(*(facts[name] for name in columns), strict=True):
            flux *= star_shapes.dip(time, centre=centre, duration=width, depth=depth, skew=skew, sharpness=sharpness)
        return flux

    def scale_days(self, event: Event) -> float:
        """The steeper half of the narrowest dip."""
        facts = event.parameters
        return float(min(w * (1 - abs(s)) / 2 for w, s in zip(facts["widths_days"], facts["skews"], strict=True)))
