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
TAUT_LINKS = 3e-3  # and what a class's fraction says about another class


@dataclass(frozen=True, slots=True)
class ClassCalibration:
    """A power, and for each class a bias and links to the others:
    ``p_k ∝ prior_k · fraction_k ** power · exp(bias_k) · Π_j fraction_j ** links_kj``.

    Dirichlet calibration (Kull et al. 2019) that is drawn towards one power of all classes (temperature scaling, Guo et
    al. 2017), fitted on fractions of rows by trees that never saw their stars. A forest's fractions are means of trees
    that disagree, so they are too modest, and the power is above 1. Links tell apart classes that resemble each other:
    what looks a little like an exocomet is not for that less like none of the events.

    Attributes
    ----------
    classes : tuple of str
    power : float
    bias : tuple of float
        Of each class; the first is 0.
    links : tuple of tuple of float
        Of each class to each; all 0 is temperature scaling.
    """

    classes: tuple[str, ...]
    power: float
    bias: tuple[float, ...]
    links: tuple[tuple[float, ...], ...]

    @classmethod
    def fit(cls, classes: Sequence[str], fractions: Float, labels: NDArray[np.intp]) -> ClassCalibration:
        """Fit to fractions, shape (n, classes), whose class is known; all classes weigh the same."""
        logs, count = _logs(fractions), len(classes)
        weight = 1.0 / np.bincount(labels, minlength=count)[labels] / count
        rows = np.arange(labels.size)

        def loss(values: Float) -> tuple[float, Float]:
            power, bias, links = values[0], np.r_[0.0, values[1:count]], values[count:].reshape(count, count)
            scores = power * logs + logs @ links.T + bias
            chance = np.exp(scores - logsumexp(scores, axis=1, keepdims=True))
            pull = chance.copy()
            pull[rows, labels] -= 1
            pull *= weight[:, None]
            taut = TAUTNESS * (bias**2).sum() + TAUT_LINKS * (links**2).sum()
            slope = [
                [(pull * logs).sum()],
                pull.sum(axis=0)[1:] + 2 * TAUTNESS * bias[1:],
                (pull.T @ logs + 2 * TAUT_LINKS * links).ravel(),
            ]
            value = -(weight * np.log(np.maximum(chance[rows, labels], 1e-300))).sum() + taut
            return float(value), np.concatenate(slope)

        start = np.r_[1.0, np.zeros(count - 1 + count**2)]
        bounds = [(0.05, 20)] + [(-10, 10)] * (start.size - 1)
        found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
        links = tuple(tuple(float(value) for value in row) for row in found[count:].reshape(count, count))
        return cls(tuple(classes), float(found[0]), (0.0, *(float(value) for value in found[1:count])), links)

    def posterior(self, fractions: Float, prior: Mapping[str, float]) -> Float:
        """Probability of every class, shape (n, classes), where classes are as frequent as `prior` says."""
        ahead = np.log([prior[name] for name in self.classes])
        logs = _logs(fractions)
        scores = self.power * logs + logs @ np.array(self.links).T + np.array(self.bias) + ahead
        return np.asarray(np.exp(scores - logsumexp(scores, axis=1, keepdims=True)))


def full_prior(classes: Sequence[str], given: Mapping[str, float], rest: Mapping[str, float]) -> dict[str, float]:
    """A prior of all classes that sums to 1: as given, and the others in the proportions of `rest` for what is left.

    Raises
    ------
    DesignError
        When a class is unknown, or the numbers can't be shares of one whole.
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
