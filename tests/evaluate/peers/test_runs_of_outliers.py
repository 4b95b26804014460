"""The rule by which AltaiPony finds flares."""

import numpy as np
import pytest

from clara_engine.evaluate.peers import PEERS
from clara_engine.lightcurve import LightCurve, Target

TIME = np.arange(0, 20, 10 / 1440)


PEER = {peer.name: peer for peer in PEERS}


def light_curve(signal=1.0, seed=0):
    flux = (1 + np.random.default_rng(seed).normal(0, 5e-4, TIME.size)) * signal
    return LightCurve(time=TIME, flux=flux, target=Target(tic=1))


def test_three_neighbours_above_three_deviations_make_a_flare(tmp_path):
    score = PEER["AltaiPony's rule"].ready(tmp_path)
    outliers = np.ones(TIME.size)
    outliers[[500, 501]] += 0.01
    assert score(light_curve(outliers)) == score(light_curve()) == 0
    outliers[502] += 0.01
    assert score(light_curve(outliers)) == pytest.approx(0.03 / 5e-4, rel=0.1)
