"""The compiled heart of the forest: one tree grown on histograms of bin codes.

The two classes live in two matrices, so a node is a range of real rows and a range of contrast rows, and no label is
ever read. Splits minimise the Gini impurity (Breiman et al. 1984); features are drawn without replacement for every
node, and drawing goes on past `max_features` until one is not constant, as in scikit-learn.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

__all__ = ["PACKED_ONE", "draw_bag", "grow_tree"]

# A row's weight (bootstrap count) sits in the low half of an int64 and its count of one in the high half:
# one addition keeps both sums.
PACKED_ONE = (1 << 32) + 1
SMALL_NODE = 160


@intrinsic
def _lowest_bit(typingctx: Any, word: Any) -> Any:
    """Index of the lowest set bit of a non-zero uint64."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.cttz(args[0], ir.Constant(ir.IntType(1), 1))

    return types.uint64(types.uint64), codegen


@njit(cache=True, nogil=True)
def _random(state: Any) -> Any:
    """Next 32 random bits (splitmix64, Steele et al. 2014)."""
    state[0] += np.uint64(0x9E3779B97F4A7C15)
    z = state[0]
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return (z ^ (z >> np.uint64(31))) >> np.uint64(32)


@njit(cache=True, nogil=True)
def _below(state: Any, limit: int) -> int:
    return np.int64((_random(state) * np.uint64(limit)) >> np.uint64(32))


@njit(cache=True, nogil=True)
def draw_bag(seed: int, size: int) -> Any:
    """How often each of `size` rows is drawn in `size` draws with replacement: int32 (size,)."""
    state = np.array([seed], np.uint64)
    counts = np.zeros(size, np.int32)
    for _ in range(size):
        counts[_below(state, size)] += 1
    return counts


@njit(cache=True, nogil=True)
def _count(codes: Any, rows: Any, weights: Any, histogram: Any) -> None:
    for i in range(rows.size):
        histogram[codes[rows[i]]] += weights[i]


@njit(cache=True, nogil=True)
def _count_and_mark(codes: Any, rows: Any, weights: Any, histogram: Any, occupied: Any) -> None:
    for i in range(rows.size):
        code = codes[rows[i]]
        histogram[code] += weights[i]
        occupied[code >> 6] |= np.uint64(1) << np.uint64(code & 63)


@njit(cache=True, nogil=True)
def _best_cut(
    real_bins: Any, contrast_bins: Any, occupied: Any, real_total: int, contrast_total: int,
    real_weight: float, contrast_weight: float, min_leaf: int,
) -> Any:  # fmt: skip
    """Best (proxy, cut, varies) of one feature; empties the histograms and marks as it reads them.

    The proxy is the sum over both sides of (sum of squared class weights) / (class weights): greatest where the
    weighted Gini impurity of the sides is least. The cut lies half-way through the empty bins beside it.
    """
    low32 = np.int64(0xFFFFFFFF)
    total_count = (real_total + contrast_total) >> 32
    all_real = (real_total & low32) * real_weight
    all_contrast = (contrast_total & low32) * contrast_weight
    real_left = np.int64(0)
    contrast_left = np.int64(0)
    best = -np.inf
    best_cut = -1
    previous = -1
    varies = False
    for word in range(4):
        bits = occupied[word]
        occupied[word] = 0
        while bits != 0:
            code = np.int64(word * 64 + _lowest_bit(bits))
            bits &= bits - np.uint64(1)
            real_here = real_bins[code]
            contrast_here = contrast_bins[code]
            if real_here + contrast_here == 0:
                continue
            real_bins[code] = 0
            contrast_bins[code] = 0
            if previous >= 0:
                varies = True
                count = (real_left + contrast_left) >> 32
                if count >= min_leaf and total_count - count >= min_leaf:
                    a = (real_left & low32) * real_weight
                    b = (contrast_left & low32) * contrast_weight
                    c = all_real - a
                    d = all_contrast - b
                    proxy = (a * a + b * b) / (a + b) + (c * c + d * d) / (c + d)
                    if proxy > best:
                        best = proxy
                        best_cut = (previous + code - 1) >> 1
            real_left += real_here
            contrast_left += contrast_here
            previous = code
    return best, best_cut, varies


@njit(cache=True, nogil=True)
def _partition(codes: Any, cut: int, rows: Any, weights: Any, spare_rows: Any, spare_weights: Any) -> int:
    """Bring rows with a code up to `cut` to the front, both parts in their old order; return how many."""
    left = 0
    right = 0
    for i in range(rows.size):
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
    rows[left:] = spare_rows[:right]
    weights[left:] = spare_weights[:right]
    return left


@njit(cache=True, nogil=True)
def _longer(array: Any) -> Any:
    grown = np.zeros((2 * array.shape[0],) + array.shape[1:], array.dtype)
    grown[: array.shape[0]] = array
    return grown


