"""Stars that vary all the time: spots and pulsations."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import model_validator

from clara_engine.errors import DesignError
from clara_engine.lightcurve import Target
from clara_engine.setting import Interval, Random, Range, Weight
from clara_engine.synthetic import star_shapes
from clara_engine.synthetic.exposure import mean_of_line
from clara_engine.synthetic.signals.drawing import Scale, between, whole
from clara_engine.synthetic.signals.event import Event
from clara_engine.synthetic.signals.kind import UNKNOWN, Kind

__all__ = ["Pulsations", "Spots"]

Float = NDArray[np.float64]
Shape = Literal["sinusoid", "modes", "sawtooth"]
SAWTOOTH_NODES = 801


class Spots(Kind):
    """A rotating star with dark spots (Aigrain, Pont & Zucker 2012, MNRAS 419, 3147).

    Attributes
    ----------
    period_days : interval
        Rotation at the equator, log-uniform [d]; the poles turn up to 20 % slower.
    depth : interval
        Range of the light curve, from minimum to maximum.
    count : interval
        Spots, each with a life of 12 to 60 d.
    """

    kind: Literal["spots"] = "spots"
    weight: Weight = 1.0
    period_days: Annotated[Interval, Range(0.1, 100, "d")] = (0.4, 13.0)
    depth: Annotated[Interval, Range(1e-5, 0.5)] = (0.002, 0.05)
    depth_scale: Scale = "log"
    count: Annotated[Interval, Range(1, 20, "spots")] = (1, 5)

    def draw(self, random: Random, time: Float, star: Target = UNKNOWN) -> Event:
        """Parameters of one light curve with samples at `time` [days]."""
        count = whole(random, self.count)
        inclination = float(np.degrees(np.arccos(between(random, (0, 0.85)))))
        return Event(
            kind=self.kind,
            shape="spots",
            period_days=between(random, self.period_days, "log"),
            depth=between(random, self.depth, self.depth_scale),
            parameters={
                "inclination": inclination,
                "sizes": random.uniform(0.2, 1, count).tolist(),
                "latitudes": random.uniform(
                    -0.8 * inclination, 60, count
                ).tolist(),  # the other spots are never visible
                "longitudes": random.uniform(0, 360, count).tolist(),
                "shear": between(random, (0, 0.2)),
                "births": (time[0] + random.uniform(-10, 38, count)).tolist(),
                "lifetime": between(random, (12, 60), "log"),
            },
        )

    def flux(self, time: Float, event: Event) -> Float:
        """Relative flux at each of `time` [days], 1 at its middle level."""
        flux = star_shapes.spots(time, period=event.period_days, **event.parameters)
        return 1 + event.depth * (flux - np.median(flux)) / (np.ptp(flux) or 1.0)

    def scale_days(self, event: Event) -> float:
        """A radian of the rotation."""
        return event.period_days / (2 * np.pi)


class Pulsations(Kind):
    """Pulsators: one sinusoid, several modes, or the sawtooth of an RR Lyrae star.

    Attributes
    ----------
    shapes : tuple of str
        Of which each light curve has one.
    period_days : interval
        Of the strongest mode, log-uniform [d]; from δ Scuti to RR Lyrae stars.
    depth : interval
        Range when all modes meet, from minimum to maximum.
    modes : interval
        How many a star with several has; their frequencies lie within a factor 1.5 of the strongest.
    """

    kind: Literal["pulsations"] = "pulsations"
    weight: Weight = 1.0
    shapes: tuple[Shape, ...] = ("sinusoid", "modes", "sawtooth")
    period_days: Annotated[Interval, Range(0.005, 100, "d")] = (0.025, 0.8)
    depth: Annotated[Interval, Range(1e-6, 0.9)] = (0.001, 0.2)
    depth_scale: Scale = "log"
    modes: Annotated[Interval, Range(2, 50, "modes")] = (2, 8)

    @model_validator(mode="after")
    def _has_a_shape(self) -> Pulsations:
        if not self.shapes:
            raise DesignError("shapes is empty: name sinusoid, modes or sawtooth")
        return self

    def draw(self, random: Random, time: Float, star: Target = UNKNOWN) -> Event:
        """Parameters of one light curve with samples at `time` [days]."""
        shape = self.shapes[int(random.uniform() * len(self.shapes))]
        period = between(random, self.period_days, "log")
        depth = between(random, self.depth, self.depth_scale)
        facts: dict[str, Any] = {}
        if shape != "sawtooth":
            count = whole(random, self.modes) if shape == "modes" else 1
            amplitudes = np.sort(random.uniform(0.15, 1, count))[::-1]
            facts = {
                "frequencies_per_day": (1 / period * np.exp(random.uniform(-0.4, 0.4, count))).tolist(),
                "amplitudes": (depth / 2 * amplitudes / amplitudes.sum()).tolist(),
                "phases": random.uniform(0, 2 * np.pi, count).tolist(),
            }
            facts["frequencies_per_day"][0] = 1 / period
        return Event(
            kind=self.kind,
            shape=shape,
            period_days=period,
            depth=depth,
            epoch_days=float(time[0] + random.uniform(0, period)),
            parameters=facts,
        )

    def flux(self, time: Float, event: Event) -> Float:
        """Relative flux at each of `time` [days], 1 on average."""
        if event.shape == "sawtooth":
            flux = star_shapes.rr_lyrae(time, epoch=event.epoch_days, period=event.period_days, amplitude=1.0)
            turn = star_shapes.rr_lyrae(np.linspace(0, 1, 400), epoch=0, period=1, amplitude=1.0)
            return 1 + event.depth * (flux - turn.mean()) / np.ptp(turn)
        return self.exposed(time, event, 0.0)

    def exposed(self, time: Float, event: Event, exposure_days: float) -> Float:
        """Relative flux averaged over exposures around `time`; a sinusoid only loses amplitude."""
        if event.shape == "sawtooth":
            turn = np.linspace(0, event.period_days, SAWTOOTH_NODES)
            since = time - event.epoch_days
            return mean_of_line(
                since, exposure_days, turn, self.flux(event.epoch_days + turn, event), event.period_days
            )
        facts = event.parameters
        left = np.sinc(exposure_days * np.asarray(facts["frequencies_per_day"]))
        return star_shapes.pulsation(
            time,
            frequencies=facts["frequencies_per_day"],
            amplitudes=left * facts["amplitudes"],
            phases=facts["phases"],
        )
