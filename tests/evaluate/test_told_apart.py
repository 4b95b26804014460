"""A forest tells apart what differs, and not what is alike."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ks_2samp

from clara_engine.errors import FeatureError
from clara_engine.evaluate.told_apart import equal_population, quantile_distance, tell_apart


def sample(count, seed, shift=0.0, bright=7.0):
    random = np.random.default_rng(seed)
    rows = random.normal([shift, 0.0, 0.0], size=(count, 3))
    kinds = np.where(np.arange(count) % 4 == 0, "planet", "other")
    stars = [f"{seed}-{number}" for number in range(count)]
    return rows, pd.DataFrame({"star": stars, "kind": kinds, "tmag": random.uniform(bright, 13, count)})


def found(shift):
    return tell_apart(sample(60, 1), sample(240, 2, shift), ["a", "b", "c"], draws=2, trees=40)


def test_each_observed_star_gets_another_simulated_one_of_its_kind_and_magnitude():
    (_, real), (_, simulated) = sample(40, 1, bright=11.0), sample(400, 2)
    chosen = equal_population(real, simulated, np.random.default_rng(0))
    assert np.unique(chosen).size == 40
    assert (simulated["kind"].to_numpy()[chosen] == real["kind"].to_numpy()).all()
    assert simulated["tmag"].to_numpy()[chosen].mean() == pytest.approx(real["tmag"].mean(), abs=0.3)
    assert simulated["tmag"].mean() < real["tmag"].mean() - 1


def test_too_few_simulated_stars_of_a_kind_are_told():
    with pytest.raises(FeatureError, match="30 observed stars of kind 'other', but only 15"):
        equal_population(sample(40, 1)[1], sample(20, 2)[1], np.random.default_rng(0))


def test_what_is_alike_can_not_be_told_apart():
    value, low, high = found(0.0).auc
    assert low < 0.5 < high
    assert 0.3 < value < 0.7


def test_what_differs_is_told_apart_by_the_feature_that_differs():
    result = found(3.0)
    assert result.auc[0] > 0.95
    assert result.stars == 60
    assert result.features["feature"][0] == "a"
    assert result.features["ks"][0] > 0.7 > result.features["ks"][1:].max() + 0.3
    assert result.features["importance"].sum() == pytest.approx(1)


def test_quantiles_are_enough_for_the_distance():
    random, levels = np.random.default_rng(3), np.linspace(0.05, 0.95, 19)
    one, other = random.normal(size=(400, 2)), random.normal([0.0, 1.5], size=(300, 2))
    whole = [ks_2samp(a, b).statistic for a, b in zip(one.T, other.T, strict=True)]
    short = quantile_distance(one, np.quantile(other, levels, axis=0).T, levels)
    assert short == pytest.approx(whole, abs=0.06)
    assert short[0] < 0.15 < 0.4 < short[1]
    assert quantile_distance(np.ones((9, 1)), np.ones((1, 19)), levels) == 0
