"""Contributions of features to an anomaly score, and importances of features for the forest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.validation import check_is_fitted

from clara_engine.errors import FeatureError
from clara_engine.forest.binning import BinnedFeatures, feature_block
from clara_engine.forest.contrast import binned_contrast
from clara_engine.forest.descend import path_contributions
from clara_engine.forest.trees import grow_trees
from clara_engine.progress import Progress, silent
from clara_engine.text import counted

if TYPE_CHECKING:
    from clara_engine.forest.urf import UnsupervisedForest

__all__ = ["Explanation", "explain", "permuted_importances"]

Float = NDArray[np.float64]
COLUMN_BLOCK = 256


@dataclass(frozen=True, eq=False)
class Explanation:
    """Anomaly scores taken apart.

    Attributes
    ----------
    bias : ndarray, shape (n,)
        Anomaly score before any feature is looked at: the mean share of the contrast class at the roots.
    contributions : ndarray, shape (n, n_features)
        What each feature added. ``bias + contributions.sum(axis=1)`` is the anomaly score.
    """

    bias: Float
    contributions: Float


def explain(forest: UnsupervisedForest, X: Any, trees: Any = None) -> Explanation:
    """Contributions along the paths of the trees (Saabas 2014; Palczewska et al. 2013).

    At every split on its way down, a row's expected share of the contrast class changes; the change is credited to
    the feature that was split. For a few rows at a time: the result is as large as `X`.

    Parameters
    ----------
    forest : UnsupervisedForest
        Fitted.
    X : array_like, shape (n, n_features)
    trees : array_like of bool, shape (n, trees), optional
        Trees to ask about each row, at least one; all when not given. With the forest's `oob_trees_` the training
        rows' scores out of bag are explained.

    Raises
    ------
    FeatureError
        When `X` has another number of features than the model, or is not finite.
    """
    check_is_fitted(forest)
    values = feature_block(X)
    if values.shape[1] != forest.n_features_in_:
        raise FeatureError(
            f"rows have {values.shape[1]} features, the model {forest.n_features_in_}: "
            "extract the feature set that the model was trained on"
        )
    grown = forest.trees_
    use = np.ones((len(values), len(grown)), np.bool_) if trees is None else np.ascontiguousarray(trees, np.bool_)
    if use.shape != (len(values), len(grown)) or not use.any(axis=1).all():
        raise FeatureError(
            f"trees must choose at least one of {counted(len(grown), 'tree')} for each of {counted(len(values), 'row')}"
        )
    contributions = path_contributions(
        values, use, grown.roots, grown.feature, grown.threshold, grown.child, grown.share
    )
    return Explanation(use @ grown.share[grown.roots[:-1]] / use.sum(axis=1), contributions)


def permuted_importances(
    forest: UnsupervisedForest,
    real: BinnedFeatures,
    contrast: Any,
    rng: np.random.Generator,
    *,
    repeats: int = 5,
    progress: Progress = silent,
) -> Float:
    """Importances of forests grown with the class labels shuffled: what importance chance alone gives.

    Parameters
    ----------
    forest : UnsupervisedForest
        Whose settings are used.
    real : BinnedFeatures
    contrast : as in `UnsupervisedForest.fit`
        Both are pooled, which takes twice their memory.
    rng : numpy.random.Generator
    repeats : int
        How many forests are grown.
    progress : callable
        Called as ``progress(done, total)``; what it raises stops the work.

    Returns
    -------
    ndarray, shape (repeats, n_features)
        Each row sums to 1. An importance above all or nearly all of its column is more than chance.
    """
    contrast = binned_contrast(contrast, real)
    n_real, n_both = len(real), len(real) + len(contrast)
    settings = forest.settings
    importances = np.empty((repeats, real.shape[1]))
    codes = np.empty((real.shape[1], n_both), np.uint8)
    for repeat in range(repeats):
        order = rng.permutation(n_both)
        for first in range(0, len(codes), COLUMN_BLOCK):
            block = slice(first, first + COLUMN_BLOCK)
            codes[block] = np.hstack([real.codes[block], contrast.codes[block]])[:, order]
        seeds = rng.integers(0, 2**64, size=settings.n_estimators, dtype=np.uint64)
        trees, _ = grow_trees(
            BinnedFeatures(real.binning, codes[:, :n_real]),
            BinnedFeatures(real.binning, codes[:, n_real:]),
            settings,
            seeds,
            n_jobs=forest.n_jobs,
            progress=lambda done, total, repeat=repeat: progress(repeat * total + done, repeats * total),  # type: ignore[misc]
        )
        importances[repeat] = trees.importances
    return importances
