"""Coordinates laid out on a plane, from scratch or beside stars that already lie there."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import orthogonal_procrustes

from clara_engine.maps.settings import PcaMap, TsneMap, UmapMap
from clara_engine.progress import Progress, silent

__all__ = ["aligned", "lay_out", "place"]

Plane = NDArray[np.float64]
EXACT_NEIGHBOURS = 2000  # below this an exact search is as fast as an approximate one
MANY_STARS = 5000  # below this threads wait for each other longer than they work, above all on a busy machine
WARM = 3  # a start that is kept close to gets this part of the iterations: more of them would only move it further


def lay_out(
    coordinates: Plane, settings: PcaMap | TsneMap | UmapMap, *, seed: int = 0, start: Plane | None = None,
    progress: Progress = silent,
) -> Plane:  # fmt: skip
    """Lay coordinates, shape (n, dimensions), out on a plane, shape (n, 2).

    Parameters
    ----------
    start : ndarray, shape (n, 2), optional
        A layout to start from and to stay close to.
    """
    match settings:
        case TsneMap():
            return _tsne(coordinates, settings, seed, start, progress)
        case UmapMap():
            return _umap(coordinates, settings, seed, start, progress)
    progress(1, 1)
    plane = _flat(coordinates)
    return plane if start is None else aligned(plane, start)


def place(
    new: Plane, coordinates: Plane, plane: Plane, settings: PcaMap | TsneMap | UmapMap, *, seed: int = 0
) -> Plane:
    """Place new coordinates, shape (m, dimensions), into a finished map, whose stars stay where they are."""
    if not len(new):
        return np.empty((0, 2))
    match settings:
        case TsneMap():
            return _place_tsne(new, coordinates, plane, settings, seed)
        case UmapMap():
            return _place_umap(new, coordinates, plane, settings, seed)
    turn, shift = _rigid(_flat(coordinates), plane)
    return _flat(new) @ turn + shift


def aligned(plane: Plane, start: Plane, *, rescale: bool = False) -> Plane:
    """Turn, mirror and shift a plane to lie as near as may be to `start`; no distance changes unless `rescale`."""
    if rescale:
        plane = plane * (np.linalg.norm(start - start.mean(0)) / max(np.linalg.norm(plane - plane.mean(0)), 1e-300))
    turn, shift = _rigid(plane, start)
    return plane @ turn + shift


def _rigid(plane: Plane, target: Plane) -> tuple[Plane, Plane]:
    turn, _ = orthogonal_procrustes(plane - plane.mean(0), target - target.mean(0))
    return turn, target.mean(0) - plane.mean(0) @ turn


def _flat(coordinates: Plane) -> Plane:
    missing = max(0, 2 - coordinates.shape[1])
    return np.pad(coordinates[:, :2], ((0, 0), (0, missing)))


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
    model = TSNE(
        perplexity=_perplexity(settings, len(coordinates)), early_exaggeration_iter=total // 4,
        n_iter=total - total // 4, initialization="pca", neighbors=_neighbours(len(coordinates)), **watched,
    )  # fmt: skip
    return np.asarray(model.fit(coordinates), np.float64)


def _place_tsne(new: Plane, coordinates: Plane, plane: Plane, settings: TsneMap, seed: int) -> Plane:
    from openTSNE import TSNEEmbedding

    affinities = _affinities(coordinates, settings, seed)
    finished = TSNEEmbedding(plane, affinities, random_state=seed, n_jobs=_threads(len(coordinates)))
    nearby = min(5.0, _perplexity(settings, len(coordinates)))
    return np.asarray(finished.transform(new, perplexity=nearby), np.float64)


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


def _umap(coordinates: Plane, settings: UmapMap, seed: int, start: Plane | None, progress: Progress) -> Plane:
    first = _flat(coordinates) if start is None else start
    epochs = settings.epochs if start is None else max(1, settings.epochs // WARM)
    model = _umap_model(settings, len(coordinates), seed, epochs, first, progress)
    plane = np.asarray(model.fit_transform(coordinates), np.float64)
    if start is None:
        return plane
    return aligned(plane, start, rescale=True)  # UMAP shrinks whatever it starts from to a square of side 10


def _place_umap(new: Plane, coordinates: Plane, plane: Plane, settings: UmapMap, seed: int) -> Plane:
    model = _umap_model(settings, len(coordinates), seed, 0, plane, silent).fit(coordinates)
    model.embedding_, model.n_epochs = plane.astype(np.float32), settings.epochs
    return np.asarray(model.transform(new), np.float64)


def _umap_model(settings: UmapMap, n: int, seed: int, epochs: int, start: Plane, progress: Progress) -> Any:
    from umap import UMAP  # takes seconds to import, and only this map needs it

    return UMAP(
        n_neighbors=min(settings.neighbours, n - 1), min_dist=settings.min_dist, n_epochs=epochs, random_state=seed,
        n_jobs=1, init=start.astype(np.float32), transform_seed=seed,
        tqdm_kwds={"file": _Epochs(progress, epochs), "bar_format": "{n}", "mininterval": 0.2, "disable": False},
    )  # fmt: skip


class _Epochs(io.TextIOBase):
    """Hears UMAP's progress bar, its only sign of life, so that it can be shown and stopped."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress = progress
        self._total = total

    def write(self, text: str) -> int:
        if text.strip().isdigit():
            self._progress(int(text), self._total)
        return len(text)
