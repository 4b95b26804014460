"""All trees of a forest as flat arrays, and how they are grown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clara_engine.errors import DesignError
from clara_engine.forest.bags import Bags, RowBags
from clara_engine.forest.binning import BinnedFeatures
from clara_engine.forest.kernel import ONE_ROW, grow_tree
from clara_engine.forest.pool import threaded
from clara_engine.forest.settings import ForestSettings
from clara_engine.progress import Progress, silent

__all__ = ["Trees", "grow_trees", "leaf_population", "tree_seeds"]

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


def grow_trees(
    real: BinnedFeatures,
    contrast: BinnedFeatures,
    settings: ForestSettings,
    seeds: NDArray[np.uint64],
    *,
    real_rows: NDArray[np.intp] | None = None,
    contrast_rows: NDArray[np.intp] | None = None,
    bags: Bags | None = None,
    n_jobs: int | None = -1,
    progress: Progress = silent,
) -> tuple[Trees, NDArray[np.int32]]:
    """Grow a tree for every seed, on all rows, or on `real_rows` and `contrast_rows` of them.

    `bags` says which of these each tree takes: `RowBags` when not given.

    `progress` is called after every tree; when it raises, growing stops between two nodes.

    Parameters
    ----------
    real, contrast : BinnedFeatures
        Binned with the same edges.
    settings : ForestSettings
    seeds : ndarray of uint64
        Shape (trees,).
    real_rows, contrast_rows : ndarray of intp, optional
        Places of the rows to grow on; all by default.
    bags : Bags, optional
        Which of these rows each tree takes; by default drawn one by one (`RowBags`).
    n_jobs : int or None
        Threads; -1 is every core.
    progress : callable
        Called as ``progress(done, total)``; what it raises stops the work.

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
    taken = bags or RowBags(settings, n_real, n_contrast)

    def grow(numbered: tuple[int, np.uint64]) -> tuple[NDArray[Any], ...]:
        counts = taken.counts(*numbered)
        drawn_real, drawn_contrast = np.flatnonzero(counts[:n_real]), np.flatnonzero(counts[n_real:])
        real_weight, contrast_weight = taken.weights(counts)
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
            ~numbered[1],
            stop,
            *nodes,
        )
        return tuple(array[:count].copy() for array in nodes)

    def halt() -> None:
        stop[0] = 1

    grown = list(threaded(grow, enumerate(seeds), n_jobs, total=len(seeds), progress=progress, on_stop=halt))
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


def leaf_population(leaves: NDArray[np.int32], trees: Trees) -> NDArray[np.int32]:
    """How many rows are in each leaf.

    Parameters
    ----------
    leaves : ndarray of int32
        Number of the leaf among the nodes of all trees, shape (rows, trees).
    trees : Trees

    Returns
    -------
    ndarray of int32
        Shape (nodes,).
    """
    population = np.zeros(trees.feature.size, np.int32)
    for column, first, last in zip(leaves.T, trees.roots, trees.roots[1:], strict=False):
        population[first:last] = np.bincount(column - first, minlength=last - first)
    return population


def tree_seeds(random_state: Any, count: int) -> NDArray[np.uint64]:
    """Seeds of trees from what a person gives as `random_state`.

    Parameters
    ----------
    random_state : int, Generator, RandomState or None
        As in scikit-learn.
    count : int
        How many.

    Raises
    ------
    DesignError
        When it is none of these.
    """
    if isinstance(random_state, np.random.RandomState):
        return random_state.randint(0, 2**63 - 1, size=count, dtype=np.int64).astype(np.uint64)
    try:
        generator = np.random.default_rng(random_state)
    except (TypeError, ValueError):
        raise DesignError(
            f"random_state = {random_state!r}; allowed: None, a whole number from 0, or a numpy generator"
        ) from None
    return generator.integers(0, 2**64, size=count, dtype=np.uint64)
