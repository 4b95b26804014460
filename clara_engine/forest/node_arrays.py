"""Forests of other programs as plain arrays of nodes, such as the published P3, P5 and P9; never a pickle.

Arrays: ``counts`` (nodes of each tree), then of all nodes one tree after another ``feature``, ``threshold`` (a value in
float32 up to it goes left), ``left``, ``right`` (−1 in a leaf; within the tree) and ``p_real`` (weighted share of the
real class among the training rows in the node).
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clara_engine.errors import ModelFileError
from clara_engine.forest.settings import ForestSettings
from clara_engine.forest.trees import Trees
from clara_engine.forest.urf import UnsupervisedForest

__all__ = ["read_node_arrays"]

Float = NDArray[np.float64]

NAMES = ("counts", "feature", "threshold", "left", "right", "p_real")
LARGEST_BYTES = 1 << 30


def read_node_arrays(
    path: Path, *, settings: ForestSettings, feature_set: str, n_features: int, n_real: int, n_contrast: int
) -> UnsupervisedForest:
    """Read a forest from an ``.npz`` file of node arrays.

    The file does not say how many rows were in each node. It follows from the shares: those of two children and of
    their parent give the parts of the rows, from the root down.

    Parameters
    ----------
    path : Path
    settings : ForestSettings
        What is known of how it was grown; the number of trees is that of the file.
    feature_set : str
        Name of the features that it splits.
    n_features : int
        How many they are.
    n_real, n_contrast : int
        Rows that it was trained on.

    Raises
    ------
    ModelFileError
        When the file is absent or damaged, or its arrays are no forest.
    """
    arrays = _read(path)
    counts, feature = arrays["counts"].astype(np.int64), arrays["feature"].astype(np.int64)
    if counts.ndim != 1 or not counts.size or counts.min() < 1 or counts.sum() != feature.size:
        raise ModelFileError(f"{path}: the nodes of its trees do not add up; take the file from its source again")
    first = np.concatenate([[0], np.cumsum(counts)])
    left, right = (arrays[name].astype(np.int64) for name in ("left", "right"))
    order, child = _in_order(first, left, right, path)
    inner = child > 0
    feature, share = np.where(inner, feature[order], -1), 1.0 - arrays["p_real"].astype(np.float64)[order]
    threshold = _rounded_down(np.where(inner, arrays["threshold"].astype(np.float64)[order], 0))
    if feature.max() >= n_features or feature[inner].min(initial=0) < 0:
        raise ModelFileError(f"{path}: a split on a feature that {feature_set} does not have ({n_features} features)")
    if not ((share >= 0) & (share <= 1)).all() or not np.isfinite(threshold).all():
        raise ModelFileError(f"{path}: a threshold or share that is no number in its range; take the file again")
    weight = _weights(first, child, share)
    trees = Trees(
        roots=first,
        feature=feature.astype(np.int32),
        cut=np.zeros(feature.size, np.uint8),  # no bins: such a forest is asked for values
        threshold=threshold,
        child=child.astype(np.int32),
        share=share,
        importances=_importances(first, feature, child, share, weight, n_features),
    )
    known = settings.model_copy(update={"n_estimators": len(trees), "oob_score": False})
    forest = UnsupervisedForest.from_settings(known)
    rows = np.rint(weight * (n_real + n_contrast) * (1 - share))
    fitted: dict[str, Any] = {
        "trees_": trees,
        "population_": np.where(inner, 0, rows).astype(np.int32),
        "n_features_in_": n_features,
        "n_real_": n_real,
        "n_contrast_": n_contrast,
        "feature_importances_": trees.importances,
        "feature_set_": feature_set,
        "binning_fingerprint_": f"none: {hashlib.blake2b(path.read_bytes(), digest_size=8).hexdigest()}",
        "stars_": np.empty(0, np.str_),
        "star_trees_": np.empty((0, len(trees)), np.bool_),
    }
    for name, value in fitted.items():
        setattr(forest, name, value)
    return forest


def _read(path: Path) -> dict[str, NDArray[Any]]:
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise ModelFileError(f"{path}: too large for a forest")
        with np.load(path, allow_pickle=False) as content:
            if not isinstance(content, Mapping):
                raise ModelFileError(f"{path}: not an .npz file of node arrays")
            missing = [name for name in NAMES if name not in content]
            if missing:
                raise ModelFileError(f"{path}: no array {missing[0]}; a forest has {', '.join(NAMES)}")
            arrays = {name: content[name] for name in NAMES}
    except ModelFileError:
        raise
    except OSError as error:
        raise ModelFileError(f"{path}: can't be read ({error.strerror or error})") from None
    except (ValueError, EOFError, zipfile.BadZipFile) as error:  # damaged, or with pickled objects inside
        raise ModelFileError(f"{path}: not an .npz file of plain arrays ({error})") from None
    sizes = {array.size for name, array in arrays.items() if name != "counts"}
    if len(sizes) != 1 or any(array.ndim != 1 or array.dtype.kind not in "iuf" for array in arrays.values()):
        raise ModelFileError(f"{path}: its arrays are of different lengths or kinds; take the file again")
    return arrays


def _in_order(
    first: NDArray[np.int64], left: NDArray[np.int64], right: NDArray[np.int64], path: Path
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The nodes level by level, siblings side by side, and the place of the left child of each (0 in a leaf)."""
    orders, children = [], []
    for begin, end in pairwise(first):
        size = int(end - begin)
        sons = np.stack([left[begin:end], right[begin:end]], axis=1)
        child = np.zeros(size, np.int64)
        level, found, count = np.zeros(1, np.int64), [np.zeros(1, np.int64)], 1
        place = np.zeros(1, np.int64)
        while True:
            inner = sons[level, 0] >= 0
            below = sons[level[inner]].ravel()
            if not below.size:
                break
            if below.min() < 0 or below.max() >= size or count + below.size > size:
                raise ModelFileError(f"{path}: a node whose children are not in its tree; take the file again")
            child[place[inner]] = count + np.arange(0, below.size, 2)
            place = count + np.arange(below.size)
            found.append(below)
            count += below.size
            level = below
        order = np.concatenate(found)
        if np.unique(order).size != size:
            raise ModelFileError(f"{path}: a node of a tree has several parents or none; take the file again")
        orders.append(begin + order)
        children.append(np.where(child > 0, begin + child, 0))
    return np.concatenate(orders), np.concatenate(children)


