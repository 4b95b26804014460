"""Coordinates laid out on a plane, from scratch or beside stars that already lie there."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import orthogonal_procrustes
from sklearn.neighbors import NearestNeighbors

from clara_engine.maps.settings import PcaMap, TsneMap, UmapMap
from clara_engine.progress import Progress, silent

__all__ = ["aligned", "lay_out", "place"]

Plane = NDArray[np.float64]
EXACT_NEIGHBOURS = 2000  # below this an exact search is as fast as an approximate one
MANY_STARS = 5000  # below this threads wait for each other longer than they work, above all on a busy machine
ALIKE = 10
WARM = 3  # t-SNE from a start gets this part of the iterations: more of them would only move it further


def lay_out(
    coordinates: Plane,
    settings: PcaMap | TsneMap | UmapMap,
    *,
    seed: int = 0,
    start: Plane | None = None,
    progress: Progress = silent,
) -> Plane:
    """Lay coordinates, shape (n, dimensions), out on a plane, shape (n, 2).

    Parameters
    ----------
    coordinates : Plane
        Shape (n, dimensions), finite.
    settings : PcaMap or TsneMap or UmapMap
    seed : int
        Fixes all that is drawn.
    start : ndarray, shape (n, 2), optional
        A layout to stay close to. t-SNE starts from it. PCA and UMAP are turned towards it: UMAP begins with principal
        components, which hardly change, and squeezes any other start, so that points moved further from it.
    progress : callable
        Called as ``progress(done, total)``; what it raises stops the work.

    Returns
    -------
    ndarray of float
        Shape (n, 2).
    """
    match settings:
        case TsneMap():
            return _tsne(coordinates, settings, seed, start, progress)
        case UmapMap():
            plane = _umap(coordinates, settings, seed, progress)
        case PcaMap():
            plane = _flat(coordinates)
            progress(1, 1)
    return plane if start is None else aligned(plane, start)


def place(new: Plane, coordinates: Plane, plane: Plane, settings: PcaMap | TsneMap | UmapMap) -> Plane:
    """Place new coordinates, shape (m, dimensions), into a finished map, whose stars stay where they are.

    PCA projects them. On the other maps a star takes the median place of its ten most alike: on held-out stars that
    keeps about as many true neighbours as the libraries' own transforms, in milliseconds instead of half a minute.

    Parameters
    ----------
    new : Plane
        Shape (m, dimensions).
    coordinates : Plane
        Of the stars of the map, shape (n, dimensions).
    plane : Plane
        Where these lie, shape (n, 2).
    settings : PcaMap or TsneMap or UmapMap
        Those that the map was made with.

    Returns
    -------
    ndarray of float
        Shape (m, 2).
    """
    if not len(new):
        return np.empty((0, 2))
    if isinstance(settings, PcaMap):
        turn, shift = _rigid(_flat(coordinates), plane)
        return _flat(new) @ turn + shift
    search = NearestNeighbors(n_neighbors=min(ALIKE, len(coordinates))).fit(coordinates)
    return np.asarray(np.median(plane[search.kneighbors(new, return_distance=False)], axis=1), np.float64)


def aligned(plane: Plane, start: Plane) -> Plane:
    """Turn, mirror and shift a plane, without changing any distance, to lie as near as may be to `start`.

    Parameters
    ----------
    plane : Plane
        Shape (n, 2).
    start : Plane
        Shape (n, 2); NaN where a star is new.

    Returns
    -------
    ndarray of float
        Shape (n, 2).
    """
    turn, shift = _rigid(plane, start)
    return plane @ turn + shift


def _rigid(plane: Plane, target: Plane) -> tuple[Plane, Plane]:
    turn, _ = orthogonal_procrustes(plane - plane.mean(0), target - target.mean(0))
    return turn, target.mean(0) - plane.mean(0) @ turn


def _flat(coordinates: Plane) -> Plane:
    missing = max(0, 2 - coordinates.shape[1])
    return np.pad(coordinates[:, :2], ((0, 0), (0, missing)))


def _beginning(coordinates: Plane, seed: int) -> Plane:
    """First two coordinates in units of the first; a line gets some width, so that its stars can pass each other."""
    plane = _flat(coordinates) / coordinates[:, 0].std()
    if coordinates.shape[1] == 1:
        plane[:, 1] = np.random.default_rng(seed).normal(0, 0.01, len(plane))
    return plane


def _tsne(coordinates: Plane, settings: TsneMap, seed: int, start: Plane | None, progress: Progress) -> Plane:
    from openTSNE import TSNE, TSNEEmbedding  # takes a second to import, and only this map needs it

    done, total = 0, settings.iterations if start is None else settings.iterations // WARM

    def report(iteration: int, error: float, embedding: object) -> bool:
        nonlocal done
        done += 10
        progress(min(done, total), total)
        return False

    watched = {
        "random_state": seed,
        "n_jobs": _threads(len(coordinates)),
        "callbacks": report,
        "callbacks_every_iters": 10,
    }
    if start is not None:
        begun = TSNEEmbedding(start, _affinities(coordinates, settings, seed), **watched)
        return aligned(np.asarray(begun.optimize(n_iter=total, momentum=0.8), np.float64), start)
    first: Any = "pca" if coordinates.shape[1] > 1 else 1e-4 * _beginning(coordinates, seed)
    model = TSNE(
        perplexity=_perplexity(settings, len(coordinates)),
        early_exaggeration_iter=total // 4,
        n_iter=total - total // 4,
        initialization=first,
        neighbors=_neighbours(len(coordinates)),
        **watched,
    )
    return np.asarray(model.fit(coordinates), np.float64)


def _affinities(coordinates: Plane, settings: TsneMap, seed: int) -> Any:
    from openTSNE.affinity import PerplexityBasedNN

    n = len(coordinates)
    return PerplexityBasedNN(
        coordinates,
        perplexity=_perplexity(settings, n),
        method=_neighbours(n),
        random_state=seed,
        n_jobs=_threads(n),
    )


def _perplexity(settings: TsneMap, n: int) -> float:
    return min(settings.perplexity, max(1.0, (n - 1) / 3))


def _neighbours(n: int) -> str:
    return "exact" if n < EXACT_NEIGHBOURS else "auto"


def _threads(n: int) -> int:
    return 1 if n < MANY_STARS else -1


def _umap(coordinates: Plane, settings: UmapMap, seed: int, progress: Progress) -> Plane:
    from umap import UMAP  # takes seconds to import, and only this map needs it

    bar = {"mininterval": _Epochs(progress, settings.epochs), "miniters": 1, "delay": math.inf, "disable": False}
    model = UMAP(
        n_neighbors=min(settings.neighbours, len(coordinates) - 1),
        min_dist=settings.min_dist,
        n_epochs=settings.epochs,
        init=_beginning(coordinates, seed).astype(np.float32),
        random_state=seed,
        n_jobs=1,
        tqdm_kwds=bar,
    )
    return np.asarray(model.fit_transform(coordinates), np.float64)


class _Epochs(float):
    """A number of epochs that reports UMAP's progress bar, the only way to show its progress and to stop it.

    After each epoch the bar compares this number with the time since it last printed. It never gets to print:
    whoever is stopped inside of a print leaves the lock that all bars of the process share held for good.
    """

    def __new__(cls, progress: Progress, total: int) -> _Epochs:
        return super().__new__(cls)

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress = progress
        self._total = total
        self._done = 0

    def __le__(self, elapsed: float) -> bool:
        self._done = min(self._done + 1, self._total)
        self._progress(self._done, self._total)
        return False
