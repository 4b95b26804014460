"""Box least squares scores transits above noise."""

from tests.evaluate.peers.stars import PEER, scores_of


def test_transits_score_above_noise(tmp_path):
    transits, noise = scores_of(PEER["BLS"].ready(tmp_path), period=3.1)
    assert transits > 1.5 * noise
