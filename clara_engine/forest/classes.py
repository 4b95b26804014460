"""A forest of many classes: which of several kinds each light curve is, asked of trees that never saw its star."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from clara_engine.errors import FeatureError
from clara_engine.forest.bags import StarBags, star_keys
from clara_engine.forest.binning import BinnedFeatures, FeatureBinning
from clara_engine.forest.class_kernel import grow_class_tree, mean_shares
from clara_engine.forest.descend import leaves_of_codes
from clara_engine.forest.kernel import ONE_ROW
from clara_engine.forest.pool import threaded
from clara_engine.forest.settings import ForestSettings
from clara_engine.progress import Progress, silent

__all__ = ["ClassForest"]

Float = NDArray[np.float64]
NO_LIMIT = 2**31 - 1
BLOCK_ROWS = 2048


@dataclass(frozen=True, eq=False)
class ClassForest:
    """Trees of many classes, each grown on whole stars.

    Attributes
    ----------
    classes : tuple of str
    binning : FeatureBinning
    roots, feature, cut, child : ndarray
        As in `Trees`.
    share : ndarray, shape (nodes, classes)
        Fraction of each class in a node, every class counting the same in all.
    stars : ndarray of str, shape (n_stars,)
        Stars that trained, in order.
    unseen : ndarray of bool, shape (n_stars, trees)
        The trees that never saw each of them.
    """

    classes: tuple[str, ...]
    binning: FeatureBinning
    roots: NDArray[np.int64]
    feature: NDArray[np.int32]
    cut: NDArray[np.uint8]
    child: NDArray[np.int32]
    share: Float
    stars: NDArray[np.str_]
    unseen: NDArray[np.bool_]

    @classmethod
    def grow(
        cls,
        sets: Sequence[tuple[str, BinnedFeatures, ArrayLike]],
        settings: ForestSettings,
        seed: int,
        *,
        n_jobs: int | None = -1,
        progress: Progress = silent,
    ) -> ClassForest:
        """Grow a forest.

        Parameters
        ----------
        sets : sequence of (class, rows, stars)
            Rows of all classes, binned with the same edges, and whose light curve each is.
        settings : ForestSettings
            Class weights are not read: all classes weigh the same.
        seed : int
        n_jobs : int or None
            Threads; -1 is every core.
        progress : callable
            Called with (trees grown, trees).

        Raises
        ------
        FeatureError
            When there are fewer than two classes, one is empty, or the edges differ.
        """
        names = tuple(name for name, _, _ in sets)
        if len(set(names)) < 2 or len(set(names)) < len(names):
            raise FeatureError(f"{', '.join(names) or 'no classes'}: a forest needs at least two classes, each once")
        binning = sets[0][1].binning
        for name, rows, _ in sets:
            if not len(rows):
                raise FeatureError(f"there are no rows of class {name}: leave it out, or give some")
            if rows.binning.fingerprint != binning.fingerprint:
                raise FeatureError(f"the rows of class {name} were binned with other edges; bin them with the same")
        codes = np.ascontiguousarray(np.hstack([rows.codes for _, rows, _ in sets]))
        codes.flags.writeable = False
        sizes = [len(rows) for _, rows, _ in sets]
        labels = np.repeat(np.arange(len(sets)), sizes).astype(np.uint8)
        keys = np.concatenate([star_keys(stars, len(rows), name) for name, rows, stars in sets])
        stars, star_of = np.unique(keys, return_inverse=True)
        seeds = np.random.default_rng(seed).integers(0, 2**64, settings.n_estimators, dtype=np.uint64)
        bags = StarBags(settings, star_of, sizes[0], seeds[0])
        weights = labels.size / (len(sets) * np.array(sizes, float))
        limits = (
            settings.features_per_node(codes.shape[0]),
            settings.max_depth or NO_LIMIT,
            settings.rows_to_split(labels.size),
            settings.rows_in_leaf(labels.size),
        )
        stop = np.zeros(1, np.uint8)

        def one(numbered: tuple[int, np.uint64]) -> tuple[NDArray[Any], ...]:
            counts = bags.counts(*numbered)
            drawn = np.flatnonzero(counts)
            places = 2 * drawn.size
            nodes = (
                np.empty(places, np.int32),
                np.empty(places, np.uint8),
                np.empty(places, np.int32),
                np.empty((places, len(sets))),
            )
            count = grow_class_tree(
                codes,
                labels,
                drawn.astype(np.uint32),
                counts[drawn].astype(np.int64) + ONE_ROW,
                weights,
                *limits,
                binning.edges,
                ~numbered[1],
                stop,
                *nodes,
            )
            return tuple(array[:count].copy() for array in nodes)

        def halt() -> None:
            stop[0] = 1

        total = len(seeds)
        grown = list(threaded(one, enumerate(seeds), n_jobs, total=total, progress=progress, on_stop=halt))
        lengths = [tree[0].size for tree in grown]
        roots = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        feature, cut, child, share = (np.concatenate(arrays) for arrays in zip(*grown, strict=True))
        child = np.where(feature >= 0, child + np.repeat(roots[:-1], lengths), 0).astype(np.int32)
        return cls(names, binning, roots, feature, cut, child, share, stars, bags.unseen(seeds))

    def fractions(self, rows: BinnedFeatures, stars: ArrayLike, n_jobs: int | None = -1) -> Float:
        """Mean share of every class by the trees that never saw the star, shape (n, classes); new stars by all trees.

        They order light curves well, but are too modest to be probabilities: see `ClassCalibration`.

        Parameters
        ----------
        rows : BinnedFeatures
            Binned with the forest's edges, n rows.
        stars : array_like
            Key of the star of each row, shape (n,).
        n_jobs : int or None
            Threads; -1 is every core.

        Raises
        ------
        FeatureError
            The rows were binned with other edges.
        """
        if rows.binning.fingerprint != self.binning.fingerprint:
            raise FeatureError("these features were binned with other edges than the forest's")
        keys = star_keys(stars, len(rows), "given")
        place = np.minimum(np.searchsorted(self.stars, keys), self.stars.size - 1)
        known = self.stars[place] == keys
        use = np.ones((keys.size, self.unseen.shape[1]), np.bool_)
        use[known] = self.unseen[place[known]]

        def block(first: int) -> Float:
            last = min(first + BLOCK_ROWS, len(rows))
            leaves = leaves_of_codes(rows.codes, first, last, self.roots, self.feature, self.cut, self.child)
            found: Float = mean_shares(leaves, use[first:last], self.share)
            return found

        return np.concatenate(list(threaded(block, range(0, len(rows), BLOCK_ROWS), n_jobs)))
