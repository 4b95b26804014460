"""One tree of many classes, grown on histograms of bin codes as the two-class tree of `kernel` is."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from clara_engine.forest.cuts import lowest_bit, middle_edge
from clara_engine.forest.kernel import below, partition

__all__ = ["grow_class_tree", "mean_shares"]


@njit(cache=True, nogil=True)
def _best_cut(
    bins: Any, marks: Any, totals: Any, left: Any, weights: Any, count: int, min_leaf: int, best: float
) -> Any:
    """Greatest purity above `best` over the cuts of one feature, the bins on either side of it.

    Purity is the sum over both sides of the squared class weights by the weight of the side: greatest where the Gini
    impurity is least. `bins` and `marks` are cleared as they are read; `left` is scratch.
    """
    low32 = np.int64(0xFFFFFFFF)
    on_left = squares_left = squares_right = weight_right = 0.0
    for k in range(totals.size):
        left[k] = 0.0
        weight_right += totals[k]
        squares_right += totals[k] * totals[k]
    counted = np.int64(0)
    before: Any = -1
    low: Any = -1
    high: Any = -1
    for word in range(4):
        bits = marks[word]
        marks[word] = 0
        while bits != 0:
            code = np.int64(word * 64) + np.int64(lowest_bit(bits))
            bits &= bits - np.uint64(1)
            if before >= 0 and counted >= min_leaf and count - counted >= min_leaf:
                purity = squares_left / on_left + squares_right / weight_right
                if purity > best:
                    best, low, high = purity, before, code
            for k in range(totals.size):
                held = bins[code, k]
                if held == 0:
                    continue
                bins[code, k] = 0
                counted += held >> 32
                moved = (held & low32) * weights[k]
                squares_left += moved * (moved + 2 * left[k])
                squares_right -= moved * (2 * (totals[k] - left[k]) - moved)
                left[k] += moved
                on_left += moved
                weight_right -= moved
            before = code
    return best, low, high


@njit(cache=True, nogil=True)
def grow_class_tree(
    codes: Any,
    labels: Any,
    rows: Any,
    row_weights: Any,
    class_weights: Any,
    max_features: int,
    max_depth: int,
    min_split: int,
    min_leaf: int,
    edges: Any,
    seed: Any,
    stop: Any,
    feature: Any,
    cut: Any,
    child: Any,
    share: Any,
) -> int:
    """Grow one tree, nodes in breadth-first order, the two children of a node side by side.

    Parameters
    ----------
    codes : ndarray of uint8, shape (n_features, rows), C order, read-only
    labels : ndarray of uint8, shape (rows,)
        Class of every row of `codes`, from 0.
    rows, row_weights : ndarray of uint32, int64
        Rows in the bag, and for each how often it was drawn + 2**32. Overwritten.
    class_weights : ndarray of float64, shape (classes,)
    max_features, max_depth, min_split, min_leaf : int
        Features tried at a node, and where growth ends; as in scikit-learn.
    edges : ndarray of float32
        Of the bins, shape (n_features, 255).
    seed : int
        Of the feature draws.
    stop : ndarray of uint8
        Shape (1,); set by another thread to end the growth early.
    feature, cut, child, share : ndarray of int32, uint8, int32, float64
        Written, a place a node, as by `kernel.grow_tree`; `share`, shape (places, classes), is the weighted fraction of
        each class.

    Returns
    -------
    int
        How many nodes there are.
    """
    low32 = np.int64(0xFFFFFFFF)
    n_features, classes = codes.shape[0], class_weights.size
    state = np.array([seed], np.uint64)
    order = np.arange(n_features).astype(np.int32)
    spare_rows = np.empty(rows.size, np.uint32)
    spare_weights = np.empty(rows.size, np.int64)
    bins = np.zeros((256, classes), np.int64)
    marks = np.zeros(4, np.uint64)
    totals = np.empty(classes)
    left = np.empty(classes)
    bounds = np.empty((2 * rows.size, 3), np.int64)  # first, last, depth
    bounds[0, 0], bounds[0, 1], bounds[0, 2] = 0, rows.size, 0
    count = 1
    node = -1
    while node + 1 < count and stop[0] == 0:
        node += 1
        first, last, depth = bounds[node, 0], bounds[node, 1], bounds[node, 2]
        totals[:] = 0
        for i in range(first, last):
            totals[labels[rows[i]]] += row_weights[i] & low32
        everything = present = 0.0
        squares = 0.0
        for k in range(classes):
            totals[k] *= class_weights[k]
            everything += totals[k]
            squares += totals[k] * totals[k]
            present += totals[k] > 0
        for k in range(classes):
            share[node, k] = totals[k] / everything
        feature[node] = -1
        cut[node] = 0
        child[node] = 0
        members = last - first
        if present < 2 or depth >= max_depth or members < min_split or members < 2 * min_leaf:
            continue
        best = squares / everything * (1 + 1e-12)  # a cut must reduce the impurity
        best_feature = -1
        best_cut = 0
        drawn = 0
        while drawn < n_features and (drawn < max_features or best_feature < 0):
            swap = drawn + below(state, n_features - drawn)
            order[drawn], order[swap] = order[swap], order[drawn]
            chosen = order[drawn]
            drawn += 1
            column = codes[chosen]
            for i in range(first, last):
                row = rows[i]
                code = column[row]
                bins[code, labels[row]] += row_weights[i]
                marks[code >> 6] |= np.uint64(1) << np.uint64(code & 63)
            best, low, high = _best_cut(bins, marks, totals, left, class_weights, members, min_leaf, best)
            if low >= 0:
                best_feature = chosen
                best_cut = middle_edge(low, high, edges[chosen])
        if best_feature < 0:
            continue
        feature[node] = best_feature
        cut[node] = best_cut
        child[node] = count
        middle = partition(codes[best_feature], best_cut, rows, row_weights, first, last, spare_rows, spare_weights)
        bounds[count, 0], bounds[count, 1] = first, middle
        bounds[count + 1, 0], bounds[count + 1, 1] = middle, last
        bounds[count, 2] = bounds[count + 1, 2] = depth + 1
        count += 2
    return count


@njit(cache=True, nogil=True)
def mean_shares(leaves: Any, use: Any, share: Any) -> Any:
    """Mean share of every class over the trees that count, shape (rows, classes); NaN for rows without one.

    Parameters
    ----------
    leaves : ndarray of int32
        Leaf of each row in each tree, shape (rows, trees).
    use : ndarray of bool
        Which trees count for each row, shape (rows, trees).
    share : ndarray of float
        Share of each class in each node, shape (nodes, classes).
    """
    rows, trees = leaves.shape
    mean = np.zeros((rows, share.shape[1]))
    for row in range(rows):
        count = 0
        for tree in range(trees):
            if use[row, tree]:
                count += 1
                for k in range(share.shape[1]):
                    mean[row, k] += share[leaves[row, tree], k]
        for k in range(share.shape[1]):
            mean[row, k] = mean[row, k] / count if count else np.nan
    return mean
