"""Box least squares scores transits above noise."""

from tests.evaluate.peers.stars import PEER, transits_over_noise


def test_transits_score_above_noise(tmp_path):
    assert transits_over_noise(PEER["BLS"].ready(tmp_path), period=3.1) > 1.5
