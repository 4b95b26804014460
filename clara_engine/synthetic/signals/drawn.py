"""A signal whose folded shape a person draws or uploads."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import model_validator

from clara_engine.errors import DesignError
from clara_engine.lightcurve import Target
from clara_engine.setting import Interval, Random, Range, Weight
from clara_engine.synthetic.exposure import mean_of_line
from clara_engine.synthetic.signals.drawing import Scale, between, inside
from clara_engine.synthetic.signals.event import Event
from clara_engine.synthetic.signals.kind import UNKNOWN, Kind

__all__ = ["DrawnShape", "read_points"]

Float = NDArray[np.float64]
MOST_POINTS = 1000


class DrawnShape(Kind):
    """A shape given as points, repeated every period, or seen once.

    Attributes
    ----------
    points : tuple of (float, float)
        Phase and change. Phases go from 0 to 1 or from -0.5 to 0.5, over a period or, seen once, over the duration.
        The change is in any unit, 0 where nothing happens; its largest value becomes `depth`, the sign kept.
    repeats : bool
        Every period, or once, its middle at a time that is seen.
    period_days, duration_hours : interval
        Of what repeats [d], and of what is seen once [h]; log-uniform.
    depth : interval
        Size of the largest change, as a fraction of the flux.
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
        if phase.min() < -0.5 or phase.max() > (1 if phase.min() >= 0 else 0.5):
            spread = f"{phase.min():g} to {phase.max():g}"
            raise DesignError(f"points have phases from {spread}: they go from 0 to 1, or from -0.5 to 0.5")
        if not change.any():
            raise DesignError("points are all 0: draw a shape")
        return self

    def draw(self, random: Random, time: Float, star: Target = UNKNOWN) -> Event:
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
        middle = 0.0 if phase.min() < 0 else 0.5
        here = (time - event.epoch_days) / (event.duration_hours / 24) + middle
        return np.asarray(1 + np.interp(here, phase, change, left=0, right=0))

    def exposed(self, time: Float, event: Event, exposure_days: float) -> Float:
        """Relative flux averaged over exposures around `time`."""
        phase, change = np.array(sorted(self.points), float).T
        change = change / np.abs(change).max() * event.depth
        since = time - event.epoch_days
        if event.shape == "repeated":
            period = event.period_days
            nodes, values = np.r_[phase, phase[0] + 1] * period, np.r_[change, change[0]]
            return 1 + mean_of_line(since, exposure_days, nodes, values, period)
        middle, days = 0.0 if phase.min() < 0 else 0.5, event.duration_hours / 24
        nodes = (np.r_[phase[0], phase, phase[-1]] - middle) * days
        return 1 + mean_of_line(since, exposure_days, nodes, np.r_[0.0, change, 0.0])


def read_points(source: str | Path) -> tuple[tuple[float, float], ...]:
    """Points of a `DrawnShape` from CSV text or a CSV file: two columns, phase and change, with or without a title.

    Columns are parted by commas, blanks or tabs, or by semicolons, and then a comma is a decimal sign.

    Raises
    ------
    DesignError
        When it can't be read as two columns of numbers.
    """
    try:
        text = source.read_text(encoding="utf-8") if isinstance(source, Path) else source
    except (OSError, UnicodeDecodeError) as error:
        raise DesignError(f"the shape can't be read: {error}") from None
    lines = [line.strip() for line in text.removeprefix("\ufeff").splitlines() if line.strip()]
    if lines and not lines[0].startswith(tuple("0123456789+-.,;")):
        del lines[0]
    if not lines:
        raise DesignError("the shape has no line with two columns, phase and change")
    return tuple(_point(line) for line in lines)


def _point(line: str) -> tuple[float, float]:
    cells = line.replace(",", ".").split(";") if ";" in line else line.replace(",", " ").split()
    try:
        return float(cells[0]), float(cells[1])
    except (ValueError, IndexError):
        raise DesignError(f"the shape can't be read: {line[:40]!r} is not two columns, phase and change") from None
