"""The ROC-AUC and its derivatives by the weight of each row, against scikit-learn."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from clara_engine.evaluate.roc import auc_influence, matched_by_star, precision_influence, roc_auc


@pytest.fixture
def scored():
    rng = np.random.default_rng(3)
    return rng.integers(0, 12, 60) / 12, rng.uniform(size=60) < 0.3  # with ties


def test_the_area_is_that_of_scikit_learn(scored):
    assert roc_auc(*scored) == pytest.approx(roc_auc_score(scored[1], scored[0]))


@pytest.mark.parametrize("positive", [[True, True], [False, False]])
def test_one_class_has_no_area(positive):
    assert np.isnan(roc_auc(np.array([0.1, 0.2]), np.array(positive)))


@pytest.mark.parametrize(
    ("influence", "measure"), [(auc_influence, roc_auc_score), (precision_influence, average_precision_score)]
)
def test_an_influence_is_the_derivative_by_the_weight_of_a_row(scored, influence, measure):
    scores, positive = scored
    step = 1e-6
    expected = []
    for row in range(scores.size):
        weights = np.ones(scores.size)
        weights[row] += step
        expected.append((measure(positive, scores, sample_weight=weights) - measure(positive, scores)) / step)
    found = influence(scores, positive)
    assert np.allclose(found, expected, atol=1e-4)
    assert found.sum() == pytest.approx(0, abs=1e-9)


def test_each_star_is_matched_to_itself():
    untouched = pd.Series({"a": 0.5, "b": 0.5})
    found = matched_by_star([0.9, 0.1, 0.5, 0.7], ["a", "a", "b", "c"], untouched)
    assert found.to_dict() == {"a": 0.5, "b": 0.5}  # a star that is not there untouched has no match
