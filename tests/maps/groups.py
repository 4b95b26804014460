"""Rows and leaves of stars that fall into groups."""

import numpy as np


def blobs(count, seed, groups=3, width=20):
    """Rows in groups that lie apart, and the group of each."""
    random = np.random.default_rng(99)
    centres = random.normal(0, 3, (groups, width))
    label = np.arange(count) % groups
    return (centres[label] + np.random.default_rng(seed).normal(0, 1, (count, width))).astype(np.float32), label


def forest_leaves(label, seed, trees=40):
    """Stars of a group mostly share leaves."""
    random = np.random.default_rng(seed)
    stray = random.random((label.size, trees)) < 0.3
    return np.where(stray, random.integers(0, 8, stray.shape), label[:, None] + 8).astype(np.int32)
