"""Conformal p-values: how often a quiet star scores as high, from the scores of null light curves."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from clara_engine.errors import FeatureError

__all__ = ["conformal_p", "conformal_p_by_class", "null_cut", "smallest_p", "thirds"]

Float = NDArray[np.float64]


def conformal_p(scores: ArrayLike, null_scores: ArrayLike, *, null_stars: ArrayLike | None = None) -> Float:
    """P-value of every score among scores of null light curves.

    A star counts once, however many nulls are made of it: p = (1 + Σ f) / (n + 1), the sum over the n stars with nulls
    and f the share of a star's nulls that score at least as high. So p is at most .05 for at most a twentieth of the
    stars that are exchangeable with the nulls, whatever their number and however alike the nulls of one star are
    (Vovk, Gammerman & Shafer 2005; Dunn, Wasserman & Ramdas 2023 for groups). A star's own nulls count with the others,
    which can only raise p-values up to .5, and so a higher score never has a higher p-value.

    Parameters
    ----------
    scores : array_like, shape (n,)
        Higher is stranger. NaN has no p-value.
    null_scores : array_like, shape (k,)
        By trees that never saw the star, as those of `scores`.
    null_stars : array_like, shape (k,), optional
        Whose light curves the nulls are; without it each is of a star of its own.

    Raises
    ------
    FeatureError
        Without nulls, or when one has no score.

    Examples
    --------
    >>> conformal_p([0.9, 0.5], null_scores=[0.1, 0.2, 0.3, 0.6])
    array([0.2, 0.4])
    """
    values, nulls, owner = _checked(scores, null_scores, null_stars)
    names, member = np.unique(owner, return_inverse=True)
    weight = 1 / np.bincount(member)[member]
    order = np.argsort(nulls, kind="stable")
    ordered = nulls[order]
    beyond = np.append(np.cumsum(weight[order][::-1])[::-1], 0.0)
    above = beyond[np.searchsorted(ordered, values, "left")]
    return np.where(np.isfinite(values), np.minimum(1.0, (1 + above) / (names.size + 1)), np.nan)


def conformal_p_by_class(
    scores: ArrayLike, null_scores: ArrayLike, classes: ArrayLike, null_classes: ArrayLike, *, null_stars: ArrayLike
) -> Float:
    """`conformal_p` of every score among the nulls of its own class (Mondrian: Vovk, Gammerman & Shafer 2005).

    So p-values hold within each class that stars are exchangeable with its nulls. A higher score has no higher p-value
    within a class; between classes it may.

    Parameters
    ----------
    scores, null_scores : array_like, shape (n,) and (k,)
        As of `conformal_p`.
    classes, null_classes : array_like of int, shape (n,) and (k,)
        Of each light curve, told by the same rule from the light curve itself.
    null_stars : array_like, shape (k,)
        Whose light curves the nulls are.

    Examples
    --------
    >>> conformal_p_by_class([0.5, 0.5], [0.1, 0.2, 0.6, 0.7], [0, 1], [0, 0, 1, 1], null_stars=[1, 2, 3, 4]).round(2)
    array([0.33, 1.  ])
    """
    values, nulls, owner = _checked(scores, null_scores, null_stars)
    mine, theirs = np.asarray(classes), np.asarray(null_classes)
    p = np.full(values.size, np.nan)
    for each in np.unique(mine):
        same = theirs == each
        p[mine == each] = conformal_p(values[mine == each], nulls[same], null_stars=owner[same])
    return p


def thirds(
    values: ArrayLike, null_values: ArrayLike, *, null_stars: ArrayLike, least: int
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Classes of light curves by thirds of the nulls; one class for all where a third has too few stars.

    Parameters
    ----------
    values, null_values : array_like, shape (n,) and (k,)
        What the thirds are of.
    null_stars : array_like, shape (k,)
        Whose light curves the nulls are.
    least : int
        Stars that each third needs.

    Returns
    -------
    classes, null_classes : ndarray of int, shape (n,) and (k,)
    """
    given, nulls, owner = _checked(values, null_values, null_stars)
    edges = np.quantile(nulls, (1 / 3, 2 / 3))
    mine, theirs = np.searchsorted(edges, given), np.searchsorted(edges, nulls)
    if min(np.unique(owner[theirs == third]).size for third in range(3)) < least:
        return np.zeros_like(mine), np.zeros_like(theirs)
    return mine, theirs


def smallest_p(null_stars: ArrayLike) -> float:
    """The p-value of a score above all nulls, whose number limits it.

    Examples
    --------
    >>> smallest_p(["TIC 1", "TIC 2", "TIC 3"])
    0.25
    """
    return 1 / (np.unique(np.asarray(null_stars)).size + 1)


def null_cut(null_scores: ArrayLike, share: float, *, null_stars: ArrayLike | None = None) -> float:
    """The lowest score that at most this share of quiet stars is above; a star counts once.

    Parameters
    ----------
    null_scores : array_like
        Scores of null light curves, shape (n,).
    share : float
        0 to 1.
    null_stars : array_like, optional
        Star of each, shape (n,); by default each is of a star of its own.

    Examples
    --------
    >>> null_cut([0.1, 0.2, 0.3, 0.4], share=0.25)
    0.3
    """
    _, nulls, owner = _checked([], null_scores, null_stars)
    _, member = np.unique(owner, return_inverse=True)
    order = np.argsort(-nulls, kind="stable")
    weight = (1 / np.bincount(member)[member])[order]
    values = nulls[order]
    last = np.append(values[1:] != values[:-1], True)  # tied scores are either all above a cut or all below it
    above = np.r_[0.0, np.cumsum(weight)[last] / weight.sum()]
    return float(values[last][np.flatnonzero(above[:-1] <= share + 1e-12)[-1]])


def _checked(
    scores: ArrayLike, null_scores: ArrayLike, null_stars: ArrayLike | None
) -> tuple[Float, Float, NDArray[np.generic]]:
    values, nulls = np.asarray(scores, np.float64), np.asarray(null_scores, np.float64)
    if not nulls.size:
        raise FeatureError("there are no null light curves to compare with: p-values need some")
    if not np.isfinite(nulls).all():
        raise FeatureError("a null light curve has no score: leave it out")
    owner = np.arange(nulls.size) if null_stars is None else np.asarray(null_stars)
    return values, nulls, owner
