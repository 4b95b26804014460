"""Similarity: matching stars to labelled stars by cosine similarity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize
from scipy.special import expit
from sklearn.decomposition import PCA

from clara_engine.errors import FeatureError
from clara_engine.frames import Frame
from clara_engine.text import agreeing, counted

__all__ = ["GROUPS", "OUTLIER", "WORDS", "HeldOut", "LabelMatcher", "Matches", "group_of", "published_matches"]

Float = NDArray[np.float64]
Stars = NDArray[Any]

OUTLIER = "outlier"
GROUPS = {
    "planet-like": ("Pl", "Pl?", "BD*", "s*b"),
    "binary-like": ("SB*", "**", "EB*", "LM*"),
    "stellar": ("*", "PM*", "Er*"),
    OUTLIER: (OUTLIER, "err"),
}
"""The published groups of SIMBAD types (METHOD section 6): what SIMBAD calls no object is an outlier."""

WORDS = {
    "planet-like": (
        *("planet", "planet candidate", "planet host", "known planet", "confirmed planet", "exoplanet"),
        *("cp", "kp", "pc", "apc", "toi", "ctoi", "single transit"),
    ),
    "binary-like": (
        *("eb", "binary", "eclipsing binary", "contact binary", "background eclipse", "spectroscopic binary"),
        *("ea", "ew", "detached", "semidetached", "overcontact", "ellipsoidal"),
    ),
    "stellar": (
        *("quiet", "nothing", "no event", "star", "rotator", "spotted star", "pulsator", "delta scuti", "rr lyrae"),
        *("flare", "flares", "flare star", "flaring dwarf"),
    ),
    OUTLIER: ("fault", "instrument", "artefact", "artifact", "fa"),
}
"""What catalogues, people and the demo call the same, in small letters."""

THRESHOLD = 0.6
PUBLISHED_COMPONENTS = 50
NEIGHBOURS = (1, 3, 5, 9, 15, 25)
FOLDS = 5
BLOCK = 2048


def group_of(label: str) -> str:
    """The published group of a SIMBAD type, of a disposition of TOIs, of a class of binaries, or of a verdict.

    Parameters
    ----------
    label : str
        Value of a label. A false positive (FP) says what a star is not, so it is ``"other"`` as all that is unknown.

    Examples
    --------
    >>> [group_of(label) for label in ("Pl?", "err", "CP", "EB", "eclipsing_binary", "RR*")]
    ['planet-like', 'outlier', 'planet-like', 'binary-like', 'binary-like', 'other']
    """
    found = next((group for group, types in GROUPS.items() if label in types), "")
    plain = label.strip().lower().replace("_", " ").replace("-", " ")
    return found or next((group for group, words in WORDS.items() if plain in words), "other")


@dataclass(frozen=True, slots=True, eq=False)
class Matches:
    """The most alike reference of each star.

    Attributes
    ----------
    label : ndarray of str, shape (n,)
        ``"outlier"`` where no reference is alike enough.
    similarity : ndarray, shape (n,)
        Cosine to the nearest reference, −1 to 1; NaN where there is none but the star itself.
    reference : ndarray of int, shape (n,)
        Row of that reference, −1 where there is none.
    probability : ndarray, shape (n, classes), or None
        Calibrated probability of each class, for a star drawn like the references.
    novelty : ndarray, shape (n,), or None
        Share of the references whose own nearest is no nearer: small for a star unlike all of them.
    """

    label: NDArray[Any]
    similarity: Float
    reference: NDArray[np.intp]
    probability: Float | None = None
    novelty: Float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class HeldOut:
    """Accuracy of the matching, measured on references whose label is held out.

    Attributes
    ----------
    confusion : DataFrame
        Stars of each true class (rows) by predicted class (columns).
    correct, total : int
        Their ratio is the accuracy.
    chance : float
        Accuracy of always naming the most common class.
    balanced_accuracy : float
        Mean recall over the classes; chance is 1 / classes.
    log_loss, chance_log_loss : float
        Of the probabilities [nat], calibrated on other stars; and of the shares of the classes. Lower is better.
    calibration_error : float
        Mean difference between the probability of the named class and how often it is right, in ten bins.
    """

    confusion: Frame
    correct: int
    total: int
    chance: float
    balanced_accuracy: float
    log_loss: float
    chance_log_loss: float
    calibration_error: float


def published_matches(
    features: ArrayLike,
    stars: ArrayLike,
    references: ArrayLike,
    labels: Sequence[str],
    reference_stars: ArrayLike,
    *,
    threshold: float = THRESHOLD,
    components: int = PUBLISHED_COMPONENTS,
    seed: int = 0,
) -> Matches:
    """Nearest labelled star by cosine similarity, as published (Dasgupta 2025).

    PCA is fitted on the features of the references alone, as they are. A star is never matched to itself, in whatever
    sector.

    Parameters
    ----------
    features : array_like, shape (n, d)
    stars, reference_stars : array_like, shape (n,) and (r,)
        Which star each row belongs to (TIC).
    references : array_like, shape (r, d)
    labels : sequence of str, length r
    threshold : float
        Below this similarity a star is an outlier.
    components : int
        Principal components that are kept, at most.
    seed : int
        Of the randomised PCA, used for large matrices.

    Returns
    -------
    Matches

    Raises
    ------
    FeatureError
        Fewer than two references.
    """
    known = np.asarray(references)
    _enough(known)
    solver = "randomized" if min(known.shape) > 500 else "full"
    model = PCA(min(components, *known.shape), svd_solver=solver, random_state=seed).fit(known)
    queries, known = _unit(model.transform(np.asarray(features))), _unit(model.transform(known))
    nearest, similarity = _nearest(queries, np.asarray(stars), known, np.asarray(reference_stars), 1)
    best, reference = similarity[:, 0], np.where(np.isfinite(similarity[:, 0]), nearest[:, 0], -1)
    label = np.where(best >= threshold, np.asarray(labels, object)[nearest[:, 0]], OUTLIER)
    return Matches(label, best, reference)


class LabelMatcher:
    """Label of a star from its k nearest references, with a probability calibrated on held-out references.

    The vote of each neighbour is its cosine similarity. Shares of the votes become probabilities as
    (1 − c) (share + a × class share)^b, normalised, + c × class share; a, b and c have the least log loss when every
    reference is judged by the references of other stars only.

    Parameters
    ----------
    neighbours : int, optional
        By default the number, of 1 to 25, with the least held-out log loss.
    novelty : float
        A star is an outlier when so small a share of the references lies as far from the others.

    Attributes
    ----------
    classes : ndarray of str
    neighbours : int
    held_out : HeldOut
    """

    def __init__(self, *, neighbours: int | None = None, novelty: float = 0.01, seed: int = 0) -> None:
        if neighbours is not None and neighbours < 1:
            raise FeatureError(f"neighbours = {neighbours} is out of range: at least 1")
        self._asked = neighbours
        self._novelty = novelty
        self._seed = seed

    def fit(self, coordinates: ArrayLike, labels: Sequence[str], stars: ArrayLike) -> LabelMatcher:
        """Learn from references.

        Parameters
        ----------
        coordinates : array_like, shape (r, dimensions)
            On comparable scales, see `clara_engine.maps.StandardReduction`.
        labels : sequence of str, length r
        stars : array_like, shape (r,)
            Which star each reference belongs to (TIC).

        Raises
        ------
        FeatureError
            Fewer than two references or two classes, or references of a single star.
        """
        self._known, self._stars = _unit(np.asarray(coordinates, np.float64)), np.asarray(stars)
        _enough(self._known)
        self.classes, self._code = np.unique(np.asarray(labels, str), return_inverse=True)
        if self.classes.size < 2:
            only = str(self.classes[0])
            raise FeatureError(f"every reference is {only!r}: probabilities need two labels; --published needs one")
        if np.unique(self._stars).size < 2:
            raise FeatureError("all references are one star: label more stars")
        most = max(NEIGHBOURS) if self._asked is None else self._asked
        nearest, similarity = _nearest(self._known, self._stars, self._known, self._stars, most)
        self._usual = np.sort(similarity[:, 0][np.isfinite(similarity[:, 0])])
        self._prior = np.bincount(self._code, minlength=self.classes.size) / self._code.size
        choices = [k for k in NEIGHBOURS if k <= similarity.shape[1]] if self._asked is None else [self._asked]
        shares = {k: self._shares(nearest[:, :k], similarity[:, :k]) for k in choices}
        fitted = {k: _calibration(share, self._prior, self._code) for k, share in shares.items()}
        self.neighbours = min(choices, key=lambda k: fitted[k][1])
        self._power = fitted[self.neighbours][0]
        self.held_out = self._judged(shares[self.neighbours])
        return self

    def match(self, coordinates: ArrayLike, stars: ArrayLike) -> Matches:
        """Label stars, each by the references of other stars.

        Parameters
        ----------
        coordinates : array_like, shape (n, dimensions)
        stars : array_like, shape (n,)
        """
        queries = _unit(np.asarray(coordinates, np.float64))
        nearest, similarity = _nearest(queries, np.asarray(stars), self._known, self._stars, self.neighbours)
        probability = _calibrated(self._shares(nearest, similarity), self._prior, self._power)
        best = similarity[:, 0]
        alone = ~np.isfinite(best)
        below = np.searchsorted(self._usual, best, side="right")
        novelty = np.where(alone, np.nan, (1 + below) / (1 + self._usual.size))
        label = self.classes[probability.argmax(axis=1)].astype(object)
        label[alone | (novelty <= self._novelty)] = OUTLIER
        return Matches(label, best, np.where(alone, -1, nearest[:, 0]), probability, novelty)

    def _shares(self, nearest: NDArray[np.intp], similarity: Float) -> Float:
        """Share of the votes of each class, shape (n, classes); the shares of the classes where nobody votes."""
        votes = np.where(np.isfinite(similarity), np.maximum(similarity, 0), 0)
        total = np.zeros((len(nearest), self.classes.size))
        for column in range(nearest.shape[1]):
            total[np.arange(len(nearest)), self._code[nearest[:, column]]] += votes[:, column]
        sums = total.sum(axis=1, keepdims=True)
        return np.where(sums > 0, total / np.where(sums > 0, sums, 1), self._prior)

    def _judged(self, shares: Float) -> HeldOut:
        _, star = np.unique(self._stars, return_inverse=True)
        fold = np.random.default_rng(self._seed).permutation(star.max() + 1)[star] % FOLDS
        probability = np.empty_like(shares)
        for number in range(FOLDS):
            inside = fold == number
            if inside.any():
                power, _ = _calibration(shares[~inside], self._prior, self._code[~inside])
                probability[inside] = _calibrated(shares[inside], self._prior, power)
        predicted = probability.argmax(axis=1)
        size = self.classes.size
        table = np.bincount(self._code * size + predicted, minlength=size * size).reshape(size, size)
        recall = np.diag(table) / np.maximum(table.sum(axis=1), 1)
        return HeldOut(
            confusion=pd.DataFrame(table, index=self.classes, columns=self.classes).rename_axis("true"),
            correct=int(np.trace(table)),
            total=int(table.sum()),
            chance=float(self._prior.max()),
            balanced_accuracy=float(recall.mean()),
            log_loss=_log_loss(probability, self._code),
            chance_log_loss=float(-(self._prior * np.log(self._prior)).sum()),
            calibration_error=_calibration_error(probability, self._code),
        )


def _enough(references: NDArray[Any]) -> None:
    if len(references) < 2:
        raise FeatureError(
            f"{counted(len(references), 'labelled star')} with features {agreeing(len(references), 'are')} too few "
            "to match with: label more"
        )


def _unit(rows: NDArray[Any]) -> Float:
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(length > 0, length, 1), np.float64)


def _nearest(queries: Float, stars: Stars, known: Float, known_stars: Stars, k: int) -> tuple[NDArray[np.intp], Float]:
    """Rows of the k nearest references of other stars and their cosines, nearest first; −inf where there are fewer."""
    k = min(k, len(known))
    rows, cosines = np.empty((len(queries), k), np.intp), np.empty((len(queries), k))
    for first in range(0, len(queries), BLOCK):
        part = slice(first, first + BLOCK)
        cosine = queries[part] @ known.T
        cosine[stars[part, None] == known_stars[None, :]] = -np.inf
        top = np.argsort(-cosine, axis=1, kind="stable")[:, :k]
        rows[part], cosines[part] = top, np.take_along_axis(cosine, top, axis=1)
    return rows, np.where(np.isfinite(cosines), cosines, np.nan)


def _calibrated(shares: Float, prior: Float, power: Float) -> Float:
    weight, exponent, doubt = np.exp(power[0]), np.exp(power[1]), expit(power[2])
    logits = exponent * np.log(shares + weight * prior)
    scaled = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray((1 - doubt) * scaled / scaled.sum(axis=1, keepdims=True) + doubt * prior)


def _calibration(shares: Float, prior: Float, code: NDArray[np.intp]) -> tuple[Float, float]:
    """log a, log b and logit c with the least log loss, and that loss."""

    def loss(power: Float) -> float:
        return _log_loss(_calibrated(shares, prior, np.clip(power, -6, 3)), code)

    options = {"maxiter": 250, "xatol": 0.01, "fatol": 1e-5}
    starts = np.array([[-1.0, 0.0, -3.0], [-1.0, 1.5, -0.5]])  # votes of graded strength, and noisy votes
    found = min((minimize(loss, start, method="Nelder-Mead", options=options) for start in starts), key=lambda f: f.fun)
    return np.clip(found.x, -6, 3), float(found.fun)


def _log_loss(probability: Float, code: NDArray[np.intp]) -> float:
    return float(-np.log(np.maximum(probability[np.arange(code.size), code], 1e-12)).mean())


def _calibration_error(probability: Float, code: NDArray[np.intp]) -> float:
    named, right = probability.max(axis=1), probability.argmax(axis=1) == code
    place = np.minimum((named * 10).astype(int), 9)
    gap = np.bincount(place, weights=right - named, minlength=10)
    return float(np.abs(gap).sum() / code.size)
