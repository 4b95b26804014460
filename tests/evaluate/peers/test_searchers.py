"""Peers that look at one light curve at a time: each against a plain reckoning, or what it must tell apart."""

import numpy as np
import pytest

from clara_engine.evaluate.peers import PEERS
from clara_engine.lightcurve import LightCurve, Target
from clara_engine.synthetic import shapes

TIME = np.arange(0, 20, 10 / 1440)


PEER = {peer.name: peer for peer in PEERS}


def light_curve(signal=1.0, seed=0):
    flux = (1 + np.random.default_rng(seed).normal(0, 5e-4, TIME.size)) * signal
    return LightCurve(time=TIME, flux=flux, target=Target(tic=1))


@pytest.mark.parametrize(
    ("name", "period", "package"),
    [
        ("BLS", 3.1, "astropy"),
        ("monohunter", 30.0, "monohunter"),
        pytest.param("TLS", 3.1, "transitleastsquares", marks=pytest.mark.slow),
    ],
)
def test_a_transit_scores_above_noise(name, period, package, tmp_path):
    pytest.importorskip(package, reason=f"{package} is not installed")
    score = PEER[name].ready(tmp_path)
    transit = shapes.box(TIME, epoch=4.0, period=period, duration=0.2, depth=0.002)
    quiet = max(score(light_curve(seed=seed)) for seed in (1, 2))
    assert score(light_curve(transit)) > 1.5 * quiet
