"""Exocomets: dust tails that cross a star, entering fast and leaving slowly."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from clara_engine.lightcurve import Target
from clara_engine.setting import Interval, Random, Range, Weight
from clara_engine.synthetic.signals.drawing import Scale, between, inside, whole
from clara_engine.synthetic.signals.event import Event
from clara_engine.synthetic.signals.kind import UNKNOWN, Kind

__all__ = ["Exocomets"]

Float = NDArray[np.float64]


class Exocomets(Kind):
    """A few comets, each once: a steep ingress and a tail whose dust thins out exponentially.

    The tail of Lecavelier des Etangs et al. (1999, A&A 343, 916) as Zieba et al. (2019, A&A 625, L13) fitted it to the
    comets of β Pictoris in TESS: optical depth falls exponentially behind the head, and the star has a width. Here that
    width is Gaussian, so the profile is an exponential convolved with it, scaled to the drawn depth.

    Attributes
    ----------
    count : interval
        Comets in a light curve.
    depth : interval
        Of the deepest; β Pictoris has 0.01 to 0.2 %, KIC 3542116 0.05 to 0.15 % (Rappaport et al. 2018, MNRAS 474,
        1453).
    ingress_hours : interval
        From a tenth to nine tenths of a sharp head's depth, log-uniform [h].
    tail_hours : interval
        In which the dimming falls to 1/e, log-uniform [h]; at least `LEAST_ASYMMETRY` times the ingress.
    """

    kind: Literal["exocomets"] = "exocomets"
    weight: Weight = 1.0
    count: Annotated[Interval, Range(1, 50, "comets")] = (1, 4)
    depth: Annotated[Interval, Range(1e-6, 0.5)] = (0.0003, 0.01)
    depth_scale: Scale = "log"
    ingress_hours: Annotated[Interval, Range(0.1, 48, "h")] = (1.5, 6.0)
    tail_hours: Annotated[Interval, Range(0.2, 240, "h")] = (4.0, 24.0)

    def draw(self, random: Random, time: Float, star: Target = UNKNOWN) -> Event:
        """Parameters of one light curve with samples at `time` [days]; the deepest moments are seen."""
        deepest = between(random, self.depth, self.depth_scale)
        deepests = inside(random, time, whole(random, self.count))
        depths = deepest * random.uniform(0.25, 1, deepests.size)
        depths[0] = deepest
        ingress = np.array([between(random, self.ingress_hours, "log") for _ in deepests])
        tails = np.array([between(random, self.tail_hours, "log") for _ in deepests])
        tails = np.maximum(tails, LEAST_ASYMMETRY * ingress)
        return Event(
            kind=self.kind,
            shape="dust tail",
            duration_hours=float(ingress[0] + tails[0]),
            lasts_hours=float(ingress[0] + 4 * tails[0]),
            depth=deepest,
            epoch_days=float(deepests[0]),
            parameters={
                "deepest_days": deepests.tolist(),
                "depths": depths.tolist(),
                "ingress_days": (ingress / 24).tolist(),
                "tails_days": (tails / 24).tolist(),
            },
        )

    def flux(self, time: Float, event: Event) -> Float:
        """Relative flux, 1 without a comet, at each of `time` [days]."""
        facts = event.parameters
        flux = np.ones_like(time)
        columns = ("deepest_days", "depths", "ingress_days", "tails_days")
        for middle, depth, ingress, tail in zip(*(facts[name] for name in columns), strict=True):
            near = (time > middle - 6 * ingress) & (time < middle + 30 * tail)
            flux[near] -= depth * _comet(time[near] - middle, ingress, tail)
        return flux

    def scale_days(self, event: Event) -> float:
        """The steepest ingress."""
        return float(min(event.parameters["ingress_days"])) / INGRESS_WIDTHS


LEAST_ASYMMETRY = 1.5
#: A Gaussian step rises from a tenth to nine tenths in so many of its standard deviations.
INGRESS_WIDTHS = 2.5631


def _comet(since: Float, ingress: float, tail: float) -> Float:
    """An exponential tail seen past a star of Gaussian width; 1 at its deepest, which is at 0."""
    width = ingress / INGRESS_WIDTHS
    steep = width / tail
    grid = np.linspace(-2, 6, 400)
    shape = _smeared_tail(grid, steep)
    top = int(np.argmax(shape))
    near = np.linspace(grid[max(top - 1, 0)], grid[min(top + 1, 399)], 200)
    fine = _smeared_tail(near, steep)
    return _smeared_tail(since / width + near[int(np.argmax(fine))], steep) / fine.max()


def _smeared_tail(x: Float, steep: float) -> Float:
    """exp(-steep x) for x > 0, convolved with a normal distribution."""
    from scipy.special import erfc  # takes a third of a second, which designs alone need not wait for

    return np.asarray(np.exp(steep**2 / 2 - steep * x) * erfc((steep - x) / np.sqrt(2)) / 2)
