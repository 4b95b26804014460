"""Transits whose duration, shape and depth belong together."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import model_validator

from clara_engine.errors import DesignError
from clara_engine.lightcurve import Target
from clara_engine.setting import Interval, Random, Range, Weight
from clara_engine.synthetic import shapes, stars
from clara_engine.synthetic.exposure import mean_of_line
from clara_engine.synthetic.signals.drawing import Scale, between, inside, period_of_events
from clara_engine.synthetic.signals.event import Event
from clara_engine.synthetic.signals.kind import UNKNOWN, Kind

__all__ = ["SingleTransits", "Transits", "axis_of_duration", "contact_nodes", "room", "scaled_axis"]

Float = NDArray[np.float64]
# a/R★ of a one-day orbit around a star of solar density: Kepler's third law (Seager & Mallén-Ornelas 2003).
ONE_DAY_AXIS = 4.2084
#: Least distance of a planet from its star [stellar radii] where the range of periods has room.
CLOSEST = 2.0
SIDE_NODES = 40
#: The longest event of a chosen duration [periods].
LONGEST = 0.25


def scaled_axis(period_days: float, density_solar: float) -> float:
    """Semi-major axis in stellar radii of a light companion's circular orbit.

    Parameters
    ----------
    period_days : float
        [days].
    density_solar : float
        Mean density of the star [that of the Sun].

    Examples
    --------
    >>> round(scaled_axis(365.25, 1.0), 1)  # the orbit of the Earth
    215.0
    """
    return float(ONE_DAY_AXIS * period_days ** (2 / 3) * density_solar ** (1 / 3))


def axis_of_duration(duration_days: float, *, period: float, radius_ratio: float, impact: float) -> float:
    """Semi-major axis in stellar radii that gives an event its duration: `shapes.transit_duration` solved for it.

    Parameters
    ----------
    duration_days : float
        From first to last contact [days]; longer than `LONGEST` periods counts as that.
    period : float
        [days].
    radius_ratio : float
        Planet over star.
    impact : float
        Impact parameter [stellar radii], below 1 + `radius_ratio`.

    Examples
    --------
    >>> axis = axis_of_duration(0.2, period=10.0, radius_ratio=0.1, impact=0.3)
    >>> round(shapes.transit_duration(period=10.0, radius_ratio=0.1, scaled_axis=axis, impact=0.3), 6)
    0.2
    """
    half_turn = np.pi * min(duration_days / period, LONGEST)
    return float(np.sqrt(impact**2 + ((1 + radius_ratio) ** 2 - impact**2) / np.sin(half_turn) ** 2))


def room(periods: Interval, closest: float, density_solar: float) -> Interval:
    """The part of a range of periods [d] whose orbits are at least `closest` stellar radii wide; its end if none is.

    Parameters
    ----------
    periods : Interval
        Shortest and longest [days].
    closest : float
        Smallest orbit [stellar radii].
    density_solar : float
        Mean density of the star [that of the Sun].

    Examples
    --------
    >>> shortest, longest = room((0.5, 10.0), closest=4.0, density_solar=1.0)
    >>> round(shortest, 2), longest
    (0.93, 10.0)
    """
    least = (closest / scaled_axis(1.0, density_solar)) ** 1.5
    return min(max(periods[0], least), periods[1]), periods[1]


class Transits(Kind):
    """Periodic transits of a planet (Mandel & Agol 2002; batman, Kreidberg 2015).

    Stellar density and period give the semi-major axis, that and the impact parameter the duration. The radius ratio
    is the one whose mid-transit depth, limb darkening included, is the drawn depth. Density and limb darkening are the
    host's where the catalogue has its radius, gravity and temperature; orbits within `CLOSEST` radii are widened.
    A giant that reaches beyond the widest orbit has no such planet: density is drawn, as of a star that is not known.

    Attributes
    ----------
    period_days : interval
        Log-uniform [d].
    events : interval, optional
        Transits in the light curve, gaps included; then the period follows.
    depth : interval
        Fraction of the flux lost at mid-transit.
    duration_hours : interval, optional
        From first to last contact, log-uniform [h], at most `LONGEST` periods; then the density of the star follows.
    density_solar : interval
        Density of a star that is not known, log-uniform [solar densities]: main sequence from F to M.
    impact : interval
        Impact parameter [stellar radii].
    limb_darkening : interval
        First quadratic coefficient of a star that is not known; the second is 0.6 of another draw (TESS band: Claret
        2017, A&A 600, A30).
    of_host : bool
        Use what the catalogue knows of the host.
    """

    silent_when_none: ClassVar[frozenset[str]] = frozenset({"events", "duration_hours"})

    kind: Literal["transits"] = "transits"
    weight: Weight = 1.0
    period_days: Annotated[Interval, Range(0.2, 1000, "d")] = (1.0, 13.0)
    depth: Annotated[Interval, Range(1e-6, 0.2)] = (0.0005, 0.02)
    depth_scale: Scale = "log"
    density_solar: Annotated[Interval, Range(0.001, 100, "solar densities")] = (0.2, 3.0)
    impact: Annotated[Interval, Range(0, 0.95, "stellar radii")] = (0.0, 0.9)
    limb_darkening: Annotated[Interval, Range(0, 0.6)] = (0.1, 0.5)
    of_host: bool = True
    events: Annotated[Interval, Range(1, 1000, "events")] | None = None
    duration_hours: Annotated[Interval, Range(0.1, 100, "h")] | None = None

    def draw(self, random: Random, time: Float, star: Target = UNKNOWN) -> Event:
        """Parameters of one light curve with samples at `time` [days]."""
        density, limb = self._host(random, star)
        if self.events is not None:
            period = period_of_events(random, self.events, time)
        else:
            closest = CLOSEST if self.duration_hours is None else 0.0
            period = between(random, room(self.period_days, closest, density), "log")
        return self._event(random, period, float(time[0] + random.uniform(0, period)), star, density, limb)

    def _host(self, random: Random, star: Target) -> tuple[float, tuple[float, float]]:
        """Density [solar densities] and limb darkening: the catalogue's where it knows, else drawn."""
        density = between(random, self.density_solar, "log")
        limb = between(random, self.limb_darkening), between(random, self.limb_darkening) * 0.6
        if self.of_host:
            own = stars.density_solar(star)
            density = own if own and scaled_axis(self.period_days[1], own) >= CLOSEST else density
            limb = stars.limb_darkening(star.teff, star.logg) if star.teff > 0 else limb
        return density, limb

    def _event(
        self, random: Random, period: float, epoch: float, star: Target, density: float, limb: tuple[float, float]
    ) -> Event:
        depth = between(random, self.depth, self.depth_scale)
        axis = max(scaled_axis(period, density), 1.5)
        orbit = {"scaled_axis": axis, "impact": between(random, self.impact), "limb_darkening": limb}
        ratio = _radius_ratio(depth, orbit)
        if self.duration_hours is not None:
            hours = between(random, self.duration_hours, "log")
            axis = axis_of_duration(hours / 24, period=period, radius_ratio=ratio, impact=orbit["impact"])  # type: ignore[arg-type]
            orbit["scaled_axis"], density = axis, (axis / scaled_axis(period, 1.0)) ** 3
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
            parameters={
                "radius_ratio": ratio,
                "planet_earth_radii": ratio * star.radius * stars.EARTH_RADII_IN_SUN,
                "density_solar": density,
                **orbit,
            },
        )

    def flux(self, time: Float, event: Event) -> Float:
        """Relative flux, 1 outside transit, at each of `time` [days]."""
        return shapes.transit(time, epoch=event.epoch_days, period=event.period_days, **_model(event.parameters))

    def exposed(self, time: Float, event: Event, exposure_days: float) -> Float:
        """Relative flux averaged over exposures around `time`."""
        half = event.lasts_hours / 48
        if half <= 0:
            return np.ones_like(time)
        facts = event.parameters
        flat = (
            shapes.transit_duration(
                period=event.period_days,
                radius_ratio=-facts["radius_ratio"],
                scaled_axis=facts["scaled_axis"],
                impact=facts["impact"],
            )
            / 2
        )
        side = contact_nodes(flat, half)
        away = shapes.transit(side, epoch=0.0, period=event.period_days, **_model(facts))
        away[-1] = 1.0
        nodes, values = np.r_[-side[:0:-1], side], np.r_[away[:0:-1], away]
        return mean_of_line(time - event.epoch_days, exposure_days, nodes, values, event.period_days)


