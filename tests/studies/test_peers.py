"""Peers on a small workspace: the same light curves for all, the absent named, and nothing scored twice."""

from dataclasses import replace

import pytest

from clara_engine.errors import DesignError
from clara_engine.evaluate.peers import PEERS, PeerAbsent
from clara_engine.studies import peers
from clara_engine.studies.peers import PeerPlan, PeerStudy
from clara_engine.studies.steer import SteeringMatrix, SteeringPlan

SMALL = {"curves": 30, "measured": 16, "seeds": 1}


def study(workspace, **settings):
    return PeerStudy(workspace, PeerPlan(**SMALL, **settings))


@pytest.mark.heavy
def test_peers_are_measured_on_the_light_curves_of_the_matrix(trained):
    events = ("binaries", "flares (other generator)")
    names = ("CLARA", "isolation forest", "BLS", "AltaiPony's rule")
    found = study(trained, peers=names, events=events).table()
    cells = found.cells.set_index(["peer", "event"])
    assert set(cells.index) == {
        *((name, event) for name in names[:2] for event in events),
        ("BLS", "binaries"),
        ("AltaiPony's rule", "flares (other generator)"),
    }
    assert (cells["curves"] == 16).all()
    assert cells.loc[("CLARA", "binaries"), "auc"] > 0.8
    assert cells[["auc", "recall_1", "recall_5"]].stack().between(0, 1).all()
    assert (cells["auc_low"] <= cells["auc"]).all()
    assert (cells["seconds"] > 0).all()
    assert (found.peers["absent"] == "").all()
    assert found.peers.set_index("peer").loc["BLS", "version"]


def test_the_forest_among_the_peers_is_the_one_of_the_matrix(trained):
    mine = study(trained, peers=("CLARA",), events=("binaries",)).table().cells.iloc[0]
    plan = SteeringPlan(contrasts=("binaries",), events=("binaries",), **SMALL)
    matrix = SteeringMatrix(trained, plan).table().iloc[0]
    assert mine["auc"] == pytest.approx(matrix["auc"], abs=0.02)


def test_who_is_absent_is_named_and_kept_scores_are_not_made_again(trained, monkeypatch):
    def absent(folder):
        raise PeerAbsent("it is not installed")

    events = ("binaries",)
    names = ("BLS", "TLS")
    asked = {"BLS": PEERS[[peer.name for peer in PEERS].index("BLS")].ready, "TLS": absent}
    others = tuple(replace(peer, ready=asked[peer.name]) if peer.name in asked else peer for peer in PEERS)
    monkeypatch.setattr(peers, "PEERS", others)
    first = study(trained, peers=names, events=events).table()
    assert first.peers.set_index("peer")["absent"].to_dict() == {"TLS": "it is not installed", "BLS": ""}
    others = tuple(replace(peer, ready=absent) if peer.name in asked else peer for peer in PEERS)
    monkeypatch.setattr(peers, "PEERS", others)
    again = study(trained, peers=names, events=events).table()
    assert again.cells.equals(first.cells)


def test_unknown_names_are_refused():
    with pytest.raises(DesignError, match="there is no peer 'XYZ'"):
        PeerPlan(peers=("XYZ",))
    with pytest.raises(DesignError, match="no event"):
        PeerPlan(events=("unicorns",))
