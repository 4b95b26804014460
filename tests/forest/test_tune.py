import numpy as np
import pytest

from clara_engine.errors import Cancelled, DesignError, FeatureError
from clara_engine.forest import FeatureBinning, ForestSettings, tune
from clara_engine.forest.descend import leaves_of_codes
from clara_engine.forest.trees import grow_trees
from clara_engine.forest.tune import SEARCH_SPACE, _Fold


def rows():
    rng = np.random.default_rng(0)
    return rng.normal(size=(60, 20)), rng.normal(size=(40, 20)) + 1.5


def test_search_draws_from_the_published_space_and_sorts():
    seen = []
    trials = tune(*rows(), draws=4, rng=np.random.default_rng(1), progress=lambda *step: seen.append(step))
    assert len({trial.settings for trial in trials}) == 4
    for trial in trials:
        assert all(getattr(trial.settings, name) in values for name, values in SEARCH_SPACE.items())
        assert len(trial.fold_accuracy) == 3
        assert 0.85 < trial.accuracy <= 1
    assert [t.accuracy for t in trials] == sorted((t.accuracy for t in trials), reverse=True)
    done, total = seen[-1]
    assert done == total <= 3 * sum(trial.settings.n_estimators for trial in trials)
    assert seen == sorted(seen)


def grown(settings, real, other, inside, held_out, seeds):
    """Accuracy of a forest that is grown for these settings alone, on these rows."""
    real_rows, other_rows = (np.flatnonzero(mask) for mask in inside)
    trees, _ = grow_trees(real, other, settings, seeds, real_rows=real_rows, contrast_rows=other_rows)
    nodes = (trees.roots, trees.feature, trees.cut, trees.child)
    scores = []
    for rows, mask in zip((real, other), held_out, strict=True):
        leaves = leaves_of_codes(rows.take(mask).codes, 0, mask.sum(), *nodes)
        scores.append(np.cumsum(trees.share[leaves], axis=1)[:, -1] / len(seeds))  # in order of trees
    return np.concatenate([scores[0] <= 0.5, scores[1] > 0.5]).mean()


def test_draws_that_share_trees_are_those_that_are_grown_alone():
    rng = np.random.default_rng(8)
    real = rng.normal(size=(150, 30))
    binning = FeatureBinning.fit(real)
    real, other = binning.bin(real), binning.bin(rng.normal(size=(90, 30)) + 0.6)
    folds = rng.integers(3, size=150), rng.integers(3, size=90)
    inside, held_out = [fold != 1 for fold in folds], [fold == 1 for fold in folds]
    seeds = rng.integers(2**63, size=60, dtype=np.uint64)
    one_fold = _Fold(real, other, *folds, 1)
    for leaf, bootstrap in ((1, True), (2, False)):
        shared = ForestSettings(min_samples_leaf=leaf, bootstrap=bootstrap, oob_score=False)
        tried = [
            shared.model_copy(update={"n_estimators": count, "max_depth": depth})
            for count, depth in ((60, None), (25, None), (60, 3), (40, 5), (25, 2))
        ]
        found = one_fold.accuracy(tried, seeds, 1, lambda *_: None)
        expected = [grown(one, real, other, inside, held_out, seeds[: one.n_estimators]) for one in tried]
        assert found.tolist() == expected
        assert len(set(expected)) > 2


def test_a_node_with_too_few_rows_ends_a_tree_as_if_it_had_been_grown_so():
    # The features drawn below such a node are others, so the trees are not the same, but of the same kind.
    rng = np.random.default_rng(2)
    real, other = rng.normal(size=(120, 12)), rng.normal(size=(80, 12)) + 0.5
    binning = FeatureBinning.fit(real)
    real, other = binning.bin(real), binning.bin(other)
    folds = rng.integers(2, size=120), rng.integers(2, size=80)
    inside, held_out = [fold != 0 for fold in folds], [fold == 0 for fold in folds]
    tried = [ForestSettings(n_estimators=20, min_samples_split=split, oob_score=False) for split in (2, 60)]
    together, alone = [], []
    for seed in range(60):
        seeds = np.random.default_rng(seed).integers(2**63, size=20, dtype=np.uint64)
        together.append(_Fold(real, other, *folds, 0).accuracy(tried, seeds, 1, lambda *_: None))
        alone.append([grown(one, real, other, inside, held_out, seeds) for one in tried])
    together, alone = np.array(together), np.array(alone)
    assert together[:, 0].tolist() == alone[:, 0].tolist()
    error = np.hypot(together[:, 1].std(), alone[:, 1].std()) / np.sqrt(60)
    assert together[:, 1].mean() == pytest.approx(alone[:, 1].mean(), abs=3 * error)
    assert abs(alone[:, 0].mean() - alone[:, 1].mean()) > 3 * error  # or the number would say nothing


def test_accuracy_is_that_of_chance_where_the_classes_are_one():
    rng = np.random.default_rng(0)
    trials = tune(rng.normal(size=(60, 20)), rng.normal(size=(60, 20)), draws=3, rng=rng)
    assert np.mean([trial.accuracy for trial in trials]) == pytest.approx(0.5, abs=0.13)


def test_same_seed_same_search():
    a, b = (tune(*rows(), draws=2, rng=np.random.default_rng(5), n_jobs=n) for n in (1, 2))
    assert a == b


def test_unusable_searches_are_refused():
    rng = np.random.default_rng(0)
    with pytest.raises(DesignError, match="draws = 0"):
        tune(*rows(), draws=0, rng=rng)
    with pytest.raises(DesignError, match="folds = 1"):
        tune(*rows(), folds=1, rng=rng)
    with pytest.raises(FeatureError, match="5 contrast rows are too few"):
        tune(np.ones((60, 20)), np.ones((5, 20)), rng=rng)


def test_search_can_be_cancelled():
    def cancel(done, total):
        if done:
            raise Cancelled("stop")

    with pytest.raises(Cancelled):
        tune(*rows(), rng=np.random.default_rng(0), progress=cancel)
