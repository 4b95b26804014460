"""Transit least squares (Hippke & Heller 2019, A&A 623, A39), by the package of its authors."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np

from clara_engine.evaluate.peers.peer import Score, Searcher, flattened_bins, needed
from clara_engine.lightcurve import LightCurve

__all__ = ["TLS"]

BIN_MINUTES = 10.0
PERIODS_DAYS = (0.25, 14.0)  # it begins where a star like the Sun would touch its companion, about 0.6 d


def _ready(folder: Path) -> Score:
    search = needed("transitleastsquares", "transitleastsquares").transitleastsquares

    def score(light_curve: LightCurve) -> float:
        time, flux = flattened_bins(light_curve, BIN_MINUTES)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = search(time, flux, verbose=False).power(
                period_min=PERIODS_DAYS[0],
                period_max=PERIODS_DAYS[1],
                oversampling_factor=2,
                use_threads=1,
                show_progress_bar=False,
            )
        return float(np.nan_to_num(found.SDE))

    return score


TLS = Searcher(
    name="TLS",
    ranks_by="signal detection efficiency, means of 10 minutes, periods up to 14 d",
    events=("planets", "binaries"),
    package="transitleastsquares",
    ready=_ready,
)
