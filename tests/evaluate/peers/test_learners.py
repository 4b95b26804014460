"""Peers that learn: each tells rows apart that are apart, and scores the contrast set higher."""

import numpy as np
import pytest

from clara_engine.evaluate.peers import PEERS
from clara_engine.lightcurve import LightCurve, Target

PEER = {peer.name: peer for peer in PEERS}


@pytest.mark.parametrize(
    "name", [pytest.param("gradient boosting", marks=pytest.mark.heavy), "isolation forest", "MiniRocket"]
)
def test_what_is_like_the_contrast_set_scores_higher(name):
    if name == "MiniRocket":
        pytest.importorskip("sktime", reason="sktime is not installed")
    rng = np.random.default_rng(0)
    length = 64

    def rows(count, bump):
        made = rng.normal(size=(count, length)).astype(np.float32)
        made[:, 20:40] += bump
        return made

    score = PEER[name].fit(rows(40, 0), rows(40, 3), 0)
    assert score(rows(20, 3)).min() > np.median(score(rows(20, 0)))


def test_light_curves_of_any_length_make_rows_of_one_length():
    rng = np.random.default_rng(1)
    rows = []
    for days in (12, 27):
        time = np.arange(0, days, 10 / 1440)
        curve = LightCurve(time=time, flux=1 + rng.normal(0, 1e-3, time.size), target=Target(tic=1))
        rows.append(PEER["MiniRocket"].row(curve))
    assert rows[0].shape == rows[1].shape
    assert np.isfinite(rows).all()
