"""A map: rows are reduced and laid out on a plane; new stars can be added."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.neighbors import NearestNeighbors

from clara_engine.files import reading
from clara_engine.maps.layout import lay_out, place
from clara_engine.maps.map_quality import MapQuality, map_quality
from clara_engine.maps.reduction import LeafReduction, Reduction, StandardReduction, check_rows, load_reduction
from clara_engine.maps.settings import PcaMap, TsneMap, UmapMap, map_settings
from clara_engine.progress import Progress, silent

__all__ = ["FittedMap", "embed", "fit_leaf_map", "fit_map"]

Plane = NDArray[np.float64]
LEAST = 5


@dataclass(frozen=True, slots=True, eq=False)
class FittedMap:
    """A finished map, which new stars can be placed into.

    Attributes
    ----------
    settings : PcaMap, TsneMap or UmapMap
    reduction : Reduction
        From rows to coordinates.
    coordinates : ndarray, shape (n, dimensions)
    plane : ndarray, shape (n, 2)
    """

    settings: PcaMap | TsneMap | UmapMap
    reduction: Reduction
    coordinates: NDArray[np.float64]
    plane: Plane

    def place(self, rows: Any) -> Plane:
        """Places of new rows, shape (m, 2); nothing that lies on the map moves."""
        new = self.reduction.transform(check_rows(rows, 0, "a map"))
        return place(new, self.coordinates, self.plane, self.settings)

    def save(self, path: Path) -> None:
        """Write what `load` needs as plain arrays; the settings are kept by the caller."""
        arrays: dict[str, Any] = {"coordinates": self.coordinates.astype(np.float32), "plane": self.plane}
        arrays |= self.reduction.arrays()
        with path.open("wb") as file:
            np.savez(file, **arrays)

    @classmethod
    def load(cls, path: Path, settings: PcaMap | TsneMap | UmapMap) -> FittedMap:
        """Read a map that `save` wrote.

        Parameters
        ----------
        path : Path
        settings : PcaMap or TsneMap or UmapMap
            Those that the map was made with.
        """
        with reading(path), np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
            coordinates, plane = arrays.pop("coordinates").astype(np.float64), arrays.pop("plane")
            if plane.shape != (len(coordinates), 2) or not np.isfinite(plane).all():
                raise ValueError(f"its places have the shape {plane.shape}, or are no numbers")
            return cls(settings, load_reduction(arrays), coordinates, plane)


def fit_map(
    features: ArrayLike,
    settings: PcaMap | TsneMap | UmapMap,
    *,
    seed: int = 0,
    start: Plane | None = None,
    progress: Progress = silent,
) -> tuple[FittedMap, MapQuality]:
    """Map features, shape (n, d), and measure the map.

    Parameters
    ----------
    features : array_like
        Shape (n, d).
    settings : PcaMap or TsneMap or UmapMap
    seed : int
        Fixes all that is drawn.
    start : ndarray, shape (n, 2), optional
        A layout to start from; NaN where a star is new.
    progress : callable
        Called as ``progress(done, total)``; what it raises stops the work.

    Returns
    -------
    map, quality

    Raises
    ------
    FeatureError
        Fewer than five rows, or features that are not finite.
    """
    rows = check_rows(features, LEAST, "a map")
    reduction = StandardReduction.fit(rows, settings.components, seed)
    fitted = _fit(reduction, rows, settings, seed, start, progress)
    return fitted, map_quality(rows, fitted.plane, seed=seed, prepare=reduction.standardised)


def fit_leaf_map(
    leaves: NDArray[np.integer[Any]],
    settings: PcaMap | TsneMap | UmapMap,
    *,
    seed: int = 0,
    start: Plane | None = None,
    progress: Progress = silent,
) -> tuple[FittedMap, MapQuality]:
    """Map stars by the leaves that they share, and measure the map.

    Parameters
    ----------
    leaves : ndarray of int, shape (n, trees)
        `UnsupervisedForest.apply`.
    settings : PcaMap or TsneMap or UmapMap
    seed : int
        Fixes all that is drawn.
    start : ndarray, shape (n, 2), optional
        A layout to start from, usually that of the run before; NaN where a star is new.
    progress : callable
        Called as ``progress(done, total)``; what it raises stops the work.

    Returns
    -------
    map, quality

    Raises
    ------
    FeatureError
        Fewer than five rows.
    """
    rows = check_rows(leaves, LEAST, "a map")
    reduction = LeafReduction.fit(rows, settings.components, seed)
    fitted = _fit(reduction, rows, settings, seed, start, progress)
    return fitted, map_quality(rows, fitted.plane, metric="hamming", seed=seed)


def embed(
    kind: str, features: ArrayLike, *, seed: int = 0, progress: Progress = silent, **settings: Any
) -> NDArray[np.float64]:
    """Place every row of a feature matrix on a plane.

    Parameters
    ----------
    kind : {"pca", "tsne", "umap"}
    features : ndarray, shape (n, d)
    seed : int
        Fixes all that is drawn.
    progress : callable
        Called as ``progress(done, total)``; what it raises stops the work.
    **settings
        Of the kind of map, see `clara_engine.maps.settings`.

    Returns
    -------
    ndarray of float64, shape (n, 2)

    Raises
    ------
    FeatureError
        Unknown kind, fewer than five rows, or features that are not finite.
    """
    chosen = map_settings(kind, **settings)
    rows = check_rows(features, LEAST, "a map")
    reduction = StandardReduction.fit(rows, chosen.components, seed)
    return lay_out(reduction.transform(rows), chosen, seed=seed, progress=progress)


def _fit(
    reduction: Reduction,
    rows: Any,
    settings: PcaMap | TsneMap | UmapMap,
    seed: int,
    start: Plane | None,
    progress: Progress,
) -> FittedMap:
    coordinates = reduction.transform(rows)
    first = None if start is None else _completed(start, coordinates)
    plane = lay_out(coordinates, settings, seed=seed, start=first, progress=progress)
    return FittedMap(settings, reduction, coordinates, plane)


def _completed(start: Plane, coordinates: NDArray[np.float64]) -> Plane | None:
    """New stars begin where their most alike known star lies; with hardly any known star there is no start."""
    known = np.isfinite(start).all(axis=1)
    if known.sum() < LEAST:
        return None
    if known.all():
        return start
    nearest = NearestNeighbors(n_neighbors=1).fit(coordinates[known])
    twin = nearest.kneighbors(coordinates[~known], return_distance=False)[:, 0]
    filled = start.copy()
    filled[~known] = start[known][twin]
    return filled
