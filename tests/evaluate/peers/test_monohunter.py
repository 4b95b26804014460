"""monohunter scores a single transit above noise."""

import pytest

from tests.evaluate.peers.stars import PEER, transits_over_noise


def test_a_single_transit_scores_above_noise(tmp_path):
    pytest.importorskip("monohunter", reason="monohunter is not installed")
    assert transits_over_noise(PEER["monohunter"].ready(tmp_path), period=30.0) > 1.5
