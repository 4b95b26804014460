"""Scores of the training rows by trees that never saw them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from clara_engine.forest.bags import in_bag_counts
from clara_engine.forest.binning import BinnedFeatures
from clara_engine.forest.descend import leaf_statistics, leaves_of_codes
from clara_engine.forest.scores import Scores
from clara_engine.forest.settings import ForestSettings
from clara_engine.forest.trees import Trees, grow_trees
from clara_engine.progress import Progress

__all__ = ["held_out_scores", "unseen_by"]


def unseen_by(settings: ForestSettings, seeds: NDArray[np.uint64], n_real: int, n_contrast: int) -> NDArray[np.bool_]:
    """Which trees never saw each training row, real rows first, shape (rows, trees); without bootstrap all saw all.

    Parameters
    ----------
    settings : ForestSettings
    seeds : ndarray of uint64
        Of the trees, shape (trees,).
    n_real, n_contrast : int
        Rows of each class.
    """
    unseen = np.empty((n_real + n_contrast, len(seeds)), np.bool_)
    for tree, seed in enumerate(seeds):
        unseen[:, tree] = in_bag_counts(settings, seed, n_real, n_contrast) == 0
    return unseen


def held_out_scores(
    real: BinnedFeatures,
    contrast: BinnedFeatures,
    settings: ForestSettings,
    trees: Trees,
    leaves: NDArray[np.int32],
    population: NDArray[np.int32],
    seeds: NDArray[np.uint64],
    unseen: NDArray[np.bool_],
    *,
    n_jobs: int | None,
    part: Callable[[int], Progress],
) -> Scores:
    """Out-of-bag scores with bootstrap, scores by companion forests without.

    Parameters
    ----------
    real, contrast : BinnedFeatures
        The training rows.
    settings : ForestSettings
    trees : Trees
    leaves : ndarray, shape (n_real, trees)
        Of the real training rows; not read without bootstrap.
    population : ndarray, shape (nodes,)
        Real training rows in every leaf.
    seeds : ndarray, shape (1 + folds, trees)
        Of the forest, then of each companion.
    unseen : ndarray, shape (n_real, trees)
        See `unseen_by`.
    n_jobs : int or None
        Threads; -1 is every core.
    part : callable
        Progress of the forest (0) and of each companion (1 …).

    Returns
    -------
    Scores
        Of the real rows, each of shape (n_real,).
    """
    n = len(real)
    if settings.bootstrap:
        anomaly, spread, crowd = leaf_statistics(leaves, unseen, trees.share, population)
        return Scores(anomaly, spread, 1.0 - (crowd - 1.0) / (n - 1))

    scores = Scores(np.empty(n), np.empty(n), np.empty(n))
    folds = len(seeds) - 1
    rng = np.random.default_rng(seeds[1])
    fold_of = rng.permutation(n) % folds
    contrast_fold_of = rng.permutation(len(contrast)) % folds
    for fold in range(folds):
        held, kept = np.flatnonzero(fold_of == fold), np.flatnonzero(fold_of != fold)
        kept_contrast = np.flatnonzero(contrast_fold_of != fold)  # the same fraction, so that the class ratio stays
        companion, inside = grow_trees(
            real,
            contrast,
            settings,
            seeds[1 + fold],
            real_rows=kept,
            contrast_rows=kept_contrast if kept_contrast.size else None,
            n_jobs=n_jobs,
            progress=part(1 + fold),
        )
        arrays = companion.roots, companion.feature, companion.cut, companion.child
        found = leaves_of_codes(real.take(held).codes, 0, held.size, *arrays)
        everyone = np.ones(found.shape, np.bool_)
        scores.anomaly[held], scores.spread[held], crowd = leaf_statistics(found, everyone, companion.share, inside)
        scores.weirdness[held] = 1.0 - crowd / kept.size
    return scores
