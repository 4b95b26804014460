import hashlib
import threading
import time

import numpy as np
import pytest
import sklearn
from scipy.stats import spearmanr
from sklearn.base import clone
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import roc_auc_score
from sklearn.utils.fixes import parse_version

from clara_engine.errors import Cancelled, DesignError, FeatureError
from clara_engine.forest import PRESETS, FeatureBinning, UnsupervisedForest


def waves(n_real, n_contrast, n_features=120, seed=0):
    """Red noise against white noise with a dip somewhere."""
    rng = np.random.default_rng(seed)
    real = rng.normal(size=(n_real, n_features))
    real[:, 1:] = real[:, 1:] * 0.8 + 0.6 * real[:, :-1]
    contrast = rng.normal(size=(n_contrast, n_features))
    for row, start in enumerate(rng.integers(0, n_features - 12, n_contrast)):
        contrast[row, start : start + 12] -= rng.uniform(0.5, 3)
    return real, contrast


def sklearn_forest(real, contrast, **settings):
    forest = RandomForestClassifier(n_jobs=2, **settings)
    return forest.fit(np.vstack([real, contrast]), np.r_[np.ones(len(real)), np.zeros(len(contrast))])


SETTINGS = [
    {"max_features": "sqrt", "bootstrap": True},
    pytest.param({"max_features": "log2", "min_samples_split": 4, "bootstrap": False}, marks=pytest.mark.heavy),
    pytest.param(
        {"max_features": "sqrt", "max_depth": 6, "min_samples_split": 4, "min_samples_leaf": 2, "bootstrap": False},
        marks=pytest.mark.heavy,
    ),
    {"max_features": 20, "max_depth": 4, "bootstrap": True, "class_weight": "balanced_subsample"},
    pytest.param(
        {"max_features": 0.2, "max_depth": 5, "bootstrap": False, "class_weight": {0: 5.0, 1: 0.5}},
        marks=pytest.mark.heavy,
    ),
    pytest.param(
        {"max_features": 0.3, "min_samples_leaf": 0.01, "bootstrap": True, "class_weight": "balanced"},
        marks=pytest.mark.heavy,
    ),
]
weights_the_bootstrap = parse_version(sklearn.__version__) >= parse_version("1.9.dev0")


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_scores_as_scikit_learn_does(settings):
    if settings.get("class_weight") == "balanced" and not weights_the_bootstrap:
        pytest.skip("class weights change the bootstrap from scikit-learn 1.9 on")
    real, contrast = waves(500, 150)
    new = np.vstack(waves(300, 300, seed=1))
    truth = np.r_[np.zeros(300), np.ones(300)]
    ours = UnsupervisedForest(200, oob_score=False, random_state=1, **settings).fit(real, contrast).anomaly_score(new)
    theirs, again = (
        sklearn_forest(real, contrast, n_estimators=200, random_state=seed, **settings).predict_proba(new)[:, 0]
        for seed in (1, 2)
    )
    own = spearmanr(theirs, again).statistic
    assert spearmanr(ours, theirs).statistic > own - 0.03
    assert roc_auc_score(truth, ours) == pytest.approx(roc_auc_score(truth, theirs), abs=0.02)
    assert ours.mean() == pytest.approx(theirs.mean(), abs=0.01)
    assert ours.std() == pytest.approx(theirs.std(), rel=0.1)


@pytest.mark.heavy
def test_auc_over_five_seeds_is_that_of_scikit_learn():
    new = np.vstack(waves(400, 400, seed=9))
    truth = np.r_[np.zeros(400), np.ones(400)]
    ours, theirs = [], []
    for seed in range(5):
        real, contrast = waves(600, 120, seed=seed)
        ours.append(
            roc_auc_score(truth, UnsupervisedForest(150, random_state=seed).fit(real, contrast).anomaly_score(new))
        )
        reference = sklearn_forest(real, contrast, n_estimators=150, random_state=seed)
        theirs.append(roc_auc_score(truth, reference.predict_proba(new)[:, 0]))
    assert np.mean(ours) == pytest.approx(np.mean(theirs), abs=0.01)


def test_importances_are_those_of_scikit_learn():
    real, contrast = waves(500, 150)
    contrast[:, 7] += 3
    ours = UnsupervisedForest(300, random_state=0).fit(real, contrast).feature_importances_
    theirs = sklearn_forest(real, contrast, n_estimators=300, random_state=0).feature_importances_
    assert ours.sum() == pytest.approx(1)
    assert ours[7] == pytest.approx(theirs[7], rel=0.1)
    assert np.abs(ours - theirs).max() < 0.02


