"""monohunter scores a single transit above noise."""

import pytest

from tests.evaluate.peers.stars import PEER, scores_of


def test_a_single_transit_scores_above_noise(tmp_path):
    pytest.importorskip("monohunter", reason="monohunter is not installed")
    transits, noise = scores_of(PEER["monohunter"].ready(tmp_path), period=30.0)
    assert transits > 1.5 * noise
