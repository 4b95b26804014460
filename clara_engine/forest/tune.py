"""The published random search for forest settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clara_engine.errors import DesignError, FeatureError
from clara_engine.forest.bags import RowBags
from clara_engine.forest.binning import BinnedFeatures, FeatureBinning
from clara_engine.forest.contrast import binned_contrast
from clara_engine.forest.descend import node_sizes, stopped_shares
from clara_engine.forest.pool import threaded
from clara_engine.forest.settings import ForestSettings
from clara_engine.forest.trees import NO_LIMIT, grow_trees
from clara_engine.progress import Progress, silent
from clara_engine.text import counted

__all__ = ["SEARCH_SPACE", "Trial", "tune"]

Rows = NDArray[np.intp]

SEARCH_SPACE: MappingProxyType[str, tuple[Any, ...]] = MappingProxyType(
    {
        "n_estimators": tuple(int(count) for count in np.linspace(50, 200, 10)),
        "max_features": ("sqrt", "log2"),
        "max_depth": (100, 300, 500, 700, 900, 1000, None),
        "min_samples_split": (2, 4, 7, 10),
        "min_samples_leaf": (1, 2),
        "bootstrap": (True, False),
    }
)
"""What the published search draws from (Dasgupta 2025)."""

#: Settings that only end a tree's growth earlier, or grow fewer: draws that differ in these alone share trees.
SHARED = ("n_estimators", "max_depth", "min_samples_split")


@dataclass(frozen=True)
class Trial:
    """One draw of the search.

    Attributes
    ----------
    settings : ForestSettings
    fold_accuracy : tuple of float
        Fraction of held-out rows, real and contrast, put into their class, for every fold.
    """

    settings: ForestSettings
    fold_accuracy: tuple[float, ...]

    @property
    def accuracy(self) -> float:
        """Mean over the folds."""
        return float(np.mean(self.fold_accuracy))


def tune(
    real: Any,
    contrast: Any,
    *,
    draws: int = 30,
    folds: int = 3,
    rng: np.random.Generator,
    n_jobs: int | None = -1,
    progress: Progress = silent,
) -> list[Trial]:
    """Random search over `SEARCH_SPACE` by stratified cross-validation, best accuracy first.

    Draws that differ only in the number of trees, in the depth, or in the rows that a node needs to be split share
    trees: a tree that stops sooner is the upper part of one that does not, and fewer trees are the first of more. So
    30 draws grow at most 8 forests a fold. Of draws with equal accuracy the first drawn comes first.

    Accuracy says how well the classes come apart, not how well anomalies are found: measure the winner by recovery.

    Parameters
    ----------
    real : array_like, shape (n_real, n_features), or BinnedFeatures
    contrast : as in `UnsupervisedForest.fit`
    draws : int
        Settings tried, none twice.
    folds : int
    rng : numpy.random.Generator
    n_jobs : int or None
        Threads; -1 is every core.
    progress : callable
        Called with (trees grown, trees to grow); what it raises stops the search.

    Raises
    ------
    DesignError
        When `draws` or `folds` is out of range.
    FeatureError
        When a class has fewer rows than folds.
    """
    combinations = int(np.prod([len(values) for values in SEARCH_SPACE.values()]))
    if not 1 <= draws <= combinations:
        raise DesignError(f"draws = {draws} is out of range; allowed: 1 to {combinations}")
    if folds < 2:
        raise DesignError(f"folds = {folds} is out of range; allowed: whole numbers from 2")
    real = real if isinstance(real, BinnedFeatures) else FeatureBinning.fit(real, n_jobs=n_jobs).bin(real)
    other = binned_contrast(contrast, real)
    for name, rows in (("real", real), ("contrast", other)):
        if len(rows) < 2 * folds:
            raise FeatureError(
                f"{len(rows)} {name} rows are too few for {counted(folds, 'fold')}: give at least {2 * folds}"
            )
    tried = [_settings(int(code)) for code in rng.choice(combinations, draws, replace=False)]
    families = _families(tried)
    trees = [max(tried[draw].n_estimators for draw in family) for family in families]
    seeds = rng.integers(2**64, size=(folds, max(trees)), dtype=np.uint64)
    real_fold, other_fold = (rng.permutation(len(rows)) % folds for rows in (real, other))
    accuracy = np.empty((draws, folds))
    grown, to_grow = 0, folds * sum(trees)
    for fold in range(folds):
        cut = _Fold(real, other, real_fold, other_fold, fold)
        for family, count in zip(families, trees, strict=True):
            some = [tried[draw] for draw in family]
            before = grown

            def step(done: int, _: int, before: int = before) -> None:
                progress(before + done, to_grow)

            accuracy[family, fold] = cut.accuracy(some, seeds[fold, :count], n_jobs, step)
            grown += count
            progress(grown, to_grow)
    trials = [Trial(settings, tuple(row)) for settings, row in zip(tried, accuracy.tolist(), strict=True)]
    return sorted(trials, key=lambda trial: -trial.accuracy)


@dataclass(frozen=True, eq=False)
class _Fold:
    """Rows to grow trees on, and those held out, of both classes."""

    real: BinnedFeatures
    other: BinnedFeatures
    real_fold: Rows
    other_fold: Rows
    fold: int

    def accuracy(
        self, tried: Sequence[ForestSettings], seeds: NDArray[np.uint64], n_jobs: int | None, progress: Progress
    ) -> NDArray[np.float64]:
        """Of draws that share trees: fraction of the held-out rows that are put into their class."""
        inside = [np.flatnonzero(folds != self.fold) for folds in (self.real_fold, self.other_fold)]
        held_out = [np.flatnonzero(folds == self.fold) for folds in (self.real_fold, self.other_fold)]
        ends = sorted({(one.min_samples_split, one.max_depth or NO_LIMIT) for one in tried})
        splits, depths = (np.array(values, np.int64) for values in zip(*ends, strict=True))
        longest = tried[0].model_copy(
            update={
                "min_samples_split": int(splits.min()),
                "max_depth": int(depths.max()),
                "oob_score": False,
            }
        )
        trees, _ = grow_trees(
            self.real,
            self.other,
            longest,
            seeds,
            real_rows=inside[0],
            contrast_rows=inside[1],
            n_jobs=n_jobs,
            progress=progress,
        )
        both = (self.real.codes, self.other.codes)
        bags = RowBags(longest, inside[0].size, inside[1].size)

        def shares(number: int) -> NDArray[np.float64]:
            first, last = trees.roots[number], trees.roots[number + 1]
            nodes = (trees.feature, trees.cut, trees.child)
            taken = bags.counts(number, seeds[number]) > 0
            grew = (inside[0][taken[: inside[0].size]], inside[1][taken[inside[0].size :]])
            sizes = np.zeros(last - first, np.int64)
            for codes, rows in zip(both, grew, strict=True):
                node_sizes(codes, rows, first, *nodes, sizes)
            parts = [
                stopped_shares(codes, rows, first, *nodes, trees.share, sizes, splits, depths)
                for codes, rows in zip(both, held_out, strict=True)
            ]
            return np.concatenate(parts, axis=1)

        total = np.zeros((len(ends), held_out[0].size + held_out[1].size))
        is_other = np.arange(total.shape[1]) >= held_out[0].size
        wanted = {one.n_estimators for one in tried}
        found = {}
        for done, part in enumerate(threaded(shares, range(len(seeds)), n_jobs), start=1):
            total += part
            if done in wanted:
                found[done] = ((total / done > 0.5) == is_other).mean(axis=1)
        places = [ends.index((one.min_samples_split, one.max_depth or NO_LIMIT)) for one in tried]
        return np.array([found[one.n_estimators][place] for one, place in zip(tried, places, strict=True)])


def _families(tried: Sequence[ForestSettings]) -> list[list[int]]:
    """Places of the draws that share trees, family by family."""
    found: dict[tuple[Any, ...], list[int]] = {}
    own = [name for name in SEARCH_SPACE if name not in SHARED]
    for place, settings in enumerate(tried):
        found.setdefault(tuple(getattr(settings, name) for name in own), []).append(place)
    return list(found.values())


def _settings(code: int) -> ForestSettings:
    chosen: dict[str, Any] = {}
    for name, values in SEARCH_SPACE.items():
        code, place = divmod(code, len(values))
        chosen[name] = values[place]
    return ForestSettings(**chosen)
