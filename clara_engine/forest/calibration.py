"""From the fractions of a forest of many classes to probabilities that come true as often as they say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import logsumexp

from clara_engine.errors import DesignError

__all__ = ["ClassCalibration", "full_prior"]

Float = NDArray[np.float64]
FLOOR = 1e-3  # of a fraction: a forest that never saw a class somewhere does not rule it out
TAUTNESS = 1e-3  # keeps the biases of classes with few rows near 0


@dataclass(frozen=True, slots=True)
class ClassCalibration:
    """A power and a bias for each class: ``p ∝ prior · fraction ** power · exp(bias)``.

    Temperature scaling with a bias (Guo et al. 2017; Kull et al. 2019), fitted on fractions of rows by trees that never
    saw their stars. A forest's fractions are means of trees that disagree, so they are too modest, and the power is
    above 1.

    Attributes
    ----------
    classes : tuple of str
    power : float
    bias : tuple of float
        Of each class; the first is 0.
    """

    classes: tuple[str, ...]
    power: float
    bias: tuple[float, ...]

    @classmethod
    def fit(cls, classes: Sequence[str], fractions: Float, labels: NDArray[np.intp]) -> ClassCalibration:
        """Fit to fractions, shape (n, classes), whose class is known; all classes weigh the same.

        Parameters
        ----------
        classes : sequence of str
            Names, in the order of the columns.
        fractions : ndarray of float
            Shape (n, classes), of trees that never saw the star.
        labels : ndarray of intp
            Number of the class of each row, shape (n,).
        """
        logs = _logs(fractions)
        weight = 1.0 / np.bincount(labels, minlength=len(classes))[labels] / len(classes)
        rows = np.arange(labels.size)

        def loss(values: Float) -> tuple[float, Float]:
            power, bias = values[0], np.concatenate([[0.0], values[1:]])
            scores = power * logs + bias
            chance = np.exp(scores - logsumexp(scores, axis=1, keepdims=True))
            pull = chance.copy()
            pull[rows, labels] -= 1
            pull *= weight[:, None]
            value = -(weight * np.log(np.maximum(chance[rows, labels], 1e-300))).sum() + TAUTNESS * (bias**2).sum()
            slope = np.concatenate([[(pull * logs).sum()], pull.sum(axis=0)[1:] + 2 * TAUTNESS * bias[1:]])
            return float(value), slope

        found = minimize(
            loss,
            np.concatenate([[1.0], np.zeros(len(classes) - 1)]),
            jac=True,
            method="L-BFGS-B",
            bounds=[(0.05, 20)] + [(-10, 10)] * (len(classes) - 1),
        )
        return cls(tuple(classes), float(found.x[0]), (0.0, *(float(value) for value in found.x[1:])))

    def posterior(self, fractions: Float, prior: Mapping[str, float]) -> Float:
        """Probability of every class, shape (n, classes), where classes are as frequent as `prior` says.

        Parameters
        ----------
        fractions : ndarray of float
            Shape (n, classes), of trees that never saw the star.
        prior : mapping of str to float
            Share of each class among the stars; sums to 1.
        """
        ahead = np.log([prior[name] for name in self.classes])
        scores = self.power * _logs(fractions) + np.array(self.bias) + ahead
        return np.asarray(np.exp(scores - logsumexp(scores, axis=1, keepdims=True)))


def full_prior(classes: Sequence[str], given: Mapping[str, float], rest: Mapping[str, float]) -> dict[str, float]:
    """A prior of all classes that sums to 1: as given, and the others in the proportions of `rest` for what is left.

    Parameters
    ----------
    classes : sequence of str
        Names of all classes.
    given : mapping of str to float
        Shares that a person gave, of some classes.
    rest : mapping of str to float
        Usual shares of all classes.

    Raises
    ------
    DesignError
        When a class is unknown, or the numbers can't be shares of one whole.

    Examples
    --------
    >>> full_prior(["none", "planet", "flare"], {"none": 0.5}, {"none": 0.8, "planet": 0.1, "flare": 0.1})
    {'none': 0.5, 'planet': 0.25, 'flare': 0.25}
    """
    unknown = [name for name in given if name not in classes]
    if unknown:
        raise DesignError(f"prior: there is no class {unknown[0]!r}; there are {', '.join(classes)}")
    left = 1 - sum(given.values())
    others = {name: rest[name] for name in classes if name not in given}
    if any(value <= 0 for value in given.values()) or left < -1e-9 or (others and left <= 0):
        said = ", ".join(f"{name} = {value:g}" for name, value in given.items())
        raise DesignError(f"prior: {said}; each is above 0, and together they leave something for the other classes")
    if not others and abs(left) > 1e-6:
        raise DesignError(f"prior: all classes are given and sum to {1 - left:g}, not 1")
    share = sum(others.values())
    return {name: given.get(name, left * others.get(name, 0.0) / share if share else 0.0) for name in classes}


def _logs(fractions: Float) -> Float:
    return np.log((fractions + FLOOR) / (1 + FLOOR * fractions.shape[1]))