@pytest.mark.parametrize("bootstrap", [True, False])
def test_same_bits_whatever_the_number_of_threads(bootstrap):
    real, contrast = waves(200, 60)
    one, three = (
        UnsupervisedForest(20, bootstrap=bootstrap, random_state=5, n_jobs=n).fit(real, contrast) for n in (1, 3)
    )
    for name in ("feature", "cut", "threshold", "child", "share", "roots", "importances"):
        assert np.array_equal(getattr(one.trees_, name), getattr(three.trees_, name)), name
    assert one.oob_anomaly_score_.tobytes() == three.oob_anomaly_score_.tobytes()
    assert one.oob_weirdness_.tobytes() == three.oob_weirdness_.tobytes()
    assert one.anomaly_score(contrast).tobytes() == three.anomaly_score(contrast).tobytes()


@pytest.mark.parametrize(("name", "digest"), [("P3", "3d447e0a63e38ef2"), ("P9", "a8915bf18fa97449")])
def test_published_forests_keep_their_scores(name, digest):
    """Of the first version of the project: what was added since must not move them."""
    real, contrast = waves(300, 80, 60)
    settings = PRESETS[name].model_copy(update={"n_estimators": 40})
    forest = UnsupervisedForest.from_settings(settings, random_state=42).fit(real, contrast)
    parts = forest.oob_anomaly_score_, forest.oob_weirdness_, forest.anomaly_score(contrast)
    assert hashlib.sha256(np.concatenate(parts).round(10).tobytes()).hexdigest()[:16] == digest


def test_another_seed_gives_another_forest():
    real, contrast = waves(200, 60)
    a, b = (UnsupervisedForest(20, random_state=s).fit(real, contrast).anomaly_score(real) for s in (1, 2))
    assert not np.array_equal(a, b)


@pytest.mark.parametrize("bootstrap", [True, False])
def test_weirdness_is_the_brute_force_definition(bootstrap):
    real, contrast = waves(500, 100, 40)
    new, _ = waves(50, 1, 40, seed=3)
    forest = UnsupervisedForest(30, bootstrap=bootstrap, oob_score=False, random_state=0).fit(real, contrast)
    leaves, of_real = forest.apply(new), forest.apply(real)
    brute = 1 - (leaves[:, None, :] == of_real[None, :, :]).mean(axis=(1, 2))
    assert np.allclose(forest.weirdness(new), brute, atol=1e-12)
    brute_real = 1 - (of_real[:, None, :] == of_real[None, :, :]).mean(axis=(1, 2))
    assert np.allclose(forest.weirdness(real), brute_real, atol=1e-12)


def test_out_of_bag_scores_are_those_of_the_trees_that_missed_the_row():
    from clara_engine.forest.bags import in_bag_counts
    from clara_engine.forest.trees import tree_seeds

    real, contrast = waves(150, 50, 40)
    forest = UnsupervisedForest(25, random_state=7).fit(real, contrast)
    unseen = np.stack([in_bag_counts(forest.settings, seed, 150, 50)[:150] == 0 for seed in tree_seeds(7, 25)], axis=1)
    assert 0.3 < unseen.mean() < 0.44
    leaves = forest.apply(real)
    share = forest.trees_.share[leaves + forest.trees_.roots[:-1]]
    together = (leaves[:, None, :] == leaves[None, :, :]).sum(axis=1) - 1
    for row in range(150):
        trees = unseen[row]
        assert forest.oob_anomaly_score_[row] == pytest.approx(share[row, trees].mean())
        assert forest.oob_spread_[row] == pytest.approx(share[row, trees].std())
        assert forest.oob_weirdness_[row] == pytest.approx(1 - together[row, trees].mean() / 149)


@pytest.mark.parametrize("bootstrap", [True, False])
def test_out_of_bag_scores_stand_beside_those_of_unseen_rows(bootstrap):
    real, contrast = waves(600, 150)
    unseen, _ = waves(600, 1, seed=4)
    forest = UnsupervisedForest(100, bootstrap=bootstrap, random_state=0).fit(real, contrast)
    assert forest.oob_anomaly_score_.mean() == pytest.approx(forest.anomaly_score(unseen).mean(), abs=0.015)
    # companion forests see a fifth less, so their leaves are a little more crowded
    tolerance = 0.015 if bootstrap else 0.03
    assert forest.oob_weirdness_.mean() == pytest.approx(forest.weirdness(unseen).mean(), abs=tolerance)
    assert forest.anomaly_score(real).mean() < forest.oob_anomaly_score_.mean() - 0.02


def test_rows_in_every_bag_have_no_out_of_bag_score():
    real, contrast = waves(60, 30, 20)
    forest = UnsupervisedForest(1, random_state=0).fit(real, contrast)
    lost = np.isnan(forest.oob_anomaly_score_)
    assert 0.4 < lost.mean() < 0.8
    assert np.array_equal(lost, np.isnan(forest.oob_weirdness_))


def test_binned_rows_values_and_blocks_score_alike():
    real, contrast = waves(3000, 60, 30)
    binned = FeatureBinning.fit(real).bin(real)
    forest = UnsupervisedForest(20, random_state=0).fit(binned, contrast)
    scores = forest.scores(real)
    for other in (forest.scores(binned), forest.score_blocks(np.array_split(real, 7)), forest.score_blocks([binned])):
        assert np.array_equal(scores.anomaly, other.anomaly)
        assert np.array_equal(scores.weirdness, other.weirdness)
        assert np.array_equal(scores.spread, other.spread)
    assert len(forest.scores(np.empty((0, 30)))) == 0


