import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest
from sklearn.metrics import roc_auc_score

from clara_engine.errors import FeatureError
from clara_engine.evaluate import measure
from clara_engine.evaluate.rates import clustered_interval, recall_in_top, wilson_interval


def test_by_hand():
    scores = np.array([0.9, 0.8, 0.0, 0.4, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0])
    positive = np.array([1, 0, 1, 0, 0, 0, 0, 0, 0, 0], bool)
    m = measure(scores, positive)
    assert m.anomaly_rate == pytest.approx(0.3)
    assert m.recall.value == pytest.approx(0.5)
    assert m.recall.chance == pytest.approx(0.3)
    assert m.lift.value == pytest.approx(0.5 / 0.3)
    assert m.lift.low < m.lift.value < m.lift.high
    assert m.recall_top[0.10].value == pytest.approx(0.5)
    assert m.roc_auc.value == pytest.approx(roc_auc_score(positive, scores))
    assert m.average_precision.chance == pytest.approx(0.2)


@given(st.integers(0, 60), st.integers(1, 60))
def test_wilson_equals_scipy(successes, trials):
    successes = min(successes, trials)
    expected = binomtest(successes, trials).proportion_ci(method="wilson")
    assert wilson_interval(successes, trials) == pytest.approx((expected.low, expected.high), abs=1e-9)


@given(st.integers(0, 10_000))
def test_auc_equals_sklearn_with_ties(seed):
    rng = np.random.default_rng(seed)
    scores, positive = rng.integers(0, 5, 40) / 5, np.r_[True, False, rng.random(38) < 0.3]
    assert measure(scores, positive).roc_auc.value == pytest.approx(roc_auc_score(positive, scores))


def test_ties_in_the_top_count_by_their_share():
    assert recall_in_top(np.zeros(1000), np.arange(1000) < 100, 0.05) == pytest.approx(0.05)


def test_interval_holds_its_coverage():
    rng = np.random.default_rng(1)
    inside = 0
    for _ in range(300):
        yes, no = rng.normal(1, 1, 30), rng.normal(0, 1, 300)
        auc = roc_auc_score(np.repeat([1, 0], [30, 300]), np.r_[yes, no])
        found = measure(np.r_[yes, no], np.repeat([True, False], [30, 300])).roc_auc
        assert found.value == pytest.approx(auc)
        low, high = found.low, found.high
        inside += low <= 0.7602 <= high  # Φ(1/√2)
    assert 0.90 <= inside / 300 <= 0.99


def test_perfect_scores_keep_an_interval():
    m = measure(np.arange(100.0), np.arange(100) >= 90)
    assert m.roc_auc.value == 1
    assert m.roc_auc.low < 1


@pytest.mark.parametrize("positive", [np.zeros(5, bool), np.ones(5, bool)])
def test_label_must_split_the_targets(positive):
    with pytest.raises(FeatureError, match="5 targets carry the label"):
        measure(np.arange(5.0), positive)


def test_nan_scores_are_refused():
    with pytest.raises(FeatureError, match="NaN"):
        measure([1.0, np.nan, 0.0], [True, False, False])


def test_trials_of_their_own_clusters_are_nearly_wilsons():
    rng = np.random.default_rng(0)
    found = rng.random(400) < 0.3
    low, high = clustered_interval(found, np.arange(400))
    plain = wilson_interval(int(found.sum()), 400)
    assert (low, high) == pytest.approx(plain, abs=0.002)
    assert low <= plain[0] < plain[1] <= high


def test_clusters_that_end_alike_count_as_one_trial_each():
    found = np.repeat([True, False, True, True], 50)
    low, high = clustered_interval(found, np.repeat(np.arange(4), 50))
    assert high - low > np.diff(wilson_interval(3, 4))[0]
    assert clustered_interval(np.ones(30, bool), np.repeat(np.arange(6), 5)) == wilson_interval(6, 6)
    assert clustered_interval([], []) == (0, 1)


@pytest.mark.parametrize(("clusters", "alike"), [(15, 1.0), (60, 1.0), (60, 8.0)])
def test_the_clustered_interval_covers_the_truth(clusters, alike):
    """Shares vary between clusters as Beta(0.6 a, 0.4 a); nominal is 95 %, and Wilson's own is far below it."""
    rng = np.random.default_rng(5)
    inside = {"clustered": 0, "wilson": 0}
    for _ in range(600):
        shares = rng.beta(0.6 * alike, 0.4 * alike, clusters)
        member = rng.integers(0, clusters, 8 * clusters)
        found = rng.random(member.size) < shares[member]
        low, high = clustered_interval(found, member)
        inside["clustered"] += low <= 0.6 <= high
        low, high = wilson_interval(int(found.sum()), found.size)
        inside["wilson"] += low <= 0.6 <= high
    assert 0.92 <= inside["clustered"] / 600 <= 0.985
    assert inside["wilson"] < inside["clustered"]
    if alike == 1:
        assert inside["wilson"] / 600 < 0.75
