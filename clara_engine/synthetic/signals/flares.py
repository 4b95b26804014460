"""Flare stars."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from clara_engine.lightcurve import Target
from clara_engine.setting import Interval, Random, Range, Weight
from clara_engine.synthetic import star_shapes, stars
from clara_engine.synthetic.signals.drawing import Scale, between, inside, power_law, whole
from clara_engine.synthetic.signals.event import Event
from clara_engine.synthetic.signals.kind import UNKNOWN, Kind

__all__ = ["Flares"]

Float = NDArray[np.float64]
DAY_S = 86_400.0
SMALLEST_SHARE = 0.001
# Durations go as energy to the power of 0.39 (Maehara et al. 2015, EPS 67, 59), with a scatter.
WIDTH_SLOPE, WIDTH_SCATTER = 0.39, 0.25


class Flares(Kind):
    """Flares at random times, each with the template of Tovar Mendoza et al. (2022, AJ 164, 17).

    Where the catalogue knows temperature and radius of the host, the strongest flare has an energy, and the height
    follows: a black body that is as bright in the TESS band (Shibayama et al. 2013, ApJS 209, 5). So the same flare is
    high on a cool star and low on a warm one. Elsewhere the height is drawn. Energies of the others follow a power
    law; flares of more energy are higher and last longer.

    Attributes
    ----------
    per_day : interval
        Flares a day, log-uniform; at least one a light curve.
    events : interval, optional
        Flares in the light curve, in place of a rate.
    depth : interval
        Height of the highest flare over the quiet flux; an energy that makes it lower or higher is not taken.
    slope : interval
        Exponent α of the energies of the others, dN/dE ∝ E^-α down to `SMALLEST_SHARE` of the strongest; 1 is
        log-uniform. α is 1.5 to 2 (Hawley et al. 2014, ApJ 797, 121; Günther et al. 2020, AJ 159, 60).
    width_minutes : interval
        Time scale of the strongest [min], log-uniform; see `star_shapes.flare`.
    energy_erg : interval
        Bolometric energy of the strongest, log-uniform [erg]; most that TESS saw are of 1e32 to 3e35 (Günther et al.
        2020; Tu et al. 2020, ApJ 890, 46).
    flare_teff : interval
        Temperature of the flare [K] (Shibayama et al. 2013: 9000 to 10000).
    of_host : bool
        Use what the catalogue knows of the host.
    """

    silent_when_none: ClassVar[frozenset[str]] = frozenset({"events"})

    kind: Literal["flares"] = "flares"
    weight: Weight = 1.0
    per_day: Annotated[Interval, Range(0.001, 50, "flares/d")] = (0.05, 1.0)
    depth: Annotated[Interval, Range(1e-5, 100)] = (0.003, 1.0)
    depth_scale: Scale = "log"
    slope: Annotated[Interval, Range(0, 4)] = (1.4, 2.0)
    width_minutes: Annotated[Interval, Range(0.5, 600, "min")] = (5.0, 40.0)
    energy_erg: Annotated[Interval, Range(1e27, 1e40, "erg")] = (1e32, 3e35)
    flare_teff: Annotated[Interval, Range(5000, 40_000, "K")] = (9000.0, 10_000.0)
    of_host: bool = True
    events: Annotated[Interval, Range(1, 2000, "flares")] | None = None

    def draw(self, random: Random, time: Float, star: Target = UNKNOWN) -> Event:
        """Parameters of one light curve with samples at `time` [days]; the peaks are seen."""
        count = self._count(random, time)
        width = between(random, self.width_minutes, "log") / 1440
        hot = between(random, self.flare_teff)
        erg = width * DAY_S * star_shapes.FLARE_AREA * self._erg_a_second(star, hot)  # of a flare of height 1
        highest = between(random, self._heights(erg), self.depth_scale)
        shares = np.sort(power_law(random, (SMALLEST_SHARE, 1.0), between(random, self.slope), count))[::-1]
        shares[0] = 1.0
        heights = highest * shares ** (1 - WIDTH_SLOPE)
        stretch = np.exp(random.normal(0, WIDTH_SCATTER, count))
        stretch[0] = 1.0
        widths = width * shares**WIDTH_SLOPE * stretch
        return Event(
            kind=self.kind,
            shape="classical",
            depth=highest,
            duration_hours=24 * width,
            epoch_days=float((peaks := inside(random, time, count))[0]),
            parameters={
                "peaks_days": peaks.tolist(),
                "heights": heights.tolist(),
                "widths_days": widths.tolist(),
                "energy_erg": erg * highest,
                "flare_teff": hot,
            },
        )

    def _count(self, random: Random, time: Float) -> int:
        if self.events is not None:
            return whole(random, self.events)
        expected = between(random, self.per_day, "log") * float(np.ptp(time))
        return max(1, int(random.poisson(min(expected, 2000))))

    def _erg_a_second(self, star: Target, hot: float) -> float:
        """Power of a flare as bright as the star [erg/s]; NaN where the star is not known."""
        known = self.of_host and star.teff > 0 and star.radius > 0
        return stars.flare_erg_a_second(star.teff, star.radius, hot) if known else float("nan")

    def _heights(self, erg: float) -> Interval:
        """Heights that this star's energies reach within those that are wanted; the nearest where none does."""
        low, high = self.depth
        if not erg > 0:
            return self.depth
        least, most = (float(np.clip(energy / erg, low, high)) for energy in self.energy_erg)
        return least, most

    def flux(self, time: Float, event: Event) -> Float:
        """Relative flux, 1 between flares, at each of `time` [days]."""
        facts = event.parameters
        flux = np.ones_like(time)
        for peak, height, width in zip(facts["peaks_days"], facts["heights"], facts["widths_days"], strict=True):
            flux += star_shapes.flare(time, peak=peak, width=width, amplitude=height) - 1
        return flux

    def exposed(self, time: Float, event: Event, exposure_days: float) -> Float:
        """Relative flux averaged over exposures around `time`."""
        facts = event.parameters
        flux = np.ones_like(time)
        for peak, height, width in zip(facts["peaks_days"], facts["heights"], facts["widths_days"], strict=True):
            flux += star_shapes.flare_mean(time, exposure_days, peak=peak, width=width, amplitude=height) - 1
        return flux
