"""Transits whose duration, shape and depth belong together."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray

from clara_engine.synthetic import shapes
from clara_engine.synthetic.fields import Interval, Random, Range, Setting, Weight
from clara_engine.synthetic.signals.drawing import Scale, between, inside
from clara_engine.synthetic.signals.event import Event

__all__ = ["SingleTransits", "Transits", "scaled_axis"]

Float = NDArray[np.float64]
# a/R★ of a one-day orbit around a star of solar density: Kepler's third law (Seager & Mallén-Ornelas 2003).
ONE_DAY_AXIS = 4.2084


def scaled_axis(period_days: float, density_solar: float) -> float:
    """Semi-major axis in stellar radii of a light companion's circular orbit."""
    return float(ONE_DAY_AXIS * period_days ** (2 / 3) * density_solar ** (1 / 3))


class Transits(Setting):
    """Periodic transits of a planet (Mandel & Agol 2002; batman, Kreidberg 2015).

    Stellar density and period give the semi-major axis, that and the impact parameter the duration. The radius ratio
    is the one whose mid-transit depth, limb darkening included, is the drawn depth.

    Attributes
    ----------
    period_days : interval
        Log-uniform [d].
    depth : interval
        Fraction of the flux lost at mid-transit.
    density_solar : interval
        Density of the star, log-uniform [solar densities]: main sequence from F to M.
    impact : interval
        Impact parameter [stellar radii].
    limb_darkening : interval
        First quadratic coefficient; the second is 0.6 of another draw (TESS band: Claret 2017, A&A 600, A30).
    """

    kind: Literal["transits"] = "transits"
    weight: Weight = 1.0
    period_days: Annotated[Interval, Range(0.2, 1000, "d")] = (1.0, 13.0)
    depth: Annotated[Interval, Range(1e-6, 0.2)] = (0.0005, 0.02)
    depth_scale: Scale = "log"
    density_solar: Annotated[Interval, Range(0.001, 100, "solar densities")] = (0.2, 3.0)
    impact: Annotated[Interval, Range(0, 0.95, "stellar radii")] = (0.0, 0.9)
    limb_darkening: Annotated[Interval, Range(0, 0.6)] = (0.1, 0.5)

    def draw(self, random: Random, time: Float) -> Event:
        """Parameters of one light curve with samples at `time` [days]."""
        period = between(random, self.period_days, "log")
        return self._event(random, period, epoch=float(time[0] + random.uniform(0, period)))

    def _event(self, random: Random, period: float, epoch: float) -> Event:
        depth = between(random, self.depth, self.depth_scale)
        density = between(random, self.density_solar, "log")
        axis = max(scaled_axis(period, density), 1.5)
        orbit = {
            "scaled_axis": axis,
            "impact": between(random, self.impact),
            "limb_darkening": (between(random, self.limb_darkening), between(random, self.limb_darkening) * 0.6),
        }
        ratio = _radius_ratio(depth, orbit)
        duration = shapes.transit_duration(
            period=period,
            radius_ratio=ratio,
            scaled_axis=axis,
            impact=orbit["impact"],  # type: ignore[arg-type]
        )
        return Event(
            kind=self.kind,
            shape="mandel-agol",
            period_days=period,
            duration_hours=24 * duration,
            lasts_hours=24 * duration,
            depth=depth,
            epoch_days=epoch,
            parameters={"radius_ratio": ratio, "density_solar": density, **orbit},
        )

    def flux(self, time: Float, event: Event) -> Float:
        """Relative flux, 1 outside transit, at each of `time` [days]."""
        return shapes.transit(time, epoch=event.epoch_days, period=event.period_days, **_model(event.parameters))


class SingleTransits(Transits):
    """One transit of a planet whose period is at least twice the light curve; the other settings are of `Transits`."""

    kind: Literal["single_transits"] = "single_transits"  # type: ignore[assignment]
    period_days: Annotated[Interval, Range(0.2, 10_000, "d")] = (40.0, 400.0)
    depth: Annotated[Interval, Range(1e-6, 0.2)] = (0.001, 0.02)

    def draw(self, random: Random, time: Float) -> Event:
        """Parameters of one light curve with samples at `time` [days]; the middle of the transit is seen."""
        period = between(random, self.period_days, "log")
        return self._event(random, max(period, 2 * float(np.ptp(time))), epoch=float(inside(random, time)[0]))


def _model(parameters: dict[str, Any]) -> dict[str, Any]:
    return {name: parameters[name] for name in ("radius_ratio", "scaled_axis", "impact", "limb_darkening")}


def _radius_ratio(depth: float, orbit: dict[str, Any]) -> float:
    """The radius ratio whose flux at mid-transit is 1 - `depth`."""
    ratio, middle = float(np.sqrt(depth)), np.zeros(1)
    for _ in range(6):
        reached = 1 - float(shapes.transit(middle, epoch=0, period=1e3, radius_ratio=ratio, **orbit)[0])
        ratio *= float(np.sqrt(depth / max(reached, 1e-12)))
        ratio = min(ratio, 0.9)
    return ratio
