"""A signal whose folded shape a person draws or uploads."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import model_validator

from clara_engine.errors import DesignError
from clara_engine.synthetic.fields import Interval, Random, Range, Setting, Weight
from clara_engine.synthetic.signals.drawing import Scale, between, inside
from clara_engine.synthetic.signals.event import Event

__all__ = ["DrawnShape", "read_points"]

Float = NDArray[np.float64]
MOST_POINTS = 5000


class DrawnShape(Setting):
    """A shape given as points, repeated every period, or seen once.

    `points` are (phase, change) pairs: phase from 0 to 1 over a period or, seen once, over the duration; change in any
    unit, 0 where nothing happens. The largest change becomes the drawn `depth`, its sign kept.
    """

    kind: Literal["drawn"] = "drawn"
    weight: Weight = 1.0
    points: tuple[tuple[float, float], ...]
    repeats: bool = True
    period_days: Annotated[Interval, Range(0.05, 1000, "d")] = (1.0, 13.0)
    duration_hours: Annotated[Interval, Range(0.1, 2400, "h")] = (2.0, 24.0)
    depth: Annotated[Interval, Range(1e-6, 100)] = (0.001, 0.05)
    depth_scale: Scale = "log"

    @model_validator(mode="after")
    def _is_a_shape(self) -> DrawnShape:
        count = len(self.points)
        if not 3 <= count <= MOST_POINTS:
            raise DesignError(f"points = {count} of them is out of range: {Range(3, MOST_POINTS, 'points')}")
        phase, change = np.array(self.points, float).T
        if not (np.isfinite(phase).all() and np.isfinite(change).all()):
            raise DesignError("points hold NaN or infinity: leave them out")
        if phase.min() < 0 or phase.max() > 1:
            raise DesignError(f"points have phases from {phase.min():g} to {phase.max():g}: they go from 0 to 1")
        if not change.any():
            raise DesignError("points are all 0: draw a shape")
        return self

    def draw(self, random: Random, time: Float) -> Event:
        """Parameters of one light curve with samples at `time` [days]."""
        period, hours = between(random, self.period_days, "log"), between(random, self.duration_hours, "log")
        start = float(time[0] + random.uniform(0, period)) if self.repeats else float(inside(random, time)[0])
        return Event(
            kind=self.kind,
            shape="repeated" if self.repeats else "once",
            period_days=period if self.repeats else float("nan"),
            duration_hours=hours if not self.repeats else float("nan"),
            depth=between(random, self.depth, self.depth_scale),
            epoch_days=start,
        )

    def flux(self, time: Float, event: Event) -> Float:
        """Relative flux at each of `time` [days]; the epoch is at phase 0, or at the middle of what is seen once."""
        phase, change = np.array(sorted(self.points), float).T
        change = change / np.abs(change).max() * event.depth
        if event.shape == "repeated":
            here = (time - event.epoch_days) / event.period_days % 1
            return np.asarray(1 + np.interp(here, phase, change, period=1))
        here = (time - event.epoch_days) / (event.duration_hours / 24) + 0.5
        return np.asarray(1 + np.interp(here, phase, change, left=0, right=0))


def read_points(source: str | Path) -> tuple[tuple[float, float], ...]:
    """Points of a `DrawnShape` from CSV text or a CSV file: two columns, phase and change, with or without a title.

    Raises
    ------
    DesignError
        When it can't be read as two columns of numbers.
    """
    try:
        text = source.read_text(encoding="utf-8") if isinstance(source, Path) else source
        lines = [line for line in text.replace(";", ",").splitlines() if line.strip()]
        skip = int(bool(lines) and not lines[0].lstrip()[:1].lstrip("-+.").isdigit())
        table = np.loadtxt(StringIO("\n".join(lines)), delimiter=",", skiprows=skip, ndmin=2, usecols=(0, 1))
    except (OSError, ValueError, IndexError) as error:
        raise DesignError(f"the shape can't be read as two columns, phase and change: {error}") from None
    return tuple((float(phase), float(change)) for phase, change in table)
