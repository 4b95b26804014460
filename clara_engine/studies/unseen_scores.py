"""Scores of rows by the trees of a forest that never saw the star."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from clara_engine.forest import Scores, UnsupervisedForest

__all__ = ["unseen_scores"]


def unseen_scores(forest: UnsupervisedForest, rows: Any, stars: Sequence[str]) -> Scores:
    """Scores of rows by trees that never saw their stars, and by all where a forest of a few trees has none of these.

    Parameters
    ----------
    forest : UnsupervisedForest
    rows : ndarray of float32, shape (n, n_features)
    stars : sequence of str
        `Target.star` of each.
    """
    use = forest.trees_for(stars)
    use[~use.any(axis=1)] = True
    return forest.score_blocks([rows], use=use)
