"""The flux around the events of a star by the parameters of a fit, and how it changes with each of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from clara_engine.periods.ephemeris import Ephemeris
from clara_engine.periods.event_points import Points
from clara_engine.periods.profile import Profile, seen

__all__ = ["EventModel", "Family"]

Float = NDArray[np.float64]
LONGEST, SHORTEST = 3.0, 0.2  # of the duration that is started from
#: By how much a parameter of the shape is changed to see what it does: less drowns in the rounding of batman.
STEP = 1e-4


class Family(Protocol):
    """A kind of profile: bounds and starts of its own parameters, what is known of them, and the profile."""

    @property
    def bounds(self) -> tuple[tuple[float, float], ...]:
        """Least and largest value of each parameter of the shape."""

    @property
    def starts(self) -> tuple[tuple[float, ...], ...]:
        """Shapes that fits begin with."""

    @property
    def blind(self) -> tuple[tuple[int, float], ...]:
        """Places of what the profile hardly depends on near 0, and how far."""

    @property
    def depth_shapes(self) -> bool:
        """Whether the profile depends on the depth, too."""

    def profile(self, depth: float, shape: Sequence[float] | Float) -> Profile:
        """The profile of an event.

        Parameters
        ----------
        depth : float
            Relative flux.
        shape : sequence of float
            Its parameters, as many as `bounds`.
        """

    def surprise(self, shape: Sequence[float] | Float) -> float:
        """How far the shape is off what is known of it, in errors of that."""


class EventModel:
    """A dip of one shape in each event, on a level that is flat or a parabola.

    Parameters of a fit, in this order: depth; logarithm of the duration over that of the start, plus 3; level; the
    middle, in durations off the start, plus 1; those of the shape; where it is `timed` the period; where it is `curved`
    slope and curvature of the level. They are around 1, so that steps of a share of a value are steps that matter.

    Parameters
    ----------
    points : Points
    start : Ephemeris
        With a duration.
    family : Family
    curved, timed : bool

    Attributes
    ----------
    lower, upper : ndarray
        Bounds of the parameters.
    shape : slice
        Places of the parameters of the shape.
    slide_days : float
        By how much the period changes with its parameter.
    centre : float
        Number of the event whose middle is fitted.
    """

    def __init__(self, points: Points, start: Ephemeris, family: Family, *, curved: bool, timed: bool) -> None:
        self._points, self._start, self._family = points, start, family
        self._curved, self._timed = curved, timed
        duration = start.duration_days
        self._x = points.away - (start.epoch_btjd - points.ephemeris.epoch_btjd)
        self.centre = float(np.round(np.average(points.number)))
        self._later = points.number - self.centre
        self._blur = points.blur_days
        self.slide_days = duration / max(float(np.abs(self._later).max()), 1.0)
        self.shape = slice(4, 4 + len(family.bounds))
        shortest = max(min(SHORTEST * duration, 0.9 * duration), 1e-4)
        longest = max(min(LONGEST * duration, 1.98 * points.reach_days), 1.01 * shortest)
        ends = [(-2.0, 2.0), (np.log(shortest / duration) + 3, np.log(longest / duration) + 3), (0.0, 3.0), (0.5, 1.5)]
        ends += [*family.bounds, *([(0.0, 2.0)] if timed else []), *([(-1.0, 3.0)] * 2 if curved else [])]
        self.lower, self.upper = np.array(ends).T

    def first(self, shape: Sequence[float]) -> Float:
        """Where a fit starts that starts with a shape: depth and level as the points show them."""
        x, flux, duration = self._x, self._points.flux, self._start.duration_days
        inside, outside = np.abs(x) < duration / 4, np.abs(x) > duration / 2
        level = float(np.median(flux[outside])) if outside.any() else float(np.max(flux))
        depth = level - float(np.median(flux[inside])) if inside.any() else 0.0
        rest = self.lower.size - self.shape.stop
        return np.clip([depth, 3.0, level, 1.0, *shape, *([1.0] * rest)], self.lower + 1e-9, self.upper - 1e-9)

    def ephemeris(self, values: Float) -> Ephemeris:
        """Period, epoch and duration of these parameters."""
        start = self._start
        length = float(start.duration_days * np.exp(values[1] - 3))
        moved = float(values[self.shape.stop] - 1) * self.slide_days if self._timed else 0.0
        period = start.period_days + moved
        epoch = start.epoch_btjd + float(values[3] - 1) * start.duration_days - self.centre * moved
        return Ephemeris(period, epoch, min(length, 0.999 * period) if period == period else length)

    def profile(self, values: Float) -> Profile:
        """The profile of these parameters."""
        return self._family.profile(float(values[0]), values[self.shape])

    def share(self, values: Float) -> Float:
        """Of the depth, 0 to 1, at each point."""
        off, half = self._places(values)
        return seen(self.profile(values), off / half, self._blur / half)[0]

    def residuals(self, values: Float) -> Float:
        """How far each point lies off the model, in its white noise, and the surprise of the family."""
        points = self._points
        misfit = points.flux - self._level(values, self._places(values)[0]) + values[0] * self.share(values)
        return np.r_[misfit / points.error, self._family.surprise(values[self.shape])]

    def slopes(self, values: Float) -> Float:
        """How `residuals` change with each parameter, shape (points + 1, parameters)."""
        off, half = self._places(values)
        place, blur = off / half, self._blur / half
        profile, depth, duration = self.profile(values), values[0], self._start.duration_days
        share, by_place, by_length = seen(profile, place, blur)
        found = np.zeros((off.size + 1, values.size))
        flux = found[:-1]
        flux[:, 0], flux[:, 2] = share, -1.0
        flux[:, 1] = depth * by_length
        by_time = -depth * by_place / half  # of an event that comes later
        if self._curved:
            far = off / self._points.reach_days
            flux[:, -2], flux[:, -1] = -far, -(far**2)
            by_time += (values[-2] - 1 + 2 * (values[-1] - 1) * far) / self._points.reach_days
        flux[:, 3] = by_time * duration
        if self._timed:
            flux[:, self.shape.stop] = by_time * self.slide_days * self._later
        if self._family.depth_shapes:
            step = STEP * max(abs(depth), STEP)
            flux[:, 0] += (
                depth
                * self._change(profile, self._family.profile(depth + step, values[self.shape]), place, blur)
                / step
            )
        shape = values[self.shape]
        for number in range(shape.size):
            step = STEP if shape[number] + STEP < self.upper[self.shape][number] else -STEP
            other = shape.copy()
            other[number] += step
            flux[:, 4 + number] = (
                depth * self._change(profile, self._family.profile(float(depth), other), place, blur) / step
            )
            found[-1, 4 + number] = (self._family.surprise(other) - self._family.surprise(shape)) / step
        flux /= self._points.error[:, None]
        return found

    @staticmethod
    def _change(before: Profile, after: Profile, place: Float, blur: Float) -> Float:
        return seen(after, place, blur)[0] - seen(before, place, blur)[0]

    def _places(self, values: Float) -> tuple[Float, float]:
        """Days of each point off the middle of its event, and half the duration."""
        duration = self._start.duration_days
        off = self._x - (values[3] - 1) * duration
        if self._timed:
            off = off - (values[self.shape.stop] - 1) * self.slide_days * self._later
        return off, float(duration * np.exp(values[1] - 3) / 2)

    def _level(self, values: Float, off: Float) -> Float | float:
        if not self._curved:
            return values[2]
        far = off / self._points.reach_days
        return values[2] + (values[-2] - 1) * far + (values[-1] - 1) * far**2