@njit(cache=True, nogil=True)
def grow_tree(
    real: Any, contrast: Any, real_rows: Any, real_weights: Any, contrast_rows: Any, contrast_weights: Any,
    real_weight: float, contrast_weight: float, max_features: int, max_depth: int, min_split: int, min_leaf: int,
    seed: int, stop: Any,
) -> Any:  # fmt: skip
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
    seed : int
        Of the feature draws.
    stop : ndarray of uint8, shape (1,)
        Set by another thread to end the growth early.

    Returns
    -------
    feature : ndarray of int32, shape (nodes,)
        -1 in a leaf.
    cut : ndarray of uint8
        Codes up to this go to the left child.
    child : ndarray of int32
        Index of the left child; the right one follows it.
    share : ndarray of float64
        Weighted fraction of the contrast class.
    gain : ndarray of float64
        Weighted decrease of impurity by the split.
    """
    low32 = np.int64(0xFFFFFFFF)
    n_features = real.shape[0]
    state = np.array([seed], np.uint64)
    order = np.arange(n_features).astype(np.int32)
    size = max(real_rows.size, contrast_rows.size)
    spare_rows = np.empty(size, np.uint32)
    spare_weights = np.empty(size, np.int64)
    real_bins = np.zeros(256, np.int64)
    contrast_bins = np.zeros(256, np.int64)
    occupied = np.zeros(4, np.uint64)

    capacity = 256
    feature = np.zeros(capacity, np.int32)
    cut = np.zeros(capacity, np.uint8)
    child = np.zeros(capacity, np.int32)
    share = np.zeros(capacity, np.float64)
    gain = np.zeros(capacity, np.float64)
    bounds = np.zeros((capacity, 5), np.int64)  # real first, last, contrast first, last, depth
    bounds[0, 1] = real_rows.size
    bounds[0, 3] = contrast_rows.size
    count = 1
    node = 0
    while node < count and stop[0] == 0:
        r0, r1, c0, c1, depth = bounds[node, 0], bounds[node, 1], bounds[node, 2], bounds[node, 3], bounds[node, 4]
        node_real = real_rows[r0:r1]
        node_real_weights = real_weights[r0:r1]
        node_contrast = contrast_rows[c0:c1]
        node_contrast_weights = contrast_weights[c0:c1]
        real_total = node_real_weights.sum()
        contrast_total = node_contrast_weights.sum()
        a = (real_total & low32) * real_weight
        b = (contrast_total & low32) * contrast_weight
        share[node] = b / (a + b)
        feature[node] = -1
        members = (r1 - r0) + (c1 - c0)
        if r0 == r1 or c0 == c1 or depth >= max_depth or members < min_split or members < 2 * min_leaf:
            node += 1
            continue

        small = members <= SMALL_NODE
        best = -np.inf
        best_feature = -1
        best_cut = -1
        found = False
        drawn = 0
        while drawn < n_features and (drawn < max_features or not found):
            swap = drawn + _below(state, n_features - drawn)
            f = order[swap]
            order[swap] = order[drawn]
            order[drawn] = f
            drawn += 1
            if small:
                _count_and_mark(real[f], node_real, node_real_weights, real_bins, occupied)
                _count_and_mark(contrast[f], node_contrast, node_contrast_weights, contrast_bins, occupied)
            else:
                _count(real[f], node_real, node_real_weights, real_bins)
                _count(contrast[f], node_contrast, node_contrast_weights, contrast_bins)
                occupied[:] = np.uint64(0xFFFFFFFFFFFFFFFF)
            proxy, where, varies = _best_cut(
                real_bins, contrast_bins, occupied, real_total, contrast_total, real_weight, contrast_weight, min_leaf
            )
            found = found or varies
            if proxy > best:
                best, best_feature, best_cut = proxy, f, where
        if best_feature < 0:
            node += 1
            continue

        feature[node] = best_feature
        cut[node] = best_cut
        child[node] = count
        gain[node] = best - (a * a + b * b) / (a + b)
        if count + 2 > capacity:
            capacity *= 2
            feature, cut, child = _longer(feature), _longer(cut), _longer(child)
            share, gain, bounds = _longer(share), _longer(gain), _longer(bounds)
        real_left = _partition(real[best_feature], best_cut, node_real, node_real_weights, spare_rows, spare_weights)
        contrast_left = _partition(
            contrast[best_feature], best_cut, node_contrast, node_contrast_weights, spare_rows, spare_weights
        )
        for side in range(2):
            bounds[count, 0] = r0 if side == 0 else r0 + real_left
            bounds[count, 1] = r0 + real_left if side == 0 else r1
            bounds[count, 2] = c0 if side == 0 else c0 + contrast_left
            bounds[count, 3] = c0 + contrast_left if side == 0 else c1
            bounds[count, 4] = depth + 1
            count += 1
        node += 1
    return feature[:count].copy(), cut[:count].copy(), child[:count].copy(), share[:count].copy(), gain[:count].copy()
