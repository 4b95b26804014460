"""Chances that come true as often as they say."""

import numpy as np
import pytest
from scipy.special import softmax

from clara_engine.errors import DesignError
from clara_engine.evaluate.reliability import expected_calibration_error, reliability
from clara_engine.forest.calibration import ClassCalibration, full_prior

CLASSES = ("none", "planet", "binary")


def modest(n=6000, seed=0, power=0.5):
    """True posteriors of rows of equally frequent classes, their classes, and fractions that are too modest."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 3, n)
    seen = rng.normal(size=(n, 3)) + 2 * np.eye(3)[labels]
    true = softmax(2 * seen, axis=1)  # likelihood ratio of unit normals 2 apart
    fractions = softmax(2 * power * seen, axis=1)
    return true, labels, fractions


def test_the_fit_finds_the_power_and_the_chances_come_true():
    _, labels, fractions = modest()
    fitted = ClassCalibration.fit(CLASSES, fractions, labels)
    assert fitted.power == pytest.approx(2, abs=0.2)
    assert np.allclose(fitted.bias, 0, atol=0.25)
    new_true, new_labels, new = modest(seed=1)
    equal = dict.fromkeys(CLASSES, 1 / 3)
    chance = fitted.posterior(new, equal)
    assert np.abs(chance - new_true).mean() < 0.02
    before = expected_calibration_error(reliability(new, new_labels))
    after = expected_calibration_error(reliability(chance, new_labels))
    assert after < 0.02 < 0.08 < before


def test_a_prior_shifts_chances_by_the_rule_of_bayes():
    _, labels, fractions = modest()
    fitted = ClassCalibration.fit(CLASSES, fractions, labels)
    equal = fitted.posterior(fractions, dict.fromkeys(CLASSES, 1 / 3))
    prior = {"none": 0.9, "planet": 0.02, "binary": 0.08}
    by_hand = equal * np.array([0.9, 0.02, 0.08])
    by_hand /= by_hand.sum(axis=1, keepdims=True)
    shifted = fitted.posterior(fractions, prior)
    np.testing.assert_allclose(shifted, by_hand, rtol=1e-9)
    # Counted as often as the prior says, chances come true under the prior, too.
    weights = np.array([0.9, 0.02, 0.08])[labels] / np.bincount(labels)[labels]
    assert expected_calibration_error(reliability(shifted, labels, weights)) < 0.02


def test_classes_of_few_rows_weigh_as_much():
    _, labels, fractions = modest()
    keep = (labels != 2) | (np.arange(labels.size) % 10 == 0)
    fitted = ClassCalibration.fit(CLASSES, fractions[keep], labels[keep])
    assert np.allclose(fitted.bias, 0, atol=0.4)


def test_certain_and_absent_fractions_stay_finite():
    fractions = np.repeat(np.eye(3), 20, axis=0)
    fitted = ClassCalibration.fit(CLASSES, fractions, np.repeat([0, 1, 2], 20))
    chance = fitted.posterior(fractions, dict.fromkeys(CLASSES, 1 / 3))
    assert np.isfinite(chance).all()
    assert np.allclose(chance.sum(axis=1), 1)


def test_priors_are_filled_up_and_checked():
    rest = {"none": 0.5, "planet": 0.25, "binary": 0.25}
    assert full_prior(CLASSES, {}, rest) == rest
    found = full_prior(CLASSES, {"none": 0.9}, rest)
    assert found == pytest.approx({"none": 0.9, "planet": 0.05, "binary": 0.05})
    for given, words in (
        ({"comet": 0.1}, "no class 'comet'"),
        ({"none": 1.0}, "leave something"),
        ({"none": 0.0}, "each is above 0"),
        ({"none": 0.5, "planet": 0.1, "binary": 0.1}, "sum to 0.7, not 1"),
    ):
        with pytest.raises(DesignError, match=words):
            full_prior(CLASSES, given, rest)
