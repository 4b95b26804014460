"""Features as bin codes of one byte: computed once, kept feature-major, reused by every retrain."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from clara_engine.errors import FeatureError
from clara_engine.files import reading
from clara_engine.forest.pool import thread_count, threaded
from clara_engine.progress import Progress, silent
from clara_engine.sealed import read_array, save_array
from clara_engine.text import counted

__all__ = ["BinnedFeatures", "FeatureBinning", "feature_block"]

Codes = NDArray[np.uint8]
Float32 = NDArray[np.float32]

EDGES = 255
OUTER = 8  # edges beyond either end of the fitted range
SAMPLE_ROWS = 10_000
ROW_BLOCK = 512
COLUMN_BLOCK = 128


@njit(cache=True, nogil=True)
def _place_edges(values: Any, edges: Any) -> None:
    """Write ascending edges for one feature, given its sorted values.

    Between the least and the greatest value the density of edges goes with the square root of the density of values:
    equal parts of the cumulated square roots of the spacings. Quantiles, the usual choice, leave the tails a bin or
    two, and anomalies live in the tails; the cube root, which loses least to rounding (Panter & Dite 1951), is coarse
    in the middle, where contrast curves without events lie. Few distinct values each get a bin.
    """
    low, high = values[0], values[-1]
    for k in range(OUTER):
        reach = (high - low) * np.float32(0.5**k * 0.5)
        edges[k] = np.nextafter(low - reach, np.float32(-np.inf))
        edges[EDGES - 1 - k] = high + reach
    edges[OUTER] = np.nextafter(low, np.float32(-np.inf))
    edges[EDGES - 1 - OUTER] = high

    first, last = OUTER + 1, EDGES - 1 - OUTER
    distinct = 1
    length = 0.0
    for i in range(1, values.size):
        if values[i] != values[i - 1]:
            distinct += 1
            length += np.sqrt(np.float64(values[i] - values[i - 1]))
    written = first
    walked = 0.0
    part = length / (last - first + 1)
    for i in range(1, values.size):
        step = values[i] - values[i - 1]
        if step == 0:
            continue
        if distinct - 1 <= last - first:
            middle = values[i - 1] + step * np.float32(0.5)
            edges[written] = middle if middle < values[i] else values[i - 1]
            written += 1
            continue
        stride = np.sqrt(np.float64(step))
        while written < last and (written - first + 1) * part <= walked + stride:
            share = ((written - first + 1) * part - walked) / stride
            inside = values[i - 1] + np.float32(share) * step
            edges[written] = inside if inside < values[i] else values[i - 1]
            written += 1
        walked += stride
    edges[written:last] = high


@njit(cache=True, nogil=True)
def _encode(columns: Any, edges: Any, codes: Any, first: int) -> None:
    """codes[f, first + i] = number of edges of feature f below columns[f, i], by branchless bisection."""
    for f in range(columns.shape[0]):
        row = edges[f]
        for i in range(columns.shape[1]):
            value = columns[f, i]
            position = np.uint64(0)
            half = np.uint64(128)
            for _ in range(8):
                position += half * np.uint64(row[position + half - np.uint64(1)] < value)
                half >>= np.uint64(1)
            codes[f, first + i] = position


def feature_block(block: Any, first_row: int = 0) -> Float32:
    """Rows of features as C-contiguous float32; refuses what is not a finite 2-D array with one line.

    Parameters
    ----------
    block : array_like
        Shape (rows, n_features).
    first_row : int
        Number of the first row in the whole matrix; for the reason.

    Raises
    ------
    FeatureError
        When a value is NaN or infinite, or too large for float32; rows are counted from `first_row`.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        try:
            values = np.ascontiguousarray(block, dtype=np.float32)
        except (TypeError, ValueError) as error:
            raise FeatureError(f"features must be a table of numbers, one row a light curve: {error}") from None
    if values.ndim != 2:
        raise FeatureError(f"features have {values.ndim} dimensions; give a 2-D array, one row a light curve")
    finite = np.isfinite(values)
    if not finite.all():
        row, feature = np.argwhere(~finite)[0]
        shown = np.asarray(block)[row, feature]
        raise FeatureError(
            f"feature {feature} of row {first_row + row} is {shown}: "
            "leave the light curve out or compute its features again (float32 range, no NaN)"
        )
    return values


