"""Transit least squares: transits score above noise, and a missing package is named."""

import sys

import pytest

from clara_engine.evaluate.peers import PeerAbsent
from tests.evaluate.peers.stars import PEER, scores_of


@pytest.mark.heavy
def test_transits_score_above_noise(tmp_path):
    pytest.importorskip("transitleastsquares", reason="transitleastsquares is not installed")
    transits, noise = scores_of(PEER["TLS"].ready(tmp_path), period=3.1)
    assert transits > 1.5 * noise


def test_a_missing_package_is_named(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "transitleastsquares", None)
    with pytest.raises(PeerAbsent, match=r"transitleastsquares is not installed.*clara-astro\[peers\]"):
        PEER["TLS"].ready(tmp_path)
