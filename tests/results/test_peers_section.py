"""The section of peers: who is ahead, and by how many light curves."""

from clara_engine.results.peers_section import OURS, peers_section


def cell(peer, auc, width=0.01, recall=0.5):
    ends = {f"auc{end}": auc + shift for end, shift in (("", 0), ("_low", -width), ("_high", width))}
    ends |= {f"{name}{end}": recall for name in ("recall_1", "recall_5") for end in ("", "_low", "_high")}
    return {"event": "planets", "peer": peer, "seconds": 0.1, "curves": 20, **ends}


def text(*cells):
    return peers_section({"cells": list(cells), "peers": [], "measured": 20, "seeds": 1})


def test_level_or_ahead():
    assert f"{OURS} is ahead of every peer, or level with it" in text(cell(OURS, 0.9), cell("TLS", 0.8))


def test_a_peer_that_is_ahead_is_named_with_whether_the_intervals_overlap():
    assert "- planets, ROC-AUC: TLS, .905 against .900; the intervals overlap." in text(
        cell(OURS, 0.9), cell("TLS", 0.905)
    )
    clear = text(cell(OURS, 0.9), cell("TLS", 0.95))
    assert "- planets, ROC-AUC: TLS, .950 against .900." in clear
    more = text(cell(OURS, 0.9), cell("TLS", 0.8, recall=0.6))
    assert "recall at 5 %: TLS, .600 against .500, 2 of 20 light curves." in more
