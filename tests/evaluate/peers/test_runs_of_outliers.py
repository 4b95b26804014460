"""The rule by which AltaiPony finds flares."""

import numpy as np
import pytest

from tests.evaluate.peers.stars import PEER, TIME, light_curve


def test_three_neighbours_above_three_deviations_make_a_flare(tmp_path):
    score = PEER["AltaiPony's rule"].ready(tmp_path)
    outliers = np.ones(TIME.size)
    outliers[[500, 501]] += 0.01
    assert score(light_curve(outliers)) == score(light_curve()) == 0
    outliers[502] += 0.01
    assert score(light_curve(outliers)) == pytest.approx(0.03 / 5e-4, rel=0.1)