class SingleTransits(Transits):
    """One transit of a planet whose period is at least twice the light curve; the other settings are of `Transits`."""

    kind: Literal["single_transits"] = "single_transits"  # type: ignore[assignment]
    period_days: Annotated[Interval, Range(0.2, 10_000, "d")] = (40.0, 400.0)
    depth: Annotated[Interval, Range(1e-6, 0.2)] = (0.001, 0.02)

    @model_validator(mode="after")
    def _is_seen_once(self) -> SingleTransits:
        if self.events is not None:
            raise DesignError("events is not a setting of single transits: each light curve has one")
        return self

    def draw(self, random: Random, time: Float, star: Target = UNKNOWN) -> Event:
        """Parameters of one light curve with samples at `time` [days]; the middle of the transit is seen."""
        period = max(between(random, self.period_days, "log"), 2 * float(np.ptp(time)))
        density, limb = self._host(random, star)
        return self._event(random, period, float(inside(random, time)[0]), star, density, limb)


def contact_nodes(flat: float, half: float) -> Float:
    """Times from mid-event to last contact [days], close together near the contacts; `flat` is the second one.

    Parameters
    ----------
    flat : float
        Mid-event to second contact [days]; 0 of a grazing event.
    half : float
        Mid-event to last contact [days].
    """
    close = (1 - np.cos(np.pi * np.linspace(0, 1, SIDE_NODES))) / 2
    flat = flat * (1 - 1e-7)  # not at the contact itself, where batman's integral does not converge
    return np.r_[flat * close[:-1], flat + (half - flat) * close] if flat > 0 else half * close


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
