"""The transits of the published method: boxes and Mandel–Agol curves of one fixed geometry."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from clara_engine.lightcurve import Target
from clara_engine.setting import Interval, Random, Range, Weight
from clara_engine.synthetic.limb_darkened import transit_flux
from clara_engine.synthetic.signals.event import Event
from clara_engine.synthetic.signals.kind import UNKNOWN, Kind

__all__ = ["PaperTransits"]

Float = NDArray[np.float64]

SHAPES = ["box", "mandel-agol"]
SEMI_MAJOR_AXIS = 15.0  # stellar radii
INCLINATION = 89.0  # degrees
LIMB_DARKENING = [0.1, 0.3]


class PaperTransits(Kind):
    """Periodic transits as CLARA drew them (Dasgupta 2025, arXiv:2508.04722).

    Half are boxes, half Mandel–Agol curves (Mandel & Agol 2002; batman, Kreidberg 2015) with a = 15 stellar radii,
    an inclination of 89° and quadratic limb darkening (0.1, 0.3). Those ignore the drawn duration.
    """

    kind: Literal["paper_transits"] = "paper_transits"
    weight: Weight = 1.0
    period_days: Annotated[Interval, Range(0.05, 1000, "d")] = (1.0, 15.0)
    duration_hours: Annotated[Interval, Range(0.05, 240, "h")] = (1.0, 10.0)
    depth: Annotated[Interval, Range(1e-6, 1)] = (0.0005, 0.02)

    def draw(self, random: Random, time: Float, star: Target = UNKNOWN) -> Event:
        """Parameters of one light curve, whatever its `time`.

        The order of these draws is the published one: it fixes every bit.
        """
        shape = str(random.choice(SHAPES))
        period = random.uniform(*self.period_days)
        duration = random.uniform(*self.duration_hours)
        depth = random.uniform(*self.depth)
        epoch = random.uniform(0, period)
        return Event(
            kind=self.kind,
            shape=shape,
            period_days=period,
            duration_hours=duration,
            lasts_hours=duration if shape == "box" else 24 * period * _half_transit(np.sqrt(depth)) / np.pi,
            depth=depth,
            epoch_days=epoch,
        )

    def flux(self, time: Float, event: Event) -> Float:
        """Relative flux, 1 outside transit, at each of `time` [days]."""
        phase = np.abs((time - event.epoch_days + event.period_days / 2) % event.period_days - event.period_days / 2)
        if event.shape == "box":
            return np.where(phase < event.duration_hours / 24 / 2, 1 - event.depth, 1.0)
        flux = np.ones(time.size)
        # Most samples are out of transit, where the model is exactly 1: they need no evaluation.
        near = np.flatnonzero(phase <= 1.01 * event.lasts_hours / 24 / 2)
        if near.size:
            flux[near] = _mandel_agol(time[near], event)
        return flux

    def exposed(self, time: Float, event: Event, exposure_days: float) -> Float:
        """As published: the flux at the middle of each exposure."""
        return self.flux(time, event)


def _half_transit(radius_ratio: float) -> float:
    """Orbital phase angle [radians] from mid-transit to last contact of a circular orbit (Winn 2010, equation 14)."""
    inclination = np.radians(INCLINATION)
    impact = SEMI_MAJOR_AXIS * np.cos(inclination)
    chord = np.sqrt((1 + radius_ratio) ** 2 - impact**2)
    return float(np.arcsin(chord / SEMI_MAJOR_AXIS / np.sin(inclination)))


def _mandel_agol(time: Float, event: Event) -> Float:
    return transit_flux(
        time,
        epoch=event.epoch_days,
        period=event.period_days,
        radius_ratio=np.sqrt(event.depth),
        scaled_axis=SEMI_MAJOR_AXIS,
        inclination=INCLINATION,
        limb_darkening=LIMB_DARKENING,
    )
