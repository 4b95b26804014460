"""Contrast sets: what the forest learns to tell from the real light curves, and so what it looks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from clara_engine.errors import FeatureError
from clara_engine.forest.binning import BinnedFeatures, feature_block

__all__ = ["ContrastSet", "binned_contrast", "from_features", "labelled", "marginal", "picked", "uniform_global"]

ROW_BLOCK = 1024
COLUMN_BLOCK = 256


@dataclass(frozen=True, eq=False)
class ContrastSet:
    """The class-0 rows of a forest.

    Attributes
    ----------
    features : ndarray of float32, shape (n, n_features), or BinnedFeatures
        Binned when the real rows were given binned.
    kind : str
        ``"uniform"`` (URF1, URF2), ``"labelled"`` (URF3), ``"synthetic"`` (URF4), ``"marginal"`` or ``"picked"``.
    provenance : mapping
        What it was made from, as JSON can hold it.
    """

    features: NDArray[np.float32] | BinnedFeatures
    kind: str
    provenance: Mapping[str, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.features)


def binned_contrast(contrast: Any, real: BinnedFeatures) -> BinnedFeatures:
    """A contrast set, or its features, binned with the edges of the real rows.

    Parameters
    ----------
    contrast : ContrastSet, BinnedFeatures or array_like
        Rows of features.
    real : BinnedFeatures
        Gives the edges.

    Raises
    ------
    FeatureError
        When it was binned with other edges, or has another number of features.
    """
    rows = contrast.features if isinstance(contrast, ContrastSet) else contrast
    if not isinstance(rows, BinnedFeatures):
        return real.binning.bin(rows)
    if rows.binning is not real.binning and rows.binning.fingerprint != real.binning.fingerprint:
        raise FeatureError("the contrast set was binned with other edges than the real rows; bin it with theirs")
    return rows


def uniform_global(
    real: NDArray[Any] | BinnedFeatures, rng: np.random.Generator, rows: int | None = None
) -> ContrastSet:
    """URF1 and URF2: numbers drawn evenly between the one least and the one greatest value of all real features.

    Parameters
    ----------
    real : ndarray or memmap, shape (n, n_features), or BinnedFeatures
    rng : numpy.random.Generator
    rows : int, optional
        As many as there are real rows, by default.
    """
    count, d = len(real) if rows is None else rows, real.shape[1]
    if isinstance(real, BinnedFeatures):
        low, high = float(real.binning.minimum.min()), float(real.binning.maximum.max())
    else:
        starts = range(0, len(real), ROW_BLOCK)
        blocks = [feature_block(real[first : first + ROW_BLOCK], first) for first in starts]
        low, high = float(min(b.min() for b in blocks)), float(max(b.max() for b in blocks))
    facts = {"minimum": low, "maximum": high, "rows": count}

    def draw(size: int) -> NDArray[np.float32]:
        return low + (high - low) * rng.random((size, d), dtype=np.float32)

    if not isinstance(real, BinnedFeatures):
        return ContrastSet(draw(count), "uniform", facts)
    codes = np.empty((d, count), np.uint8)
    for first in range(0, count, ROW_BLOCK):
        last = min(first + ROW_BLOCK, count)
        codes[:, first:last] = real.binning.transform(draw(last - first))
    return ContrastSet(BinnedFeatures(real.binning, codes), "uniform", facts)


def marginal(real: NDArray[Any] | BinnedFeatures, rng: np.random.Generator) -> ContrastSet:
    """Every feature column of the real matrix shuffled on its own: what is left strange is how features go together.

    Source: Shi & Horvath (2006); Baron & Poznanski (2017). Binned rows stay binned, which costs a quarter of the
    memory. A memmap is read a few columns at a time.

    Parameters
    ----------
    real : ndarray or BinnedFeatures
        Shape (n, n_features).
    rng : numpy.random.Generator

    Returns
    -------
    ContrastSet
        As many rows as there are real ones, in codes where `real` is binned.
    """
    n, d = real.shape
    if isinstance(real, BinnedFeatures):
        codes = np.empty((d, n), np.uint8)
        for f in range(d):
            codes[f] = rng.permutation(real.codes[f])
        return ContrastSet(BinnedFeatures(real.binning, codes), "marginal", {"rows": n})
    shuffled = np.empty((n, d), np.float32)
    for first in range(0, d, COLUMN_BLOCK):
        columns = np.array(real[:, first : first + COLUMN_BLOCK], np.float32)
        shuffled[:, first : first + COLUMN_BLOCK] = rng.permuted(columns, axis=0)
    return ContrastSet(shuffled, "marginal", {"rows": n})


def labelled(features: ArrayLike, label: str) -> ContrastSet:
    """URF3: features of light curves with a catalogue label or verdict, such as ``"TOI"`` or ``"EB"``.

    Parameters
    ----------
    features : array_like
        Shape (n, n_features).
    label : str
        The label, kept as provenance.
    """
    return ContrastSet(feature_block(features), "labelled", {"label": label})


def from_features(features: ArrayLike, provenance: Mapping[str, Any] | None = None) -> ContrastSet:
    """URF4: features of synthetic light curves; `provenance` is their design.

    Parameters
    ----------
    features : array_like
        Shape (n, n_features).
    provenance : mapping of str to any, optional
        The design, kept with the set.
    """
    return ContrastSet(feature_block(features), "synthetic", dict(provenance or {}))


def picked(
    real: NDArray[Any] | BinnedFeatures, rows: ArrayLike
) -> tuple[ContrastSet, NDArray[Any] | BinnedFeatures, NDArray[np.intp]]:
    """Real light curves that a person picked become the contrast set and leave the real class.

    Parameters
    ----------
    real : ndarray, shape (n, n_features), or BinnedFeatures
    rows : array_like of int
        The picked rows; repeats count once.

    Returns
    -------
    contrast : ContrastSet
    remaining : ndarray or BinnedFeatures
        The real rows that are left.
    remaining_rows : ndarray of int
        Their row numbers in `real`.
    """
    index = np.unique(np.asarray(rows, dtype=np.intp).ravel())
    n = len(real)
    if not index.size:
        raise FeatureError("no light curve is picked: pick at least one for the contrast set")
    if index[0] < 0 or index[-1] >= n:
        raise FeatureError(f"row {index[0] if index[0] < 0 else index[-1]} is picked, but rows go from 0 to {n - 1}")
    remaining = np.setdiff1d(np.arange(n), index)
    if not remaining.size:
        raise FeatureError("every real light curve is picked: leave some in the real class")
    facts = {"rows": index.tolist()}
    if isinstance(real, BinnedFeatures):
        return ContrastSet(real.take(index), "picked", facts), real.take(remaining), remaining
    return ContrastSet(feature_block(real[index]), "picked", facts), real[remaining], remaining