def _as_matrix(features: Any) -> Any:
    matrix = features if isinstance(features, np.ndarray) else np.asarray(features)
    if matrix.ndim != 2:
        raise FeatureError(f"features have {matrix.ndim} dimensions; give a 2-D array, one row a light curve")
    if 0 in matrix.shape:
        raise FeatureError(
            f"features have shape {matrix.shape}: there is nothing to bin; give at least one light curve"
        )
    return matrix


@dataclass(frozen=True, eq=False)
class FeatureBinning:
    """The edges that turn feature values into codes 0 … 255.

    Attributes
    ----------
    edges : ndarray of float32, shape (n_features, 255)
        Ascending; the code of a value is the number of edges below it. Some lie outside the fitted range, so that
        a contrast set that goes further still shows where.
    minimum, maximum : ndarray of float32, shape (n_features,)
        Range of the fitted rows.
    feature_set : str
        Name of the feature set, so that a model is not fed another one; "" when unknown.
    """

    edges: Float32
    minimum: Float32
    maximum: Float32
    feature_set: str = ""

    @property
    def n_features(self) -> int:
        """Number of features."""
        return int(self.edges.shape[0])

    @cached_property
    def fingerprint(self) -> str:
        """Digest of the edges: codes of two binnings can be mixed only where this agrees."""
        return hashlib.blake2b(np.ascontiguousarray(self.edges).tobytes(), digest_size=16).hexdigest()

    @classmethod
    def fit(
        cls,
        real: Any,
        *,
        feature_set: str = "",
        sample_rows: int = SAMPLE_ROWS,
        seed: int = 0,
        n_jobs: int | None = -1,
        progress: Progress = silent,
    ) -> FeatureBinning:
        """Edges from the values of the real rows.

        Parameters
        ----------
        real : array_like or memmap, shape (n, n_features)
            Finite numbers. Read block by block.
        feature_set : str
            Id of the feature set, kept with the edges.
        sample_rows : int
            With more rows than this, edges come from a random sample of so many rows (range from all).
        seed : int
            Of that sample.
        n_jobs : int or None
            Threads; -1 is every core.
        progress : callable
            Called as ``progress(done, total)``; what it raises stops the work.

        Raises
        ------
        FeatureError
            When `real` is empty, not 2-D or not finite.
        """
        matrix = _as_matrix(real)
        n, d = matrix.shape
        starts = range(0, n, ROW_BLOCK)
        steps = len(starts) + -(-d // COLUMN_BLOCK)

        def extremes(first: int) -> tuple[Float32, Float32]:
            values = feature_block(matrix[first : first + ROW_BLOCK], first)
            return values.min(axis=0), values.max(axis=0)

        minimum = np.full(d, np.inf, np.float32)
        maximum = np.full(d, -np.inf, np.float32)
        for low, high in threaded(extremes, starts, n_jobs, total=steps, progress=progress):
            np.minimum(minimum, low, out=minimum)
            np.maximum(maximum, high, out=maximum)

        sampled = n > sample_rows
        rows = np.sort(np.random.default_rng(seed).choice(n, sample_rows, replace=False)) if sampled else slice(None)
        edges = np.empty((d, EDGES), np.float32)

        def place(first: int) -> None:
            block = np.array(matrix[rows, first : first + COLUMN_BLOCK].T, dtype=np.float32, order="C")
            block.sort(axis=1)
            block[:, 0], block[:, -1] = minimum[first : first + COLUMN_BLOCK], maximum[first : first + COLUMN_BLOCK]
            for f, values in enumerate(block, start=first):
                _place_edges(values, edges[f])

        columns = range(0, d, COLUMN_BLOCK)
        for _ in threaded(place, columns, n_jobs, progress=lambda done, total: progress(len(starts) + done, steps)):
            pass
        return cls(edges, minimum, maximum, feature_set)

    def transform(
        self, features: Any, *, out: Codes | None = None, n_jobs: int | None = -1, progress: Progress = silent
    ) -> Codes:
        """Codes of `features`, feature-major.

        Parameters
        ----------
        features : array_like or memmap, shape (n, n_features)
        out : ndarray or memmap of uint8, shape (n_features, n), optional
            Where to write.
        n_jobs : int or None
            Threads; -1 is every core.
        progress : callable
            Called as ``progress(done, total)``; what it raises stops the work.

        Returns
        -------
        ndarray of uint8, shape (n_features, n)

        Raises
        ------
        FeatureError
            When the number of features is another one, or a value is not finite.
        """
        matrix = _as_matrix(features)
        n, d = matrix.shape
        if d != self.n_features:
            raise FeatureError(
                f"rows have {counted(d, 'feature')}, the binning {self.n_features}: extract the same feature set "
                "for both"
            )
        codes: Codes = np.empty((d, n), np.uint8) if out is None else np.asarray(out)

        rows = min(ROW_BLOCK, -(-n // thread_count(n_jobs)))

        def encode(first: int) -> None:
            values = feature_block(matrix[first : first + rows], first)
            _encode(np.ascontiguousarray(values.T), self.edges, codes, first)

        starts = range(0, n, rows)
        for _ in threaded(encode, starts, n_jobs, total=len(starts), progress=progress):
            pass
        return codes

    def bin(self, features: Any, n_jobs: int | None = -1, progress: Progress = silent) -> BinnedFeatures:
        """`transform`, as `BinnedFeatures`.

        Parameters
        ----------
        features : array_like or memmap
            Shape (n, n_features), finite.
        n_jobs : int or None
            Threads; -1 is every core.
        progress : callable
            Called as ``progress(done, total)``; what it raises stops the work.
        """
        return BinnedFeatures(self, self.transform(features, n_jobs=n_jobs, progress=progress))


class BinnedFeatures:
    """Codes of many light curves with the binning that made them.

    Parameters
    ----------
    binning : FeatureBinning
    codes : ndarray or read-only memmap of uint8, shape (n_features, n)
    """

    def __init__(self, binning: FeatureBinning, codes: Codes) -> None:
        if codes.dtype != np.uint8 or codes.ndim != 2 or codes.shape[0] != binning.n_features:
            raise FeatureError(
                f"codes are {codes.dtype} {codes.shape}; uint8 ({binning.n_features}, rows) belong to this binning"
            )
        self.binning = binning
        view = np.ascontiguousarray(codes).view(np.ndarray)
        view.flags.writeable = False  # one array type for the kernel, memory-mapped or not, so that it compiles once
        self.codes: Codes = view

    def __len__(self) -> int:
        return int(self.codes.shape[1])

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and features, as of the matrix that was binned."""
        return len(self), self.binning.n_features

    def take(self, rows: Any) -> BinnedFeatures:
        """The picked rows (indices or a mask), copied."""
        picked = np.asarray(rows)
        index = np.flatnonzero(picked) if picked.dtype == np.bool_ else picked.astype(np.intp)
        return BinnedFeatures(self.binning, np.take(self.codes, index, axis=1))

    def save(self, folder: str | Path) -> None:
        """Write codes and edges to `folder`, for `open`."""
        path = Path(folder)
        path.mkdir(parents=True, exist_ok=True)
        save_array(path / "codes.npy", self.codes)
        binning = self.binning
        np.savez(
            path / "binning.npz",
            edges=binning.edges,
            minimum=binning.minimum,
            maximum=binning.maximum,
            feature_set=np.array(binning.feature_set),
        )

    @classmethod
    def open(cls, folder: str | Path, rows: int | None = None) -> BinnedFeatures:
        """Map what `save` wrote into memory, read-only.

        Parameters
        ----------
        folder : str or Path
        rows : int, optional
            How many rows it must have.

        Raises
        ------
        WorkspaceError
            When the files are absent or damaged.
        """
        path = Path(folder) / "binning.npz"
        with reading(path), np.load(path, allow_pickle=False) as stored:
            binning = FeatureBinning(stored["edges"], stored["minimum"], stored["maximum"], str(stored["feature_set"]))
            if binning.edges.shape[1:] != (EDGES,) or not np.isfinite(binning.edges).all():
                raise ValueError("its edges are none")
        return cls(binning, read_array(Path(folder) / "codes.npy", (binning.n_features, rows), "uint8", mapped=True))
