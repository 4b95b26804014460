"""Instrument faults that a pipeline leaves in."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import model_validator

from clara_engine.errors import DesignError
from clara_engine.lightcurve import Target
from clara_engine.setting import Interval, Random, Range, Weight
from clara_engine.synthetic.exposure import mean_of_integral
from clara_engine.synthetic.signals.drawing import Scale, between, inside
from clara_engine.synthetic.signals.event import Event
from clara_engine.synthetic.signals.kind import UNKNOWN, Kind

__all__ = ["Faults"]

Float = NDArray[np.float64]
Shape = Literal["jump", "drift", "sawtooth", "scattered light"]


class Faults(Kind):
    """A sensitivity that jumps and recovers, drifts, or is reset by momentum dumps; or scattered light that leaks in.

    Attributes
    ----------
    shapes : tuple of str
        Of which each light curve has one.
    depth : interval
        Largest change, up or down, as a fraction of the flux.
    """

    kind: Literal["faults"] = "faults"
    weight: Weight = 1.0
    shapes: tuple[Shape, ...] = ("jump", "drift", "sawtooth", "scattered light")
    depth: Annotated[Interval, Range(1e-6, 0.9)] = (0.002, 0.04)
    depth_scale: Scale = "log"

    @model_validator(mode="after")
    def _has_a_shape(self) -> Faults:
        if not self.shapes:
            raise DesignError("shapes is empty: name jump, drift, sawtooth or scattered light")
        return self

    def draw(self, random: Random, time: Float, star: Target = UNKNOWN) -> Event:
        """Parameters of one light curve with samples at `time` [days]."""
        return Event(
            kind=self.kind,
            shape=self.shapes[int(random.uniform() * len(self.shapes))],
            depth=between(random, self.depth, self.depth_scale),
            epoch_days=float(inside(random, time)[0]),
            parameters={
                "sign": 1 if random.uniform() < 0.5 else -1,
                "recovery_days": between(random, (0.2, 20), "log"),
                "reset_days": between(random, (2.0, 6.0)),
                "bend": between(random, (0.6, 2.0)),
            },
        )

    def flux(self, time: Float, event: Event) -> Float:
        """Relative flux at each of `time` [days]."""
        facts, since = event.parameters, time - event.epoch_days
        match event.shape:
            case "jump":
                change = np.where(since >= 0, np.exp(-np.maximum(since, 0) / facts["recovery_days"]), 0.0)
            case "drift":
                change = ((time - time.min()) / (np.ptp(time) or 1.0)) ** facts["bend"]
            case "sawtooth":
                change = (since / facts["reset_days"] % 1) ** facts["bend"]
            case _:
                change = np.exp(-(np.abs(since) ** 1.5))
        return np.asarray(1 + facts["sign"] * event.depth * change)

    def exposed(self, time: Float, event: Event, exposure_days: float) -> Float:
        """Relative flux averaged over exposures around `time`; a jump or a reset falls within one."""
        facts, since = event.parameters, time - event.epoch_days
        if event.shape == "jump":
            decay = facts["recovery_days"]
            change = mean_of_integral(lambda at: -decay * np.expm1(-np.maximum(at, 0) / decay), since, exposure_days)
        elif event.shape == "sawtooth":
            reset, power = facts["reset_days"], facts["bend"] + 1
            change = mean_of_integral(
                lambda at: (np.floor(at / reset) + (at / reset % 1) ** power) * reset / power, since, exposure_days
            )
        else:
            return self.flux(time, event)
        return np.asarray(1 + facts["sign"] * event.depth * change)
