"""Eclipsing binaries, detached and in contact."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from clara_engine.synthetic import shapes
from clara_engine.synthetic.fields import Interval, Random, Range, Setting, Weight
from clara_engine.synthetic.signals.drawing import Scale, between
from clara_engine.synthetic.signals.event import Event
from clara_engine.synthetic.signals.transits import scaled_axis

__all__ = ["ContactBinaries", "EclipsingBinaries"]

Float = NDArray[np.float64]
CIRCULAR_BELOW_DAYS = 3.0


class EclipsingBinaries(Setting):
    """Detached binaries with two eclipses an orbit (profile of Mikulášek 2015, A&A 584, A8, equation 8).

    Attributes
    ----------
    period_days : interval
        Log-uniform [d].
    depth : interval
        Of the primary eclipse below the light around it.
    secondary_share : interval
        Depth of the secondary over that of the primary.
    density_solar : interval
        Density of the primary, log-uniform [solar densities]; with period and radii it gives the duration.
    eccentric_shift : float
        Largest distance of the secondary from phase 0.5 [orbits]; 0 below three days, where tides make circles.
    """

    kind: Literal["eclipsing_binaries"] = "eclipsing_binaries"
    weight: Weight = 1.0
    period_days: Annotated[Interval, Range(0.2, 1000, "d")] = (0.6, 13.0)
    depth: Annotated[Interval, Range(1e-5, 0.9)] = (0.01, 0.5)
    depth_scale: Scale = "log"
    secondary_share: Annotated[Interval, Range(0, 1, "of the primary depth")] = (0.05, 1.0)
    density_solar: Annotated[Interval, Range(0.001, 100, "solar densities")] = (0.1, 2.0)
    eccentric_shift: Annotated[float, Range(0, 0.4, "orbits")] = 0.12

    def draw(self, random: Random, time: Float) -> Event:
        """Parameters of one light curve with samples at `time` [days]."""
        period = between(random, self.period_days, "log")
        depth = between(random, self.depth, self.depth_scale)
        ratio = between(random, (0.3, 1.0))
        impact = between(random, (0.0, 0.8))
        axis = max(scaled_axis(period, between(random, self.density_solar, "log")), 1.3 * (1 + ratio))
        duration = shapes.transit_duration(period=period, radius_ratio=ratio, scaled_axis=axis, impact=impact)
        duration = min(duration, 0.24 * period)
        shift = between(random, (-self.eccentric_shift, self.eccentric_shift))
        return Event(
            kind=self.kind,
            shape="detached",
            period_days=period,
            duration_hours=24 * duration,
            lasts_hours=24 * duration,
            depth=depth,
            epoch_days=float(time[0] + random.uniform(0, period)),
            parameters={
                "secondary_depth": depth * between(random, self.secondary_share),
                "secondary_phase": 0.5 + (shift if period > CIRCULAR_BELOW_DAYS else 0.0),
                "flatness": between(random, (0.8, 2.5)),
                "ellipsoidal": min(0.02, 0.3 / axis**3) * between(random, (0.5, 1.5)),
            },
        )

    def flux(self, time: Float, event: Event) -> Float:
        """Relative flux at each of `time` [days]."""
        return shapes.eclipse_pair(
            time, epoch=event.epoch_days, period=event.period_days, duration=event.duration_hours / 24,
            primary_depth=event.depth, **event.parameters,
        )  # fmt: skip


class ContactBinaries(Setting):
    """W Ursae Majoris binaries (Ruciński 1993, PASP 105, 1433).

    Attributes
    ----------
    period_days : interval
        Log-uniform [d]; there are hardly any below 0.22 d (Ruciński 1992, AJ 103, 960).
    depth : interval
        From minimum to maximum; unequal minima and the largest ranges add up to a quarter.
    """

    kind: Literal["contact_binaries"] = "contact_binaries"
    weight: Weight = 1.0
    period_days: Annotated[Interval, Range(0.1, 10, "d")] = (0.22, 0.8)
    depth: Annotated[Interval, Range(1e-4, 0.8)] = (0.03, 0.5)
    depth_scale: Scale = "log"

    def draw(self, random: Random, time: Float) -> Event:
        """Parameters of one light curve with samples at `time` [days]."""
        period = between(random, self.period_days, "log")
        return Event(
            kind=self.kind,
            shape="contact",
            period_days=period,
            depth=between(random, self.depth, self.depth_scale),
            epoch_days=float(time[0] + random.uniform(0, period)),
            parameters={"unequal": between(random, (0.0, 0.25))},
        )

    def flux(self, time: Float, event: Event) -> Float:
        """Relative flux at each of `time` [days]."""
        return shapes.contact_binary(
            time, epoch=event.epoch_days, period=event.period_days, amplitude=event.depth, **event.parameters
        )
