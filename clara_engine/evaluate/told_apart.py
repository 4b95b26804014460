"""How well a forest tells simulated light curves from observed ones, at equal population, and by which features."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import ks_2samp

from clara_engine.errors import FeatureError
from clara_engine.evaluate.draws import mean_auc
from clara_engine.progress import Progress, silent
from clara_engine.text import counted

__all__ = ["ToldApart", "equal_population", "quantile_distance", "tell_apart"]

Float = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class ToldApart:
    """What `tell_apart` finds.

    Attributes
    ----------
    auc : tuple of float
        ROC-AUC of "is observed", with its 95 % interval over stars: .5 when nobody can tell, 1 when anybody can.
    stars : int
        Observed stars; as many simulated ones in each draw.
    features : DataFrame
        A row a feature, the most important first: feature, importance (share of the decrease in impurity), ks
        (Kolmogorov–Smirnov distance, 0 to 1, mean over draws).
    """

    auc: tuple[float, float, float]
    stars: int
    features: pd.DataFrame


def equal_population(observed: pd.DataFrame, simulated: pd.DataFrame, random: np.random.Generator) -> NDArray[np.intp]:
    """A simulated star for each observed one: of the same kind, and nearest in magnitude of those not yet taken.

    Parameters
    ----------
    observed, simulated : DataFrame
        A row a star: kind (any words, as far as labels tell) and tmag [mag].
    random : numpy.random.Generator
        Draws the order in which the observed stars choose, and which half of the simulated stars of a kind may be
        chosen: more than half where more are needed.

    Returns
    -------
    ndarray of int
        Rows of `simulated`, in the order of `observed`.

    Raises
    ------
    FeatureError
        When there are fewer simulated than observed stars of a kind.
    """
    chosen = np.empty(len(observed), np.intp)
    for kind, group in observed.reset_index(drop=True).groupby("kind"):
        alike = random.permutation(np.flatnonzero(simulated["kind"] == kind))
        free = alike[: max(len(group), alike.size // 2)]
        if free.size < len(group):
            seen, made = counted(len(group), "observed star"), counted(free.size, "simulated one")
            raise FeatureError(f"{seen} of kind {kind!r}, but only {made}")
        for row in random.permutation(group.index):
            nearest = int(np.argmin(np.abs(simulated["tmag"].to_numpy()[free] - group["tmag"][row])))
            chosen[row] = free[nearest]
            free = np.delete(free, nearest)
    return chosen


def tell_apart(
    observed: tuple[Float, pd.DataFrame],
    simulated: tuple[Float, pd.DataFrame],
    names: Sequence[str],
    *,
    draws: int = 5,
    folds: int = 5,
    trees: int = 300,
    seed: int = 0,
    progress: Progress = silent,
) -> ToldApart:
    """Train forests to tell observed from simulated light curves, and score each star by forests that never saw it.

    Parameters
    ----------
    observed, simulated : (ndarray, DataFrame)
        Features, shape (n, d), and a row a light curve: star, kind and tmag, as `equal_population` wants them.
    names : sequence of str
        Of the features, d of them.
    draws : int
        How often simulated stars are drawn, and the folds with them.
    folds : int
        Of the cross-validation; all light curves of a star are in one.
    trees : int
        Of each forest.
    seed : int
        Fixes all that is drawn.
    progress : callable
        Called as ``progress(done, total)``; what it raises stops the work.

    Raises
    ------
    FeatureError
        As `equal_population`; or fewer observed stars than folds.
    """
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.model_selection import StratifiedGroupKFold

    (rows, facts), (copies, copied) = observed, simulated
    if facts["star"].nunique() < folds:
        few = counted(facts["star"].nunique(), "observed star")
        raise FeatureError(f"{few} can't be in {folds} folds")
    scored, importance, distance = [], np.zeros(len(names)), np.zeros(len(names))
    for draw, source in enumerate(np.random.SeedSequence(seed).spawn(draws)):
        random = np.random.default_rng(source)
        chosen = equal_population(facts, copied, random)
        both = np.concatenate([rows, copies[chosen]])
        real = np.arange(len(both)) < len(rows)
        stars = np.concatenate([facts["star"].to_numpy(str), copied["star"].to_numpy(str)[chosen]])
        scores, number = np.empty(len(both)), int(random.integers(2**31))
        split = StratifiedGroupKFold(folds, shuffle=True, random_state=number).split(both, real, stars)
        for fold, (learned, left_out) in enumerate(split):
            forest = RandomForestClassifier(trees, min_samples_leaf=2, random_state=number, n_jobs=-1)
            forest.fit(both[learned], real[learned])
            scores[left_out] = forest.predict_proba(both[left_out])[:, 1]
            importance += forest.feature_importances_ / (draws * folds)
            progress(draw * folds + fold + 1, draws * folds)
        scored.append((scores, real, stars))
        distance += [ks_2samp(one, other).statistic for one, other in zip(rows.T, copies[chosen].T, strict=True)]
    features = pd.DataFrame({"feature": names, "importance": importance, "ks": distance / draws})
    return ToldApart(
        mean_auc(scored), len(rows), features.sort_values("importance", ascending=False, ignore_index=True)
    )


def quantile_distance(rows: Float, quantiles: Float, levels: Float) -> Float:
    """Kolmogorov–Smirnov distance of each feature from a distribution of which only some quantiles are known.

    Parameters
    ----------
    rows : ndarray, shape (n, d)
        Features.
    quantiles : ndarray, shape (d, k)
        Of the other distribution.
    levels : ndarray, shape (k,)
        Share of the other distribution below each quantile, 0 to 1.

    Returns
    -------
    ndarray, shape (d,)
        0 to 1; at most the distance from the whole distribution, and smaller by less than the step of `levels`.
    """
    values, edges = rows.astype(np.float32)[:, :, None], quantiles.astype(np.float32)  # features are kept as float32
    below, up_to = (values < edges).mean(axis=0), (values <= edges).mean(axis=0)
    return np.asarray(np.maximum(levels - up_to, below - levels).clip(0).max(axis=1))
