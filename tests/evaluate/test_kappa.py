"""Cohen's kappa, with its interval."""

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from clara_engine.evaluate.kappa import cohens_kappa

RNG = np.random.default_rng(3)
TRUTH = RNG.integers(0, 3, 400)
FIRST = np.where(RNG.random(400) < 0.8, TRUTH, RNG.integers(0, 3, 400)).astype(str).tolist()
SECOND = np.where(RNG.random(400) < 0.7, TRUTH, RNG.integers(0, 3, 400)).astype(str).tolist()


def test_it_is_that_of_scikit_learn() -> None:
    assert cohens_kappa(FIRST, SECOND).value == pytest.approx(cohen_kappa_score(FIRST, SECOND))


def test_the_interval_narrows_with_the_number_of_stars_and_holds_the_value() -> None:
    few, many = cohens_kappa(FIRST[:40], SECOND[:40]), cohens_kappa(FIRST, SECOND)
    for found in (few, many):
        assert found.low < found.value < found.high
    assert 2 < (few.high - few.low) / (many.high - many.low) < 4.5  # the root of ten is 3.2
    assert cohens_kappa(FIRST, SECOND) == many


def test_words_at_random_agree_by_chance_only() -> None:
    found = cohens_kappa(FIRST, RNG.permutation(SECOND).tolist())
    assert found.agreed == pytest.approx(found.chance, abs=0.08)
    assert found.low < 0 < found.high


def test_one_word_alone_says_nothing() -> None:
    for words in (["planet"] * 3, []):
        found = cohens_kappa(words, words)
        assert found.count == len(words)
        assert np.isnan([found.value, found.low, found.high]).all()
