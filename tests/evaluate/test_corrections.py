"""Corrections for many tests, against scipy and against the definition."""

import numpy as np
import pytest
from scipy.stats import false_discovery_control

from clara_engine.evaluate.corrections import benjamini_hochberg, holm

P = np.random.default_rng(1).uniform(size=40) ** 3


def test_benjamini_hochberg_is_that_of_scipy():
    assert np.allclose(benjamini_hochberg(P), false_discovery_control(P, method="bh"))


def test_holm_by_its_definition():
    order = np.argsort(P)
    expected = np.minimum(1, np.maximum.accumulate(P[order] * np.arange(P.size, 0, -1)))
    assert np.allclose(holm(P)[order], expected)


@pytest.mark.parametrize("correct", [benjamini_hochberg, holm])
def test_a_test_that_was_not_made_counts_for_nothing(correct):
    found = correct(np.r_[P, np.nan])
    assert np.isnan(found[-1])
    assert np.allclose(found[:-1], correct(P))
