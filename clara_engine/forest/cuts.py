"""The best cut of a node by one feature, from the histograms of both classes."""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

__all__ = ["best_beside", "best_leaving", "centred", "lowest_bit", "mark", "mark_filled", "middle_edge"]

NEARLY = 1 + 1e-12  # beyond what rounding does to a comparison


def _count_zeros(typingctx: Any, word: Any) -> Any:
    """Index of the lowest set bit of a uint64 that is not 0."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.cttz(args[0], ir.Constant(ir.IntType(1), 1))

    return types.uint64(types.uint64), codegen


lowest_bit: Any = intrinsic(_count_zeros)


@njit(cache=True, nogil=True)
def _impurity(
    real_left: Any,
    contrast_left: Any,
    real_total: Any,
    contrast_total: Any,
    real_weight: float,
    contrast_weight: float,
) -> float:
    """Weighted Gini impurity of both sides of a cut, halved; NaN when a side is empty."""
    low32 = np.int64(0xFFFFFFFF)
    count = (real_left + contrast_left) >> 32
    others = ((real_total + contrast_total) >> 32) - count
    if count == 0 or others == 0:
        return np.nan
    a = (real_left & low32) * real_weight
    b = (contrast_left & low32) * contrast_weight
    c = (real_total & low32) * real_weight - a
    d = (contrast_total & low32) * contrast_weight - b
    return (a * b * (c + d) + c * d * (a + b)) / ((a + b) * (c + d))


@njit(cache=True, nogil=True)
def mark(codes: Any, rows: Any, first: int, last: int, marks: Any) -> None:
    """Set the bit of every bin that one of the rows first … last - 1 falls into.

    Parameters
    ----------
    codes : ndarray of uint8
        Codes of one feature, shape (rows of the class,).
    rows : ndarray of uint32
        Places in `codes`.
    first, last : int
        Which of `rows` are in the node: first … last - 1.
    marks : ndarray of uint64
        A bit a bin, shape (4,); written.
    """
    for i in range(first, last):
        code = codes[rows[i]]
        marks[code >> 6] |= np.uint64(1) << np.uint64(code & 63)


@njit(cache=True, nogil=True)
def best_beside(
    real_bins: Any,
    contrast_bins: Any,
    marks: Any,
    real_up_to: Any,
    real_total: Any,
    contrast_total: Any,
    real_weight: float,
    contrast_weight: float,
    best: float,
) -> Any:
    """Least impurity under `best` over the cuts of one feature, its cut (-1 when there is none), and if it varies.

    Only cuts beside a marked bin are looked at. A cut with no contrast row in the bins beside it is never the best
    (Fayyad & Irani 1992), so these are the bins to mark. Marks are cleared as they are read; `real_up_to` is scratch.

    Parameters
    ----------
    real_bins, contrast_bins : ndarray of int64
        Of each bin, shape (256,): rows in the upper 32 bits, times drawn in the lower.
    marks : ndarray of uint64
        A bit a bin, shape (4,).
    real_up_to : ndarray of int64
        Scratch, shape (256,).
    real_total, contrast_total : int
        Sums of the bins.
    real_weight, contrast_weight : float
        What one row of each class weighs.
    best : float
        Impurity that is to be beaten.
    """
    running = np.int64(0)
    for k in range(256):
        running += real_bins[k]
        real_up_to[k] = running
    contrast_left = np.int64(0)
    before: Any = -1
    best_cut: Any = -1
    varies = False
    for word in range(4):
        bits = marks[word]
        marks[word] = 0
        while bits != 0:
            code = np.int64(word * 64) + np.int64(lowest_bit(bits))
            bits &= bits - np.uint64(1)
            if before < code - 1:
                impurity = _impurity(
                    real_up_to[code - 1],
                    contrast_left,
                    real_total,
                    contrast_total,
                    real_weight,
                    contrast_weight,
                )
                varies = varies or impurity >= 0
                if impurity < best:
                    best, best_cut = impurity, code - 1
            contrast_left += contrast_bins[code]
            before = code
            impurity = _impurity(
                real_up_to[code],
                contrast_left,
                real_total,
                contrast_total,
                real_weight,
                contrast_weight,
            )
            varies = varies or impurity >= 0
            if impurity < best:
                best, best_cut = impurity, code
    return best, best_cut, varies


@njit(cache=True, nogil=True)
def mark_filled(real_bins: Any, contrast_bins: Any, marks: Any) -> None:
    """Set the bit of every bin that holds a row.

    Parameters
    ----------
    real_bins, contrast_bins : ndarray of int64
        Of each bin, shape (256,).
    marks : ndarray of uint64
        A bit a bin, shape (4,); written.
    """
    for word in range(4):
        bits = np.uint64(0)
        for bit in range(64):
            filled = (real_bins[64 * word + bit] | contrast_bins[64 * word + bit]) != 0
            bits |= np.uint64(filled) << np.uint64(bit)
        marks[word] = bits


@njit(cache=True, nogil=True)
def best_leaving(
    real_bins: Any,
    contrast_bins: Any,
    marks: Any,
    real_total: Any,
    contrast_total: Any,
    real_weight: float,
    contrast_weight: float,
    min_leaf: int,
    best: float,
) -> Any:
    """As `best_beside`, of the cuts that leave `min_leaf` rows on each side; marks are of all bins that hold a row.

    Bins and marks are cleared as they are read. Nearly no cut is the best so far: impurities are compared before they
    are divided, and divided only where that might be.

    Parameters
    ----------
    real_bins, contrast_bins : ndarray of int64
        Of each bin, shape (256,): rows in the upper 32 bits, times drawn in the lower.
    marks : ndarray of uint64
        A bit a bin, shape (4,).
    real_total, contrast_total : int
        Sums of the bins.
    real_weight, contrast_weight : float
        What one row of each class weighs.
    min_leaf : int
        Fewest rows on either side.
    best : float
        Impurity that is to be beaten.

    Returns
    -------
    float, int, int, bool
        Least impurity, the filled bins on either side of its cut (-1 when there is none), and if the feature varies.
    """
    low32 = np.int64(0xFFFFFFFF)
    members = (real_total + contrast_total) >> 32
    real_all = (real_total & low32) * real_weight
    contrast_all = (contrast_total & low32) * contrast_weight
    real_left, contrast_left = np.int64(0), np.int64(0)
    before, low, high = np.int64(-1), np.int64(-1), np.int64(-1)
    varies: Any = False
    for word in range(4):
        bits = marks[word]
        marks[word] = 0
        while bits != 0:
            code = np.int64(word * 64) + np.int64(lowest_bit(bits))
            bits &= bits - np.uint64(1)
            count = (real_left + contrast_left) >> 32
            if count >= min_leaf and members - count >= min_leaf:
                a = (real_left & low32) * real_weight
                b = (contrast_left & low32) * contrast_weight
                c, d = real_all - a, contrast_all - b
                mixed, whole = a * b * (c + d) + c * d * (a + b), (a + b) * (c + d)
                if mixed < NEARLY * best * whole and mixed / whole < best:
                    best, low, high = mixed / whole, before, code
            varies = varies or count > 0
            real_left += real_bins[code]
            contrast_left += contrast_bins[code]
            real_bins[code], contrast_bins[code] = 0, 0
            before = code
    return best, low, high, varies


@njit(cache=True, nogil=True)
def middle_edge(low: int, high: int, edges: Any) -> int:
    """The edge nearest to the middle between the values of the bin `low` and those of the bin `high`.

    Parameters
    ----------
    low, high : int
        Numbers of two filled bins, `low` the smaller.
    edges : ndarray of float32
        Of one feature, shape (255,).

    Returns
    -------
    int
        Number of the edge; codes up to it go left.
    """
    if high == low + 1:
        return low
    lower = edges[low] if low == 0 else np.float32(0.5) * (edges[low - 1] + edges[low])
    upper = edges[high - 1] if high == edges.size else np.float32(0.5) * (edges[high - 1] + edges[high])
    middle = np.float32(0.5) * (lower + upper)
    nearest = low
    for k in range(low + 1, high):
        if abs(edges[k] - middle) < abs(edges[nearest] - middle):
            nearest = k
    return nearest


@njit(cache=True, nogil=True)
def centred(cut: int, real_bins: Any, contrast_bins: Any, edges: Any) -> int:
    """The cut moved to the edge nearest to the middle between the values on either side of the empty bins around it.

    Parameters
    ----------
    cut : int
        Number of the edge of the cut.
    real_bins, contrast_bins : ndarray of int64
        Of each bin, shape (256,).
    edges : ndarray of float32
        Of one feature, shape (255,).
    """
    low = cut
    while real_bins[low] + contrast_bins[low] == 0:
        low -= 1
    high = cut + 1
    while real_bins[high] + contrast_bins[high] == 0:
        high += 1
    return middle_edge(low, high, edges)