def _rounded_down(threshold: Float) -> NDArray[np.float32]:
    """The largest float32 up to each threshold: values in float32 go the same way."""
    near = threshold.astype(np.float32)
    return np.where(near > threshold, np.nextafter(near, np.float32(-np.inf)), near).astype(np.float32)


def _weights(first: NDArray[np.int64], child: NDArray[np.int64], share: Float) -> Float:
    """Part of the rows of its tree that is in each node; children come after their parents."""
    weight = np.zeros(share.size)
    weight[first[:-1]] = 1.0
    for node in np.flatnonzero(child):
        a, b = share[child[node]], share[child[node] + 1]
        part = 0.5 if a == b else min(max((share[node] - b) / (a - b), 0.0), 1.0)  # equal children tell nothing
        weight[child[node]], weight[child[node] + 1] = weight[node] * part, weight[node] * (1 - part)
    return weight


def _importances(
    first: NDArray[np.int64],
    feature: NDArray[np.int64],
    child: NDArray[np.int64],
    share: Float,
    weight: Float,
    n_features: int,
) -> Float:
    """Mean decrease of Gini impurity, normalised in every tree and to a sum of 1."""
    impure = weight * 2 * share * (1 - share)
    total = np.zeros(n_features)
    for begin, end in pairwise(first):
        inner = begin + np.flatnonzero(child[begin:end])
        gain = np.maximum(impure[inner] - impure[child[inner]] - impure[child[inner] + 1], 0)
        if gain.sum() > 0:
            total += np.bincount(feature[inner], gain / gain.sum(), n_features)
    return total / total.sum() if total.sum() > 0 else total
