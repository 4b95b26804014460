"""Dimension reduction of rows before a map or a clustering."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse
from sklearn.decomposition import PCA

from clara_engine.errors import FeatureError
from clara_engine.text import agreeing, counted

__all__ = ["LeafReduction", "Reduction", "StandardReduction", "check_rows", "load_reduction"]

Coordinates = NDArray[np.float64]
MANY_ROWS = 500
#: Above this, components are found without a second copy of the rows, which may be gigabytes.
MOST_COPIED_ROWS = 4096
ROW_BLOCK = 4096
#: Of the subspace iteration: passes over the rows, and directions beside those that are wanted.
PASSES, SPARE = 8, 10


class Reduction(Protocol):
    """A fitted linear map from rows to coordinates, which takes new rows too."""

    def transform(self, rows: Any) -> Coordinates:
        """Coordinates of rows, shape (n, dimensions)."""

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The arrays that `load_reduction` needs."""


@dataclass(frozen=True, slots=True, eq=False)
class StandardReduction:
    """Every column standardised, then the leading principal components.

    Attributes
    ----------
    mean, scale : ndarray, shape (d,)
        Constant columns carry nothing; their scale is 1.
    components : ndarray, shape (dimensions, d)
        The sign of each is fixed so that its largest loading is positive: the same stars lie on the same side on every
        machine.
    """

    mean: NDArray[np.float64]
    scale: NDArray[np.float64]
    components: NDArray[np.float32]

    @classmethod
    def fit(cls, features: ArrayLike, dimensions: int, seed: int) -> StandardReduction:
        """Fit to features, shape (n, d); `FeatureError` when all rows are the same.

        Parameters
        ----------
        features : array_like
            Shape (n, d), finite.
        dimensions : int
            Principal components that are kept, at most.
        seed : int
            Of the randomised solver, used for large matrices.
        """
        features = np.asarray(features)
        _check_differ(features)
        dimensions = min(dimensions, *features.shape)
        mean = features.mean(axis=0, dtype=np.float64)
        spread = np.sqrt(sum(((block - mean) ** 2).sum(axis=0) for block in _blocks(features)) / len(features))
        scale = np.where(spread > 0, spread, 1.0)
        found = cls(mean, scale, np.empty((0, features.shape[1]), np.float32))
        if len(features) > MOST_COPIED_ROWS:
            components = found._leading(features, dimensions, seed)
        else:
            solver = "randomized" if min(features.shape) > MANY_ROWS else "full"
            model = PCA(dimensions, svd_solver=solver, random_state=seed).fit(found.standardised(features))
            components = model.components_
        return cls(mean, scale, _signed(components).astype(np.float32))

    def _leading(self, features: NDArray[Any], dimensions: int, seed: int) -> NDArray[np.float64]:
        """Leading principal components, shape (dimensions, d), by subspace iteration (Halko et al. 2011, section 4.5).

        It takes the standardised rows block by block, so that there is never a whole copy of them.
        """

        def through_rows(basis: NDArray[np.float64]) -> NDArray[np.float64]:
            single, total = basis.astype(np.float32), np.zeros_like(basis)
            for block in map(self.standardised, _blocks(features)):
                total += block.T @ (block @ single)
            return total

        columns = features.shape[1]
        basis = np.random.default_rng(seed).standard_normal((columns, min(dimensions + SPARE, columns)))
        for _ in range(PASSES):
            basis = np.linalg.qr(through_rows(basis))[0]
        turn = np.linalg.eigh(basis.T @ through_rows(basis))[1][:, ::-1]  # the largest first
        return np.asarray((basis @ turn).T[:dimensions])

    def transform(self, rows: ArrayLike) -> Coordinates:
        """Coordinates of rows, shape (n, dimensions)."""
        given = np.asarray(rows)
        coordinates = np.empty((len(given), len(self.components)))
        for start, block in zip(range(0, len(given), ROW_BLOCK), _blocks(given), strict=True):
            coordinates[start : start + ROW_BLOCK] = self.standardised(block) @ self.components.T
        return coordinates

    def standardised(self, rows: ArrayLike) -> NDArray[np.float32]:
        """Rows with every column standardised, shape (n, d)."""
        return ((np.asarray(rows) - self.mean) / self.scale).astype(np.float32)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The arrays that `load_reduction` needs."""
        return {"mean": self.mean, "scale": self.scale, "components": self.components}


@dataclass(frozen=True, slots=True, eq=False)
class LeafReduction:
    """Principal components of which leaves a star ends in.

    Two stars that share a fraction p of the leaves of T trees (their proximity, Breiman 2003) lie √(2 T (1 − p)) apart
    in the space of one 0/1 column a leaf, so its components carry the forest's distances without an N×N matrix.

    Attributes
    ----------
    leaves : ndarray of int, shape (d,)
        Sorted leaf codes, a column each: leaf number within its tree, plus the number of the tree times `stride`.
    mean : ndarray, shape (d,)
    components : ndarray, shape (dimensions, d)
    stride : int
        More than any leaf number.
    """

    leaves: NDArray[np.int64]
    mean: NDArray[np.float64]
    components: NDArray[np.float32]
    stride: int

    @classmethod
    def fit(cls, leaves: NDArray[np.integer[Any]], dimensions: int, seed: int) -> LeafReduction:
        """Fit to leaf numbers within each tree, shape (n, trees); `FeatureError` when all rows are the same.

        Parameters
        ----------
        leaves : ndarray of integer[Any]
            Shape (n, trees).
        dimensions : int
            Components that are kept, at most.
        seed : int
            Of the randomised solver.
        """
        _check_differ(leaves)
        stride = int(leaves.max()) + 1
        codes = _codes(leaves, stride)
        columns = np.unique(codes)
        table = _indicators(codes, columns)
        dimensions = max(1, min(dimensions, *(side - 1 for side in table.shape)))
        model = PCA(dimensions, svd_solver="arpack", random_state=seed).fit(table)
        return cls(columns, model.mean_, _signed(model.components_).astype(np.float32), stride)

    def transform(self, rows: NDArray[np.integer[Any]]) -> Coordinates:
        """Coordinates of rows of leaf numbers, shape (n, dimensions); a leaf that is new counts as none."""
        table = _indicators(_codes(np.asarray(rows), self.stride), self.leaves)
        return np.asarray(table @ self.components.T - self.mean @ self.components.T, np.float64)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The arrays that `load_reduction` needs."""
        return {
            "leaves": self.leaves,
            "mean": self.mean,
            "components": self.components,
            "stride": np.array(self.stride),
        }


