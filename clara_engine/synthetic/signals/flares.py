"""Flare stars."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from clara_engine.synthetic import shapes
from clara_engine.synthetic.fields import Interval, Random, Range, Setting, Weight
from clara_engine.synthetic.signals.drawing import Scale, between, inside, power_law
from clara_engine.synthetic.signals.event import Event

__all__ = ["Flares"]

Float = NDArray[np.float64]
SMALLEST_SHARE = 0.02
# Wider flares are higher on the whole (Hawley et al. 2014, figure 7).
WIDTH_SLOPE = 0.3


class Flares(Setting):
    """Flares at random times, each with the template of Tovar Mendoza et al. (2022, AJ 164, 17).

    Attributes
    ----------
    per_day : interval
        Flares a day, log-uniform; at least one a light curve.
    depth : interval
        Height of the highest flare over the quiet flux.
    slope : interval
        Exponent α of the heights of the others, dN/dA ∝ A^-α down to 2 % of the highest; 1 is log-uniform. Energies of
        flares have α near 2 (Hawley et al. 2014, ApJ 797, 121).
    width_minutes : interval
        Time scale of the highest [min], log-uniform; see `shapes.flare`.
    """

    kind: Literal["flares"] = "flares"
    weight: Weight = 1.0
    per_day: Annotated[Interval, Range(0.001, 50, "flares/d")] = (0.05, 1.0)
    depth: Annotated[Interval, Range(1e-5, 100)] = (0.005, 0.3)
    depth_scale: Scale = "log"
    slope: Annotated[Interval, Range(0, 4)] = (1.0, 2.0)
    width_minutes: Annotated[Interval, Range(0.5, 600, "min")] = (5.0, 40.0)

    def draw(self, random: Random, time: Float) -> Event:
        """Parameters of one light curve with samples at `time` [days]; the peaks are seen."""
        highest = between(random, self.depth, self.depth_scale)
        expected = between(random, self.per_day, "log") * float(np.ptp(time))
        count = max(1, int(random.poisson(min(expected, 2000))))
        shares = power_law(random, (SMALLEST_SHARE, 1.0), between(random, self.slope), count)
        heights = highest * np.sort(shares)[::-1]
        heights[0] = highest
        width = between(random, self.width_minutes, "log") / 1440
        widths = width * (heights / highest) ** WIDTH_SLOPE * np.exp(random.normal(0, 0.25, count))
        return Event(
            kind=self.kind,
            shape="classical",
            depth=highest,
            duration_hours=24 * float(widths[0]),
            epoch_days=float((peaks := inside(random, time, count))[0]),
            parameters={
                "peaks_days": peaks.tolist(), "heights": heights.tolist(), "widths_days": widths.tolist(),
            },
        )  # fmt: skip

    def flux(self, time: Float, event: Event) -> Float:
        """Relative flux, 1 between flares, at each of `time` [days]."""
        facts = event.parameters
        flux = np.ones_like(time)
        for peak, height, width in zip(facts["peaks_days"], facts["heights"], facts["widths_days"], strict=True):
            flux += shapes.flare(time, peak=peak, width=width, amplitude=height) - 1
        return flux
