"""Made-up light curves for searchers: noise, and noise with transits."""

from typing import Any

import numpy as np

from clara_engine.evaluate.peers import PEERS
from clara_engine.lightcurve import LightCurve, Target
from clara_engine.synthetic import shapes

TIME = np.arange(0, 20, 10 / 1440)
PEER = {peer.name: peer for peer in PEERS}


def light_curve(signal: Any = 1.0, seed: int = 0) -> LightCurve:
    """White noise of 500 ppm times a signal."""
    flux = (1 + np.random.default_rng(seed).normal(0, 5e-4, TIME.size)) * signal
    return LightCurve(time=TIME, flux=flux, target=Target(tic=1))


def scores_of(score: Any, period: float) -> tuple[float, float]:
    """Score of transits, and the highest score of noise alone."""
    transit = shapes.box(TIME, epoch=4.0, period=period, duration=0.2, depth=0.002)
    return float(score(light_curve(transit))), max(float(score(light_curve(seed=seed))) for seed in (1, 2))
