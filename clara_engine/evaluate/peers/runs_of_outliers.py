"""The rule by which AltaiPony finds flares (Ilin 2021, JOSS 6, 2845; Chang et al. 2015, ApJ 814, 35)."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from clara_engine.evaluate.peers.peer import Score, Searcher
from clara_engine.features.steering.prepare import prepare, running_median, without
from clara_engine.lightcurve import LightCurve
from clara_engine.timeseries import robust_spread

__all__ = ["RUNS_OF_OUTLIERS"]

SIGMA, LEAST = 3.0, 3
WINDOW_DAYS = 0.7


def _score(light_curve: LightCurve) -> float:
    """The sum over the strongest run of three or more samples above three standard deviations; 0 without one."""
    prepared = prepare(light_curve)
    slow = running_median(prepared.grid, WINDOW_DAYS)
    flux = without(prepared.time, prepared.flux, prepared.grid.time, slow)
    ratio = flux / max(robust_spread(flux), 1e-12)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], ratio > SIGMA, [0]]).astype(np.int8)))
    runs = zip(edges[::2], edges[1::2], strict=True)
    return max((float(ratio[first:last].sum()) for first, last in runs if last - first >= LEAST), default=0.0)


def _ready(folder: Path) -> Score:
    return _score


RUNS_OF_OUTLIERS = Searcher(
    name="AltaiPony's rule",
    ranks_by="sum of three or more neighbours above 3 standard deviations",
    events=("flares",),
    package="clara-astro",
    ready=_ready,
)
