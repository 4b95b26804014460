"""Box least squares (Kovács, Zucker & Mazeh 2002, A&A 391, 369), by astropy."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from clara_engine.evaluate.peers.peer import Score, Searcher, flattened_bins
from clara_engine.lightcurve import LightCurve
from clara_engine.timeseries import robust_noise

__all__ = ["BLS"]

BIN_MINUTES = 10.0
PERIODS_DAYS = (0.4, 14.0)
DURATIONS_HOURS = (1.0, 2.0, 3.5, 6.0, 9.0)
FREQUENCY_FACTOR = 5.0


def _score(light_curve: LightCurve) -> float:
    from astropy.timeseries import BoxLeastSquares

    time, flux = flattened_bins(light_curve, BIN_MINUTES)
    spread = robust_noise(flux)
    search = BoxLeastSquares(time, flux, np.full(time.size, spread))
    durations = np.array(DURATIONS_HOURS) / 24
    periods = search.autoperiod(
        durations, minimum_period=PERIODS_DAYS[0], maximum_period=PERIODS_DAYS[1], frequency_factor=FREQUENCY_FACTOR
    )
    return float(np.nanmax(search.power(periods, durations, objective="snr").depth_snr))


def _ready(folder: Path) -> Score:
    return _score


BLS = Searcher(
    name="BLS",
    ranks_by="signal-to-noise of the depth, means of 10 minutes, periods from 0.4 to 14 d",
    events=("planets", "binaries", "single transits"),
    package="astropy",
    ready=_ready,
)