def load_reduction(arrays: Mapping[str, NDArray[Any]]) -> Reduction:
    """Restore a reduction from the arrays of `Reduction.arrays`."""
    if "leaves" in arrays:
        return LeafReduction(arrays["leaves"], arrays["mean"], arrays["components"], int(arrays["stride"]))
    return StandardReduction(arrays["mean"], arrays["scale"], arrays["components"])


def check_rows(rows: ArrayLike, least: int, what: str) -> NDArray[Any]:
    """Rows as an array, or `FeatureError` when they are too few or not finite.

    Parameters
    ----------
    rows : array_like
        Shape (n, d).
    least : int
        Fewest rows.
    what : str
        What they are for; for the reason.
    """
    array = np.asarray(rows)
    if len(array) < least:
        raise FeatureError(
            f"{counted(len(array), 'target')} {agreeing(len(array), 'are')} too few for {what}: at least {least} "
            "are needed"
        )
    if not all(np.isfinite(block).all() for block in _blocks(array)):
        raise FeatureError("features contain NaN or infinity: extract them again")
    return array


def _check_differ(rows: NDArray[Any]) -> None:
    if all((block == rows[:1]).all() for block in _blocks(rows)):
        raise FeatureError("every target has the same numbers here: nothing tells them apart")


def _blocks(rows: NDArray[Any]) -> Iterator[NDArray[Any]]:
    return (rows[start : start + ROW_BLOCK] for start in range(0, len(rows), ROW_BLOCK))


def _signed(components: NDArray[Any]) -> NDArray[Any]:
    largest = np.abs(components).argmax(axis=1)
    signs = np.sign(components[np.arange(len(components)), largest])
    return components * np.where(signs == 0, 1, signs)[:, None]


def _codes(leaves: NDArray[Any], stride: int) -> NDArray[np.int64]:
    """Leaf numbers within each tree as numbers unique over the forest; -1 for a leaf beyond `stride`."""
    codes = leaves.astype(np.int64) + stride * np.arange(leaves.shape[1])
    return np.where(leaves < stride, codes, -1)


def _indicators(codes: NDArray[np.int64], columns: NDArray[np.int64]) -> sparse.csr_array:
    """One column a leaf: 1 where the row ends in it."""
    n, trees = codes.shape
    place = np.minimum(np.searchsorted(columns, codes.ravel()), columns.size - 1)
    known = columns[place] == codes.ravel()
    row = np.repeat(np.arange(n), trees)
    ones = np.ones(int(known.sum()), np.float64)
    return sparse.csr_array((ones, (row[known], place[known])), shape=(n, columns.size))
