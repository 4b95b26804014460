"""The best cluster: its interval, and what choosing the best of several gives by chance."""

import numpy as np
import pytest
from scipy.stats import hypergeom

from clara_engine.errors import FeatureError
from clara_engine.evaluate.best_cluster import best_cluster


def test_the_published_share_has_the_published_interval():
    labels = np.repeat([0, 1], [114, 400])
    positive = np.zeros(514, bool)
    positive[:16] = True
    positive[114:124] = True
    found = best_cluster(labels, positive, draws=200)
    assert (found.cluster, found.hits, found.size) == (0, 16, 114)
    assert (round(100 * found.low, 1), round(100 * found.high, 1)) == (8.8, 21.6)  # as published
    assert found.chance == pytest.approx(26 / 514)


def test_with_one_cluster_the_p_value_is_that_of_the_hypergeometric_distribution():
    rng = np.random.default_rng(0)
    labels = np.where(np.arange(200) < 60, 0, -1)
    positive = np.zeros(200, bool)
    positive[rng.choice(60, 14, replace=False)] = True
    positive[60 + rng.choice(140, 16, replace=False)] = True
    found = best_cluster(labels, positive, draws=20_000)
    assert found.p_value == pytest.approx(hypergeom.sf(13, 200, 30, 60), abs=0.01)
    assert found.best_by_chance == pytest.approx(0.15, abs=0.005)


def test_choosing_the_best_of_many_is_accounted_for():
    rng = np.random.default_rng(1)
    p = [
        best_cluster(rng.integers(0, 8, 200), rng.random(200) < 0.15, least=5, draws=200, seed=seed).p_value
        for seed in range(120)
    ]
    assert np.mean(np.array(p) < 0.1) < 0.2  # each for itself would find one of eight clusters "significant"
    naive = best_cluster(rng.integers(0, 8, 200), rng.random(200) < 0.15, least=5, draws=500)
    assert naive.best_by_chance > naive.chance * 1.3


def test_what_can_not_be_told_is_refused():
    with pytest.raises(FeatureError, match="no cluster has 10"):
        best_cluster([0, 0, 1, -1], [1, 0, 0, 0])
    with pytest.raises(FeatureError, match="carries the label"):
        best_cluster([0] * 20, [0] * 20)
