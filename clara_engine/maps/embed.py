"""PCA and t-SNE of a feature matrix."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import PCA

from clara_engine.errors import FeatureError
from clara_engine.progress import Progress, silent

__all__ = ["MAPS", "embed", "pca", "reduce", "tsne"]

Matrix = NDArray[np.float32]


def reduce(features: Matrix, dimensions: int, seed: int) -> NDArray[np.float64]:
    """Standardise every column and keep its leading principal components, shape (n, dimensions).

    Constant columns carry nothing and stay zero. The sign of each component is fixed so that its largest loading is
    positive: the same targets lie on the same side on every machine.
    """
    scale = features.std(axis=0, dtype=np.float64)
    centred = ((features - features.mean(axis=0, dtype=np.float64)) / np.where(scale > 0, scale, 1)).astype(np.float32)
    dimensions = min(dimensions, *features.shape)
    model = PCA(dimensions, svd_solver="randomized" if min(features.shape) > 500 else "full", random_state=seed)
    scores = model.fit_transform(centred)
    largest = np.abs(model.components_).argmax(axis=1)
    signs = np.sign(model.components_[np.arange(dimensions), largest])
    return np.asarray(scores * signs, np.float64)


def pca(features: Matrix, *, seed: int = 0, progress: Progress = silent) -> NDArray[np.float64]:
    """First two principal components, shape (n, 2)."""
    plane = reduce(features, 2, seed)
    progress(1, 1)
    return plane if plane.shape[1] == 2 else np.c_[plane, np.zeros(len(plane))]


def tsne(
    features: Matrix, *, seed: int = 0, perplexity: float = 30.0, iterations: int = 750, progress: Progress = silent
) -> NDArray[np.float64]:
    """t-SNE after PCA to 50 components (METHOD section 6), started from the first two of them, shape (n, 2).

    Van der Maaten & Hinton 2008, by openTSNE (Poličar et al. 2024): a quarter of the iterations with early
    exaggeration. `progress` is called every ten iterations and may raise to stop.
    """
    from openTSNE import TSNE  # takes a second to import, and only this map needs it

    components = reduce(features, 50, seed)
    early = iterations // 4
    done = 0

    def report(iteration: int, error: float, embedding: object) -> bool:
        nonlocal done
        done += 10
        progress(min(done, iterations), iterations)
        return False

    model = TSNE(
        perplexity=min(perplexity, max(1.0, (len(features) - 1) / 3)), early_exaggeration_iter=early,
        n_iter=iterations - early, initialization="pca", random_state=seed, n_jobs=-1, callbacks=report,
        callbacks_every_iters=10, neighbors="exact" if len(features) < 2000 else "auto",
    )  # fmt: skip
    return np.asarray(model.fit(components), np.float64)


MAPS: dict[str, Callable[..., NDArray[np.float64]]] = {"pca": pca, "tsne": tsne}


def embed(kind: str, features: Matrix, *, seed: int = 0, progress: Progress = silent) -> NDArray[np.float64]:
    """Place every row of a feature matrix on a plane.

    Parameters
    ----------
    kind : {"pca", "tsne"}
    features : ndarray, shape (n, d)

    Returns
    -------
    ndarray of float64, shape (n, 2)

    Raises
    ------
    FeatureError
        Unknown kind, fewer than five rows, or features that are not finite.
    """
    if kind not in MAPS:
        raise FeatureError(f"no map called {kind!r}: choose one of {', '.join(MAPS)}")
    if len(features) < 5:
        raise FeatureError(f"{len(features)} targets are too few for a map: at least 5 are needed")
    if not np.isfinite(features).all():
        raise FeatureError("features contain NaN or infinity: extract them again")
    return MAPS[kind](features, seed=seed, progress=progress)
