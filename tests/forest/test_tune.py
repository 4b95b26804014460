import numpy as np
import pytest

from clara_engine.errors import Cancelled, DesignError, FeatureError
from clara_engine.forest import tune
from clara_engine.forest.tune import SEARCH_SPACE


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
    assert seen[-1] == (12, 12)
    assert seen == sorted(seen)


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
