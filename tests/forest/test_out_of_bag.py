"""Scores of training rows by trees that never saw them."""

import numpy as np
import pytest

from clara_engine.forest import ForestSettings, UnsupervisedForest
from clara_engine.forest.out_of_bag import unseen_by
from clara_engine.forest.trees import tree_seeds


def test_a_tree_has_not_seen_a_share_of_1_over_e_of_the_rows():
    seeds = tree_seeds(3, 50)
    unseen = unseen_by(ForestSettings(n_estimators=50), seeds, 300, 100)
    assert unseen.shape == (400, 50)
    assert unseen.mean() == pytest.approx(np.exp(-1), abs=0.02)


def test_without_bootstrap_every_tree_has_seen_every_row():
    assert not unseen_by(ForestSettings(n_estimators=3, bootstrap=False), tree_seeds(3, 3), 30, 10).any()


@pytest.mark.parametrize("bootstrap", [True, False])
def test_noise_is_at_chance_where_the_trees_have_not_seen_it(bootstrap):
    """Scores by trees that have seen a row would be far below the share of the contrast class."""
    rng = np.random.default_rng(5)
    real, contrast = rng.normal(size=(200, 6)), rng.normal(size=(200, 6))
    forest = UnsupervisedForest(60, bootstrap=bootstrap, random_state=5).fit(real, contrast)
    assert forest.oob_anomaly_score_.mean() == pytest.approx(0.5, abs=0.06)
    assert forest.anomaly_score(real).mean() < 0.4
