"""Scores against stellar parameters, and which parameters set groups apart."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import bootstrap, spearmanr
from sklearn.metrics import silhouette_score

from clara_engine.errors import Cancelled, FeatureError
from clara_engine.evaluate.corrections import holm
from clara_engine.evaluate.population import score_correlations
from clara_engine.evaluate.separation import silhouette_search

IDS = [f"{tic}-s0001-SPOC-120" for tic in range(200)]


@pytest.fixture(scope="module")
def stars():
    random = np.random.default_rng(1)
    teff = random.uniform(3000, 9000, 200)
    table = pd.DataFrame({"teff_k": teff, "ruwe": random.uniform(0.9, 1.4, 200).round(1), "flat": 1.0}, index=IDS)
    table.loc[IDS[:195], "rare"] = np.nan
    table.loc[IDS[195:], "rare"] = 1.0
    score = pd.Series(-teff + random.normal(0, 2000, 200), index=IDS)
    return score, table


def test_rho_p_value_and_interval(stars):
    score, table = stars
    found = score_correlations(score, table, ["teff_k", "ruwe"], resamples=2000, seed=2).set_index("parameter")
    for name in ("teff_k", "ruwe"):
        row, expected = found.loc[name], spearmanr(score, table[name])
        assert row["stars"] == 200
        assert row["rho"] == pytest.approx(expected.statistic)
        assert row["p_value"] == pytest.approx(expected.pvalue)
        other = bootstrap(
            (score.to_numpy(), table[name].to_numpy()),
            lambda a, b: spearmanr(a, b).statistic,
            paired=True,
            vectorized=False,
            method="percentile",
            n_resamples=600,
            random_state=np.random.default_rng(7),
        ).confidence_interval
        assert row["rho_low"] == pytest.approx(other.low, abs=0.04)
        assert row["rho_high"] == pytest.approx(other.high, abs=0.04)
    assert found.loc["teff_k", "rho_high"] < 0
    assert found.loc["ruwe", "rho_low"] < 0 < found.loc["ruwe", "rho_high"]
    np.testing.assert_allclose(found["p_corrected"], holm(found["p_value"]))


def test_rows_are_joined_by_id_and_bits_stay_the_same(stars):
    score, table = stars
    mixed = table.sample(frac=1, random_state=3)
    pd.testing.assert_frame_equal(
        score_correlations(score, mixed, ["teff_k"]), score_correlations(score, table, ["teff_k"])
    )
    half = score_correlations(score[IDS[:100]], table, ["teff_k"])
    assert half["stars"][0] == 100


def test_parameter_that_says_nothing_has_a_reason(stars):
    score, table = stars
    found = score_correlations(score, table, ["flat", "rare", "absent"]).set_index("parameter")
    assert found["rho"].isna().all()
    assert found["p_corrected"].isna().all()
    assert found["reason"].tolist() == [
        "every star has the same value",
        "5 stars have it, at least 10 are needed",
        "not in this workspace",
    ]


def test_interval_covers_the_truth():
    random = np.random.default_rng(5)
    covered = 0
    for number in range(60):
        x, y = random.normal(size=(2, 60))
        row = score_correlations(pd.Series(x), pd.DataFrame({"a": y}), ["a"], resamples=300, seed=number).iloc[0]
        covered += row["rho_low"] <= 0 <= row["rho_high"]
    assert covered >= 50


@pytest.fixture(scope="module")
def groups():
    random = np.random.default_rng(2)
    label = np.repeat([0, 1, 2], 40)
    table = pd.DataFrame(random.normal(size=(120, 4)), columns=["a", "b", "c", "d"])
    table["a"] += 6 * (label == 1)
    table["c"] = (table["c"] + 6 * (label == 2)) * 1000
    return table, label


def test_parameters_that_set_groups_apart_come_first(groups):
    table, label = groups
    found = silhouette_search(table, label, sizes=(1, 2), seed=1)
    assert len(found) == 4 + 6
    best = found.iloc[0]
    assert best["parameters"] == "a,c"
    standard = (table - table.mean()) / table.std(ddof=0)
    assert best["silhouette"] == pytest.approx(silhouette_score(standard[["a", "c"]], label))
    assert best["chance"] < 0.1
    assert best["p_value"] == pytest.approx(1 / 20)
    assert found["silhouette"].is_monotonic_decreasing


def test_groups_made_by_k_means(groups):
    found = silhouette_search(groups[0], clusters=3, sizes=(2,), shuffles=5, seed=1)
    assert found.iloc[0]["parameters"] == "a,c"
    assert found.iloc[0]["p_value"] == pytest.approx(1 / 6)
    noise = pd.DataFrame(np.random.default_rng(3).normal(size=(120, 3)), columns=list("abc"))
    assert silhouette_search(noise, shuffles=9, seed=1)["p_value"].min() > 0.1


def test_gaps_and_noise_are_left_out(groups):
    table, label = groups
    holed = table.copy()
    holed.loc[:9, "a"] = np.nan
    marked = np.where(np.arange(120) >= 110, -1, label)
    assert (silhouette_search(holed, marked, shuffles=1)["stars"] == 100).all()


def test_search_is_refused_or_stopped(groups):
    table, label = groups

    def stop(done, total):
        raise Cancelled("cancelled")

    with pytest.raises(Cancelled):
        silhouette_search(table, label, progress=stop)
    with pytest.raises(FeatureError, match="subsets"):
        silhouette_search(table, label, sizes=(9,))
    with pytest.raises(FeatureError, match="two groups"):
        silhouette_search(table, np.zeros(120, int))
    with pytest.raises(FeatureError, match="needs ten"):
        silhouette_search(table.iloc[:5], label[:5])
