"""Peers: other programs and methods that rank the very light curves of the steering matrix."""

from __future__ import annotations

from clara_engine.evaluate.peers.bls import BLS
from clara_engine.evaluate.peers.learners import GRADIENT_BOOSTING, ISOLATION_FOREST, STEERED_FOREST
from clara_engine.evaluate.peers.minirocket import MINIROCKET
from clara_engine.evaluate.peers.monohunter import MONOHUNTER
from clara_engine.evaluate.peers.peer import Learner, Peer, PeerAbsent, Searcher
from clara_engine.evaluate.peers.runs_of_outliers import RUNS_OF_OUTLIERS
from clara_engine.evaluate.peers.stella import STELLA
from clara_engine.evaluate.peers.tls import TLS

__all__ = ["PEERS", "Learner", "Peer", "PeerAbsent", "Searcher"]

PEERS: tuple[Peer, ...] = (
    STEERED_FOREST,
    GRADIENT_BOOSTING,
    ISOLATION_FOREST,
    MINIROCKET,
    TLS,
    BLS,
    STELLA,
    RUNS_OF_OUTLIERS,
    MONOHUNTER,
)
