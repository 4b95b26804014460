"""On what a signal is put: the times, the noise, and how the two meet.

A kind of background is a `Setting` with a literal `kind`, ``blank(random, index)``, the light curve before the signal,
and ``observe(blank, model, random)``, the flux with signal and noise.
"""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import model_validator

from clara_engine.errors import DesignError
from clara_engine.lightcurve import LightCurve, Target
from clara_engine.synthetic.fields import Random, Range, Setting

__all__ = ["Background", "WhiteNoise"]

Float = NDArray[np.float64]

MOST_SAMPLES = 2_000_000


class WhiteNoise(Setting):
    """A blank star: evenly spaced times without gaps, and white Gaussian noise. The background of the paper."""

    kind: Literal["white"] = "white"
    span_days: Annotated[float, Range(0.01, 2000, "d")]
    cadence_minutes: Annotated[float, Range(0.05, 1440, "min")]
    noise_ppm: Annotated[float, Range(0, 1_000_000, "ppm")]

    @model_validator(mode="after")
    def _usable_length(self) -> WhiteNoise:
        samples = self.span_days * 1440 / self.cadence_minutes
        if not 3 <= samples <= MOST_SAMPLES:
            allowed = Range(3, MOST_SAMPLES, "samples a curve")
            raise DesignError(
                f"span_days = {self.span_days:g} at cadence_minutes = {self.cadence_minutes:g} "
                f"makes {samples:.4g}, out of range: {allowed}"
            )
        return self

    def blank(self, random: Random, index: int) -> LightCurve:
        """Curve number `index` before any signal: relative flux 1 from time 0 on."""
        time = np.arange(0, self.span_days, self.cadence_minutes / 1440)
        target = Target(tic=-1 - index, cadence_s=self.cadence_minutes * 60, product="SYNTHETIC", simulated=True)
        return LightCurve(time=time, flux=np.ones(time.size), target=target, flux_unit="relative")

    def observe(self, blank: LightCurve, model: Float, random: Random) -> Float:
        """The relative flux `model` with the noise added."""
        return model + random.normal(0, self.noise_ppm / 1_000_000, model.size)


Background = WhiteNoise
