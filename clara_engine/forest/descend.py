"""Compiled descent of rows through grown trees: leaves, their statistics, contributions along the path."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

__all__ = [
    "leaf_statistics",
    "leaves_of_codes",
    "leaves_of_values",
    "node_sizes",
    "path_contributions",
    "stopped_shares",
]

GROUP = 64  # rows whose features stay in cache while a tree is walked


@njit(cache=True, nogil=True)
def leaves_of_codes(codes: Any, first: int, last: int, roots: Any, feature: Any, cut: Any, child: Any) -> Any:
    """Leaf of every row first … last - 1 of feature-major codes in every tree: int32 (rows, trees).

    Parameters
    ----------
    codes : ndarray of uint8
        Shape (n_features, rows).
    first, last : int
        Rows first … last - 1 are looked at.
    roots, feature, cut, child : ndarray
        As in `Trees`.

    Returns
    -------
    ndarray of int32
        Number of the leaf among the nodes of all trees, shape (last - first, trees).
    """
    trees = roots.size - 1
    leaves = np.empty((last - first, trees), np.int32)
    for start in range(first, last, GROUP):
        for tree in range(trees):
            for row in range(start, min(start + GROUP, last)):
                node = np.int64(roots[tree])
                while feature[node] >= 0:
                    node = child[node] + np.int64(codes[feature[node], row] > cut[node])
                leaves[row - first, tree] = node
    return leaves


@njit(cache=True, nogil=True)
def leaves_of_values(values: Any, roots: Any, feature: Any, threshold: Any, child: Any) -> Any:
    """Leaf of every row of float32 values (rows, n_features) in every tree: int32 (rows, trees).

    Parameters
    ----------
    values : ndarray of float32
        Shape (rows, n_features).
    roots, feature, threshold, child : ndarray
        As in `Trees`.

    Returns
    -------
    ndarray of int32
        Shape (rows, trees).
    """
    rows = values.shape[0]
    trees = roots.size - 1
    leaves = np.empty((rows, trees), np.int32)
    for start in range(0, rows, GROUP):
        for tree in range(trees):
            for row in range(start, min(start + GROUP, rows)):
                node = np.int64(roots[tree])
                while feature[node] >= 0:
                    node = child[node] + np.int64(values[row, feature[node]] > threshold[node])
                leaves[row, tree] = node
    return leaves


@njit(cache=True, nogil=True)
def leaf_statistics(leaves: Any, use: Any, share: Any, population: Any) -> Any:
    """Mean and standard deviation of the leaf's share, and mean leaf population, over the trees that count.

    `use` is bool (rows, trees); rows without a tree get NaN. Sums run in tree order, so they do not depend on blocks.

    Parameters
    ----------
    leaves : ndarray of int32
        Shape (rows, trees).
    use : ndarray of bool
        Which trees count for each row, shape (rows, trees).
    share : ndarray of float
        Share of the contrast class in each node, shape (nodes,).
    population : ndarray
        Real training rows in each leaf, shape (nodes,).

    Returns
    -------
    mean, spread, crowd
        Each of shape (rows,).
    """
    rows, trees = leaves.shape
    mean = np.full(rows, np.nan)
    spread = np.full(rows, np.nan)
    crowd = np.full(rows, np.nan)
    for row in range(rows):
        count = 0
        total = 0.0
        people = 0.0
        for tree in range(trees):
            if use[row, tree]:
                count += 1
                total += share[leaves[row, tree]]
                people += population[leaves[row, tree]]
        if count == 0:
            continue
        mean[row] = total / count
        crowd[row] = people / count
        squares = 0.0
        for tree in range(trees):
            if use[row, tree]:
                squares += (share[leaves[row, tree]] - mean[row]) ** 2
        spread[row] = np.sqrt(squares / count)
    return mean, spread, crowd


@njit(cache=True, nogil=True)
def path_contributions(values: Any, use: Any, roots: Any, feature: Any, threshold: Any, child: Any, share: Any) -> Any:
    """Change of the contrast share at every split of every path, summed by feature: float64 (rows, n_features).

    `use` is bool (rows, trees): the mean is over these trees.

    Parameters
    ----------
    values : ndarray of float32
        Shape (rows, n_features).
    use : ndarray of bool
        Which trees count for each row, shape (rows, trees).
    roots, feature, threshold, child, share : ndarray
        As in `Trees`.
    """
    contributions = np.zeros(values.shape)
    trees = roots.size - 1
    for row in range(values.shape[0]):
        count = use[row].sum()
        for tree in range(trees):
            if not use[row, tree]:
                continue
            node = np.int64(roots[tree])
            while feature[node] >= 0:
                below = child[node] + np.int64(values[row, feature[node]] > threshold[node])
                contributions[row, feature[node]] += (share[below] - share[node]) / count
                node = below
    return contributions


@njit(cache=True, nogil=True)
def node_sizes(codes: Any, rows: Any, first: int, feature: Any, cut: Any, child: Any, sizes: Any) -> None:
    """Count rows in every node of a tree that they pass.

    Parameters
    ----------
    codes : ndarray of uint8
        Shape (n_features, rows).
    rows : ndarray of intp
        Which of them, each once.
    first : int
        The tree's root.
    feature, cut, child : ndarray
        As in `Trees`.
    sizes : ndarray of int64
        Counts are added here, a place a node of this tree.
    """
    for row in rows:
        node = np.int64(first)
        while True:
            sizes[node - first] += 1
            if feature[node] < 0:
                break
            node = child[node] + np.int64(codes[feature[node], row] > cut[node])


@njit(cache=True, nogil=True)
def stopped_shares(
    codes: Any,
    rows: Any,
    first: int,
    feature: Any,
    cut: Any,
    child: Any,
    share: Any,
    sizes: Any,
    splits: Any,
    depths: Any,
) -> Any:
    """Share of the contrast class that a tree would give to rows if its growth had ended sooner, for several such ends.

    Parameters
    ----------
    codes : ndarray of uint8
        Shape (n_features, rows).
    rows : ndarray of intp
        Which of them.
    first : int
        The tree's root.
    feature, cut, child, share : ndarray
        As in `Trees`.
    sizes : ndarray of int64
        Rows that grew the tree in each of its nodes, see `node_sizes`.
    splits, depths : ndarray of int64
        Of each end: rows that a node needs to be split, and how deep a leaf may be, shape (ends,).

    Returns
    -------
    ndarray of float64
        Shape (ends, rows).
    """
    ends = splits.size
    found = np.full((ends, rows.size), -1.0)
    for place in range(rows.size):
        node = np.int64(first)
        depth = 0
        left = ends
        while True:
            for end in range(ends):
                stops = feature[node] < 0 or sizes[node - first] < splits[end] or depth >= depths[end]
                if stops and found[end, place] < 0:
                    found[end, place] = share[node]
                    left -= 1
            if left == 0:
                break
            node = child[node] + np.int64(codes[feature[node], rows[place]] > cut[node])
            depth += 1
    return found
