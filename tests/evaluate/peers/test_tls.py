"""Transit least squares: transits score above noise, and a missing package is named."""

import sys

import pytest

from clara_engine.evaluate.peers import PeerAbsent
from tests.evaluate.peers.stars import PEER, transits_over_noise


@pytest.mark.slow
def test_transits_score_above_noise(tmp_path):
    pytest.importorskip("transitleastsquares", reason="transitleastsquares is not installed")
    assert transits_over_noise(PEER["TLS"].ready(tmp_path), period=3.1) > 1.5


def test_a_missing_package_is_named(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "transitleastsquares", None)
    with pytest.raises(PeerAbsent, match=r"transitleastsquares is not installed.*clara-astro\[peers\]"):
        PEER["TLS"].ready(tmp_path)
