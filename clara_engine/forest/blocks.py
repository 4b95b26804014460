"""Rows of features a block at a time, so that a matrix larger than memory can be scored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from clara_engine.errors import FeatureError
from clara_engine.forest.binning import BinnedFeatures

__all__ = ["BLOCK_ROWS", "CodeBlock", "numbered", "row_blocks"]

BLOCK_ROWS = 2048


class CodeBlock:
    """Some rows of binned features, not copied."""

    def __init__(self, binned: BinnedFeatures, first: int) -> None:
        self.binned, self.first, self.last = binned, first, min(first + BLOCK_ROWS, len(binned))

    def __len__(self) -> int:
        return self.last - self.first


def row_blocks(X: Any) -> Iterator[Any]:
    """Rows of X in blocks, read only when a block is used."""
    if isinstance(X, BinnedFeatures):
        return (CodeBlock(X, first) for first in range(0, len(X), BLOCK_ROWS))
    matrix = X if isinstance(X, np.ndarray) else np.asarray(X)
    if matrix.ndim != 2:
        raise FeatureError(f"features have {matrix.ndim} dimensions; give a 2-D array, one row a light curve")
    return (matrix[first : first + BLOCK_ROWS] for first in range(0, len(matrix), BLOCK_ROWS))


def numbered(blocks: Iterable[Any]) -> Iterator[tuple[int, Any]]:
    """Blocks with the number of their first row; binned features are cut further."""
    first = 0
    for block in blocks:
        parts = row_blocks(block) if isinstance(block, BinnedFeatures) else [block]
        for piece in parts:
            yield first, piece
            first += len(piece)
