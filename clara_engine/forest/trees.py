"""All trees of a forest as flat arrays, and how they are grown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clara_engine.forest.binning import BinnedFeatures
from clara_engine.forest.kernel import ONE_ROW, draw_bag, grow_tree
from clara_engine.forest.pool import threaded
from clara_engine.forest.settings import ForestSettings
from clara_engine.progress import Progress, silent

__all__ = ["Trees", "grow_trees", "in_bag_counts"]

NO_LIMIT = 2**31 - 1
NODE_TYPES = (np.int32, np.uint8, np.int32, np.float64, np.float64, np.int32)


@dataclass(frozen=True, eq=False)
class Trees:
    """Nodes of all trees, one tree after another, parents before children.

    Attributes
    ----------
    roots : ndarray of int64, shape (trees + 1,)
        Index of every root, then the number of nodes.
    feature : ndarray of int32, shape (nodes,)
        Feature that is split, -1 in a leaf.
    cut : ndarray of uint8, shape (nodes,)
        Bin codes up to this go left.
    threshold : ndarray of float32, shape (nodes,)
        Values up to this go left: the edge above the bin `cut`.
    child : ndarray of int32, shape (nodes,)
        Index of the left child; the right one follows it.
    share : ndarray of float64, shape (nodes,)
        Weighted fraction of contrast rows among the training rows in the node.
    importances : ndarray of float64, shape (n_features,)
        Mean decrease of Gini impurity, normalised in every tree and to a sum of 1.
    """

    roots: NDArray[np.int64]
    feature: NDArray[np.int32]
    cut: NDArray[np.uint8]
    threshold: NDArray[np.float32]
    child: NDArray[np.int32]
    share: NDArray[np.float64]
    importances: NDArray[np.float64]

    def __len__(self) -> int:
        return int(self.roots.size) - 1


def in_bag_counts(settings: ForestSettings, seed: Any, n_real: int, n_contrast: int) -> NDArray[np.int32]:
    """How often the tree with this seed takes each row, real rows first.

    Class weights change the chance of a row to be drawn, as in scikit-learn from 1.9 on.
    """
    if not settings.bootstrap:
        return np.ones(n_real + n_contrast, np.int32)
    chance = -1.0
    if settings.class_weight is not None and settings.class_weight != "balanced_subsample":
        real, contrast = _class_weights(settings, n_real, n_contrast)
        chance = contrast * n_contrast / (contrast * n_contrast + real * n_real)
    counts: NDArray[np.int32] = draw_bag(seed, n_real, n_contrast, chance)
    return counts


def _class_weights(settings: ForestSettings, real: int, contrast: int) -> tuple[float, float]:
    """Weights of the real and the contrast class, given how many rows there are of each."""
    weight = settings.class_weight
    if weight is None:
        return 1.0, 1.0
    if isinstance(weight, dict):
        return float(weight.get(1, 1.0)), float(weight.get(0, 1.0))
    both = real + contrast
    return both / (2 * real) if real else 0.0, both / (2 * contrast) if contrast else 0.0


def grow_trees(
    real: BinnedFeatures,
    contrast: BinnedFeatures,
    settings: ForestSettings,
    seeds: NDArray[np.uint64],
    *,
    real_rows: NDArray[np.intp] | None = None,
    contrast_rows: NDArray[np.intp] | None = None,
    n_jobs: int | None = -1,
    progress: Progress = silent,
) -> tuple[Trees, NDArray[np.int32]]:
    """Grow a tree for every seed, on all rows, or on `real_rows` and `contrast_rows` of them.

    `progress` is called after every tree; when it raises, growing stops between two nodes.

    Returns
    -------
    Trees
    ndarray of int32, shape (nodes,)
        How many of the real rows that a tree was grown on are in each of its leaves.
    """
    real_rows = np.arange(len(real)) if real_rows is None else real_rows
    contrast_rows = np.arange(len(contrast)) if contrast_rows is None else contrast_rows
    n_real, n_contrast, n_features = real_rows.size, contrast_rows.size, real.shape[1]
    n_rows = n_real + n_contrast
    per_node = settings.features_per_node(n_features)
    depth = settings.max_depth or NO_LIMIT
    to_split, in_leaf = settings.rows_to_split(n_rows), settings.rows_in_leaf(n_rows)
    stop = np.zeros(1, np.uint8)

    def grow(seed: np.uint64) -> tuple[NDArray[Any], ...]:
        counts = in_bag_counts(settings, seed, n_real, n_contrast)
        drawn_real, drawn_contrast = np.flatnonzero(counts[:n_real]), np.flatnonzero(counts[n_real:])
        real_weight = contrast_weight = 1.0
        if not settings.bootstrap:
            real_weight, contrast_weight = _class_weights(settings, n_real, n_contrast)
        elif settings.class_weight == "balanced_subsample":
            real_draws = int(counts[:n_real].sum())
            real_weight, contrast_weight = _class_weights(settings, real_draws, n_rows - real_draws)
        places = 2 * (drawn_real.size + drawn_contrast.size)
        nodes = tuple(np.empty(places, dtype) for dtype in NODE_TYPES)
        count = grow_tree(
            real.codes,
            contrast.codes,
            real_rows[drawn_real].astype(np.uint32),
            counts[:n_real][drawn_real].astype(np.int64) + ONE_ROW,
            contrast_rows[drawn_contrast].astype(np.uint32),
            counts[n_real:][drawn_contrast].astype(np.int64) + ONE_ROW,
            real_weight,
            contrast_weight,
            per_node,
            depth,
            to_split,
            in_leaf,
            real.binning.edges,
            ~seed,
            stop,
            *nodes,
        )
        return tuple(array[:count].copy() for array in nodes)

    def halt() -> None:
        stop[0] = 1

    grown = list(threaded(grow, seeds, n_jobs, total=len(seeds), progress=progress, on_stop=halt))
    return _joined(grown, real), np.concatenate([tree[-1] for tree in grown])


def _joined(grown: list[tuple[NDArray[Any], ...]], real: BinnedFeatures) -> Trees:
    sizes = [tree[0].size for tree in grown]
    roots = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    feature, cut, child, share, *_ = (np.concatenate(arrays) for arrays in zip(*grown, strict=True))
    child = np.where(feature >= 0, child + np.repeat(roots[:-1], sizes), 0).astype(np.int32)
    threshold = np.where(feature >= 0, real.binning.edges[feature, cut], 0).astype(np.float32)
    importances = np.zeros(real.shape[1])
    for splits, *_, gain, _ in grown:
        inner = splits >= 0
        if gain[inner].sum() > 0:
            importances += np.bincount(splits[inner], gain[inner] / gain[inner].sum(), importances.size)
    if importances.sum() > 0:
        importances /= importances.sum()
    return Trees(roots, feature, cut, threshold, child, share, importances)
