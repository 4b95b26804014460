"""Eclipsing binaries, detached and in contact."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from clara_engine.lightcurve import Target
from clara_engine.setting import Interval, Random, Range, Weight
from clara_engine.synthetic import shapes, stars
from clara_engine.synthetic.exposure import mean_of_line, mean_of_sine
from clara_engine.synthetic.signals.drawing import Scale, between, period_of_events
from clara_engine.synthetic.signals.event import Event
from clara_engine.synthetic.signals.kind import UNKNOWN, Kind
from clara_engine.synthetic.signals.transits import axis_of_duration, contact_nodes, room, scaled_axis

__all__ = ["ContactBinaries", "EclipsingBinaries"]

Float = NDArray[np.float64]
CIRCULAR_BELOW_DAYS = 3.0
#: Least distance of the centres [sums of the radii].
CLOSEST_PAIR = 1.3
MOST_ELLIPSOIDAL = 0.05
MOST_PAIRS = 40
IMPACTS = 64


class EclipsingBinaries(Kind):
    """Detached binaries with two eclipses an orbit, by the geometry of two limb-darkened discs (Mandel & Agol 2002).

    Both stars shine as black bodies in the TESS band, so both depths follow from radii, temperatures and impact
    parameter; the impact parameter is the one that gives the drawn depth. The primary is the host where the catalogue
    knows its density and temperature. On an eccentric orbit the line of apsides lies across the line of sight: the
    secondary comes early or late, and both eclipses last equally long.

    Attributes
    ----------
    period_days : interval
        Log-uniform [d].
    events : interval, optional
        Orbits in the light curve, each with a primary eclipse; then the period follows.
    depth : interval
        Of the primary eclipse below the light around it; less where two such stars can't reach it.
    duration_hours : interval, optional
        Of an eclipse from first to last contact, log-uniform [h], at most a quarter of the period; then the density
        of the primary follows.
    radius_ratio : interval
        Radius of the secondary over that of the primary.
    temperature_ratio : interval
        Temperature of the secondary over that of the primary.
    secondary_share : interval, optional
        Surface brightness of the secondary over that of the primary, which is about the ratio of the depths; then the
        temperature follows.
    density_solar : interval
        Density of a primary that is not known, log-uniform [solar densities]; with period and radii it gives the
        duration.
    teff : interval
        Temperature of a primary that is not known [K].
    eccentric_shift : float
        Largest distance of the secondary from phase 0.5 [orbits]; 0 below three days, where tides make circles.
    of_host : bool
        Use what the catalogue knows of the host.
    """

    silent_when_none: ClassVar[frozenset[str]] = frozenset({"events", "duration_hours"})

    kind: Literal["eclipsing_binaries"] = "eclipsing_binaries"
    weight: Weight = 1.0
    period_days: Annotated[Interval, Range(0.2, 1000, "d")] = (0.6, 13.0)
    depth: Annotated[Interval, Range(1e-5, 0.9)] = (0.01, 0.5)
    depth_scale: Scale = "log"
    radius_ratio: Annotated[Interval, Range(0.05, 1, "of the primary's")] = (0.2, 1.0)
    temperature_ratio: Annotated[Interval, Range(0.2, 1, "of the primary's")] = (0.55, 1.0)
    secondary_share: Annotated[Interval, Range(0, 1, "of the primary depth")] | None = None
    density_solar: Annotated[Interval, Range(0.001, 100, "solar densities")] = (0.1, 2.0)
    teff: Annotated[Interval, Range(2300, 50_000, "K")] = (3500.0, 7500.0)
    eccentric_shift: Annotated[float, Range(0, 0.4, "orbits")] = 0.12
    of_host: bool = True
    events: Annotated[Interval, Range(1, 1000, "orbits")] | None = None
    duration_hours: Annotated[Interval, Range(0.1, 100, "h")] | None = None

    def draw(self, random: Random, time: Float, star: Target = UNKNOWN) -> Event:
        """Parameters of one light curve with samples at `time` [days]."""
        density, teff = between(random, self.density_solar, "log"), between(random, self.teff)
        if self.of_host:
            density = stars.density_solar(star) or density
            teff = star.teff if star.teff > 0 else teff
        pair = self._pair(random, between(random, self.depth, self.depth_scale), teff, star.logg)
        ratio = pair["radius_ratio"]
        both = density * (1 + ratio)  # masses go about as radii on the main sequence
        closest = CLOSEST_PAIR * (1 + ratio)
        free = self.duration_hours is None
        if self.events is not None:
            period = period_of_events(random, self.events, time)
        else:
            period = between(random, room(self.period_days, closest if free else 0.0, both), "log")
        if self.duration_hours is not None:
            hours = between(random, self.duration_hours, "log")
            axis = axis_of_duration(hours / 24, period=period, radius_ratio=ratio, impact=pair["impact"])
        else:
            axis = max(scaled_axis(period, both), closest)
        duration = shapes.transit_duration(period=period, radius_ratio=ratio, scaled_axis=axis, impact=pair["impact"])
        shift = between(random, (-self.eccentric_shift, self.eccentric_shift))
        depth = pair.pop("primary_depth")
        return Event(
            kind=self.kind,
            shape="detached",
            period_days=period,
            duration_hours=24 * duration,
            lasts_hours=24 * duration,
            depth=depth,
            epoch_days=float(time[0] + random.uniform(0, period)),
            parameters={
                **pair,
                "scaled_axis": axis,
                "secondary_phase": 0.5 + (shift if period > CIRCULAR_BELOW_DAYS else 0.0),
                "ellipsoidal": min(MOST_ELLIPSOIDAL, 1.3 * ratio / axis**3),  # Morris & Naftilan 1993
            },
        )

    def _pair(self, random: Random, depth: float, teff: float, logg: float) -> dict[str, Any]:
        """Two stars and an impact parameter of that primary depth, or of one as deep as they come near."""
        nearest: dict[str, Any] | None = None
        for _ in range(MOST_PAIRS):
            if self.secondary_share is not None:
                share = between(random, self.secondary_share)
                cooler = stars.teff_of_brightness(share * stars.band_brightness(teff))
            else:
                cooler = teff * between(random, self.temperature_ratio)
                share = stars.band_brightness(cooler) / stars.band_brightness(teff)
            pair = _eclipsing(
                depth,
                between(random, self.radius_ratio),
                share,
                stars.limb_darkening(teff, logg),
                stars.limb_darkening(cooler, logg),
            )
            pair |= {"primary_teff": teff, "secondary_teff": cooler}
            if nearest is None or pair["primary_depth"] > nearest["primary_depth"]:
                nearest = pair
            if nearest["primary_depth"] >= 0.999 * depth:
                break
        assert nearest is not None
        return nearest

    def flux(self, time: Float, event: Event) -> Float:
        """Relative flux at each of `time` [days]."""
        flux = self._tides(time, event, 1.0)
        for second in (False, True):
            since = time - event.epoch_days - second * event.parameters["secondary_phase"] * event.period_days
            since = since - event.period_days * np.round(since / event.period_days)
            near = np.abs(since) < event.lasts_hours / 48
            flux[near] -= _lost(since[near], event, second)
        return flux

    def exposed(self, time: Float, event: Event, exposure_days: float) -> Float:
        """Relative flux averaged over exposures around `time`."""
        flux = self._tides(time, event, mean_of_sine(event.period_days / 2, exposure_days))
        half, facts = event.lasts_hours / 48, event.parameters
        if half <= 0:
            return flux
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
        nodes = np.r_[-side[:0:-1], side]
        for second in (False, True):
            lost = _lost(side, event, second)
            lost[-1] = 0.0
            since = time - event.epoch_days - second * facts["secondary_phase"] * event.period_days
            flux -= mean_of_line(since, exposure_days, nodes, np.r_[lost[:0:-1], lost], event.period_days)
        return flux

    def _tides(self, time: Float, event: Event, left: float) -> Float:
        angle = 4 * np.pi * (time - event.epoch_days) / event.period_days
        return 1 - left * event.parameters["ellipsoidal"] * np.cos(angle)


def _eclipsing(
    depth: float, ratio: float, share: float, limb: tuple[float, float], other_limb: tuple[float, float]
) -> dict[str, Any]:
    """A pair whose impact parameter gives the primary eclipse a depth, or its greatest one."""
    impacts = np.linspace(0, 1 + ratio, IMPACTS)
    whole = 1 + ratio**2 * share
    depths = (1 - shapes.occulted(impacts, ratio, limb)) / whole
    impact = float(np.interp(-depth, -depths, impacts))
    for _ in range(2):  # lines between the impacts are not quite the curve
        near = impact + np.linspace(-1, 1, 9) * (1 + ratio) / IMPACTS
        near = near[(near >= 0) & (near <= 1 + ratio)]
        impact = float(np.interp(-depth, shapes.occulted(near, ratio, limb) / whole - 1 / whole, near))
    at = np.array([impact])
    first = (1 - shapes.occulted(at, ratio, limb)[0]) / whole
    second = (1 - shapes.occulted(at / ratio, 1 / ratio, other_limb)[0]) * ratio**2 * share / whole
    return {
        "radius_ratio": ratio,
        "impact": impact,
        "brightness_ratio": share,
        "limb_darkening": limb,
        "secondary_limb_darkening": other_limb,
        "primary_depth": float(first),
        "secondary_depth": float(second),
    }


def _lost(since: Float, event: Event, second: bool) -> Float:
    """Light that an eclipse takes away, `since` its middle [days]."""
    facts = event.parameters
    ratio, bright = facts["radius_ratio"], facts["radius_ratio"] ** 2 * facts["brightness_ratio"]
    angle = 2 * np.pi * since / event.period_days
    tilt = facts["impact"] / facts["scaled_axis"]
    distance = facts["scaled_axis"] * np.sqrt(np.sin(angle) ** 2 + (tilt * np.cos(angle)) ** 2)
    if second:
        return np.asarray(
            bright
            / (1 + bright)
            * (1 - shapes.occulted(distance / ratio, 1 / ratio, facts["secondary_limb_darkening"]))
        )
    return np.asarray((1 - shapes.occulted(distance, ratio, facts["limb_darkening"])) / (1 + bright))


class ContactBinaries(Kind):
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

    def draw(self, random: Random, time: Float, star: Target = UNKNOWN) -> Event:
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

    def scale_days(self, event: Event) -> float:
        """A radian of the fastest term."""
        return event.period_days / (8 * np.pi)
