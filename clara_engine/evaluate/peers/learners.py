"""The steered forest, and other ways to learn from the same rows."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from clara_engine.evaluate.peers.peer import Learner, Peer, Rows

__all__ = ["GRADIENT_BOOSTING", "ISOLATION_FOREST", "STEERED_FOREST"]

Scorer = Callable[[Rows], NDArray[np.float64]]


def _gradient_boosting(real: Rows, contrast: Rows, seed: int) -> Scorer:
    from sklearn.ensemble import HistGradientBoostingClassifier

    classes = np.repeat([0, 1], [len(real), len(contrast)])
    model = HistGradientBoostingClassifier(max_iter=200, learning_rate=0.05, class_weight="balanced", random_state=seed)
    model.fit(np.concatenate([real, contrast]), classes)
    return lambda rows: model.decision_function(rows)


def _isolation_forest(real: Rows, contrast: Rows, seed: int) -> Scorer:
    from sklearn.ensemble import IsolationForest

    model = IsolationForest(n_estimators=300, random_state=seed).fit(real)
    return lambda rows: -model.score_samples(rows)


STEERED_FOREST = Peer(
    name="CLARA", ranks_by="anomaly score of the steered forest of the matrix", events=(), package="clara-astro"
)
GRADIENT_BOOSTING = Learner(
    name="gradient boosting",
    ranks_by="decision function, same features and contrast set",
    events=(),
    package="scikit-learn",
    fit=_gradient_boosting,
)
ISOLATION_FOREST = Learner(
    name="isolation forest",
    ranks_by="anomaly score, same features",
    events=(),
    package="scikit-learn",
    fit=_isolation_forest,
)
