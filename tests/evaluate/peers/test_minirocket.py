"""MiniRocket's rows: as many points for every light curve, in robust spreads."""

import numpy as np
import pytest

from clara_engine.evaluate.peers.minirocket import MINIROCKET, POINTS
from clara_engine.lightcurve import LightCurve, Target


@pytest.mark.parametrize("days", [12, 25])
def test_every_light_curve_has_a_row_of_one_length(days):
    time = np.arange(0, days, 10 / 1440)
    flux = 1 + np.random.default_rng(1).normal(0, 5e-4, time.size)
    row = MINIROCKET.row(LightCurve(time=time, flux=flux, target=Target(tic=1)))
    assert row.size == POINTS
    assert 0.4 < np.median(np.abs(row - np.median(row))) < 0.7  # 0.67 of a spread, less where points lie between means
