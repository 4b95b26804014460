"""Rows a block at a time."""

import numpy as np
import pytest

from clara_engine.errors import FeatureError
from clara_engine.forest import FeatureBinning
from clara_engine.forest.blocks import BLOCK_ROWS, numbered, row_blocks

ROWS = np.random.default_rng(2).normal(size=(BLOCK_ROWS + 10, 3)).astype(np.float32)


def test_blocks_of_a_matrix_are_the_matrix():
    blocks = list(row_blocks(ROWS))
    assert [len(block) for block in blocks] == [BLOCK_ROWS, 10]
    assert np.array_equal(np.concatenate(blocks), ROWS)


def test_blocks_of_binned_rows_are_numbered_through():
    binned = FeatureBinning.fit(ROWS).bin(ROWS)
    places = [(first, len(block)) for first, block in numbered([binned, ROWS[:5]])]
    assert places == [(0, BLOCK_ROWS), (BLOCK_ROWS, 10), (BLOCK_ROWS + 10, 5)]


def test_a_row_is_no_matrix():
    with pytest.raises(FeatureError, match="2-D array"):
        row_blocks(ROWS[0])
