"""The compiled kernel of the forest: one tree grown on histograms of bin codes.

The two classes live in two matrices, so a node is a range of real rows and a range of contrast rows, and no label is
ever read. Splits minimise the Gini impurity (Breiman et al. 1984); features are drawn without replacement for every
node, and drawing goes on past `max_features` until one is not constant, as in scikit-learn.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from clara_engine.forest.cuts import best_beside, best_leaving, centred, mark, mark_filled, middle_edge

__all__ = ["ONE_ROW", "below", "draw_bag", "grow_tree", "partition"]

# A row's weight (bootstrap count) sits in the low half of an int64 and its count of one in the high half:
# one addition keeps both sums.
ONE_ROW = 1 << 32
BATCH = 4
FEW = 100  # contrast rows whose bins are worth marking one by one


@njit(cache=True, nogil=True)
def random_bits(state: Any) -> Any:
    """Next 32 random bits (splitmix64, Steele et al. 2014)."""
    state[0] += np.uint64(0x9E3779B97F4A7C15)
    z = state[0]
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return (z ^ (z >> np.uint64(31))) >> np.uint64(32)


@njit(cache=True, nogil=True)
def below(state: Any, limit: int) -> Any:
    """A whole number from 0 to limit - 1.

    Parameters
    ----------
    state : ndarray of uint64
        Of the generator, shape (1,); moved on.
    limit : int
        Above 0.
    """
    return np.int64((random_bits(state) * np.uint64(limit)) >> np.uint64(32))


@njit(cache=True, nogil=True)
def draw_bag(seed: Any, n_real: int, n_contrast: int, contrast_chance: float) -> Any:
    """How often each row is drawn in as many draws with replacement as there are rows: int32, real rows first.

    With a `contrast_chance` of 0 to 1 a draw picks the class first; below 0 every row has the same chance.

    Parameters
    ----------
    seed : int
        Of the tree.
    n_real, n_contrast : int
        Rows of each class.
    contrast_chance : float
        Probability that a draw takes a contrast row; below 0 all rows have the same.
    """
    state = np.array([seed], np.uint64)
    counts = np.zeros(n_real + n_contrast, np.int32)
    for _ in range(n_real + n_contrast):
        if contrast_chance < 0:
            row = below(state, n_real + n_contrast)
        elif random_bits(state) < contrast_chance * 4294967296.0:
            row = n_real + below(state, n_contrast)
        else:
            row = below(state, n_real)
        counts[row] += 1
    return counts


@njit(cache=True, nogil=True)
def _count(codes: Any, features: Any, rows: Any, weights: Any, first: int, last: int, bins: Any) -> None:
    """Add the rows first … last - 1 to the histograms of a batch of features.

    A full batch, or nearly, shares the reading of rows and weights: half the time in this, the innermost loop.
    """
    if features.size == BATCH:
        a, b, c, d = codes[features[0]], codes[features[1]], codes[features[2]], codes[features[3]]
        for i in range(first, last):
            row = rows[i]
            weight = weights[i]
            bins[0, a[row]] += weight
            bins[1, b[row]] += weight
            bins[2, c[row]] += weight
            bins[3, d[row]] += weight
    elif features.size == BATCH - 1:
        a, b, c = codes[features[0]], codes[features[1]], codes[features[2]]
        for i in range(first, last):
            row = rows[i]
            weight = weights[i]
            bins[0, a[row]] += weight
            bins[1, b[row]] += weight
            bins[2, c[row]] += weight
    else:
        for k in range(features.size):
            a = codes[features[k]]
            for i in range(first, last):
                bins[k, a[rows[i]]] += weights[i]


@njit(cache=True, nogil=True)
def partition(
    codes: Any, cut: int, rows: Any, weights: Any, first: int, last: int, spare_rows: Any, spare_weights: Any
) -> int:
    """Bring rows with a code up to `cut` to the front, both parts in their old order; return where the rest begins.

    Parameters
    ----------
    codes : ndarray of uint8
        Codes of the feature that is split.
    cut : int
        Codes up to this one go left.
    rows, weights : ndarray
        Rows of a class and times drawn; put in order in place.
    first, last : int
        Which of them are in the node: first … last - 1.
    spare_rows, spare_weights : ndarray
        Scratch, as long as `rows`.
    """
    left = first
    right = 0
    for i in range(first, last):
        row = rows[i]
        weight = weights[i]
        if codes[row] <= cut:
            rows[left] = row
            weights[left] = weight
            left += 1
        else:
            spare_rows[right] = row
            spare_weights[right] = weight
            right += 1
    for i in range(right):
        rows[left + i] = spare_rows[i]
        weights[left + i] = spare_weights[i]
    return left


@njit(cache=True, nogil=True)
def grow_tree(
    real: Any,
    contrast: Any,
    real_rows: Any,
    real_weights: Any,
    contrast_rows: Any,
    contrast_weights: Any,
    real_weight: float,
    contrast_weight: float,
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
    gain: Any,
    inside: Any,
) -> int:
    """Grow one tree, nodes in breadth-first order, the two children of a node side by side.

    Parameters
    ----------
    real, contrast : ndarray of uint8, shape (n_features, rows), C order, read-only
    real_rows, contrast_rows : ndarray of uint32
        Rows in the bag, ascending. Overwritten.
    real_weights, contrast_weights : ndarray of int64
        Times drawn + 2**32, for each of these rows. Overwritten.
    real_weight, contrast_weight : float
        Class weights.
    max_features, max_depth, min_split, min_leaf : int
        Features tried at a node, and where growth ends; as in scikit-learn.
    edges : ndarray of float32, shape (n_features, 255)
        Of the bins.
    seed : int
        Of the feature draws.
    stop : ndarray of uint8, shape (1,)
        Set by another thread to end the growth early.
    feature, cut, child, share, gain, inside : ndarray of int32, uint8, int32, float64, float64, int32
        Written, a place a node, twice as many places as rows: the split feature or -1 in a leaf; codes up to `cut` go
        to the left child, whose index is `child`, the right one following it; the weighted fraction of the contrast
        class; the weighted decrease of impurity; how many real rows of the bag are in a leaf, 0 in other nodes.

    Returns
    -------
    int
        How many nodes there are.
    """
    low32 = np.int64(0xFFFFFFFF)
    n_features = real.shape[0]
    state = np.array([seed], np.uint64)
    order = np.arange(n_features).astype(np.int32)
    rows = real_rows.size + contrast_rows.size
    spare_rows = np.empty(rows, np.uint32)
    spare_weights = np.empty(rows, np.int64)
    real_bins = np.zeros((BATCH, 256), np.int64)
    contrast_bins = np.zeros((BATCH, 256), np.int64)
    marks = np.zeros(4, np.uint64)
    scratch = np.empty(256, np.int64)
    bounds = np.empty((2 * rows, 5), np.int64)  # real first, last, contrast first, last, depth
    bounds[0, 0], bounds[0, 1] = 0, real_rows.size
    bounds[0, 2], bounds[0, 3] = 0, contrast_rows.size
    bounds[0, 4] = 0
    count = 1
    node = -1
    while node + 1 < count and stop[0] == 0:
        node += 1
        r0, r1, c0, c1, depth = bounds[node, 0], bounds[node, 1], bounds[node, 2], bounds[node, 3], bounds[node, 4]
        real_total = np.int64(0)
        for i in range(r0, r1):
            real_total += real_weights[i]
        contrast_total = np.int64(0)
        for i in range(c0, c1):
            contrast_total += contrast_weights[i]
        a = (real_total & low32) * real_weight
        b = (contrast_total & low32) * contrast_weight
        share[node] = b / (a + b)
        feature[node] = -1
        cut[node] = 0
        child[node] = 0
        gain[node] = 0.0
        inside[node] = r1 - r0
        members = (r1 - r0) + (c1 - c0)
        if r0 == r1 or c0 == c1 or depth >= max_depth or members < min_split or members < 2 * min_leaf:
            continue

        best = np.inf
        best_feature = -1
        best_cut = -1
        found = False
        drawn = 0
        while drawn < n_features and (drawn < max_features or not found):
            batch = min(BATCH, max(1, max_features - drawn))
            for k in range(drawn, drawn + batch):
                swap = k + below(state, n_features - k)
                order[k], order[swap] = order[swap], order[k]
            features = order[drawn : drawn + batch]
            drawn += batch
            _count(real, features, real_rows, real_weights, r0, r1, real_bins)
            _count(contrast, features, contrast_rows, contrast_weights, c0, c1, contrast_bins)
            for k in range(batch):
                if min_leaf > 1:
                    mark_filled(real_bins[k], contrast_bins[k], marks)
                    impurity, low, high, varies = best_leaving(
                        real_bins[k],
                        contrast_bins[k],
                        marks,
                        real_total,
                        contrast_total,
                        real_weight,
                        contrast_weight,
                        min_leaf,
                        best,
                    )
                    found = found or varies
                    if low >= 0:
                        best, best_feature = impurity, features[k]
                        best_cut = middle_edge(low, high, edges[features[k]])
                    continue
                if c1 - c0 <= FEW:
                    mark(contrast[features[k]], contrast_rows, c0, c1, marks)
                else:
                    for word in range(4):
                        marks[word] = np.uint64(0xFFFFFFFFFFFFFFFF)
                impurity, where, varies = best_beside(
                    real_bins[k],
                    contrast_bins[k],
                    marks,
                    scratch,
                    real_total,
                    contrast_total,
                    real_weight,
                    contrast_weight,
                    best,
                )
                found = found or varies
                if where >= 0:
                    best, best_feature = impurity, features[k]
                    best_cut = centred(where, real_bins[k], contrast_bins[k], edges[features[k]])
                for code in range(256):
                    real_bins[k, code] = 0
                    contrast_bins[k, code] = 0
        if best_feature < 0:
            continue

        feature[node] = best_feature
        inside[node] = 0
        cut[node] = best_cut
        child[node] = count
        gain[node] = 2 * (a * b / (a + b) - best)
        r = partition(real[best_feature], best_cut, real_rows, real_weights, r0, r1, spare_rows, spare_weights)
        c = partition(
            contrast[best_feature], best_cut, contrast_rows, contrast_weights, c0, c1, spare_rows, spare_weights
        )
        bounds[count, 0], bounds[count, 1], bounds[count, 2], bounds[count, 3] = r0, r, c0, c
        bounds[count + 1, 0], bounds[count + 1, 1], bounds[count + 1, 2], bounds[count + 1, 3] = r, r1, c, c1
        bounds[count, 4] = bounds[count + 1, 4] = depth + 1
        count += 2
    return count
