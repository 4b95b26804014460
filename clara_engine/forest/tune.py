"""The published random search for forest settings."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from clara_engine.errors import DesignError, FeatureError
from clara_engine.forest.binning import BinnedFeatures, FeatureBinning
from clara_engine.forest.contrast import binned_contrast
from clara_engine.forest.settings import ForestSettings
from clara_engine.forest.urf import UnsupervisedForest
from clara_engine.progress import Progress, silent
from clara_engine.text import counted

__all__ = ["SEARCH_SPACE", "Trial", "tune"]

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
        Called with (forests grown, forests to grow), a forest in progress counting as none.

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
    seeds = rng.integers(2**32, size=(folds, draws))
    real_fold, other_fold = (rng.permutation(len(rows)) % folds for rows in (real, other))
    accuracy = np.empty((draws, folds))
    for fold in range(folds):
        train_real, train_other = real.take(real_fold != fold), other.take(other_fold != fold)
        test_real, test_other = real.take(real_fold == fold), other.take(other_fold == fold)
        for draw, settings in enumerate(tried):
            done = fold * draws + draw
            forest = UnsupervisedForest.from_settings(
                settings.model_copy(update={"oob_score": False}), int(seeds[fold, draw]), n_jobs
            )
            forest.fit(train_real, train_other, lambda *_, done=done: progress(done, draws * folds))  # type: ignore[misc]
            right = [forest.anomaly_score(test_real) <= 0.5, forest.anomaly_score(test_other) > 0.5]
            accuracy[draw, fold] = np.concatenate(right).mean()
            progress(done + 1, draws * folds)
    trials = [Trial(settings, tuple(row)) for settings, row in zip(tried, accuracy.tolist(), strict=True)]
    return sorted(trials, key=lambda trial: -trial.accuracy)


def _settings(code: int) -> ForestSettings:
    chosen: dict[str, Any] = {}
    for name, values in SEARCH_SPACE.items():
        code, place = divmod(code, len(values))
        chosen[name] = values[place]
    return ForestSettings(**chosen)
