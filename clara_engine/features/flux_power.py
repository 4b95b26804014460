"""The feature set of the published method: the first 3000 fluxes and a periodogram at 1000 periods."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clara_engine.errors import FeatureError
from clara_engine.features.definition import Block, FeatureSet
from clara_engine.features.lombscargle import lomb_scargle
from clara_engine.lightcurve import LightCurve
from clara_engine.text import counted

__all__ = ["FLUX_POWER", "FLUX_POWER_FREQUENCY", "FLUX_SAMPLES", "flux_power"]

Float = NDArray[np.float64]

FLUX_SAMPLES = 3000

#: Frequencies of the power block [cycles per day]: periods of 27 days down to 4 hours.
FLUX_POWER_FREQUENCY: Float = np.logspace(np.log10(1 / 27), np.log10(6), 1000)
FLUX_POWER_FREQUENCY.setflags(write=False)


def flux_power(light_curve: LightCurve) -> Float:
    """The 4000 features of CLARA (Dasgupta 2025, arXiv:2508.04722).

    Parameters
    ----------
    light_curve : LightCurve
        Any length from 3 finite samples; no quality mask and no detrending is applied.

    Returns
    -------
    ndarray of float64, shape (4000,)
        3000 z-scores: the first finite samples in order, gaps closed up, zeros after the end; then the Lomb–Scargle
        power of the whole light curve at `FLUX_POWER_FREQUENCY`.

    Raises
    ------
    FeatureError
        Fewer than 3 finite samples, constant flux, or flux too large to be squared.
    """
    name = light_curve.target.name
    usable = np.isfinite(light_curve.time) & np.isfinite(light_curve.flux)
    time, flux = light_curve.time[usable], light_curve.flux[usable]
    if flux.size < 3:
        raise FeatureError(f"{name}: {counted(flux.size, 'finite sample')}, features need at least 3")
    if flux.min() == flux.max():
        raise FeatureError(f"{name}: the flux is constant ({flux[0]:g}), so it has no features")
    if time.min() == time.max():
        raise FeatureError(f"{name}: every sample has the same time, so it has no periodogram")
    with np.errstate(over="ignore", invalid="ignore"):
        spread = flux.std()
    if not (0 < spread < np.inf):
        raise FeatureError(f"{name}: flux between {flux.min():.3g} and {flux.max():.3g} has no usable spread")
    z = (flux - flux.mean()) / spread

    features = np.zeros(FLUX_SAMPLES + FLUX_POWER_FREQUENCY.size)
    head = z[:FLUX_SAMPLES]
    features[: head.size] = head
    features[FLUX_SAMPLES:] = lomb_scargle(time, z, FLUX_POWER_FREQUENCY)
    return features


FLUX_POWER = FeatureSet(
    name="flux_power",
    version=1,
    title="Flux and power (published)",
    blocks=(
        Block(
            name="flux",
            quantity="flux",
            unit="z-score",
            start=0,
            stop=FLUX_SAMPLES,
            axis=np.arange(FLUX_SAMPLES, dtype=np.float64),
            axis_name="sample",
        ),
        Block(
            name="power",
            quantity="Lomb–Scargle power",
            unit="",
            start=FLUX_SAMPLES,
            stop=FLUX_SAMPLES + FLUX_POWER_FREQUENCY.size,
            axis=1 / FLUX_POWER_FREQUENCY,
            axis_name="period",
            axis_unit="d",
            axis_log=True,
        ),
    ),
    compute=flux_power,
)