def test_blocks_are_read_only_as_they_are_needed():
    real, contrast = waves(100, 30, 20)
    forest = UnsupervisedForest(5, random_state=0, n_jobs=2).fit(real, contrast)
    handed_out, done = [0], []

    def blocks():
        for _ in range(50):
            handed_out[0] += 1
            yield real

    def progress(count, total):
        done.append(count)
        assert handed_out[0] - count < 10

    assert len(forest.score_blocks(blocks(), progress)) == 5000
    assert done[-1] == 50


def test_progress_counts_every_tree():
    real, contrast = waves(60, 30, 20)
    seen = []
    UnsupervisedForest(8, bootstrap=False, random_state=0).fit(real, contrast, lambda *step: seen.append(step))
    assert seen == sorted(seen)
    assert {step for step in seen if step[0]} == {(done, 48) for done in range(1, 49)}


def test_cancel_is_heard_even_inside_a_tree():
    real, contrast = waves(6000, 6000, 600)
    binned = FeatureBinning.fit(real).bin(real)
    small = waves(30, 30, 600)
    UnsupervisedForest(1, max_features=None).fit(*small)
    started = time.monotonic()

    def cancel(done, total):
        if time.monotonic() - started > 0.3:
            raise Cancelled("stop")

    with pytest.raises(Cancelled):
        UnsupervisedForest(10_000, max_features=None, random_state=0).fit(binned, contrast, cancel)
    assert time.monotonic() - started < 20
    assert not [t for t in threading.enumerate() if t.name.startswith("forest")]


def test_follows_the_conventions_of_scikit_learn():
    forest = UnsupervisedForest(7, max_features=0.5, class_weight="balanced", random_state=3)
    copy = clone(forest)
    assert copy.get_params() == forest.get_params()
    assert not [name for name in vars(forest) if name.endswith("_")]
    assert forest.set_params(n_estimators=9).n_estimators == 9


@pytest.mark.parametrize(
    ("real", "contrast", "says"),
    [
        (np.ones((5, 3)), np.full((5, 3), np.nan), "feature 0 of row 0 is nan"),
        (np.r_[np.ones((5, 3)), [[1, np.inf, 1]]], np.ones((5, 3)), "feature 1 of row 5 is inf"),
        (np.full((5, 3), 1e300), np.ones((5, 3)), "float32"),
        (np.ones((0, 3)), np.ones((5, 3)), "at least one"),
        (np.ones((5, 3)), np.ones((0, 3)), "at least one"),
        (np.ones((1, 3)), np.ones((5, 3)), "at least two"),
        (np.ones((5, 3)), np.ones((5, 4)), "same feature set"),
        (np.ones(5), np.ones((5, 4)), "2-D"),
        ([["a"]], [["b"]], "table of numbers"),
    ],
)
def test_unusable_features_are_refused_in_one_line(real, contrast, says):
    with pytest.raises(FeatureError, match=says) as caught:
        UnsupervisedForest(2).fit(real, contrast)
    assert "\n" not in str(caught.value)


def test_fewer_rows_than_two_leaves_are_refused():
    with pytest.raises(FeatureError, match="min_samples_leaf"):
        UnsupervisedForest(2, min_samples_leaf=20).fit(*waves(20, 10, 15))


def test_features_of_another_set_are_refused():
    forest = UnsupervisedForest(2).fit(*waves(20, 10, 15))
    with pytest.raises(FeatureError, match="rows have 4 features, the model 15"):
        forest.anomaly_score(np.ones((3, 4)))
    with pytest.raises(FeatureError, match="other edges"):
        forest.anomaly_score(FeatureBinning.fit(np.ones((3, 15))).bin(np.ones((3, 15))))


@pytest.mark.parametrize("bad", [{"n_estimators": 0}, {"max_features": "all"}, {"random_state": "seven"}])
def test_settings_out_of_range_are_refused(bad):
    with pytest.raises(DesignError, match="allowed"):
        UnsupervisedForest(**bad).fit(*waves(20, 10, 15))


def test_constant_columns_and_more_features_than_rows_are_fine():
    real, contrast = waves(30, 20, 200)
    real[:, :150], contrast[:, :150] = 1, 1
    forest = UnsupervisedForest(50, max_features=1, random_state=0).fit(real, contrast)
    assert (forest.feature_importances_[:150] == 0).all()
    assert forest.anomaly_score(contrast).mean() > 0.6


def test_identical_classes_give_the_class_ratio():
    forest = UnsupervisedForest(10, bootstrap=False, oob_score=False).fit(np.ones((30, 4)), np.ones((10, 4)))
    assert np.allclose(forest.anomaly_score(np.ones((2, 4))), 0.25)
    assert np.allclose(forest.weirdness(np.ones((2, 4))), 0)
