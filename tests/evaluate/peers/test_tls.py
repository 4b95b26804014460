"""Transit least squares needs its package, and says so."""

import pytest

from clara_engine.evaluate.peers import PEERS, PeerAbsent

PEER = {peer.name: peer for peer in PEERS}


def test_a_missing_package_is_named(monkeypatch, tmp_path):
    monkeypatch.setitem(__import__("sys").modules, "transitleastsquares", None)
    with pytest.raises(PeerAbsent, match=r"transitleastsquares is not installed.*clara-astro\[peers\]"):
        PEER["TLS"].ready(tmp_path)
