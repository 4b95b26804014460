"""What each tree sees: rows drawn one by one as published, or whole stars with all that is theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from clara_engine.errors import DesignError, FeatureError
from clara_engine.forest.kernel import draw_bag
from clara_engine.forest.settings import ForestSettings
from clara_engine.text import agreeing, counted

__all__ = ["Bags", "RowBags", "StarBags", "class_weights", "companions", "in_bag_counts", "star_keys"]

SHARE = 0.632  # of the stars that a tree sees, as with bootstrap
#: Fewer stars with signals than this would make bags of too few parts: all stars are then drawn alone.
LEAST_HOSTS = 20
Counts = NDArray[np.int32]


class Bags(Protocol):
    """How often each tree takes each row."""

    def counts(self, tree: int, seed: Any) -> Counts:
        """Times that the tree of this number and seed takes each row, real rows first: int32, shape (rows,).

        Parameters
        ----------
        tree : int
            Number of the tree, from 0.
        seed : int
            Of the tree.
        """

    def weights(self, counts: Counts) -> tuple[float, float]:
        """Weights of the real and the contrast class in a tree with these counts."""


@dataclass(frozen=True)
class RowBags:
    """Rows drawn one by one: all of them without bootstrap."""

    settings: ForestSettings
    n_real: int
    n_contrast: int

    def counts(self, tree: int, seed: Any) -> Counts:
        """See `Bags.counts`; the number of the tree changes nothing.

        Parameters
        ----------
        tree : int
            Changes nothing.
        seed : int
            Of the tree.
        """
        return in_bag_counts(self.settings, seed, self.n_real, self.n_contrast)

    def weights(self, counts: Counts) -> tuple[float, float]:
        """See `Bags.weights`. With bootstrap, class weights that are the same for all trees have changed the draws."""
        if not self.settings.bootstrap or self.settings.contrast_to_real is not None:
            return class_weights(self.settings, self.n_real, self.n_contrast)
        if self.settings.class_weight != "balanced_subsample":
            return 1.0, 1.0
        drawn = int(counts[: self.n_real].sum())
        return class_weights(self.settings, drawn, self.n_real + self.n_contrast - drawn)


class StarBags:
    """Stars drawn with replacement, each with its rows of both classes; without bootstrap 63 % of them, each once.

    So a tree has seen a star in every form, or in none (cross-fitting by star), and 37 % of the trees saw none. Every
    star is left out of one tree at least. Where only some of the stars carry signals, the others are drawn together
    with one that does, see `companions`.

    Parameters
    ----------
    settings : ForestSettings
    star_of : ndarray of int, shape (rows,)
        Number of each row's star, real rows first.
    n_real : int
    seed : int
        Of the trees that must not take each star, and of companions.
    """

    def __init__(self, settings: ForestSettings, star_of: NDArray[np.intp], n_real: int, seed: Any) -> None:
        if settings.n_estimators < 2:
            raise DesignError("n_estimators = 1: the only tree can't leave out every star; grow at least 2, better 500")
        self._settings, self._star_of, self._n_real = settings, star_of, n_real
        self.n_stars = int(star_of.max()) + 1
        rng = np.random.default_rng(seed)
        self._group = companions(star_of, n_real, rng)
        self._not_in = rng.permutation(int(self._group.max()) + 1) % settings.n_estimators

    def stars(self, tree: int, seed: Any) -> Counts:
        """Times that the tree of this number and seed takes each star: int32, shape (n_stars,).

        Parameters
        ----------
        tree : int
            Number of the tree, from 0.
        seed : int
            Of the tree.
        """
        counts = np.zeros(self._not_in.size, np.int32)
        allowed = np.flatnonzero(self._not_in != tree)
        if self._settings.bootstrap:
            counts[allowed] = draw_bag(seed, allowed.size, 0, -1.0)
        else:
            taken = max(1, round(SHARE * allowed.size))
            counts[np.random.default_rng(seed).permutation(allowed)[:taken]] = 1
        return counts[self._group]

    def counts(self, tree: int, seed: Any) -> Counts:
        """See `Bags.counts`.

        Parameters
        ----------
        tree : int
            Number of the tree, from 0.
        seed : int
            Of the tree.
        """
        return self.stars(tree, seed)[self._star_of]

    def weights(self, counts: Counts) -> tuple[float, float]:
        """See `Bags.weights`."""
        if self._settings.class_weight != "balanced_subsample":
            return class_weights(self._settings, self._n_real, self._star_of.size - self._n_real)
        return class_weights(self._settings, int(counts[: self._n_real].sum()), int(counts[self._n_real :].sum()))

    def unseen(self, seeds: Sequence[Any] | NDArray[Any]) -> NDArray[np.bool_]:
        """Which trees never saw each star, shape (n_stars, trees)."""
        unseen = np.empty((self.n_stars, len(seeds)), np.bool_)
        for tree, seed in enumerate(seeds):
            unseen[:, tree] = self.stars(tree, seed) == 0
        return unseen


def companions(star_of: NDArray[np.intp], n_real: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """Number of the group that each star is drawn with, shape (n_stars,); its own where every star carries signals.

    The trees that leave out a star with its injected copies are shown fewer copies than those that leave out a star
    without. So each star that carries none shares the fate of one that does, drawn at random and shared by
    as many as any other: both are scored by the same trees, which can't tell which of them it is.

    Parameters
    ----------
    star_of : ndarray of intp
        Number of the star of each row, from 0, real rows first.
    n_real : int
        How many rows are real.
    rng : numpy.random.Generator
    """
    n_stars = int(star_of.max()) + 1
    real, carries = np.zeros(n_stars, np.bool_), np.zeros(n_stars, np.bool_)
    real[star_of[:n_real]] = True
    carries[star_of[n_real:]] = True
    hosts, others = np.flatnonzero(real & carries), np.flatnonzero(real & ~carries)
    group = np.arange(n_stars)
    if hosts.size >= LEAST_HOSTS and others.size:
        group[rng.permutation(others)] = np.resize(rng.permutation(hosts), others.size)
    return np.unique(group, return_inverse=True)[1]


def in_bag_counts(settings: ForestSettings, seed: Any, n_real: int, n_contrast: int) -> Counts:
    """How often the tree with this seed takes each row when rows are drawn one by one, real rows first.

    Class weights change the chance of a row to be drawn, as in scikit-learn from 1.9 on.

    Parameters
    ----------
    settings : ForestSettings
    seed : int
        Of the tree.
    n_real, n_contrast : int
        Rows of each class.

    Returns
    -------
    ndarray of int32
        Shape (n_real + n_contrast,).
    """
    if not settings.bootstrap:
        return np.ones(n_real + n_contrast, np.int32)
    chance = -1.0
    if settings.class_weight is not None and settings.class_weight != "balanced_subsample":
        real, contrast = class_weights(settings, n_real, n_contrast)
        chance = contrast * n_contrast / (contrast * n_contrast + real * n_real)
    counts: Counts = draw_bag(seed, n_real, n_contrast, chance)
    return counts


def class_weights(settings: ForestSettings, real: int, contrast: int) -> tuple[float, float]:
    """Weights of the real and the contrast class, given how many rows there are of each.

    Parameters
    ----------
    settings : ForestSettings
    real, contrast : int
        Rows of each class.

    Returns
    -------
    real, contrast
        What one row of each class weighs.

    Examples
    --------
    >>> real, contrast = class_weights(ForestSettings(class_weight="balanced"), 300, 100)
    >>> round(real, 3), contrast
    (0.667, 2.0)
    """
    weight = settings.class_weight
    if settings.contrast_to_real is not None:
        return 1.0, settings.contrast_to_real * real / contrast if contrast else 1.0
    if weight is None:
        return 1.0, 1.0
    if isinstance(weight, dict):
        return float(weight.get(1, 1.0)), float(weight.get(0, 1.0))
    both = real + contrast
    return both / (2 * real) if real else 0.0, both / (2 * contrast) if contrast else 0.0


def star_keys(stars: ArrayLike, rows: int, what: str) -> NDArray[np.str_]:
    """One key a row as text; integers and texts that read alike are one star.

    Parameters
    ----------
    stars : array_like
        Shape (rows,).
    rows : int
        How many there must be.
    what : str
        Which rows they are; for the reason.

    Returns
    -------
    ndarray of str
        Shape (rows,).

    Raises
    ------
    FeatureError
        When there is not one key a row, or one is empty.

    Examples
    --------
    >>> star_keys([7, "7", 8], 3, "real")
    array(['7', '7', '8'], dtype='<U1')
    """
    keys = np.asarray([str(key) for key in np.asarray(stars, dtype=object).ravel()], np.str_)
    if keys.size != rows:
        raise FeatureError(
            f"{counted(keys.size, 'star')} {agreeing(keys.size, 'are')} named for {rows} {what} rows: give one key "
            "a row"
        )
    if rows and not np.char.str_len(keys).all():
        raise FeatureError(f"row {int(np.argmin(np.char.str_len(keys)))} of the {what} rows has no star: give its key")
    return keys
