import numpy as np
import pytest

from clara_engine.errors import FeatureError
from clara_engine.forest import FeatureBinning, UnsupervisedForest, explain, permuted_importances


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(0)
    real, contrast = rng.normal(size=(300, 50)), rng.normal(size=(100, 50))
    contrast[:, 7] += 4
    return real, contrast


@pytest.mark.parametrize("settings", [{}, {"bootstrap": False, "class_weight": "balanced"}, {"max_depth": 2}], ids=str)
def test_contributions_add_up_to_the_score(rows, settings):
    forest = UnsupervisedForest(40, oob_score=False, random_state=0, **settings).fit(*rows)
    new = np.random.default_rng(1).normal(size=(60, 50))
    why = explain(forest, new)
    assert why.contributions.shape == (60, 50)
    assert np.allclose(why.bias + why.contributions.sum(axis=1), forest.anomaly_score(new), atol=1e-12)


def test_out_of_bag_scores_are_explained_by_the_trees_that_never_saw_the_row(rows):
    forest = UnsupervisedForest(40, random_state=0).fit(*rows)
    why = explain(forest, rows[0], forest.oob_trees_)
    assert np.allclose(why.bias + why.contributions.sum(axis=1), forest.oob_anomaly_score_, atol=1e-12)
    assert not np.allclose(forest.oob_anomaly_score_, forest.anomaly_score(rows[0]), atol=0.05)


def test_a_row_that_no_tree_may_explain_is_refused(rows):
    forest = UnsupervisedForest(5, random_state=0).fit(*rows)
    with pytest.raises(FeatureError, match="at least one of 5 trees"):
        explain(forest, rows[0][:2], np.zeros((2, 5), bool))


def test_the_feature_that_makes_a_star_strange_is_named(rows):
    forest = UnsupervisedForest(100, random_state=0).fit(*rows)
    strange = np.zeros((1, 50))
    strange[0, 7] = 4
    assert explain(forest, strange).contributions[0].argmax() == 7


def test_importance_stands_out_of_the_permuted_baseline_only_where_there_is_a_signal(rows):
    real, contrast = rows
    binned = FeatureBinning.fit(real).bin(real)
    forest = UnsupervisedForest(60, random_state=0).fit(binned, contrast)
    seen = []
    baseline = permuted_importances(
        forest, binned, contrast, np.random.default_rng(3), repeats=3, progress=lambda *step: seen.append(step)
    )
    assert baseline.shape == (3, 50)
    assert np.allclose(baseline.sum(axis=1), 1)
    assert forest.feature_importances_[7] > 5 * baseline[:, 7].max()
    assert np.delete(forest.feature_importances_, 7).mean() < baseline.mean()
    assert seen[-1] == (180, 180)


def test_rows_of_another_feature_set_are_refused(rows):
    forest = UnsupervisedForest(5, random_state=0).fit(*rows)
    with pytest.raises(FeatureError, match="the model 50"):
        explain(forest, np.ones((2, 49)))
