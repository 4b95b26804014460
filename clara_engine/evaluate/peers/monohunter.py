"""monohunter's matched filter for single transits."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from clara_engine.evaluate.peers.peer import Score, Searcher, needed
from clara_engine.features.steering.prepare import prepare
from clara_engine.lightcurve import LightCurve

__all__ = ["MONOHUNTER"]


def _ready(folder: Path) -> Score:
    detector = needed("monohunter.detect", "monohunter").BoxMatchedFilter(snr_threshold=0.0)
    flatten = needed("monohunter.detrend", "monohunter").flatten

    def score(light_curve: LightCurve) -> float:
        prepared = prepare(light_curve)
        flat, _ = flatten(prepared.time, prepared.flux + 1)
        return max((float(one.snr) for one in detector.search(prepared.time, np.asarray(flat))), default=0.0)

    return score


MONOHUNTER = Searcher(
    name="monohunter",
    ranks_by="signal-to-noise of its best candidate",
    events=("single transits", "exocomets"),
    package="monohunter",
    ready=_ready,
)
