"""The unsupervised random forest: an estimator that separates real light curves from a contrast set."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from clara_engine.errors import FeatureError
from clara_engine.forest.bags import StarBags, star_keys
from clara_engine.forest.binning import BinnedFeatures, FeatureBinning, feature_block
from clara_engine.forest.blocks import BLOCK_ROWS, CodeBlock, numbered, row_blocks
from clara_engine.forest.contrast import binned_contrast
from clara_engine.forest.descend import leaf_statistics, leaves_of_codes, leaves_of_values
from clara_engine.forest.model_file import read_model, write_model
from clara_engine.forest.out_of_bag import held_out_scores, unseen_by
from clara_engine.forest.pool import threaded
from clara_engine.forest.scores import Scores
from clara_engine.forest.settings import ForestSettings
from clara_engine.forest.trees import Trees, grow_trees, leaf_population, tree_seeds
from clara_engine.progress import Progress, silent
from clara_engine.text import counted

__all__ = ["UnsupervisedForest"]

Float = NDArray[np.float64]


class UnsupervisedForest(BaseEstimator):
    """Random forest that tells real light curves (class 1) from a contrast set (class 0).

    Parameters have scikit-learn's names, meanings and ranges (`ForestSettings`).

    Parameters
    ----------
    n_estimators, max_features, max_depth, min_samples_split, min_samples_leaf, bootstrap, class_weight
        As in `sklearn.ensemble.RandomForestClassifier`.
    contrast_to_real : float or None
        What the whole contrast class weighs, the real class being 1; None lets every row weigh the same.
    random_state : int, numpy.random.Generator, numpy.random.RandomState or None
        Source of every tree's seed. The same seed gives the same bits whatever `n_jobs`.
    n_jobs : int or None
        Threads; -1 is every core.
    oob_score : bool
        Score the real training rows by trees that never saw them. With bootstrap these are the trees whose bag missed
        the row. Without bootstrap every tree saw every row, so five companion forests of the same settings are grown,
        each without a fifth of the real rows, which it then scores: six times the work.

    Attributes
    ----------
    trees_ : Trees
    population_ : ndarray of int32, shape (nodes,)
        Real training rows that fall into each leaf; with stars, those of them that grew the tree.
    oob_anomaly_score_, oob_spread_, oob_weirdness_ : ndarray, shape (n_real,)
        As `Scores`, by trees that never saw the row. The row itself is not counted among its neighbours, so that the
        weirdness compares with that of unseen rows. NaN for rows that were in every bag (a handful of trees only).
    feature_importances_ : ndarray, shape (n_features,)
        Mean decrease of Gini impurity, sum 1.
    n_features_in_, n_real_, n_contrast_ : int
    oob_trees_ : ndarray of bool, shape (n_real, trees)
        With bootstrap or stars: the trees that never saw each real training row, or its star.
    stars_ : ndarray of str, shape (n_stars,)
        Stars that trained, in order; empty when `fit` was not told.
    star_trees_ : ndarray of bool, shape (n_stars, trees)
        The trees that never saw each of these stars in any form.
    feature_set_, binning_fingerprint_ : str
        What the features must be.
    """

    def __init__(
        self,
        n_estimators: int = 100,
        *,
        max_features: str | int | float | None = "sqrt",
        max_depth: int | None = None,
        min_samples_split: int | float = 2,
        min_samples_leaf: int | float = 1,
        bootstrap: bool = True,
        class_weight: str | dict[int, float] | None = None,
        contrast_to_real: float | None = None,
        random_state: Any = None,
        n_jobs: int | None = -1,
        oob_score: bool = True,
    ) -> None:
        self.n_estimators = n_estimators
        self.max_features = max_features
        self.max_depth = max_depth
        self.min_samples_split = min_samples_split
        self.min_samples_leaf = min_samples_leaf
        self.bootstrap = bootstrap
        self.class_weight = class_weight
        self.contrast_to_real = contrast_to_real
        self.random_state = random_state
        self.n_jobs = n_jobs
        self.oob_score = oob_score

    @classmethod
    def from_settings(
        cls, settings: ForestSettings, random_state: Any = None, n_jobs: int | None = -1
    ) -> UnsupervisedForest:
        """An unfitted forest with these settings.

        Parameters
        ----------
        settings : ForestSettings
        random_state : int, Generator, RandomState or None
            Source of every tree's seed.
        n_jobs : int or None
            Threads; -1 is every core.
        """
        return cls(**settings.model_dump(), random_state=random_state, n_jobs=n_jobs)

    @property
    def settings(self) -> ForestSettings:
        """The parameters, checked (DesignError when one is out of range)."""
        return ForestSettings(**{name: getattr(self, name) for name in ForestSettings.model_fields})

    def fit(
        self,
        real: Any,
        contrast: Any,
        progress: Progress = silent,
        *,
        real_stars: ArrayLike | None = None,
        contrast_stars: ArrayLike | None = None,
        by_star: bool = True,
    ) -> UnsupervisedForest:
        """Grow the forest.

        Parameters
        ----------
        real : array_like, shape (n_real, n_features), or BinnedFeatures
            Binned features are used as they are, which saves most of the time of a retrain.
        contrast : array_like, shape (n_contrast, n_features), BinnedFeatures or ContrastSet
            Binned with the edges of `real`.
        progress : callable
            Called with (trees grown, trees to grow); may raise to cancel.
        real_stars, contrast_stars : array_like of str or int, optional
            Whose light curve each row is, or was before a signal was injected. A tree then takes all rows of a star or
            none (cross-fitting): with bootstrap stars are drawn with replacement, without it 63 % of them once. A
            contrast row of no star has a key of its own, as all have when none are given.
        by_star : bool
            False draws rows one by one, as published, and only remembers which trees never saw a star.

        Raises
        ------
        FeatureError
            When the features can't be used together.
        DesignError
            When a parameter is out of its range.
        """
        settings = self.settings
        real = real if isinstance(real, BinnedFeatures) else FeatureBinning.fit(real, n_jobs=self.n_jobs).bin(real)
        contrast = binned_contrast(contrast, real)
        _check_sizes(real, contrast, settings)
        if real_stars is None and contrast_stars is not None:
            raise FeatureError("the contrast rows have stars and the real rows have none: give both")
        keys = np.empty(0, np.str_) if real_stars is None else star_keys(real_stars, len(real), "real")
        if contrast_stars is not None:
            keys = np.concatenate([keys, star_keys(contrast_stars, len(contrast), "contrast")])
        if keys.size and by_star:
            return self._fit_by_star(real, contrast, settings, keys, progress)
        held_out = settings.oob_score and not settings.bootstrap
        folds = min(5, len(real)) if held_out else 0
        seeds = tree_seeds(self.random_state, settings.n_estimators * (1 + folds)).reshape(1 + folds, -1)

        def part(number: int) -> Progress:
            return lambda done, _: progress(number * settings.n_estimators + done, seeds.size)

        trees, population = grow_trees(real, contrast, settings, seeds[0], n_jobs=self.n_jobs, progress=part(0))
        leaves = np.empty((0, len(trees)), np.int32)
        if settings.bootstrap:  # without bootstrap every row is in every tree, and the trees have counted them

            def wait(*_: int) -> None:
                progress(settings.n_estimators, seeds.size)

            leaves = np.concatenate(list(self._leaf_blocks(trees, real, wait)))
            population = leaf_population(leaves, trees)

        self._keep(trees, population, real, len(contrast))
        if settings.oob_score:
            unseen_rows = unseen_by(settings, seeds[0], len(real), len(contrast))
            unseen = unseen_rows[: len(real)]
            if settings.bootstrap:
                self.oob_trees_ = unseen
                self._remember(keys, unseen_rows[: keys.size])
            scores = held_out_scores(
                real,
                contrast,
                settings,
                trees,
                leaves,
                population,
                seeds,
                unseen,
                n_jobs=self.n_jobs,
                part=part,
            )
            self.oob_anomaly_score_, self.oob_spread_ = scores.anomaly, scores.spread
            self.oob_weirdness_ = scores.weirdness
        return self

    def _fit_by_star(
        self,
        real: BinnedFeatures,
        contrast: BinnedFeatures,
        settings: ForestSettings,
        keys: NDArray[np.str_],
        progress: Progress,
    ) -> UnsupervisedForest:
        """Grow trees that take all rows of a star or none, and score the real rows by those that took none.

        `keys` are of the real rows, and of the contrast rows where these have any.
        """
        known, star_of = np.unique(keys, return_inverse=True)
        without = len(real) + len(contrast) - keys.size
        seeds = tree_seeds(self.random_state, settings.n_estimators)
        bags = StarBags(settings, np.append(star_of, known.size + np.arange(without)), len(real), seeds[0])
        trees, inside = grow_trees(real, contrast, settings, seeds, bags=bags, n_jobs=self.n_jobs, progress=progress)
        self._keep(trees, inside, real, len(contrast))
        unseen = bags.unseen(seeds)
        self.stars_, self.star_trees_ = known, unseen[: known.size]
        self.oob_trees_ = unseen[star_of[: len(real)]]
        if settings.oob_score:
            found = self.scores(real, stars=keys[: len(real)])
            self.oob_anomaly_score_, self.oob_spread_ = found.anomaly, found.spread
            self.oob_weirdness_ = found.weirdness
        return self

    def _keep(self, trees: Trees, population: NDArray[np.int32], real: BinnedFeatures, n_contrast: int) -> None:
        self.trees_, self.population_ = trees, population
        self.n_real_, self.n_contrast_ = len(real), n_contrast
        self.n_features_in_ = real.shape[1]
        self.feature_importances_ = trees.importances
        self.feature_set_ = real.binning.feature_set
        self.binning_fingerprint_ = real.binning.fingerprint
        self.stars_, self.star_trees_ = np.empty(0, np.str_), np.empty((0, len(trees)), np.bool_)

    def _remember(self, keys: NDArray[np.str_], unseen: NDArray[np.bool_]) -> None:
        self.stars_, place = np.unique(keys, return_inverse=True)
        self.star_trees_ = np.ones((self.stars_.size, len(self.trees_)), np.bool_)
        np.logical_and.at(self.star_trees_, place, unseen)

    def remember_stars(self, real_stars: ArrayLike) -> None:
        """Say whose light curves the real rows were, of a forest with bootstrap that was not told when it was fitted.

        Raises
        ------
        FeatureError
            When there is not one key a row.
        """
        check_is_fitted(self, "oob_trees_")
        self._remember(star_keys(real_stars, self.n_real_, "real"), self.oob_trees_)

    def scores(self, X: Any, progress: Progress = silent, stars: ArrayLike | None = None) -> Scores:
        """Anomaly score, spread and weirdness of light curves.

        Parameters
        ----------
        X : array_like or memmap, shape (n, n_features), or BinnedFeatures
            Read block by block. Rows that trained the forest come out too tame here unless their stars are given.
        progress : callable
            Called with (blocks done, blocks).
        stars : array_like of str or int, optional
            Whose light curve each row is, with the keys given to `fit`. A star that trained, in whatever form, is
            scored by the trees that never saw it, and has NaN where there are none; others by all trees.
        """
        use = None if stars is None else self.trees_for(star_keys(stars, len(X), "given"))
        return self.score_blocks(row_blocks(X), progress, total=-(-len(X) // BLOCK_ROWS), use=use)

    def trees_for(self, stars: ArrayLike) -> NDArray[np.bool_]:
        """Which trees may score each of these stars, shape (n, trees): those that never saw it."""
        check_is_fitted(self)
        keys = star_keys(stars, np.size(stars), "given")
        use = np.ones((keys.size, len(self.trees_)), np.bool_)
        if self.stars_.size:
            place = np.minimum(np.searchsorted(self.stars_, keys), self.stars_.size - 1)
            known = self.stars_[place] == keys
            use[known] = self.star_trees_[place[known]]
        return use

    def score_blocks(
        self, blocks: Iterable[Any], progress: Progress = silent, total: int = 0, use: NDArray[np.bool_] | None = None
    ) -> Scores:
        """`scores` of blocks of rows from an iterator, a few in memory at a time.

        `use`, shape (rows, trees), names the trees that count for each row; all when not given.

        Parameters
        ----------
        blocks : iterable of array_like
            Each of shape (rows, n_features).
        progress : callable
            Called as ``progress(done, total)``; what it raises stops the work.
        total : int
            How many rows there are; for `progress`.
        use : ndarray of bool, optional
            Which trees count for each row, shape (rows, trees); by default all.
        """
        check_is_fitted(self)
        trees, population = self.trees_, self.population_
        everyone: Any = self.n_real_
        grown_on = np.add.reduceat(population, trees.roots[:-1])
        if (grown_on != everyone).any():  # trees that took whole stars count those rows that they took
            population, everyone = population / np.repeat(np.maximum(grown_on, 1), np.diff(trees.roots)), 1.0

        def score(item: tuple[int, Any]) -> Scores:
            leaves = self._leaves(trees, *item)
            first = item[0]
            counts = np.broadcast_to(np.True_, leaves.shape) if use is None else use[first : first + len(leaves)]
            anomaly, spread, crowd = leaf_statistics(leaves, np.ascontiguousarray(counts), trees.share, population)
            return Scores(anomaly, spread, 1.0 - crowd / everyone)

        return Scores.joined(threaded(score, numbered(blocks), self.n_jobs, total=total, progress=progress))

    def anomaly_score(self, X: Any) -> Float:
        """Probability of the contrast class, shape (n,); see `Scores`."""
        return self.scores(X).anomaly

    def anomaly_score_spread(self, X: Any) -> Float:
        """Standard deviation over trees of the anomaly score, shape (n,)."""
        return self.scores(X).spread

    def weirdness(self, X: Any) -> Float:
        """1 - mean fraction of real training rows in the same leaf, shape (n,); see `Scores`."""
        return self.scores(X).weirdness

    def apply(self, X: Any) -> NDArray[np.int32]:
        """Leaf of every row in every tree: int32, shape (n, trees), counted from the tree's root."""
        check_is_fitted(self)
        blocks = list(self._leaf_blocks(self.trees_, X))
        leaves = np.concatenate(blocks) if blocks else np.empty((0, len(self.trees_)), np.int32)
        return leaves - self.trees_.roots[:-1].astype(np.int32)

    def save(self, path: str | Path) -> None:
        """Write the fitted forest to one file, without pickle."""
        check_is_fitted(self)
        write_model(self, Path(path))

    @classmethod
    def load(cls, path: str | Path) -> UnsupervisedForest:
        """Read what `save` wrote; ModelFileError when it is damaged, tampered with or foreign."""
        stored = read_model(Path(path))
        forest = cls.from_settings(stored.settings, random_state=stored.random_state)
        for name, value in stored.fitted.items():
            setattr(forest, name, value)
        return forest

    def _leaf_blocks(self, trees: Trees, X: Any, progress: Progress = silent) -> Iterator[NDArray[np.int32]]:
        return threaded(
            lambda item: self._leaves(trees, *item), numbered(row_blocks(X)), self.n_jobs, progress=progress
        )

    def _leaves(self, trees: Trees, first: int, block: Any) -> NDArray[np.int32]:
        """Leaves of one block, whose first row is number `first` of all."""
        leaves: NDArray[np.int32]
        if isinstance(block, CodeBlock):
            fitted = getattr(self, "binning_fingerprint_", None)
            if fitted not in (None, block.binned.binning.fingerprint):
                raise FeatureError("these features were binned with other edges than the model's; give their values")
            codes = block.binned.codes
            return leaves_of_codes(codes, block.first, block.last, trees.roots, trees.feature, trees.cut, trees.child)
        values = feature_block(block, first)
        if values.shape[1] != self.n_features_in_:
            name = f" ({self.feature_set_})" if self.feature_set_ else ""
            raise FeatureError(
                f"rows have {values.shape[1]} features, the model {self.n_features_in_}{name}: "
                "extract the feature set that the model was trained on"
            )
        leaves = leaves_of_values(values, trees.roots, trees.feature, trees.threshold, trees.child)
        return leaves


def _check_sizes(real: BinnedFeatures, contrast: BinnedFeatures, settings: ForestSettings) -> None:
    for name, rows in (("real", real), ("contrast", contrast)):
        if not len(rows):
            raise FeatureError(f"there are no {name} rows: a forest needs light curves of both classes")
    if len(real) < 2:
        raise FeatureError("there is one real row: a forest needs at least two")
    both = len(real) + len(contrast)
    if both < 2 * settings.rows_in_leaf(both):
        raise FeatureError(
            f"{counted(both, 'row')} can't fill two leaves of {settings.rows_in_leaf(both)}: "
            "give more light curves or lower min_samples_leaf"
        )
